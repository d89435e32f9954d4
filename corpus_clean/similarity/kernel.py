"""The compiled half of the batch functions: the same results as `reference`, a hundred times faster.

`backend` decides when loading it is worth it. Texts are packed as `texts.NormalizedTexts` describes.
"""

import itertools

import numpy as np
from numpy.typing import NDArray

from corpus_clean.similarity import machine
from corpus_clean.similarity.arrays import Bytes, Hashes, Keys, Minima, Offsets
from corpus_clean.similarity.foldtable import ALL, FEW, build_fold_table, find_zeros
from corpus_clean.similarity.sheets import LOOSE, NEAR, Links, Numbers, Sheets, Weights, make_tables

_CHUNK = 2048  # hashes at a time: they stay in the first-level cache
_AHEAD = 8  # bytes that may be read beyond the last text
_LEAST_BITS, _BITS_A_KEY = 10, 3  # of the tables of keys: one key in some ten is kept for nothing
_FOUR_BYTES = 0xF0  # the least first byte of a character of four
_ROOM = 1 << 16  # of what is found in pairs of articles at a time


def normalize(data: Bytes, offsets: Offsets) -> tuple[Bytes, Offsets]:
    """Return texts `data[offsets[i]:offsets[i + 1]]` in normal form, packed."""
    table, expansions, growth = build_fold_table(ALL if data.max(initial=0) >= _FOUR_BYTES else FEW)
    size = int(offsets[-1] - offsets[0])
    out = np.empty(size * growth + len(offsets) + 1 + _AHEAD, np.uint8)
    bounds = np.empty(len(offsets), np.int64)
    ascii = table[:128].astype(np.uint8)
    machine.call("normalize", np.ascontiguousarray(data), _plain(offsets), ascii, table, expansions, out, bounds)
    return out[: bounds[-1]], bounds


def sign(
    buffer: Bytes, offsets: Offsets, words: bool, size: int, a: Minima, b: Minima, one_in: int
) -> tuple[Minima, Hashes, Offsets, Hashes]:
    """Return minima, shape `(texts, len(a))`; the distinct hashes that `one_in` divides, with bounds; and figures."""
    texts = len(offsets) - 1
    minima = np.empty(texts * len(a), np.uint32)
    sampled = np.empty(_count_units(len(buffer), words) + texts if one_in else 0, np.uint64)
    bounds = np.empty(texts + 1, np.int64)
    figures = np.zeros(2 * texts, np.uint64)
    given = (_readable(buffer), _plain(offsets), words, size, a, b, one_in)
    scratch = (*_scratch(offsets, words), np.empty(_CHUNK, np.uint32))
    machine.call("sign", *given, *scratch, minima, sampled, bounds, find_zeros(), figures)
    return minima.reshape(texts, len(a)), sampled[: bounds[-1]].copy(), bounds, figures.reshape(texts, 2)


def key_bands(signatures: Minima, bands: int, rows: int, seed: int) -> Keys:
    """Return one key for each band of each signature, shape `(texts, bands)`."""
    texts, permutations = signatures.shape
    out = np.empty(texts * bands, np.uint64)
    machine.call("key_bands", np.ascontiguousarray(signatures).ravel(), permutations, bands, rows, seed, out)
    return out.view(np.int64).reshape(texts, bands)


def hash_shingles(buffer: Bytes, offsets: Offsets, words: bool, size: int) -> tuple[Hashes, Offsets]:
    """Return each text's distinct shingle hashes, ascending, as one array and the bounds in it."""
    scratch = _scratch(offsets, words)
    hashes = np.empty(_count_units(len(buffer), words) + len(offsets), np.uint64)
    bounds = np.empty(len(offsets), np.int64)
    machine.call("hash_shingles", _readable(buffer), _plain(offsets), words, size, *scratch, hashes, bounds)
    for start, end in itertools.pairwise(bounds.tolist()):
        hashes[start:end].sort()  # NumPy sorts with vector instructions
    machine.call("drop_repeats", hashes, bounds)
    return hashes[: bounds[-1]].copy(), bounds


def count_shared(hashes: Hashes, bounds: Offsets, left: Offsets, right: Offsets) -> Offsets:
    """Return how many hashes each pair of texts has in common; `left` and `right` are numbers of texts."""
    out = np.empty(len(left), np.int64)
    machine.call("count_shared", hashes, _plain(bounds), _plain(left), _plain(right), out)
    return out


def find_near(sheets: Sheets, lefts: Offsets, rights: Offsets, shortest: int, least: float) -> Offsets:
    """Return a row for each pair of units that share enough, shape `(pairs, NEAR)`, pair of articles by pair."""
    begins = sheets.units[sheets.statements]
    sizes, entries = np.diff(begins), np.diff(sheets.shingles[begins])
    cells = int((sizes[lefts] * sizes[rights]).max(initial=0))
    owners = np.repeat(np.arange(len(sheets.lengths), dtype=np.uint32), np.diff(sheets.shingles))
    found = np.empty(max(_ROOM, cells) * NEAR, np.int64)
    parts = [np.empty((0, NEAR), np.int64)]
    done = np.zeros(2, np.int64)
    while done[0] < len(lefts):
        machine.call(
            "find_near",
            *(lefts, rights, sheets.statements, sheets.quotes, sheets.kinds, sheets.units, sheets.lengths),
            *(sheets.shingles, sheets.hashes, shortest, np.array([least])),
            *(_slots(entries), np.empty(int(entries.max(initial=0)), np.int64), owners),
            *(np.empty(cells, np.int64), found, done),
        )
        parts.append(found[: done[1] * NEAR].reshape(-1, NEAR).copy())
    return np.concatenate(parts)


