"""Candidates in memory: the same pairs as the SQL of `candidates`, at a tenth of its cost, for what fits.

A segment is a number from 0 in the order of segment ids; a pair is one number, the lesser segment in its upper half.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus_clean.similarity import backend
from corpus_clean.similarity.arrays import Keys, Offsets
from corpus_clean.similarity.candidates import LARGE_BUCKET, MOST_CARRIERS, RAREST
from corpus_clean.similarity.kernel import Repeats

Pairs = NDArray[np.uint64]
Numbers = NDArray[np.int32] | NDArray[np.int64]

_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
_AT_A_TIME = 1 << 22
"""Keys that are sorted together, and pairs that are made together: they bound the memory."""


@dataclass(frozen=True, slots=True)
class KeyLists:
    """Segment `owners[i]` has the keys `values[bounds[i]:bounds[i + 1]]`; an owner below 0 is left out."""

    values: Keys
    bounds: Offsets
    owners: Offsets


class Entries(NamedTuple):
    """Keys, and the segment that each is of."""

    values: Keys
    segments: Numbers


def take_entries(parts: list[KeyLists]) -> Entries:
    """Return the keys that may pair somebody, and empty the list: where there are many, there is no room for both.

    Keys that come once pair nobody; where compiled code is at hand, most of them are left out.

    Example:
        >>> parts = [KeyLists(np.array([5, 6, 5]), np.array([0, 2, 3]), np.array([0, -1]))]
        >>> take_entries(parts).segments.max(), parts
        (np.int32(0), [])
    """
    found: list[Entries] = [Entries(np.empty(0, np.int64), np.empty(0, np.int32))]
    repeats = Repeats(sum(len(part.values) for part in parts)) if backend.spend_work(0) else None
    if repeats:
        for part in parts:
            repeats.mark(part.values, part.bounds, part.owners)
    parts.reverse()
    while parts:
        part = parts.pop()
        if repeats:
            values, owners = repeats.keep(part.values, part.bounds, part.owners)
            found.append(Entries(values, owners.astype(np.int32)))
        else:
            segments = np.repeat(part.owners.astype(np.int32), np.diff(part.bounds))
            found.append(Entries(part.values[segments >= 0], segments[segments >= 0]))
    return Entries(*map(np.concatenate, zip(*found, strict=True)))


def pair_copies(exact: Keys, known: NDArray[np.bool_]) -> Pairs:
    """Return the pairs of equal `exact`, each with the least of its group; those not `known` are like nobody.

    Example:
        >>> split_pairs(pair_copies(np.array([7, 8, 7, 7]), np.array([True, True, True, False])))
        (array([0]), array([2]))
    """
    segments = np.flatnonzero(known)
    groups = _group(exact[segments], segments)
    leaders = np.repeat(groups.members[groups.starts], groups.sizes)
    return np.sort(_join_pairs(leaders, groups.members))


def pair_buckets(buckets: Entries, documents: Offsets, large: int = LARGE_BUCKET, shared: int = 1) -> Pairs:
    """Return the pairs that meet in `shared` buckets: all of a small one, of a large one each with the least.

    Args:
        buckets: of each segment.
        documents: the number of each segment's document; two of one document are no pair.
        large: from more segments than this on a bucket is large.
        shared: in how many buckets two segments must meet.

    Example:
        >>> entries = Entries(np.array([5, 6, 5, 6, 6]), np.array([0, 0, 1, 2, 3]))
        >>> split_pairs(pair_buckets(entries, np.array([0, 1, 2, 2])))
        (array([0, 0, 0]), array([1, 2, 3]))
    """
    found = [np.empty(0, np.uint64)]
    for values, segments in _cut(buckets):
        groups = _group(values, segments)
        starts = np.repeat(groups.starts, groups.sizes)
        big = np.repeat(groups.sizes, groups.sizes) > large
        found.append(_apart(groups.members[starts[big]], groups.members[big], documents))
        ends = starts + np.repeat(groups.sizes, groups.sizes)
        places = np.flatnonzero(~big)
        for step in range(1, large):
            places = places[places + step < ends[places]]
            if not len(places):
                break
            found.append(_apart(groups.members[places], groups.members[places + step], documents))
        if shared == 1:
            found = [_sort_distinct(np.concatenate(found))]
    return _keep_repeated(np.concatenate(found), shared)


def pair_rare(
    features: Entries, documents: Offsets, keep: int = RAREST, most: int = MOST_CARRIERS, shared: int = 1
) -> Pairs:
    """Return the pairs of which one segment has `shared` features that are among the other's rarest.

    Args:
        features: of each segment.
        documents: the number of each segment's document.
        keep: how many of a segment's features are its rarest.
        most: how many documents may have a feature that counts.
        shared: how many of the other's rarest features a segment must have.

    Example:
        >>> entries = Entries(np.array([5, 6, 5, 6, 6]), np.array([0, 0, 1, 2, 3]))
        >>> split_pairs(pair_rare(entries, np.arange(4), keep=1))
        (array([0, 0, 0, 2]), array([1, 2, 3, 3]))
    """
    parts = [_keep_rare(_group(values, segments), documents, most) for values, segments in _cut(features)]
    groups = _concatenate(parts)
    carriers = np.concatenate([part.carriers for part in parts])
    group = np.repeat(np.arange(len(groups.sizes)), groups.sizes)
    # Rarer first, of equally rare ones the lesser key; groups of a later cut have greater keys.
    order = np.empty(len(groups.sizes), np.uint64)
    order[np.lexsort((np.arange(len(groups.sizes)), carriers))] = np.arange(len(groups.sizes))
    entries = np.sort((groups.members.astype(np.uint64) << _HALF) | order[group])
    rows = (entries >> _HALF).astype(np.int64)
    first = np.searchsorted(rows, rows)
    rare = np.arange(len(rows)) - first < keep
    by_order = np.argsort(order)
    chosen, owners = by_order[(entries[rare] & _LOW).astype(np.int64)], rows[rare]
    return _meet(groups, chosen, owners, documents, shared)


def join_pairs(*parts: Pairs) -> Pairs:
    """Return the distinct pairs of several sets, ascending."""
    return _sort_distinct(np.concatenate(parts))


def split_pairs(pairs: Pairs) -> tuple[Offsets, Offsets]:
    """Return the two sides of pairs, the lesser first."""
    return (pairs >> _HALF).astype(np.int64), (pairs & _LOW).astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Groups:
    """Segments that share a key: `members[starts[g]:starts[g] + sizes[g]]`, ascending; groups of one are left out."""

    members: Offsets
    starts: Offsets
    sizes: Offsets
    carriers: Offsets


def _group(values: Keys, segments: Numbers) -> _Groups:
    order = np.argsort(values)
    ordered = values[order]
    fresh = np.ones(len(ordered) + 1, bool)
    fresh[1:-1] = ordered[1:] != ordered[:-1]
    shared = ~(fresh[:-1] & fresh[1:])
    group = (np.cumsum(fresh[:-1]) - 1)[shared].astype(np.uint64)
    # Only what is shared is put in the order of segments: it is a small part.
    pairs = np.sort((group << _HALF) | segments[order[shared]].astype(np.uint64))
    starts = np.flatnonzero(np.concatenate(([True], pairs[1:] >> _HALF != pairs[:-1] >> _HALF))[: len(pairs)])
    return _Groups(
        (pairs & _LOW).astype(np.int64),
        starts,
        np.diff(np.append(starts, len(pairs))),
        np.empty(0, np.int64),
    )


def _cut(entries: Entries) -> Iterator[Entries]:
    """Yield keys and their segments in parts by the keys' size, ascending, so that equal ones are in one part."""
    values, segments = entries
    parts = len(values) // _AT_A_TIME + 1
    if parts == 1:
        yield entries
        return
    bits = (parts - 1).bit_length()
    part_of = (values >> np.int64(64 - bits)).astype(np.int16)
    for part in range(-(1 << (bits - 1)), 1 << (bits - 1)):
        places = np.flatnonzero(part_of == part)
        yield Entries(values[places], segments[places])


