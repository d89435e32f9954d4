"""The batch functions in Python and NumPy: what `kernel` must equal, and the faster of the two for a few texts."""

import itertools
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from corpus_clean.similarity.arrays import Bytes, Hashes, Keys, Minima, Offsets
from corpus_clean.similarity.evidence import compare_sides, weigh_pair
from corpus_clean.similarity.hashing import FACTOR, STEP, hash_shingle, hash_unit
from corpus_clean.similarity.normalize import normalize_text
from corpus_clean.similarity.sheets import LOOSE, NEAR, ROUNDING, Links, Numbers, Sheets, Weights

_NO_HASH = np.uint32(0xFFFFFFFF)
_CHUNK = 4096


def normalize(data: Bytes, offsets: Offsets) -> tuple[Bytes, Offsets]:
    """Return texts `data[offsets[i]:offsets[i + 1]]` in normal form, packed."""
    return pack([normalize_text(text) for text in _decode(data, offsets, 0)])


def pack(texts: list[str]) -> tuple[Bytes, Offsets]:
    """Return texts as one buffer of UTF-8, a space before and after each, and where each begins."""
    encoded = [text.encode() for text in texts]
    offsets = np.ones(len(encoded) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)) + 1, out=offsets[1:])
    offsets[1:] += 1
    return np.frombuffer(b" ".join([b"", *encoded, b""]), np.uint8).copy(), offsets


def sign(
    buffer: Bytes, offsets: Offsets, words: bool, size: int, a: Minima, b: Minima, one_in: int
) -> tuple[Minima, Hashes, Offsets, Hashes]:
    """Return minima, shape `(texts, len(a))`; the distinct hashes that `one_in` divides, with bounds; and figures.

    The figures of a text are how many of its words begin with a digit, and a hash of these words.
    """
    hashes, bounds = hash_shingles(buffer, offsets, words, size)
    minima = np.empty((len(offsets) - 1, len(a)), np.uint32)
    for text, (start, end) in enumerate(_runs(bounds)):
        minima[text] = minimize(hashes[start:end], a, b)
    chosen = hashes % np.uint64(one_in) == 0 if one_in else np.zeros(len(hashes), bool)
    figures = [_find_figures(text) if words else (0, 0) for text in _decode(buffer, offsets, 1)]
    sampled = np.concatenate(([0], np.cumsum(chosen)))[bounds]
    return minima, hashes[chosen], sampled, np.array(figures, np.uint64).reshape(-1, 2)


def _find_figures(text: str) -> tuple[int, int]:
    value = 0
    found = [word for word in text.split(" ") if word[:1].isdecimal()]
    for word in found:
        value = (value * STEP + hash_unit(word.encode())) * FACTOR % 2**64
    return len(found), value


def minimize(hashes: Hashes, a: Minima, b: Minima) -> Minima:
    """Return the minima of one set of hashes: of their upper 32 bits, mixed by MurmurHash3's finalizer."""
    low: Minima = np.full(len(a), _NO_HASH, np.uint32)
    for first in range(0, len(hashes), _CHUNK):
        h = (hashes[first : first + _CHUNK] >> np.uint64(32)).astype(np.uint32)
        h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
        h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
        h ^= h >> np.uint32(16)
        np.minimum(low, (h[:, None] * a + b).min(axis=0), out=low)
    return low


def key_bands(signatures: Minima, bands: int, rows: int, seed: int) -> Keys:
    """Return one key for each band of each signature, shape `(texts, bands)`: its minima hashed one after the other."""
    cut = signatures[:, : bands * rows].reshape(len(signatures), bands, rows).astype(np.uint64)
    numbers = [(seed + band) % 2**64 for band in range(bands)]
    keys = np.tile(np.array(numbers, np.uint64), (len(signatures), 1))
    for row in range(rows):
        keys = (keys ^ cut[:, :, row]) * np.uint64(FACTOR)
        keys ^= keys >> np.uint64(32)
    return keys.view(np.int64)


