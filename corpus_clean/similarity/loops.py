"""The loops that are compiled to machine code. Importing this costs the import of numba; few processes have to.

They work on plain arrays that the caller provides and allocate nothing, so that the code needs no runtime of numba's.
Indexes are unsigned: a signed one could mean "from the end", and checking for it would cost more than the work.
A buffer of texts is laid out as `texts.NormalizedTexts` says, and may be read eight bytes beyond its last text.
"""

import numpy as np

from corpus_clean.similarity.arrays import Bytes, Hashes, Minima, Offsets
from corpus_clean.similarity.foldtable import EXPANDS
from corpus_clean.similarity.hashing import FACTOR, SPREAD, STEP
from corpus_clean.similarity.inlining import inline

_SPACE = np.uint8(0x20)
_ONE = np.uint64(1)
_EIGHT = np.uint64(8)
_LANES = 32
_NO_HASH = np.uint32(0xFFFFFFFF)
_M = np.uint64(FACTOR)
_S = np.uint64(STEP)
_SHIFTS = tuple(np.uint64(shift) for shift, _ in SPREAD)
_FACTORS = tuple(np.uint64(factor) for _, factor in SPREAD)


@inline
def _put(out: Bytes, o: np.uint64, point: np.uint32) -> np.uint64:
    """Write a code point as UTF-8 and return the place after it."""
    c = np.uint32(point)
    if c < np.uint32(0x80):
        out[o] = np.uint8(c)
        return o + _ONE
    if c < np.uint32(0x800):
        out[o] = np.uint8(np.uint32(0xC0) | (c >> np.uint32(6)))
    elif c < np.uint32(0x10000):
        out[o] = np.uint8(np.uint32(0xE0) | (c >> np.uint32(12)))
        o += _ONE
        out[o] = np.uint8(np.uint32(0x80) | ((c >> np.uint32(6)) & np.uint32(0x3F)))
    else:
        out[o] = np.uint8(np.uint32(0xF0) | (c >> np.uint32(18)))
        out[o + _ONE] = np.uint8(np.uint32(0x80) | ((c >> np.uint32(12)) & np.uint32(0x3F)))
        o += np.uint64(2)
        out[o] = np.uint8(np.uint32(0x80) | ((c >> np.uint32(6)) & np.uint32(0x3F)))
    out[o + _ONE] = np.uint8(np.uint32(0x80) | (c & np.uint32(0x3F)))
    return o + np.uint64(2)


@inline
def _decode(data: Bytes, i: np.uint64, end: np.uint64) -> tuple[np.uint32, np.uint64]:
    """Return the code point at `i` and its length; what is not UTF-8 counts as one unassigned character a byte."""
    lead = np.uint32(data[i])
    if lead < np.uint32(0xE0):
        length, point = np.uint64(2), lead & np.uint32(0x1F)
    elif lead < np.uint32(0xF0):
        length, point = np.uint64(3), lead & np.uint32(0x0F)
    else:
        length, point = np.uint64(4), lead & np.uint32(0x07)
    if lead < np.uint32(0xC0) or i + length > end:
        return np.uint32(0xFFFF), _ONE
    for k in range(1, length):
        point = np.uint32(point << np.uint32(6)) | (np.uint32(data[i + np.uint64(k)]) & np.uint32(0x3F))
    return (point if point < np.uint32(0x110000) else np.uint32(0xFFFF)), length


