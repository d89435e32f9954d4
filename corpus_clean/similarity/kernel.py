"""The compiled half of the batch functions: the same results as `reference`, tens of times faster.

All compiled functions are in this one file because numba's cache looks at a function's own file only. Importing it
costs the import of numba; `backend` decides when that is worth it. Texts are packed as `texts.NormalizedTexts`
describes: one buffer of UTF-8, text i at `offsets[i] : offsets[i + 1] - 1`, a space before and after each.
"""

import itertools

import numpy as np

from corpus_clean.similarity.arrays import Bytes, Hashes, Keys, Minima, Offsets
from corpus_clean.similarity.foldtable import EXPANDS, build_fold_table
from corpus_clean.similarity.jit import compile_kernel, inline_kernel

_P1 = np.uint64(0x9E3779B185EBCA87)
_P2 = np.uint64(0xC2B2AE3D27D4EB4F)
_P3 = np.uint64(0x165667B19E3779F9)
_P4 = np.uint64(0x85EBCA77C2B2AE63)
_P5 = np.uint64(0x27D4EB2F165667C5)

_SPACE = np.uint8(0x20)
_LANES = 32
_CHUNK = 2048  # hashes at a time: they stay in the first-level cache, and memory does not grow with the text
_NO_HASH = np.uint32(0xFFFFFFFF)


def normalize(data: Bytes, offsets: Offsets) -> tuple[Bytes, Offsets]:
    """Return texts `data[offsets[i]:offsets[i + 1]]` in normal form, packed."""
    table, expansions, growth = build_fold_table()
    frozen = data.view()
    frozen.flags.writeable = False
    size = int(offsets[-1] - offsets[0])
    out = np.empty(size * growth + len(offsets) + 1, np.uint8)
    bounds = np.empty(len(offsets), np.int64)
    _normalize(frozen, np.require(offsets, np.int64, ["C", "W"]), table, expansions, out, bounds)
    return out[: bounds[-1]], bounds


def sign(buffer: Bytes, offsets: Offsets, words: bool, size: int, a: Minima, b: Minima) -> Minima:
    """Return the minima of each text's shingle hashes under the permutations `a·h + b`, shape `(texts, len(a))`."""
    out = np.empty((len(offsets) - 1, len(a)), np.uint32)
    _sign(buffer, offsets, words, size, a, b, out)
    return out


def key_bands(signatures: Minima, bands: int, rows: int, seed: int) -> Keys:
    """Return one key for each band of each signature, shape `(texts, bands)`."""
    out = np.empty((len(signatures), bands), np.uint64)
    _key_bands(np.require(signatures, np.uint32, ["C", "W"]).view(np.uint8), rows * 4, np.uint64(seed), out)
    return out.view(np.int64)


def hash_shingles(buffer: Bytes, offsets: Offsets, words: bool, size: int) -> tuple[Hashes, Offsets]:
    """Return each text's distinct shingle hashes, ascending, as one array and the bounds in it."""
    # A text of n bytes has at most n + 2 shingles: by characters, when all are ASCII, with a space at both ends.
    hashes = np.empty(len(buffer) + len(offsets) + 1, np.uint64)
    bounds = np.empty(len(offsets), np.int64)
    _hash_shingles(buffer, offsets, words, size, hashes, bounds)
    for start, end in itertools.pairwise(bounds.tolist()):
        hashes[start:end].sort()  # NumPy sorts with vector instructions
    _drop_repeats(hashes, bounds)
    return hashes[: bounds[-1]].copy(), bounds


def count_shared(hashes: Hashes, bounds: Offsets, left: Offsets, right: Offsets) -> Offsets:
    """Return how many hashes each pair of texts has in common; `left` and `right` are numbers of texts."""
    out = np.empty(len(left), np.int64)
    _count_shared(hashes, bounds, left, right, out)
    return out


@inline_kernel
def _rotate(value: np.uint64, bits: int) -> np.uint64:
    return (value << np.uint64(bits)) | (value >> np.uint64(64 - bits))


@inline_kernel
def _read_64(data: Bytes, i: np.uint64) -> np.uint64:
    # An unsigned index cannot mean "from the end"; only so do the eight reads become one.
    value = np.uint64(data[i])
    for k in range(1, 8):
        value |= np.uint64(data[i + np.uint64(k)]) << np.uint64(8 * k)
    return value


@inline_kernel
def _read_32(data: Bytes, i: np.uint64) -> np.uint64:
    value = np.uint64(data[i])
    for k in range(1, 4):
        value |= np.uint64(data[i + np.uint64(k)]) << np.uint64(8 * k)
    return value


@inline_kernel
def _round(lane: np.uint64, value: np.uint64) -> np.uint64:
    return _rotate(lane + value * _P2, 31) * _P1


