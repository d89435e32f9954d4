"""Loops that cut a text into lines and find literals in them.

Method: each literal is found by its rarest gram, eight bytes of it, as in Wu and Manber 1994. At each place of a text a
bitmap, small enough to stay in the processor's cache, tells whether a gram ends there; few do, and only there are
literals looked at. Shorter literals have grams of four bytes, two or one. `admission` does what comes next. See
`sections` for the tables, and `loops` for what holds here too.
"""

import numpy as np

from corpus_clean.similarity import sections
from corpus_clean.similarity.arrays import Bytes, Hashes, Minima
from corpus_clean.similarity.inlining import inline

_SPACE, _BREAK = np.uint8(32), np.uint8(10)
_NIL, _ONE, _TWO, _THREE, _FOUR, _FIVE = (np.uint64(number) for number in range(6))
_EIGHT, _SIXTEEN, _TOP = np.uint64(8), np.uint64(16), np.uint64(24)
_LEFT, _START, _END, _STOP, _RIGHT, _FOLD, _LINE = (np.uint64(number) for number in range(7))
_HEAD, _BACK, _WORD, _PLACE, _LENGTH, _RECORD, _LITERAL = (np.uint64(number) for number in range(7))
_REACH, _LONGEST, _, _GROUPS, _, _, _, _RULE = (np.uint64(number) for number in range(8))
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_GRAM_SHIFT = np.uint64(64 - sections.GRAM_BITS + 6)
_FIRST_SHIFT, _SECOND_SHIFT = np.uint64(64 - sections.GRAM_BITS), np.uint64(58 - sections.GRAM_BITS)
_HEAD_SHIFT = np.uint64(64 - sections.HEAD_BITS)


@inline
def _is_same(data: Bytes, one: np.uint64, other: np.uint64, length: np.uint64) -> bool:
    same = _NIL
    while same < length and data[one + same] == data[other + same]:
        same += _ONE
    return bool(same == length)


@inline
def _cut_lines(folds: Bytes, codes: Bytes, text: Minima, lines: Minima, classes: Bytes, folded: Bytes) -> None:
    r"""Write a row for each line, each character's class, and the lines folded, with a break before and after each.

    `text` has the code points, `folds` what each is folded to, and `codes` the class of each. What is folded to a line
    break is one; `\r\n` is one, too. `lines[0]` is how many lines there are, which may be more than fit, `lines[1]`
    whether any white space is not plain, `lines[2]` whether any line is folded to the same as the one above, blank ones
    left out, and `lines[3]` how many characters are not white space; the lines' rows come after the first, and one with
    where the folded text ends.
    """
    size, room = np.uint64(len(text)), np.uint64(len(lines)) // _LINE
    count, left, start, end, since, reached = _NIL, _NIL, _NIL, _NIL, _ONE, _ONE
    above, length, filled = _NIL, _NIL, _NIL
    begun, odd, repeats = False, False, False
    folded[_NIL] = _BREAK
    i = _NIL
    while i < size:
        char = np.uint64(text[i])
        fold = folds[char]
        classes[i] = codes[char]
        i += _ONE
        if fold != _BREAK:
            if fold != _SPACE:
                if not begun:
                    start, begun = i - _ONE, True
                elif end + _ONE < i:
                    folded[reached] = _SPACE
                    reached += _ONE
                folded[reached] = fold
                reached += _ONE
                filled += _ONE
                end = i
            else:
                odd = odd or char != np.uint64(_SPACE)
            if i < size:
                continue
            stop = i
        else:
            stop, odd = i - _ONE, odd or char != np.uint64(_BREAK)
            if char == np.uint64(13) and i < size and text[i] == np.uint32(10):
                classes[i] = codes[np.uint64(10)]
                i += _ONE
        count += _ONE
        if count + _ONE < room:
            row = count * _LINE
            lines[row + _LEFT], lines[row + _STOP], lines[row + _RIGHT] = np.uint32(left), np.uint32(stop), np.uint32(i)
            lines[row + _START] = np.uint32(start if begun else left)
            lines[row + _END] = np.uint32(end if begun else left)
            lines[row + _FOLD] = np.uint32(since)
        if begun:
            repeats = repeats or (length == reached - since and _is_same(folded, above, since, length))
            above, length = since, reached - since
        folded[reached] = _BREAK
        reached += _ONE
        left, since, begun = i, reached, False
    lines[_NIL], lines[_ONE], lines[_TWO] = np.uint32(count), np.uint32(odd), np.uint32(repeats)
    lines[_THREE] = np.uint32(filled)
    if count + _ONE < room:
        lines[(count + _ONE) * _LINE + _FOLD] = np.uint32(since)


@inline
def _hash(gram: np.uint64, width: np.uint64) -> np.uint64:
    return (gram + width) * _SPREAD


@inline
def _read(data: Bytes, at: np.uint64, width: np.uint64) -> np.uint64:
    """Return the first bytes of a gram, four at most, as a number."""
    gram = np.uint64(data[at])
    if width > _ONE:
        gram |= np.uint64(data[at + _ONE]) << _EIGHT
    if width > _TWO:
        gram |= (np.uint64(data[at + _TWO]) << _SIXTEEN) | (np.uint64(data[at + _THREE]) << _TOP)
    return gram


