"""Loops that find many literals in a text at once, and which rules the literals of a line call.

Method: each literal is found by its rarest gram, four bytes of it, as in Wu and Manber 1994. At each place of a text a
bitmap, small enough to stay in the processor's cache, tells whether a gram begins there; few do, and only there are
literals looked at. Literals too short for that have grams of two bytes or one. See `sections` for the tables, and
`loops` for what holds here too.
"""

import numpy as np

from corpus_clean.similarity import sections
from corpus_clean.similarity.arrays import Bytes, Minima, Offsets
from corpus_clean.similarity.inlining import inline

_SPACE, _BREAK = np.uint8(32), np.uint8(10)
_NIL, _ONE, _TWO, _THREE, _FOUR = (np.uint64(number) for number in range(5))
_EIGHT, _SIXTEEN, _MORE = np.uint64(8), np.uint64(16), np.uint64(24)
_NEXT, _SPOT, _PLACE, _LENGTH, _RECORD, _FIELDS = (
    np.uint64(field)
    for field in (
        sections.NEXT, sections.SPOT, sections.PLACE, sections.LENGTH, sections.RECORD, sections.FIELDS
    )
)  # fmt: skip
_GRAMS, _PAIRS, _CHARS, _HEADS, _LITERALS, _CALLERS, _RULES = (
    np.uint64(section)
    for section in (
        sections.GRAMS, sections.PAIRS, sections.CHARS, sections.HEADS, sections.LITERALS, sections.CALLERS,
        sections.RULES,
    )
)  # fmt: skip
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_GRAM_SHIFT = np.uint64(64 - sections.GRAM_BITS)
_HEAD_SHIFT = np.uint64(64 - sections.HEAD_BITS)


@inline
def _hash(gram: np.uint64, width: np.uint64) -> np.uint64:
    return (gram | (width << np.uint64(32))) * _SPREAD


@inline
def _read(data: Bytes, at: np.uint64, width: np.uint64) -> np.uint64:
    """Return the gram of one, two or four bytes at a place."""
    gram = np.uint64(data[at])
    if width > _ONE:
        gram |= np.uint64(data[at + _ONE]) << _EIGHT
    if width > _TWO:
        gram |= (np.uint64(data[at + _TWO]) << _SIXTEEN) | (np.uint64(data[at + _THREE]) << _MORE)
    return gram


@inline
def _has(table: Minima, bits: np.uint64, bit: np.uint64) -> bool:
    word = np.uint32(table[bits + (bit >> np.uint64(5))])
    return bool((word >> np.uint32(bit & np.uint64(31))) & np.uint32(1))


def plant_literals(data: Bytes, weights: Minima, count: int, table: Minima) -> None:
    """Find each literal's gram of the greatest weight, and enter it into the bitmaps and the chains.

    `table` has each literal's place in `data`, its length and its record; `weights` are those of the 256 bytes.
    """
    grams, pairs, chars = np.uint64(table[_GRAMS]), np.uint64(table[_PAIRS]), np.uint64(table[_CHARS])
    heads, literals = np.uint64(table[_HEADS]), np.uint64(table[_LITERALS])
    for number in range(np.uint64(count)):
        own = literals + np.uint64(number) * _FIELDS
        begin, length = np.uint64(table[own + _PLACE]), np.uint64(table[own + _LENGTH])
        width = _FOUR if length >= _FOUR else _TWO if length >= _TWO else _ONE
        spot, most = _NIL, np.uint32(0)
        for start in range(length - width + _ONE):
            weight = np.uint32(0)
            for k in range(width):
                weight += weights[np.uint64(data[begin + np.uint64(start) + np.uint64(k)])]
            if weight > most:
                spot, most = np.uint64(start), weight
        gram = _read(data, begin + spot, width)
        key = _hash(gram, width)
        bits = grams if width == _FOUR else pairs if width == _TWO else chars
        bit = key >> _GRAM_SHIFT if width == _FOUR else gram
        table[bits + (bit >> np.uint64(5))] |= np.uint32(1) << np.uint32(bit & np.uint64(31))
        head = heads + (key >> _HEAD_SHIFT)
        table[own + _NEXT], table[own + _SPOT] = table[head], np.uint32(spot)
        table[head] = np.uint32(np.uint64(number) + _ONE)


@inline
def _is_word(char: np.uint8) -> bool:
    lower = char | np.uint8(32)
    letter, digit = np.uint8(97) <= lower <= np.uint8(122), np.uint8(48) <= char <= np.uint8(57)
    return bool(letter or digit or char == np.uint8(95))


@inline
def _stands(text: Bytes, begin: np.uint64, end: np.uint64, marks: np.uint32) -> bool:
    """Tell whether a literal's surroundings are what its marks ask for; beside what is not ASCII all may be."""
    if marks == np.uint32(0):
        return True
    before = text[begin - _ONE] if begin > _NIL else _BREAK
    if marks & np.uint32(sections.WORD_BEFORE) and _is_word(before):
        return False
    if marks & np.uint32(sections.SIGN_BEFORE) and (_is_word(before) or before in (_SPACE, _BREAK)):
        return False
    return not (marks & np.uint32(sections.WORD_AFTER) and end < np.uint64(len(text)) and _is_word(text[end]))


