"""The loop that cuts a text into words, numbers, marks and line ends: what `quotes.tokens` does by a pattern.

See `letters` for what is known of each character, and `loops` for what holds here too.
"""

import numpy as np

from corpus_clean.similarity import letters
from corpus_clean.similarity.arrays import Bytes, Minima
from corpus_clean.similarity.inlining import inline

_NIL, _ONE = np.uint64(0), np.uint64(1)
_COLUMNS, _ASCII, _SMALL = np.uint64(7), np.uint64(128), np.uint64(32)
_SPREAD, _SHIFT = np.uint64(letters.SPREAD), np.uint64(64 - letters.WATCHED_BITS)
_BREAK, _GRAVE, _APOSTROPHE = (np.uint64(ord(sign)) for sign in "\n`'")
_WORD, _ALNUM, _DIGIT, _UPPER, _SPACE, _STOP, _JOINS_WORDS, _JOINS_DIGITS = (
    np.uint8(bit)
    for bit in (
        letters.WORD,
        letters.ALNUM,
        letters.DIGIT,
        letters.UPPER,
        letters.SPACE,
        letters.STOP,
        letters.JOINS_WORDS,
        letters.JOINS_DIGITS,
    )
)


@inline
def _pass_run(text: Minima, bits: Bytes, i: np.uint64, size: np.uint64, kind: np.uint8) -> np.uint64:
    while i < size and bits[np.uint64(text[i])] & kind:
        i += _ONE
    return i


@inline
def _pass_joined(
    text: Minima, bits: Bytes, i: np.uint64, size: np.uint64, kind: np.uint8, joiner: np.uint8
) -> np.uint64:
    i = _pass_run(text, bits, i, size, kind)
    while i + _ONE < size and bits[np.uint64(text[i])] & joiner and bits[np.uint64(text[i + _ONE])] & kind:
        i = _pass_run(text, bits, i + _ONE, size, kind)
    return i


@inline
def _end_token(text: Minima, bits: Bytes, start: np.uint64, size: np.uint64) -> np.uint64:
    char, i = np.uint64(text[start]), start + _ONE
    kind = bits[char]
    if kind & _DIGIT:
        return _pass_run(text, bits, _pass_joined(text, bits, i, size, _DIGIT, _JOINS_DIGITS), size, _WORD)
    if kind & _WORD:
        return _pass_joined(text, bits, i, size, _WORD, _JOINS_WORDS)
    if char == _BREAK:
        while i < size and np.uint64(text[i]) == _BREAK:
            i += _ONE
    elif char in (_GRAVE, _APOSTROPHE) and i < size and np.uint64(text[i]) == char:
        i += _ONE
    return i


@inline
def _append(columns: Minima, column: np.uint64, value: np.uint64) -> None:
    """Write a number behind the others of a column; the first is how many there are."""
    columns[column] += np.uint32(1)
    columns[column + np.uint64(columns[column])] = np.uint32(value)


def cut_tokens(bits: Bytes, watched: Bytes, text: Minima, columns: Minima, capital: Bytes) -> None:
    """Write where each token begins and ends, and the numbers of some of them.

    Of those that may have another small form, that may be words watched for, that begin with a capital, of marks, and
    of stops. These are seven columns, each with room for one number more than the text, of code points, is long: how
    many there are stands first. `capital` says of each token whether it begins with one.
    """
    size, room = np.uint64(len(text)), np.uint64(len(columns)) // _COLUMNS
    starts, ends, cased, hits = _NIL, room, room * np.uint64(2), room * np.uint64(3)
    capitals, others, stops = room * np.uint64(4), room * np.uint64(5), room * np.uint64(6)
    for column in range(_COLUMNS):
        columns[np.uint64(column) * room] = np.uint32(0)
    count, i = _NIL, _NIL
    while i < size:
        start, kind = i, bits[np.uint64(text[i])]
        if kind & _SPACE:
            i += _ONE
            continue
        i = _end_token(text, bits, start, size)
        capital[count] = np.uint8(kind & _UPPER != 0)
        if kind & _UPPER:
            _append(columns, capitals, count)
        key, upper, foreign = _NIL, False, False
        for at in range(start, i):
            char = np.uint64(text[np.uint64(at)])
            if char >= _ASCII:
                foreign = True
            elif bits[char] & _UPPER:
                upper, char = True, char | _SMALL
            key = (key ^ char) * _SPREAD
        if upper or foreign:
            _append(columns, cased, count)
        if foreign or watched[key >> _SHIFT]:
            _append(columns, hits, count)
        if not kind & _ALNUM:
            _append(columns, others, count)
            if kind & _STOP:
                _append(columns, stops, count)
        _append(columns, starts, start)
        _append(columns, ends, i)
        count += _ONE