def weigh(
    sheets: Sheets, lefts: Offsets, rights: Offsets, links: Links, shortest: int, fewest: int, weights: Weights
) -> tuple[NDArray[np.bool_], Offsets, Numbers]:
    """Return which links remain; what may be paraphrases, shape `(pairs, LOOSE)`; and support and likeness of each."""
    sizes = np.diff(sheets.units[sheets.statements])
    begins = sheets.roots[sheets.words]
    entries = np.diff(begins)
    texts = int((sizes[lefts] + sizes[rights]).max(initial=0))
    cells = int((sizes[lefts] * sizes[rights]).max(initial=0))
    owners = np.repeat(np.arange(len(sheets.holders) - 1, dtype=np.uint32), np.diff(sheets.roots))
    words = len(sheets.holders) - 1
    most = int((np.diff(sheets.words)[lefts] + np.diff(sheets.words)[rights]).max(initial=0))
    tables = make_tables(int((sheets.quotes[lefts] + sheets.quotes[rights]).max(initial=0)) + int(weights.background))
    kept = np.empty(len(links.ones), np.uint8)
    found, scores = np.empty(max(_ROOM, cells) * LOOSE, np.int64), np.empty(max(_ROOM, cells) * 2)
    rows, values = [np.empty((0, LOOSE), np.int64)], [np.empty((0, 2))]
    done = np.zeros(2, np.int64)
    while done[0] < len(lefts):
        machine.call(
            "weigh",
            *(lefts, rights, links.runs, links.ones, links.others, links.verbatim.view(np.uint8)),
            *(sheets.statements, sheets.quotes, sheets.kinds, sheets.ranks, sheets.leads, sheets.units, sheets.owners),
            *(sheets.lengths, sheets.telling, sheets.words, sheets.holders, sheets.held, sheets.roots, sheets.grams),
            *(owners, shortest, fewest, np.array(weights), *tables),
            *(_slots(entries[lefts] + entries[rights]), np.empty(len(sheets.grams), np.int64)),
            *(np.empty(texts, np.int64), np.zeros(words, np.int64), np.empty(words, np.int64)),
            *(np.empty(most, np.int64), np.empty(texts, np.int64)),
            *(np.empty(texts), np.empty(texts * texts), np.empty(5 * cells)),
            *(kept, found, scores, done),
        )
        rows.append(found[: done[1] * LOOSE].reshape(-1, LOOSE).copy())
        values.append(scores[: done[1] * 2].reshape(-1, 2).copy())
    return kept.view(np.bool_), np.concatenate(rows), np.concatenate(values)


def _slots(entries: Offsets) -> Offsets:
    """Return room for a table of so many entries at most: more than twice as many, a power of two."""
    return np.empty(1 << max(4, (2 * int(entries.max(initial=0))).bit_length()), np.int64)


class Repeats:
    """Finds the keys that come more than once: all are marked first, and then looked at again.

    Example:
        >>> part = (np.array([1 << 62, 1 << 61, 1 << 62]), np.array([0, 2, 3]), np.array([5, 6]))
        >>> repeats = Repeats(3)
        >>> repeats.mark(*part)
        >>> keys, owners = repeats.keep(*part)
        >>> keys.tolist() == [1 << 62, 1 << 62], owners.tolist()
        (True, [5, 6])
    """

    def __init__(self, count: int) -> None:
        """Make room for so many keys."""
        bits = max(_LEAST_BITS, count.bit_length() + _BITS_A_KEY)
        self._shift = 64 - bits
        self._once, self._twice = np.zeros((2, 1 << (bits - 6)), np.uint64)

    def mark(self, values: Keys, bounds: Offsets, owners: Offsets) -> None:
        """Take note of keys, of row i those at `bounds[i]:bounds[i + 1]`; rows with an owner below 0 are left out."""
        given = np.ascontiguousarray(values).view(np.uint64), _plain(bounds), _plain(owners)
        machine.call("mark_repeated", *given, self._shift, self._once, self._twice)

    def keep(self, values: Keys, bounds: Offsets, owners: Offsets) -> tuple[Keys, Minima]:
        """Return of such keys those that come more than once, and some that do not, with the owner of each."""
        given = np.ascontiguousarray(values).view(np.uint64), _plain(bounds), _plain(owners)
        kept, kept_owners = np.empty(len(values) + 1, np.uint64), np.empty(len(values) + 1, np.uint32)
        count = np.zeros(1, np.int64)
        machine.call("keep_marked", *given, self._shift, self._twice, kept, kept_owners, count)
        return kept[: count[0]].copy().view(np.int64), kept_owners[: count[0]].copy()


def _plain(numbers: Offsets) -> Offsets:
    return np.require(numbers, np.int64, ["C"])


def _readable(buffer: Bytes) -> Bytes:
    """Return a buffer that may be read a little beyond its end: what `normalize` made has the room already."""
    whole = buffer.base
    if (
        isinstance(whole, np.ndarray)
        and whole.ctypes.data == buffer.ctypes.data
        and whole.nbytes >= len(buffer) + _AHEAD
    ):
        return buffer
    return np.concatenate([buffer, np.zeros(_AHEAD, np.uint8)])


def _count_units(size: int, words: bool) -> int:
    """Return a bound for the words or characters of a text of so many bytes, and one for its end."""
    return size // 2 + 3 if words else size + 3


def _scratch(offsets: Offsets, words: bool) -> tuple[Offsets, Hashes, Hashes]:
    most = _count_units(int(np.diff(offsets).max(initial=0)), words)
    return np.empty(most, np.int64), np.empty(most, np.uint64), np.empty(most, np.uint64)