@inline
def _take_chain(
    text: Bytes,
    i: np.uint64,
    key: np.uint64,
    table: Minima,
    data: Bytes,
    stamps: Minima,
    line: np.uint32,
    touched: Minima,
    reached: np.uint64,
) -> np.uint64:
    """Stamp the groups of the literals whose gram is at a place, and return how many groups the line has touched."""
    literal = np.uint64(table[np.uint64(table[_HEADS]) + (key >> _HEAD_SHIFT)])
    while literal != _NIL:
        own = np.uint64(table[_LITERALS]) + (literal - _ONE) * _FIELDS
        literal, spot = np.uint64(table[own + _NEXT]), np.uint64(table[own + _SPOT])
        at, length = np.uint64(table[own + _PLACE]), np.uint64(table[own + _LENGTH])
        if i < spot or i - spot + length > np.uint64(len(text)):
            continue
        begin, same = i - spot, _NIL
        while same < length and text[begin + same] == data[at + same]:
            same += _ONE
        if same < length:
            continue
        sign = np.uint64(table[own + _RECORD])
        for _ in range(np.uint64(table[sign])):
            marks, members = np.uint32(table[sign + _ONE]), np.uint64(table[sign + _TWO])
            sign += _TWO
            if _stands(text, begin, begin + length, marks):
                for member in range(sign + _ONE, sign + _ONE + members):
                    group = np.uint64(table[np.uint64(member)])
                    if stamps[group] != line:
                        stamps[group] = line
                        touched[reached] = np.uint32(group)
                        reached += _ONE
            sign += members
    return reached


@inline
def _call_group(
    table: Minima,
    group: np.uint64,
    active: Bytes,
    stamps: Minima,
    line: np.uint32,
    chars: np.uint32,
    beyond: bool,
    calls: Offsets,
    found: np.uint64,
) -> np.uint64:
    """Write the calls of one of a line's groups, and return how many there are."""
    row = np.uint64(table[np.uint64(table[_CALLERS]) + group])
    for _ in range(np.uint64(table[row])):
        row += _ONE
        rule = np.uint64(table[row])
        if active[rule] == np.uint8(0):
            continue
        own = np.uint64(table[np.uint64(table[_RULES]) + rule])
        if chars > table[own] or (table[own + _ONE] != np.uint32(0) and not beyond):
            continue
        met = True
        for need in range(own + _THREE, own + _THREE + np.uint64(table[own + _TWO])):
            met = met and stamps[np.uint64(table[np.uint64(need)])] == line
        if met:
            found += _ONE
            if found < np.uint64(len(calls)):
                calls[found] = np.int64((np.uint64(line - np.uint32(1)) << np.uint64(sections.RULE_BITS)) | rule)
    return found


def call_rules(
    text: Bytes, table: Minima, data: Bytes, active: Bytes, stamps: Minima, touched: Minima, calls: Offsets
) -> None:
    """Write which active rules each line calls, with the rule's number, as `sections` says.

    A rule is called by a line no longer than its longest that has a literal of each of its groups. `text` begins and
    ends with a line break; `calls[0]` is how many calls there are, which may be more than fit.
    """
    grams, pairs, single = np.uint64(table[_GRAMS]), np.uint64(table[_PAIRS]), np.uint64(table[_CHARS])
    for number in range(np.uint64(len(stamps))):
        stamps[np.uint64(number)] = np.uint32(0)
    found, reached, chars, beyond = np.uint64(0), np.uint64(0), np.uint32(0), False
    line = np.uint32(1)
    size = np.uint64(len(text))
    for at in range(size):
        i = np.uint64(at)
        char = text[i]
        if char != _BREAK:
            chars += np.uint32((char & np.uint8(0xC0)) != np.uint8(0x80))
            beyond = beyond or char >= np.uint8(0x80)
        elif i != _NIL:
            for number in range(reached):
                group = np.uint64(touched[np.uint64(number)])
                found = _call_group(table, group, active, stamps, line, chars, beyond, calls, found)
            line, reached, chars, beyond = line + np.uint32(1), _NIL, np.uint32(0), False
        gram = np.uint64(char)
        # A gram that begins with a line break belongs to the line after it.
        if _has(table, single, gram):
            reached = _take_chain(text, i, _hash(gram, _ONE), table, data, stamps, line, touched, reached)
        if i + _ONE >= size:
            continue
        gram |= np.uint64(text[i + _ONE]) << _EIGHT
        if _has(table, pairs, gram):
            reached = _take_chain(text, i, _hash(gram, _TWO), table, data, stamps, line, touched, reached)
        if i + _THREE < size:
            gram |= (np.uint64(text[i + _TWO]) << _SIXTEEN) | (np.uint64(text[i + _THREE]) << _MORE)
            key = _hash(gram, _FOUR)
            if _has(table, grams, key >> _GRAM_SHIFT):
                reached = _take_chain(text, i, key, table, data, stamps, line, touched, reached)
    calls[0] = found