@inline
def _look_up(bits: Hashes, bit: np.uint64) -> np.uint64:
    return np.uint64((bits[bit >> np.uint64(6)] >> (bit & np.uint64(63))) & _ONE)


@inline
def _mark_gram(key: np.uint64) -> np.uint64:
    """Return two bits of a word, so that few grams that were not entered have both."""
    return (_ONE << (key >> _FIRST_SHIFT & np.uint64(63))) | (_ONE << (key >> _SECOND_SHIFT & np.uint64(63)))


@inline
def _look_up_gram(grams: Hashes, key: np.uint64) -> np.uint64:
    mark = _mark_gram(key)
    return np.uint64(grams[key >> _GRAM_SHIFT] & mark == mark)


@inline
def _enter(bits: Hashes, bit: np.uint64) -> None:
    bits[bit >> np.uint64(6)] |= _ONE << (bit & np.uint64(63))


def plant_literals(
    data: Bytes, sample: Bytes, weights: Minima, counts: Minima, literals: Minima, grams: Hashes, pairs: Hashes
) -> None:
    """Find each literal's rarest gram, enter it into the bitmaps, and write its hash.

    `literals` has a row each, with its place in `data` and its length. Rarest is a gram of which a sample of texts has
    some four bytes least often, and then the one of the greatest weight. `weights` are those of the 256 bytes, `counts`
    is zeros.
    """
    gram = _NIL
    for at in range(np.uint64(len(sample))):
        gram = (gram >> _EIGHT) | (np.uint64(sample[np.uint64(at)]) << np.uint64(24))
        counts[gram * _SPREAD >> _FIRST_SHIFT] += np.uint32(1)
    for number in range(np.uint64(len(literals)) // _LITERAL):
        own = np.uint64(number) * _LITERAL
        begin, length = np.uint64(literals[own + _PLACE]), np.uint64(literals[own + _LENGTH])
        width = _EIGHT if length >= _EIGHT else _FOUR if length >= _FOUR else _TWO if length >= _TWO else _ONE
        spot, least, most = _NIL, ~np.uint32(0), np.uint32(0)
        for start in range(length - width + _ONE):
            weight, gram, count = np.uint32(0), _NIL, ~np.uint32(0)
            for k in range(width):
                char = np.uint64(data[begin + np.uint64(start) + np.uint64(k)])
                weight += weights[char]
                gram = (gram >> _EIGHT) | (char << np.uint64(24))
                if k >= np.uint64(3):
                    count = min(count, counts[gram * _SPREAD >> _FIRST_SHIFT])
            if count < least or (count == least and weight > most):
                spot, least, most = np.uint64(start), count, weight
        gram = _NIL
        for k in range(width):
            gram |= np.uint64(data[begin + spot + np.uint64(k)]) << (np.uint64(k) * _EIGHT)
        literals[own + _WORD] = np.uint32(_read(data, begin, width))
        key = _hash(gram, width)
        if width >= _FOUR:
            grams[key >> _GRAM_SHIFT] |= _mark_gram(key)
        elif width == _TWO:
            _enter(pairs, gram)
        else:
            for before in range(256):
                _enter(pairs, np.uint64(before) | (gram << _EIGHT))
        literals[own + _HEAD], literals[own + _BACK] = np.uint32(key >> _HEAD_SHIFT), np.uint32(spot + width)


@inline
def _insert(sorted_: Minima, number: np.uint64) -> None:
    """Put a number where it belongs; the first is how many there are."""
    at = np.uint64(sorted_[_NIL])
    sorted_[_NIL] += np.uint32(1)
    while at > _NIL and np.uint64(sorted_[at]) > number:
        sorted_[at + _ONE] = sorted_[at]
        at -= _ONE
    sorted_[at + _ONE] = np.uint32(number)


@inline
def _take_literals(
    folded: Bytes,
    first: np.uint64,
    last: np.uint64,
    after: np.uint64,
    width: np.uint64,
    literals: Minima,
    heads: Minima,
    data: Bytes,
    callers: Minima,
    seen: Bytes,
    pending: Minima,
) -> None:
    """Note the groups of the literals of which a gram ends before `after`, within a line from `first` to `last`."""
    if first + width > after:
        return
    gram = _NIL
    for k in range(width):
        gram |= np.uint64(folded[after - width + np.uint64(k)]) << (np.uint64(k) * _EIGHT)
    head = _hash(gram, width) >> _HEAD_SHIFT
    for number in range(np.uint64(heads[head]), np.uint64(heads[head + _ONE])):
        own = np.uint64(number) * _LITERAL
        back, length = np.uint64(literals[own + _BACK]), np.uint64(literals[own + _LENGTH])
        if first + back > after or after - back + length > last:
            continue
        begin = after - back
        if _read(folded, begin, width) != np.uint64(literals[own + _WORD]):
            continue
        at, same = np.uint64(literals[own + _PLACE]), min(width, _FOUR)
        while same < length and folded[begin + same] == data[at + same]:
            same += _ONE
        if same < length:
            continue
        record = np.uint64(literals[own + _RECORD])
        for member in range(np.uint64(callers[record])):
            spot = record + _ONE + np.uint64(member) * _TWO
            rule = np.uint64(callers[spot])
            if seen[rule] == np.uint8(0):
                _insert(pending, rule)
            seen[rule] |= np.uint8(callers[spot + _ONE])


@inline
def _write_pair(called: Hashes, found: np.uint64, place: np.uint64, rule: np.uint64) -> np.uint64:
    if found + _ONE < np.uint64(len(called)):
        called[found + _ONE] = ((place - _ONE) << np.uint64(sections.RULE_BITS)) | rule
    return found + _ONE


@inline
def _find_literals(
    data: Bytes,
    literals: Minima,
    heads: Minima,
    grams: Hashes,
    pairs: Hashes,
    callers: Minima,
    rules: Minima,
    signs: np.uint64,
    lines: Minima,
    folded: Bytes,
    seen: Bytes,
    pending: Minima,
    spots: Hashes,
    called: Hashes,
    given: Hashes,
) -> None:
    """Write which rules each line has the literals of, in order: to `called`, from the rule `signs` on to `given`.

    A line has a literal of each of a rule's groups, and is no longer than the rule's longest. The first number is how
    many there are, which may be more than fit, and so are `lines[4]` and `lines[5]`. `seen`, `pending` and `spots` are
    for notes; the former are all 0.
    """
    found, shown = _NIL, _NIL
    for number in range(_ONE, np.uint64(lines[_NIL]) + _ONE):
        place = np.uint64(number)
        row = place * _LINE
        size = np.uint64(lines[row + _END]) - np.uint64(lines[row + _START])
        if size == _NIL:
            continue
        first, last = np.uint64(lines[row + _FOLD]) - _ONE, np.uint64(lines[row + _LINE + _FOLD])
        gram, since = _NIL, first
        while since < last:
            until, count = min(last, since + np.uint64(len(spots))), _NIL
            # Without a branch, so that the processor need not guess.
            for at in range(since, until):
                gram = (gram >> _EIGHT) | (np.uint64(folded[np.uint64(at)]) << np.uint64(56))
                long = _look_up_gram(grams, _hash(gram, _EIGHT))
                short = _look_up_gram(grams, _hash(gram >> np.uint64(32), _FOUR))
                pair = _look_up(pairs, gram >> np.uint64(48))
                spots[count] = (np.uint64(at) << _THREE) | (pair << _TWO) | (short << _ONE) | long
                count += long | short | pair
            since = until
            for spot in range(count):
                after, kinds = (spots[np.uint64(spot)] >> _THREE) + _ONE, spots[np.uint64(spot)]
                if kinds & _ONE:
                    _take_literals(folded, first, last, after, _EIGHT, literals, heads, data, callers, seen, pending)
                if kinds & _TWO:
                    _take_literals(folded, first, last, after, _FOUR, literals, heads, data, callers, seen, pending)
                if kinds & _FOUR:
                    _take_literals(folded, first, last, after, _TWO, literals, heads, data, callers, seen, pending)
                    _take_literals(folded, first, last, after, _ONE, literals, heads, data, callers, seen, pending)
        for at in range(np.uint64(pending[_NIL])):
            rule = np.uint64(pending[np.uint64(at) + _ONE])
            own = rule * _RULE
            groups = np.uint32(seen[rule])
            seen[rule] = np.uint8(0)
            fits = last - first <= np.uint64(rules[own + _REACH]) + _TWO
            if groups == rules[own + _GROUPS] and fits and size <= np.uint64(rules[own + _LONGEST]):
                if rule < signs:
                    found = _write_pair(called, found, place, rule)
                else:
                    shown = _write_pair(given, shown, place, rule)
        pending[_NIL] = np.uint32(0)
    called[_NIL], given[_NIL] = found, shown
    lines[_FOUR], lines[_FIVE] = np.uint32(found), np.uint32(shown)


def scan_text(
    folds: Bytes,
    codes: Bytes,
    data: Bytes,
    literals: Minima,
    heads: Minima,
    grams: Hashes,
    pairs: Hashes,
    callers: Minima,
    rules: Minima,
    signs: np.uint64,
    lines: Minima,
    classes: Bytes,
    folded: Bytes,
    seen: Bytes,
    pending: Minima,
    spots: Hashes,
    called: Hashes,
    given: Hashes,
    text: Minima,
) -> None:
    """Cut a text into lines, and find which rules each has the literals of.

    See `_cut_lines` and `_find_literals`. If there are more lines than fit, nothing is looked for.
    """
    _cut_lines(folds, codes, text, lines, classes, folded)
    if (np.uint64(lines[_NIL]) + _TWO) * _LINE <= np.uint64(len(lines)):
        _find_literals(
            data, literals, heads, grams, pairs, callers, rules, signs, lines, folded, seen, pending, spots, called,
            given,
        )  # fmt: skip
