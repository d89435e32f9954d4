"""Documents as they are: read, decoded and signed, not cleaned; for de-duplication alone, and for earlier runs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpus_clean.errors import RejectedRecordError
from corpus_clean.pipeline.parts import PartsKernel
from corpus_clean.pipeline.records import load_text, read_texts
from corpus_clean.pipeline.segments import Signing
from corpus_clean.pipeline.tables import SEGMENTS, SIGNED
from corpus_clean.readers.base import PlainText
from corpus_clean.types import Record

_ROWS = 512
_CHARACTERS = 2 << 20
_KNOWN = ("doc_id", "path", "index", "format", "portal", "published", "text")
_REJECTED = ("rejected_stage", "rejected_reason", "rejected_detail")


@dataclass(frozen=True)
class LoadKernel(PartsKernel):
    """Reads parts of files under `root` and signs their records' texts.

    `origin` goes before each id; `earlier` documents are not compared with each other.
    """

    signing: Signing
    origin: str = ""
    earlier: bool = False

    schema = SIGNED

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield `SIGNED` rows for batches of `PARTS`, a few hundred at a time: they stay in the processor's cache."""
        self.signing.prepare()
        rows: list[PlainText] = []
        rejections: dict[int, tuple[str, str, str]] = {}
        characters = 0
        for batch in batches:
            for found in self.read_parts(batch, read_texts):
                if isinstance(found, PlainText):
                    row = found
                else:
                    row, rejection = self._load(found)
                    if rejection:
                        rejections[len(rows)] = rejection
                rows.append(row)
                characters += len(row.text)
                if len(rows) >= _ROWS or characters >= _CHARACTERS:
                    yield self._sign(rows, rejections)
                    rows, rejections, characters = [], {}, 0
        if rows:
            yield self._sign(rows, rejections)

    def _load(self, record: Record) -> tuple[PlainText, tuple[str, str, str] | None]:
        """Return a record's text, or nothing and why it has none."""
        known = (record.id, record.path, record.index, record.format, record.metadata.site, record.metadata.published)
        try:
            with self.attend(record):
                return PlainText(*known, load_text(record)), None
        except RejectedRecordError as error:
            return PlainText(*known, ""), (error.stage, error.reason, error.detail)

    def _sign(self, rows: Sequence[PlainText], rejections: Mapping[int, tuple[str, str, str]]) -> pa.RecordBatch:
        columns: dict[str, Sequence[Any]] = dict(zip(_KNOWN, zip(*rows, strict=True), strict=True))
        doc_ids = [self.origin + doc_id for doc_id in columns["doc_id"]] if self.origin else columns["doc_id"]
        texts = columns.pop("text")
        lengths = list(map(len, texts))
        signed = self.signing.sign("document", doc_ids, [0] * len(texts), lengths, texts, earlier=self.earlier)
        columns |= {"chars_in": lengths, "chars_out": lengths}
        arrays = {name: pa.array(values, SIGNED.field(name).type) for name, values in columns.items()}
        arrays |= {name: pa.nulls(len(texts), pa.string()) for name in _REJECTED}
        arrays |= dict(zip(SEGMENTS.names, signed.columns, strict=True))
        if rejections:
            reasons = [rejections.get(place, (None, None, None)) for place in range(len(texts))]
            for name, values in zip(_REJECTED, zip(*reasons, strict=True), strict=True):
                arrays[name] = pa.array(values, pa.string())
            arrays["segment_id"] = pc.if_else(arrays["rejected_reason"].is_null(), signed.column("segment_id"), None)
        return pa.RecordBatch.from_arrays([arrays[name] for name in SIGNED.names], schema=SIGNED)