def _keep_rare(groups: _Groups, documents: Offsets, most: int) -> _Groups:
    """Leave out groups of one document, of more than `most`, or of more than four times as many segments."""
    group = np.repeat(np.arange(len(groups.sizes)), groups.sizes)
    met = _sort_distinct((group.astype(np.uint64) << _HALF) | documents[groups.members].astype(np.uint64)) >> _HALF
    carriers = np.bincount(met.astype(np.int64), minlength=len(groups.sizes))
    good = (groups.sizes <= 4 * most) & (carriers >= 2) & (carriers <= most)
    sizes = groups.sizes[good]
    return _Groups(groups.members[good[group]], np.cumsum(sizes) - sizes, sizes, carriers[good])


def _concatenate(parts: list[_Groups]) -> _Groups:
    sizes = np.concatenate([part.sizes for part in parts])
    members = np.concatenate([part.members for part in parts])
    return _Groups(members, np.cumsum(sizes) - sizes, sizes, np.concatenate([part.carriers for part in parts]))


def _meet(groups: _Groups, chosen: Offsets, owners: Offsets, documents: Offsets, shared: int) -> Pairs:
    """Return the pairs of each owner, ascending, with those that are in so many of the groups chosen for it."""
    totals = np.cumsum(groups.sizes[chosen])
    found = [np.empty(0, np.uint64)]
    first = 0
    while first < len(chosen):
        reached = totals[first - 1] if first else 0
        end = max(first + 1, int(np.searchsorted(totals, reached + _AT_A_TIME)))
        end = int(np.searchsorted(owners, owners[end - 1], "right"))
        sizes = groups.sizes[chosen[first:end]]
        starts = np.repeat(groups.starts[chosen[first:end]] - (np.cumsum(sizes) - sizes), sizes)
        others = groups.members[starts + np.arange(len(starts))]
        own = np.repeat(owners[first:end], sizes)
        if shared > 1:  # one that is among the other's rarest is not the other one's, too
            met = _keep_repeated((own.astype(np.uint64) << _HALF) | others.astype(np.uint64), shared)
            own, others = split_pairs(met)
        found.append(_sort_distinct(_apart(own, others, documents)))
        first = end
    return _sort_distinct(np.concatenate(found))


def _keep_repeated(pairs: Pairs, times: int) -> Pairs:
    """Return the distinct pairs that come so many times, ascending."""
    ordered = np.sort(pairs)
    firsts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1]))[: len(ordered)])
    return ordered[firsts[np.diff(np.append(firsts, len(ordered))) >= times]]


def _sort_distinct(pairs: Pairs) -> Pairs:
    ordered = np.sort(pairs)  # with vector instructions, which `np.unique` does without
    fresh = np.ones(len(ordered), bool)
    fresh[1:] = ordered[1:] != ordered[:-1]
    return ordered[fresh]


def _apart(left: Offsets, right: Offsets, documents: Offsets) -> Pairs:
    differ = documents[left] != documents[right]
    return _join_pairs(left[differ], right[differ])


def _join_pairs(left: Offsets, right: Offsets) -> Pairs:
    differ = left != right
    low, high = np.minimum(left, right)[differ], np.maximum(left, right)[differ]
    pairs: Pairs = (low.astype(np.uint64) << _HALF) | high.astype(np.uint64)
    return pairs