def normalize(
    data: Bytes, offsets: Offsets, ascii: Bytes, table: Minima, expansions: Minima, out: Bytes, bounds: Offsets
) -> None:
    """Put texts `data[offsets[i]:offsets[i + 1]]` in normal form; `ascii` is the table's first 128 entries."""
    out[0] = _SPACE
    o = _ONE
    for text in range(len(offsets) - 1):
        bounds[text] = o
        first = o
        i, end = np.uint64(offsets[text]), np.uint64(offsets[text + 1])
        last = _SPACE
        while i < end:
            byte = data[i]
            if byte < np.uint8(0x80):
                # Always written, kept unless it is a second space: there is no branch to mispredict at word ends.
                folded = ascii[byte]
                out[o] = folded
                o += np.uint64((folded != _SPACE) | (last != _SPACE))
                last = folded
                i += _ONE
                continue
            point, length = _decode(data, i, end)
            i += length
            entry = table[point]
            if entry == np.uint32(0x20):
                out[o] = _SPACE
                o += np.uint64(last != _SPACE)
            elif entry & EXPANDS:
                at = np.uint64(entry ^ EXPANDS)
                for k in range(expansions[at]):
                    part = expansions[at + _ONE + np.uint64(k)]
                    if part != np.uint32(0x20) or out[o - _ONE] != _SPACE:
                        o = _put(out, o, part)
            else:
                o = _put(out, o, entry)
            last = out[o - _ONE]
        if o > first and out[o - _ONE] == _SPACE:
            o -= _ONE
        out[o] = _SPACE
        o += _ONE
    bounds[len(offsets) - 1] = o


@inline
def _mark_units(buffer: Bytes, start: np.uint64, end: np.uint64, words: np.int64, marks: Offsets) -> np.uint64:
    """Write where each word or character of a text ends; return how many there are. `end` is that of the text."""
    count = np.uint64(0)
    if start == end:
        return count
    if words:
        for i in range(start, end + _ONE):
            marks[count] = i
            count += np.uint64(buffer[np.uint64(i)] == _SPACE)
    else:
        # The spaces before and after a text are characters of it: they make its first and last letters count as such.
        for i in range(start, end + _ONE):
            marks[count] = i
            count += np.uint64((buffer[np.uint64(i)] & np.uint8(0xC0)) != np.uint8(0x80))
        marks[count] = end + _ONE
        count += _ONE
    return count


@inline
def _read_64(data: Bytes, i: np.uint64) -> np.uint64:
    value = np.uint64(data[i])
    for k in range(1, 8):  # eight reads that the compiler makes one
        value |= np.uint64(data[i + np.uint64(k)]) << np.uint64(8 * k)
    return value


@inline
def _hash_units(
    buffer: Bytes, start: np.uint64, gap: np.uint64, count: np.uint64, marks: Offsets, units: Hashes
) -> None:
    """Write the hash of each unit, as `hashing.hash_unit` has it; `gap` bytes lie between two of them."""
    p = start
    for k in range(count):
        q = np.uint64(marks[np.uint64(k)])
        h = q - p
        while p + _EIGHT < q:
            h = (h ^ _read_64(buffer, p)) * _M
            h ^= h >> np.uint64(32)
            p += _EIGHT
        h = (h ^ (_read_64(buffer, p) << (_EIGHT * (_EIGHT - (q - p))))) * _M
        units[np.uint64(k)] = h ^ (h >> np.uint64(32))
        p = q + gap


@inline
def _hash_text(
    buffer: Bytes,
    start: np.uint64,
    end: np.uint64,
    words: np.int64,
    size: np.int64,
    marks: Offsets,
    units: Hashes,
    hashes: Hashes,
) -> np.uint64:
    """Write the hash of each shingle of a text, as `hashing.hash_shingle` has it; return how many there are."""
    count = _mark_units(buffer, start, end, words, marks)
    if not count:
        return count
    if words:
        _hash_units(buffer, start, _ONE, count, marks, units)
    else:
        _hash_units(buffer, start - _ONE, np.uint64(0), count, marks, units)
    width = min(np.uint64(size), count)
    count -= width - _ONE
    for i in range(count):
        hashes[np.uint64(i)] = units[np.uint64(i)]
    for k in range(1, width):
        for i in range(count):
            hashes[np.uint64(i)] = hashes[np.uint64(i)] * _S + units[np.uint64(i) + np.uint64(k)]
    for i in range(count):
        h = hashes[np.uint64(i)]
        h = (h ^ (h >> _SHIFTS[0])) * _FACTORS[0]
        h = (h ^ (h >> _SHIFTS[1])) * _FACTORS[1]
        hashes[np.uint64(i)] = h ^ (h >> _SHIFTS[2])
    return count


