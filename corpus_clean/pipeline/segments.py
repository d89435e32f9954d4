"""From cleaned documents to segments: cut, sign, and give each the buckets in which it meets others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import xxhash

from corpus_clean.config import Config
from corpus_clean.dedup.segment import SHINGLING, segment_document
from corpus_clean.pipeline.tables import SEGMENTS, Row, quote_from_row
from corpus_clean.quotes.features import quote_features
from corpus_clean.quotes.units import split_units
from corpus_clean.similarity.arrays import Keys
from corpus_clean.similarity.backend import load_kernel
from corpus_clean.similarity.minhash import Banding, band_keys_batch, sign_batch, signed_64
from corpus_clean.similarity.shingle import Shingling
from corpus_clean.similarity.sketch import sample_shingles
from corpus_clean.similarity.texts import NormalizedTexts, hash_texts, normalize_texts, pack_texts
from corpus_clean.types import Document, Level, Quote, Segment

# Short units need a signature that sees characters, and bands that forgive: docs/quotes.md has the measurement.
QUOTE_SHINGLING = Shingling("char", 5)
QUOTE_BANDING = Banding(bands=32, rows=4)
QUOTE_PERMUTATIONS = QUOTE_BANDING.bands * QUOTE_BANDING.rows


def identify_segment(doc_id: str, level: str, start: int, end: int) -> int:
    """Return the 64-bit id of a segment: the same in every run and on every engine.

    Example:
        >>> identify_segment("a.txt", "quote", 3, 9) == identify_segment("a.txt", "quote", 3, 9)
        True
    """
    return signed_64(xxhash.xxh3_64_intdigest(f"{doc_id}\0{level}\0{start}\0{end}".encode()))


@dataclass(frozen=True)
class SegmentKernel:
    """Cuts cleaned documents into segments of the levels asked for."""

    config: Config
    levels: tuple[Level, ...]
    banding: Banding
    earlier: bool = False
    compiled: bool = False
    """Compiled code from the start: worth its loading where there is much to do. It changes no result."""

    schema = SEGMENTS

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield `SEGMENTS` rows for batches of `CLEANED`, level by level; rejected records have none."""
        if self.compiled:
            load_kernel()
        for batch in batches:
            documents, passages, quotes = _Rows(self.earlier), _Rows(), _Rows()
            for cleaned in batch.select(self._columns(batch.schema.names)).to_pylist():
                if cleaned["text"] is None:
                    continue
                document = Document(cleaned["doc_id"], cleaned["text"])
                minimum = self.config.dedup.passage_min_words if "passage" in self.levels else 0
                for segment in segment_document(document, minimum):
                    (documents if segment.level == "document" else passages).add(segment)
                for row in cleaned.get("quotes") or ():
                    for unit in split_units(quote_from_row(document.id, row)):
                        quotes.add_quote(unit, cleaned["affiliations"])
            if documents.ids:
                yield self._finish_texts(documents, "document", sampled=True)
            if passages.ids:
                yield self._finish_texts(passages, "passage", sampled=False)
            if quotes.ids:
                yield _finish_quotes(quotes)

    def _columns(self, present: Sequence[str]) -> list[str]:
        wanted = ["doc_id", "text", *(["quotes", "affiliations"] if "quote" in self.levels else [])]
        return [name for name in wanted if name in present]

    def _finish_texts(self, rows: "_Rows", level: Level, *, sampled: bool) -> pa.RecordBatch:
        dedup = self.config.dedup
        packed = normalize_texts(rows.texts)
        signatures = sign_batch(packed, SHINGLING, dedup.permutations)
        buckets = band_keys_batch(signatures, self.banding, level)
        features = sample_shingles(packed, SHINGLING) if sampled else [np.empty(0, np.int64)] * len(rows.ids)
        return rows.finish(level, packed, hash_texts(packed, level), buckets, features)


def _finish_quotes(rows: "_Rows") -> pa.RecordBatch:
    found = [quote_features(unit) for unit in rows.units]
    packed = pack_texts([features.text for features in found])
    keys = band_keys_batch(sign_batch(packed, QUOTE_SHINGLING, QUOTE_PERMUTATIONS), QUOTE_BANDING, "quote")
    trigrams = [np.array(features.trigrams, np.int64) for features in found]
    return rows.finish("quote", packed, None, keys, trigrams)


@dataclass
class _Rows:
    """The columns of one level's segments, while they are gathered."""

    earlier: bool = False
    ids: list[int] = field(default_factory=list)
    docs: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    units: list[Quote] = field(default_factory=list)
    affiliations: list[Sequence[Sequence[str]] | None] = field(default_factory=list)

    def add(self, segment: Segment) -> None:
        self.ids.append(identify_segment(segment.doc_id, segment.level, segment.start, segment.end))
        self.docs.append(segment.doc_id)
        self.starts.append(segment.start)
        self.ends.append(segment.end)
        self.texts.append(segment.text)

    def add_quote(self, unit: Quote, affiliations: Sequence[Sequence[str]] | None) -> None:
        self.add(Segment(unit.doc_id, "quote", unit.start, unit.end, unit.text))
        self.units.append(unit)
        self.affiliations.append(affiliations)

    def finish(
        self,
        level: Level,
        packed: NormalizedTexts,
        exact: Keys | None,
        buckets: Keys,
        features: Sequence[Keys],
    ) -> pa.RecordBatch:
        count = len(self.ids)
        # Texts without a single word would all meet in one bucket; they meet nobody.
        wordless = np.diff(packed.offsets) <= 1
        nothing = np.empty(0, np.int64)
        keys = [nothing if empty else row for row, empty in zip(buckets, wordless.tolist(), strict=True)]
        columns: Row = {
            "segment_id": self.ids,
            "doc_id": self.docs,
            "level": [level] * count,
            "earlier": [self.earlier] * count,
            "start": self.starts,
            "end": self.ends,
            "kind": [unit.kind for unit in self.units] or [""] * count,
            "speaker": [unit.speaker for unit in self.units] or [""] * count,
            "cue": [unit.cue for unit in self.units] or [""] * count,
            "affiliations": self.affiliations or [None] * count,
            "text": self.texts,
        }
        arrays = [pa.array(values, SEGMENTS.field(name).type) for name, values in columns.items()]
        hashes = pa.nulls(count, pa.int64()) if exact is None else pa.array(exact, mask=wordless)
        return pa.RecordBatch.from_arrays([*arrays, hashes, _lists(keys), _lists(features)], schema=SEGMENTS)


def _lists(rows: Sequence[Keys]) -> pa.ListArray:
    offsets = np.concatenate(([0], np.cumsum([len(row) for row in rows], dtype=np.int64))).astype(np.int32)
    values = np.concatenate(rows) if rows else np.empty(0, np.int64)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(values))