@inline_kernel
def _xxh64(data: Bytes, start: int, end: int, seed: np.uint64) -> np.uint64:
    """XXH64 as in the specification of xxHash 0.1.1 (doc/xxhash_spec.md)."""
    i, stop = np.uint64(start), np.uint64(end)
    if end - start >= 32:
        v1 = seed + _P1 + _P2
        v2 = seed + _P2
        v3 = seed
        v4 = seed - _P1
        while i + np.uint64(32) <= stop:
            v1 = _round(v1, _read_64(data, i))
            v2 = _round(v2, _read_64(data, i + np.uint64(8)))
            v3 = _round(v3, _read_64(data, i + np.uint64(16)))
            v4 = _round(v4, _read_64(data, i + np.uint64(24)))
            i += np.uint64(32)
        h = _rotate(v1, 1) + _rotate(v2, 7) + _rotate(v3, 12) + _rotate(v4, 18)
        for lane in (v1, v2, v3, v4):
            h = (h ^ _round(np.uint64(0), lane)) * _P1 + _P4
    else:
        h = seed + _P5
    h += np.uint64(end - start)
    while i + np.uint64(8) <= stop:
        h = _rotate(h ^ _round(np.uint64(0), _read_64(data, i)), 27) * _P1 + _P4
        i += np.uint64(8)
    if i + np.uint64(4) <= stop:
        h = _rotate(h ^ (_read_32(data, i) * _P1), 23) * _P2 + _P3
        i += np.uint64(4)
    while i < stop:
        h = _rotate(h ^ (np.uint64(data[i]) * _P5), 11) * _P1
        i += np.uint64(1)
    h = (h ^ (h >> np.uint64(33))) * _P2
    h = (h ^ (h >> np.uint64(29))) * _P3
    return h ^ (h >> np.uint64(32))


@inline_kernel
def _put(out: Bytes, o: int, point: np.uint32) -> int:
    """Write a code point beyond ASCII as UTF-8 and return the place after it."""
    c = np.uint32(point)
    if c < np.uint32(0x80):
        out[o] = np.uint8(c)
        return o + 1
    if c < np.uint32(0x800):
        out[o] = np.uint8(np.uint32(0xC0) | (c >> np.uint32(6)))
    elif c < np.uint32(0x10000):
        out[o] = np.uint8(np.uint32(0xE0) | (c >> np.uint32(12)))
        o += 1
        out[o] = np.uint8(np.uint32(0x80) | ((c >> np.uint32(6)) & np.uint32(0x3F)))
    else:
        out[o] = np.uint8(np.uint32(0xF0) | (c >> np.uint32(18)))
        out[o + 1] = np.uint8(np.uint32(0x80) | ((c >> np.uint32(12)) & np.uint32(0x3F)))
        o += 2
        out[o] = np.uint8(np.uint32(0x80) | ((c >> np.uint32(6)) & np.uint32(0x3F)))
    out[o + 1] = np.uint8(np.uint32(0x80) | (c & np.uint32(0x3F)))
    return o + 2


@inline_kernel
def _decode(data: Bytes, i: int, end: int) -> tuple[int, int]:
    """Return the code point at `i` and its length; what is not UTF-8 counts as one unassigned character a byte."""
    lead = int(data[i])
    if lead < 0xE0:
        length, point = 2, lead & 0x1F
    elif lead < 0xF0:
        length, point = 3, lead & 0x0F
    else:
        length, point = 4, lead & 0x07
    if lead < 0xC0 or i + length > end:
        return 0xFFFF, 1
    for k in range(1, length):
        point = (point << 6) | (int(data[i + k]) & 0x3F)
    return (point if point < 0x110000 else 0xFFFF), length


@compile_kernel
def _normalize(data: Bytes, offsets: Offsets, table: Minima, expansions: Minima, out: Bytes, bounds: Offsets) -> None:
    out[0] = _SPACE
    o = 1
    for text in range(len(offsets) - 1):
        first = o
        bounds[text] = first
        i = offsets[text]
        end = offsets[text + 1]
        last = _SPACE
        while i < end:
            byte = data[np.uint64(i)]
            if byte < 0x80:
                # Always written, kept unless it is a second space: there is no branch to mispredict at word ends.
                folded = np.uint8(table[byte])
                out[np.uint64(o)] = folded
                o += (folded != _SPACE) | (last != _SPACE)
                last = folded
                i += 1
                continue
            point, length = _decode(data, i, end)
            i += length
            entry = table[point]
            if entry == np.uint32(0x20):
                out[o] = _SPACE
                o += last != _SPACE
            elif entry & EXPANDS:
                at = np.int64(entry ^ EXPANDS)
                for k in range(np.int64(expansions[at])):
                    part = expansions[at + 1 + k]
                    if part != np.uint32(0x20) or out[o - 1] != _SPACE:
                        o = _put(out, o, part)
            else:
                o = _put(out, o, entry)
            last = out[o - 1]
        if o > first and out[o - 1] == _SPACE:
            o -= 1
        out[o] = _SPACE
        o += 1
    bounds[len(offsets) - 1] = o