def sign(
    buffer: Bytes,
    offsets: Offsets,
    words: np.int64,
    size: np.int64,
    a: Minima,
    b: Minima,
    one_in: np.uint64,
    marks: Offsets,
    units: Hashes,
    hashes: Hashes,
    mixed: Minima,
    minima: Minima,
    sampled: Hashes,
    bounds: Offsets,
    zeros: Minima,
    figures: Hashes,
) -> None:
    """Write each text's minima under the permutations `a·h + b`, and its distinct hashes that `one_in` divides.

    At 2·i of `figures` stands how many words of text i begin with a digit, and behind it a hash of these words.
    """
    permutations = np.uint64(len(a))
    chunk = np.uint64(len(mixed))
    filled = np.uint64(0)
    for text in range(len(offsets) - 1):
        bounds[text] = filled
        row = np.uint64(text) * permutations
        for j in range(permutations):
            minima[row + np.uint64(j)] = _NO_HASH
        start, end = np.uint64(offsets[text]), np.uint64(offsets[text + 1]) - _ONE
        count = _hash_text(buffer, start, end, words, size, marks, units, hashes)
        if words:
            _find_figures(buffer, start, end, marks, units, zeros, figures, np.uint64(2 * text))
        first = np.uint64(0)
        while first < count:  # not `range`: a step that might be 0 brings in an exception
            part = min(count - first, chunk)
            for i in range(part):
                h = np.uint32(hashes[first + np.uint64(i)] >> np.uint64(32))
                h = np.uint32((h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B))
                h = np.uint32((h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35))
                mixed[np.uint64(i)] = h ^ (h >> np.uint32(16))
            # Repeating a hash changes no minimum, and a whole number of vectors leaves no slow remainder.
            padded = (part + np.uint64(_LANES - 1)) // np.uint64(_LANES) * np.uint64(_LANES)
            for i in range(part, padded):
                mixed[np.uint64(i)] = mixed[np.uint64(0)]
            for j in range(permutations):
                low, factor, shift = minima[row + np.uint64(j)], a[np.uint64(j)], b[np.uint64(j)]
                for i in range(padded):
                    low = min(low, np.uint32(np.uint32(mixed[np.uint64(i)] * factor) + shift))
                minima[row + np.uint64(j)] = low
            first += part
        if one_in:
            filled = _sample(hashes, count, one_in, sampled, filled)
    bounds[len(offsets) - 1] = filled


@inline
def _find_figures(
    buffer: Bytes,
    start: np.uint64,
    end: np.uint64,
    marks: Offsets,
    units: Hashes,
    zeros: Minima,
    figures: Hashes,
    place: np.uint64,
) -> None:
    count, value = np.uint64(0), np.uint64(0)
    p, k = start, np.uint64(0)
    while p < end:
        byte = buffer[p]
        if byte < np.uint8(0x80):
            digit = byte >= np.uint8(0x30) and byte <= np.uint8(0x39)
        else:
            digit = _is_digit(_decode(buffer, p, end)[0], zeros)
        if digit:
            count += _ONE
            value = (value * _S + units[k]) * _M
        p = np.uint64(marks[k]) + _ONE
        k += _ONE
    figures[place] = count
    figures[place + _ONE] = value


@inline
def _is_digit(point: np.uint32, zeros: Minima) -> np.bool:
    """Tell whether a code point is one of the ten that begin at one of `zeros`, ascending."""
    low, high = np.uint64(0), np.uint64(len(zeros))
    while low < high:
        middle = (low + high) // np.uint64(2)
        if zeros[middle] <= point:
            low = middle + _ONE
        else:
            high = middle
    return low > np.uint64(0) and point - zeros[low - _ONE] < np.uint32(10)


@inline
def _sample(hashes: Hashes, count: np.uint64, one_in: np.uint64, sampled: Hashes, filled: np.uint64) -> np.uint64:
    """Append the distinct of the hashes that `one_in` divides, ascending; return where the next ones go."""
    first = filled
    mask = one_in - _ONE
    if one_in & mask:
        for i in range(count):
            sampled[filled] = hashes[np.uint64(i)]
            filled += np.uint64(hashes[np.uint64(i)] % one_in == np.uint64(0))
    else:  # a power of two needs no division, which would take longer than all that was done before
        for i in range(count):
            sampled[filled] = hashes[np.uint64(i)]
            filled += np.uint64(hashes[np.uint64(i)] & mask == np.uint64(0))
    _sort(sampled, first, filled)
    kept = first
    for i in range(first, filled):
        if np.uint64(i) == first or sampled[np.uint64(i)] != sampled[kept - _ONE]:
            sampled[kept] = sampled[np.uint64(i)]
            kept += _ONE
    return kept


