"""The loops that find what two articles share, compiled like those of `loops`: units that are near one another.

`sheets.Sheets` says what the arrays are. What is shared is found by a table of the one's keys, in which the other's
are looked up (Knuth 1998, 6.4: open addressing). A slot has the number of an entry, counted from 1; `chain` has the
next one of the same key.
"""

import numpy as np

from corpus_clean.similarity.arrays import Hashes, Minima, Offsets
from corpus_clean.similarity.inlining import inline
from corpus_clean.similarity.sheets import DIRECT, NEAR, ROUNDING, Numbers

_ONE = np.uint64(1)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


@inline
def clear(slots: Offsets, entries: int) -> np.uint64:
    """Empty a table for so many entries; return by how much hashes are shifted to be places in it."""
    bits = np.uint64(4)
    while (_ONE << bits) < np.uint64(2 * entries):
        bits += _ONE
    for slot in range(_ONE << bits):
        slots[np.uint64(slot)] = 0
    return np.uint64(64) - bits


@inline
def find_slot(slots: Offsets, shift: np.uint64, keys: Hashes, key: np.uint64) -> np.uint64:
    """Return the slot of a key, or the empty one where it goes."""
    mask = (_ONE << (np.uint64(64) - shift)) - _ONE
    slot = (key * _SPREAD) >> shift
    while slots[slot] and keys[np.uint64(slots[slot]) - _ONE] != key:
        slot = (slot + _ONE) & mask
    return slot


@inline
def enter(slots: Offsets, shift: np.uint64, keys: Hashes, first: int, end: int, chain: Offsets, base: int) -> None:
    """Put the keys of the entries `first:end` into a table; `chain` begins with the entry `base`."""
    for entry in range(np.uint64(first), np.uint64(end)):
        slot = find_slot(slots, shift, keys, keys[np.uint64(entry)])
        chain[np.uint64(entry) - np.uint64(base)] = slots[slot]
        slots[slot] = np.int64(entry) + 1


@inline
def find_forms(
    word: int,
    roots: Offsets,
    grams: Hashes,
    owners: Minima,
    slots: Offsets,
    shift: np.uint64,
    chain: Offsets,
    tick: int,
    seen: Offsets,
    common: Offsets,
    touched: Offsets,
) -> int:
    """Count how many grams of a word each other one has, and write which have any; return how many these are."""
    count = 0
    for entry in range(np.uint64(roots[word]), np.uint64(roots[word + 1])):
        at = slots[find_slot(slots, shift, grams, grams[np.uint64(entry)])]
        while at:
            place = np.uint64(at) - _ONE
            form = np.uint64(owners[place])
            if seen[form] != tick:
                seen[form] = tick
                common[form] = 0
                touched[count] = np.int64(form)
                count += 1
            common[form] += 1
            at = chain[place]
    return count


@inline
def may_match(own_left: bool, own_right: bool, kind_left: int, kind_right: int) -> bool:
    """Tell whether two statements are compared: a sentence of a paper's own only with what the other one quotes."""
    if own_left:
        return (not own_right) and kind_right == DIRECT
    return (not own_right) or kind_left == DIRECT


def find_near(
    lefts: Offsets,
    rights: Offsets,
    statements: Offsets,
    quotes: Offsets,
    kinds: Offsets,
    units: Offsets,
    lengths: Offsets,
    shingles: Offsets,
    hashes: Hashes,
    shortest: int,
    least: Numbers,
    slots: Offsets,
    chain: Offsets,
    owners: Minima,
    counts: Offsets,
    found: Offsets,
    done: Offsets,
) -> None:
    """Write the pairs of units that share such a part of the shingles of the one with fewer: `least`, or hardly less.

    `owners` are the units that the shingles are of. It begins with the pair of articles `done[0]`, and stops where
    there is no more room: before the pair `done[0]`, with `done[1]` rows written.
    """
    filled, placed, base = 0, -1, 0
    shift = np.uint64(0)
    pair = int(done[0])
    while pair < len(lefts):
        left, right = lefts[pair], rights[pair]
        first, other = units[statements[left]], units[statements[right]]
        end, other_end = units[statements[left + 1]], units[statements[right + 1]]
        cells = (end - first) * (other_end - other)
        if filled + cells > len(found) // NEAR:
            break
        if quotes[left] and quotes[right]:
            if left != placed:
                placed, base = left, shingles[first]
                shift = clear(slots, shingles[end] - base)
                enter(slots, shift, hashes, base, shingles[end], chain, base)
            for cell in range(cells):
                counts[cell] = 0
            _count_shared(first, other, other_end, shingles, hashes, slots, shift, chain, base, owners, counts)
            filled = _write_near(
                pair, left, right, statements, quotes, kinds, units, lengths, shingles, shortest, least[0], counts,
                found, filled,
            )  # fmt: skip
        pair += 1
    done[0], done[1] = pair, filled


@inline
def _count_shared(
    first: int,
    other: int,
    end: int,
    shingles: Offsets,
    hashes: Hashes,
    slots: Offsets,
    shift: np.uint64,
    chain: Offsets,
    base: int,
    owners: Minima,
    counts: Offsets,
) -> None:
    """Add up what the units in the table, from `first` on, share with the units `other:end`: a row for each of them."""
    for unit in range(other, end):
        for entry in range(np.uint64(shingles[unit]), np.uint64(shingles[unit + 1])):
            at = slots[find_slot(slots, shift, hashes, hashes[np.uint64(entry)])]
            while at:
                place = np.uint64(at) - _ONE
                counts[np.uint64((np.int64(owners[place]) - first) * (end - other) + unit - other)] += 1
                at = chain[place - np.uint64(base)]


@inline
def _write_near(
    pair: int,
    left: int,
    right: int,
    statements: Offsets,
    quotes: Offsets,
    kinds: Offsets,
    units: Offsets,
    lengths: Offsets,
    shingles: Offsets,
    shortest: int,
    least: float,
    counts: Offsets,
    found: Offsets,
    filled: int,
) -> int:
    first, other = units[statements[left]], units[statements[right]]
    width = units[statements[right + 1]] - other
    for i in range(statements[left], statements[left + 1]):
        own = i - statements[left] >= quotes[left]
        for j in range(statements[right], statements[right + 1]):
            if not may_match(own, j - statements[right] >= quotes[right], kinds[i], kinds[j]):
                continue
            for a in range(units[i], units[i + 1]):
                for b in range(units[j], units[j + 1]):
                    shared = counts[(a - first) * width + b - other]
                    fewer = min(shingles[a + 1] - shingles[a], shingles[b + 1] - shingles[b])
                    if shared >= least * fewer - ROUNDING and min(lengths[a], lengths[b]) >= shortest:
                        row = filled * NEAR
                        found[row], found[row + 1], found[row + 2], found[row + 3] = pair, a, b, shared
                        filled += 1
    return filled
