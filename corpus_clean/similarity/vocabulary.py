"""The loop that counts the words of a text which some vocabulary knows, compiled like those of `loops`."""

import numpy as np

from corpus_clean.similarity.arrays import Bytes, Hashes, Minima, Offsets
from corpus_clean.similarity.inlining import inline

_NIL, _ONE = np.uint64(0), np.uint64(1)
_HALF = np.uint64(32)
_UNKNOWN, _SPACE, _JOINERS = np.uint64(0), np.uint64(32), np.uint64(64)
# FNV-1a of 64 bits (Fowler, Noll, Vo).
_BASIS, _PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)


@inline
def _find(hashes: Hashes, value: np.uint64) -> np.uint64:
    """Return the slot that has a hash, or else the free one where it belongs."""
    last = np.uint64(len(hashes)) - _ONE
    slot = (value ^ (value >> _HALF)) & last
    while hashes[slot] != _NIL and hashes[slot] != value:
        slot = (slot + _ONE) & last
    return slot


@inline
def _count(hashes: Hashes, kinds: Hashes, value: np.uint64, counts: Offsets) -> None:
    counts[_NIL] += 1
    known = kinds[_find(hashes, value)]
    kind = _NIL
    while known != _NIL:
        kind += _ONE
        counts[kind] += np.int64(known & _ONE)
        known >>= _ONE


def plant_words(words: Bytes, ends: Offsets, own: Hashes, hashes: Hashes, kinds: Hashes) -> None:
    """Fill the tables of a vocabulary: the words that end at `ends`, and the kinds that are each one's own, as bits.

    The tables are zero before, as large as a power of two, and much larger than the vocabulary.
    """
    start = _NIL
    for number in range(len(ends)):
        value, end = _BASIS, np.uint64(ends[number])
        for place in range(start, end):
            value = (value ^ np.uint64(words[place])) * _PRIME
        slot = _find(hashes, value)
        hashes[slot] = value
        kinds[slot] = own[number]
        start = end


def count_words(signs: Bytes, hashes: Hashes, kinds: Hashes, text: Minima, counts: Offsets) -> None:
    """Count the words of a text, given as code points: all of them, and behind that those of each kind.

    `signs` has what each character is: a space, a joiner (up to 64), which belongs to a word between two letters of it,
    or a letter in lower case. Where a character is 0 or beyond, the first count is -1.
    """
    counts[:] = 0
    size = np.uint64(len(text))
    value, joiner = _BASIS, _NIL
    for i in range(size):
        char = np.uint64(text[i])
        sign = np.uint64(signs[char]) if char < np.uint64(len(signs)) else _UNKNOWN
        if sign > _JOINERS:
            if joiner != _NIL:
                value = (value ^ joiner) * _PRIME
                joiner = _NIL
            value = (value ^ sign) * _PRIME
        elif sign == _UNKNOWN:
            counts[_NIL] = -1
            return
        elif value != _BASIS:
            if sign != _SPACE and joiner == _NIL:
                joiner = sign
            else:
                _count(hashes, kinds, value, counts)
                value, joiner = _BASIS, _NIL
    if value != _BASIS:
        _count(hashes, kinds, value, counts)