@inline
def _sort(values: Hashes, first: np.uint64, end: np.uint64) -> None:
    """Heapsort: it has no bad case and needs no further memory."""
    count = end - first
    half = count // np.uint64(2)
    for k in range(half):
        _sink(values, first, half - _ONE - np.uint64(k), count)
    for k in range(_ONE, count):
        last = end - np.uint64(k)
        values[first], values[last] = values[last], values[first]
        _sink(values, first, np.uint64(0), count - np.uint64(k))


@inline
def _sink(heap: Hashes, first: np.uint64, place: np.uint64, size: np.uint64) -> None:
    child = np.uint64(2) * place + _ONE
    while child < size:
        if child + _ONE < size and heap[first + child + _ONE] > heap[first + child]:
            child += _ONE
        if heap[first + place] >= heap[first + child]:
            return
        heap[first + place], heap[first + child] = heap[first + child], heap[first + place]
        place = child
        child = np.uint64(2) * place + _ONE


def key_bands(
    signatures: Minima, permutations: np.int64, bands: np.int64, rows: np.int64, seed: np.uint64, out: Hashes
) -> None:
    """Write one key for each band of each signature, as `reference.key_bands` has it."""
    texts = len(signatures) // permutations if permutations else 0
    for text in range(texts):
        for band in range(bands):
            h = seed + np.uint64(band)
            place = np.uint64(text * permutations + band * rows)
            for i in range(rows):
                h = (h ^ np.uint64(signatures[place + np.uint64(i)])) * _M
                h ^= h >> np.uint64(32)
            out[np.uint64(text * bands + band)] = h


def hash_shingles(
    buffer: Bytes,
    offsets: Offsets,
    words: np.int64,
    size: np.int64,
    marks: Offsets,
    units: Hashes,
    scratch: Hashes,
    hashes: Hashes,
    bounds: Offsets,
) -> None:
    """Write the hashes of each text's shingles, in their order, one text after the other."""
    filled = np.uint64(0)
    for text in range(len(offsets) - 1):
        bounds[text] = filled
        start, end = np.uint64(offsets[text]), np.uint64(offsets[text + 1]) - _ONE
        count = _hash_text(buffer, start, end, words, size, marks, units, scratch)
        for i in range(count):
            hashes[filled + np.uint64(i)] = scratch[np.uint64(i)]
        filled += count
    bounds[len(offsets) - 1] = filled


def drop_repeats(hashes: Hashes, bounds: Offsets) -> None:
    """Move the distinct of each ascending run together, in place."""
    filled = np.uint64(0)
    start = np.uint64(bounds[0])
    for text in range(len(bounds) - 1):
        end = np.uint64(bounds[text + 1])
        first = filled
        for i in range(start, end):
            if filled == first or hashes[np.uint64(i)] != hashes[filled - _ONE]:
                hashes[filled] = hashes[np.uint64(i)]
                filled += _ONE
        start = end
        bounds[text + 1] = filled


def count_shared(hashes: Hashes, bounds: Offsets, left: Offsets, right: Offsets, out: Offsets) -> None:
    """Write how many hashes each pair of texts has in common."""
    for pair in range(len(left)):
        a, b = np.uint64(left[pair]), np.uint64(right[pair])
        i, i_end = np.uint64(bounds[a]), np.uint64(bounds[a + _ONE])
        j, j_end = np.uint64(bounds[b]), np.uint64(bounds[b + _ONE])
        shared = 0
        while i < i_end and j < j_end:
            x, y = hashes[i], hashes[j]
            shared += x == y
            i += np.uint64(x <= y)
            j += np.uint64(y <= x)
        out[pair] = shared