@inline_kernel
def _mark_units(buffer: Bytes, start: int, end: int, words: bool, marks: Offsets) -> int:
    """Write where each word or character of a text begins, then where one more would; return how many there are."""
    count = 0
    if start == end:
        return 0
    if words:
        for i in range(start, end):
            marks[count] = i
            count += buffer[i - 1] == _SPACE
    else:
        for i in range(start - 1, end + 1):
            marks[count] = i
            count += (buffer[i] & np.uint8(0xC0)) != np.uint8(0x80)
    marks[count] = end + 1
    return count


@inline_kernel
def _hash_units(buffer: Bytes, marks: Offsets, first: int, last: int, width: int, gap: int, hashes: Hashes) -> None:
    """Write the hashes of the shingles that begin at marks `first` to `last`, exclusive, `width` units each."""
    for i in range(first, last):
        hashes[i - first] = _xxh64(buffer, marks[i], marks[i + width] - gap, np.uint64(0))


@inline_kernel
def _longest(offsets: Offsets) -> int:
    longest = 0
    for i in range(len(offsets) - 1):
        longest = max(longest, offsets[i + 1] - offsets[i])
    return longest


@compile_kernel
def _sign(buffer: Bytes, offsets: Offsets, words: bool, size: int, a: Minima, b: Minima, out: Minima) -> None:
    gap = 1 if words else 0
    marks = np.empty(_longest(offsets) + 4, np.int64)
    hashes = np.empty(_CHUNK, np.uint64)
    mixed = np.empty(_CHUNK, np.uint32)
    out[:] = _NO_HASH
    for text in range(len(offsets) - 1):
        units = _mark_units(buffer, offsets[text], offsets[text + 1] - 1, words, marks)
        width = min(size, units)
        shingles = units - width + 1 if units else 0
        for first in range(0, shingles, _CHUNK):
            count = min(shingles - first, _CHUNK)
            _hash_units(buffer, marks, first, first + count, width, gap, hashes)
            for i in range(count):
                h = np.uint32(hashes[i] >> np.uint64(32))
                h = np.uint32((h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B))
                h = np.uint32((h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35))
                mixed[i] = h ^ (h >> np.uint32(16))
            # Repeating a hash changes no minimum, and a whole number of vectors leaves no slow remainder.
            padded = (count + _LANES - 1) // _LANES * _LANES
            mixed[count:padded] = mixed[0]
            for j in range(len(a)):
                low, factor, shift = out[text, j], a[j], b[j]
                for i in range(padded):
                    low = min(low, np.uint32(np.uint32(mixed[i] * factor) + shift))
                out[text, j] = low


@compile_kernel
def _key_bands(signatures: Bytes, width: int, seed: np.uint64, out: Hashes) -> None:
    for text in range(out.shape[0]):
        for band in range(out.shape[1]):
            out[text, band] = _xxh64(signatures[text], band * width, (band + 1) * width, seed + np.uint64(band))


@compile_kernel
def _hash_shingles(buffer: Bytes, offsets: Offsets, words: bool, size: int, hashes: Hashes, bounds: Offsets) -> None:
    gap = 1 if words else 0
    marks = np.empty(_longest(offsets) + 4, np.int64)
    filled = 0
    for text in range(len(offsets) - 1):
        bounds[text] = filled
        units = _mark_units(buffer, offsets[text], offsets[text + 1] - 1, words, marks)
        width = min(size, units)
        shingles = units - width + 1 if units else 0
        _hash_units(buffer, marks, 0, shingles, width, gap, hashes[filled:])
        filled += shingles
    bounds[len(offsets) - 1] = filled


@compile_kernel
def _drop_repeats(hashes: Hashes, bounds: Offsets) -> None:
    """Move the distinct of each ascending run together, in place."""
    filled = 0
    start = bounds[0]
    for text in range(len(bounds) - 1):
        end = bounds[text + 1]
        for i in range(start, end):
            if i == start or hashes[i] != hashes[i - 1]:
                hashes[filled] = hashes[i]
                filled += 1
        start = end
        bounds[text + 1] = filled


@compile_kernel
def _count_shared(hashes: Hashes, bounds: Offsets, left: Offsets, right: Offsets, out: Offsets) -> None:
    for pair in range(len(left)):
        i, i_end = bounds[left[pair]], bounds[left[pair] + 1]
        j, j_end = bounds[right[pair]], bounds[right[pair] + 1]
        shared = 0
        while i < i_end and j < j_end:
            x, y = hashes[i], hashes[j]
            shared += x == y
            i += x <= y
            j += y <= x
        out[pair] = shared
