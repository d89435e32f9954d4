"""From documents to segments: cut, sign, and give each the buckets in which it meets others."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash
from numpy.typing import NDArray

from corpus_clean.config import Config
from corpus_clean.dedup.segment import SHINGLING, cut_passages
from corpus_clean.pipeline.tables import SEGMENTS
from corpus_clean.similarity.arrays import Keys, Offsets
from corpus_clean.similarity.backend import load_kernel
from corpus_clean.similarity.banding import Banding
from corpus_clean.similarity.minhash import ONE_IN, band_keys_batch, sign_and_sample
from corpus_clean.similarity.texts import NormalizedTexts, Texts, hash_texts, normalize_texts
from corpus_clean.storage.arrow import wrap_numbers
from corpus_clean.types import Level

SIGNING_VERSION = 1
"""Changes with whatever makes signatures come out differently: normal form, shingles, hashes, keys."""

_SPACE = 0x20


def identify_segment(doc_id: str, level: str, start: int, end: int) -> int:
    """Return the 64-bit id of a segment: the same in every run and on every engine.

    Example:
        >>> identify_segment("a.txt", "quote", 3, 9) == identify_segment("a.txt", "quote", 3, 9)
        True
    """
    return int(identify_segments([doc_id], level, [start], [end])[0])


def identify_segments(doc_ids: Sequence[str], level: str, starts: Iterable[int], ends: Iterable[int]) -> Keys:
    """Return the ids of many segments of one level."""
    places = zip(doc_ids, starts, ends, strict=True)
    names = (f"{doc_id}\0{level}\0{start}\0{end}".encode() for doc_id, start, end in places)
    return np.fromiter(map(xxhash.xxh3_64_intdigest, names), np.uint64, len(doc_ids)).view(np.int64)


@dataclass(frozen=True)
class Signing:
    """How segments are signed, the same in every process.

    Attributes:
        permutations: minima in a signature.
        banding: how it is cut.
        compiled: the compiled code is loaded from the start, as there is much to do; it changes no result.
    """

    permutations: int
    banding: Banding
    compiled: bool = False

    def prepare(self) -> None:
        """Load the compiled code if it is wanted."""
        if self.compiled:
            load_kernel()

    def sign(
        self,
        level: Level,
        doc_ids: Sequence[str],
        starts: Sequence[int],
        ends: Sequence[int],
        texts: Texts,
        *,
        shown: Sequence[str] | None = None,
        earlier: bool = False,
    ) -> pa.RecordBatch:
        """Return rows of `SEGMENTS` for texts that stand at `starts` to `ends` in their documents."""
        packed = normalize_texts(texts)
        found = sign_and_sample(packed, SHINGLING, self.permutations, ONE_IN if level == "document" else 0)
        buckets = band_keys_batch(found.minima, self.banding, level)
        # Texts without a single word would all meet in one bucket; they meet nobody.
        wordless = np.diff(packed.offsets) <= 1
        count = len(doc_ids)
        bounds = np.concatenate(([0], np.cumsum(~wordless))) * self.banding.bands
        columns = [
            wrap_numbers(identify_segments(doc_ids, level, starts, ends)),
            pa.array(doc_ids, pa.string()),
            pa.repeat(pa.scalar(level, pa.string()), count),
            pa.repeat(pa.scalar(earlier, pa.bool_()), count),
            pa.array(starts, pa.int64()),
            pa.array(ends, pa.int64()),
            pa.array(shown, pa.large_string()) if shown else pa.repeat(pa.scalar("", pa.large_string()), count),
            _view_normal(packed),
            _mask(wrap_numbers(hash_texts(packed, level)), wordless),
            *map(wrap_numbers, found.figures.T),
            _list(bounds, buckets if not wordless.any() else buckets[~wordless]),
            _list(found.bounds, found.sampled),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=SEGMENTS)


def _mask(values: pa.Array, nothing: NDArray[np.bool_]) -> pa.Array:
    return pc.if_else(pa.array(nothing), None, values) if nothing.any() else values


def _list(bounds: Offsets, values: Keys) -> pa.ListArray:
    return pa.ListArray.from_arrays(wrap_numbers(bounds.astype(np.int32)), wrap_numbers(values.ravel()))


def _view_normal(packed: NormalizedTexts) -> pa.LargeBinaryArray:
    """Return the texts as they lie in the buffer, each with the space behind it."""
    buffers = [None, pa.py_buffer(packed.offsets), pa.py_buffer(packed.buffer)]
    return pa.Array.from_buffers(pa.large_binary(), len(packed), buffers)


def pack_normal(normal: pa.Array) -> NormalizedTexts:
    """Return values of a column `normal` as the batch functions take them."""
    _, bounds, data = normal.buffers()
    offsets = np.frombuffer(bounds, np.int64)[normal.offset : normal.offset + len(normal) + 1]
    whole = np.frombuffer(data or b"", np.uint8)
    if offsets[0] and whole[offsets[0] - 1] == _SPACE:
        return NormalizedTexts(whole[: offsets[-1]], offsets)
    space, room = np.full(1, _SPACE, np.uint8), np.zeros(8, np.uint8)
    buffer = np.concatenate([space, whole[offsets[0] : offsets[-1]], room])
    return NormalizedTexts(buffer[: -len(room)], offsets - offsets[0] + 1)


@dataclass(frozen=True)
class SegmentKernel:
    """Cuts cleaned documents into segments: the whole of each, and its passages."""

    config: Config
    signing: Signing

    schema = SEGMENTS

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield `SEGMENTS` rows for batches of `CLEANED`, level by level; rejected records have none."""
        self.signing.prepare()
        for batch in batches:
            given = batch.select(["doc_id", "text"]).filter(batch.column("text").is_valid())
            doc_ids, texts = given.column("doc_id").to_pylist(), given.column("text")
            lengths = pc.utf8_length(texts).to_pylist()
            if not doc_ids:
                continue
            yield self.signing.sign("document", doc_ids, [0] * len(doc_ids), lengths, texts)
            passages = [
                (doc_id, start, end, passage)
                for doc_id, text in zip(doc_ids, texts.to_pylist(), strict=True)
                for start, end, passage in cut_passages(text, self.config.dedup.passage_min_words)
            ]
            if passages:
                owners, starts, ends, shown = zip(*passages, strict=True)
                yield self.signing.sign("passage", owners, starts, ends, shown, shown=shown)


def pack_lists(rows: Sequence[Keys]) -> pa.ListArray:
    """Return rows of keys as one column of lists."""
    offsets: Offsets = np.concatenate(([0], np.cumsum([len(row) for row in rows], dtype=np.int64)))
    return _list(offsets, np.concatenate(rows) if rows else np.empty(0, np.int64))