def hash_shingles(buffer: Bytes, offsets: Offsets, words: bool, size: int) -> tuple[Hashes, Offsets]:
    """Return each text's distinct shingle hashes, ascending, as one array and the bounds in it."""
    sets = [sorted(_hash_text(text, words, size)) for text in _decode(buffer, offsets, 1)]
    bounds = np.zeros(len(offsets), np.int64)
    np.cumsum([len(one) for one in sets], out=bounds[1:])
    return np.array([value for one in sets for value in one], np.uint64), bounds


def _hash_text(text: str, words: bool, size: int) -> set[int]:
    if not text:
        return set()
    units = [hash_unit(unit.encode()) for unit in (text.split(" ") if words else f" {text} ")]
    width = min(size, len(units))
    return {hash_shingle(units[i : i + width]) for i in range(len(units) - width + 1)}


def count_shared(hashes: Hashes, bounds: Offsets, left: Offsets, right: Offsets) -> Offsets:
    """Return how many hashes each pair of texts has in common; `left` and `right` are numbers of texts."""
    sets = [frozenset(hashes[start:end].tolist()) for start, end in _runs(bounds)]
    return np.array([len(sets[i] & sets[j]) for i, j in zip(left, right, strict=True)], np.int64)


def find_near(sheets: Sheets, lefts: Offsets, rights: Offsets, shortest: int, least: float) -> Offsets:
    """Return a row for each pair of units that share enough, shape `(pairs, NEAR)`, pair of articles by pair."""
    begins = sheets.units[sheets.statements]
    sizes = np.diff(sheets.shingles)
    sets = [frozenset(sheets.hashes[start:end].tolist()) for start, end in _runs(sheets.shingles)]
    parts = [np.empty((0, NEAR), np.int64)]
    for pair, (left, right) in enumerate(zip(lefts.tolist(), rights.tolist(), strict=True)):
        if not sheets.quotes[left] or not sheets.quotes[right]:
            continue
        ones, others = (np.arange(begins[article], begins[article + 1]) for article in (left, right))
        shared = np.array([[len(sets[a] & sets[b]) for b in others.tolist()] for a in ones.tolist()])
        near = shared >= least * np.minimum(sizes[ones][:, None], sizes[others]) - ROUNDING
        near &= np.minimum(sheets.lengths[ones][:, None], sheets.lengths[others]) >= shortest
        near &= compare_sides(sheets, left, right).allowed[
            np.ix_(*(sheets.owners[side] - sheets.owners[side[0]] for side in (ones, others)))
        ]
        x, y = np.nonzero(near)
        order = np.lexsort((y, x, sheets.owners[others[y]], sheets.owners[ones[x]]))
        x, y = x[order], y[order]
        parts.append(np.stack([np.full(len(x), pair), ones[x], others[y], shared[x, y]], axis=1))
    return np.concatenate(parts)


def weigh(
    sheets: Sheets, lefts: Offsets, rights: Offsets, links: Links, shortest: int, fewest: int, weights: Weights
) -> tuple[NDArray[np.bool_], Offsets, Numbers]:
    """Return which links remain; what may be paraphrases, shape `(pairs, LOOSE)`; and support and likeness of each."""
    kept = np.zeros(len(links.ones), np.bool_)
    parts: list[tuple[Offsets, Numbers]] = [(np.empty((0, LOOSE), np.int64), np.empty((0, 2)))]
    for pair, (left, right) in enumerate(zip(lefts.tolist(), rights.tolist(), strict=True)):
        run = slice(links.runs[pair], links.runs[pair + 1])
        own = Links(links.runs, links.ones[run], links.others[run], links.verbatim[run])
        kept[run], rows, scores = weigh_pair(sheets, left, right, own, shortest, fewest, weights)
        rows[:, 0] = pair
        parts.append((rows, scores))
    rows_found, scores_found = map(np.concatenate, zip(*parts, strict=True))
    return kept, rows_found, scores_found


def _decode(data: Bytes, offsets: Offsets, gap: int) -> Iterator[str]:
    whole = data.tobytes()
    for start, end in _runs(offsets):
        yield whole[start : end - gap].decode("utf-8", "surrogatepass")


def _runs(bounds: Offsets) -> Iterator[tuple[int, int]]:
    return itertools.pairwise(bounds.tolist())
