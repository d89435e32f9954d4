"""Documents as they are: read, decoded and signed, not cleaned; for de-duplication alone, and for earlier runs."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus_clean.errors import RejectedRecordError
from corpus_clean.pipeline.parts import PartsKernel
from corpus_clean.pipeline.records import load_text, read_texts
from corpus_clean.pipeline.segments import Signing
from corpus_clean.pipeline.tables import SEGMENTS, SIGNED
from corpus_clean.readers.base import PlainTexts
from corpus_clean.types import Record

LOAD_BYTES = 32 << 20
"""Documents are signed so fast that a task of the ordinary size would be over before it pays for its files."""
_ROWS = 512
_CHARACTERS = 2 << 20
_KNOWN = ("path", "index", "format", "portal", "published")
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
        rows = _Rows()
        for batch in batches:
            for found in self.read_parts(batch, read_texts):
                if isinstance(found, PlainTexts):
                    rows.extend(found)
                else:
                    self._load(found, rows)
                if len(rows.text) >= _ROWS or rows.characters >= _CHARACTERS:
                    yield self._sign(rows)
                    rows = _Rows()
        if rows.text:
            yield self._sign(rows)

    def _load(self, record: Record, rows: "_Rows") -> None:
        """Take in a record's text, or nothing and why it has none."""
        text, rejection = "", None
        try:
            with self.attend(record):
                text = load_text(record)
        except RejectedRecordError as error:
            rejection = (error.stage, error.reason, error.detail)
        rows.add(record, text, rejection)

    def _sign(self, rows: "_Rows") -> pa.RecordBatch:
        doc_ids = [self.origin + doc_id for doc_id in rows.doc_id] if self.origin else rows.doc_id
        count = len(doc_ids)
        lengths = pa.array(rows.lengths, pa.int64())
        texts = rows.join_texts()
        signed = self.signing.sign("document", doc_ids, [0] * count, rows.lengths, texts, earlier=self.earlier)
        arrays = {name: pa.array(getattr(rows, name), SIGNED.field(name).type) for name in _KNOWN}
        arrays |= {"chars_in": lengths, "chars_out": lengths}
        arrays |= {name: pa.nulls(count, pa.string()) for name in _REJECTED}
        arrays |= dict(zip(SEGMENTS.names, signed.columns, strict=True))
        if rows.rejections:
            reasons = [rows.rejections.get(place, (None, None, None)) for place in range(count)]
            for name, values in zip(_REJECTED, zip(*reasons, strict=True), strict=True):
                arrays[name] = pa.array(values, pa.string())
            arrays["segment_id"] = pc.if_else(arrays["rejected_reason"].is_null(), signed.column("segment_id"), None)
        return pa.RecordBatch.from_arrays([arrays[name] for name in SIGNED.names], schema=SIGNED)


@dataclass(slots=True)
class _Rows:
    """The columns of records that are signed together; `rejections` says of which there is no text, and why.

    Texts are encoded as they come, while the cache still holds them; `lengths` are those in characters.
    """

    doc_id: list[str] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    index: list[int] = field(default_factory=list)
    format: list[str] = field(default_factory=list)
    portal: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    text: list[bytes] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    characters: int = 0
    rejections: dict[int, tuple[str, str, str]] = field(default_factory=dict)

    def extend(self, found: PlainTexts) -> None:
        """Take in records of which the texts are known."""
        count = len(found.texts)
        numbers = range(found.first, found.first + count)
        self.doc_id += [f"{found.path}#{number}" for number in numbers]
        self.path += [found.path] * count
        self.index += numbers
        self.format += [found.format] * count
        self.portal += found.sites
        self.published += found.published
        self.text += [text.encode() for text in found.texts]
        lengths = list(map(len, found.texts))
        self.lengths += lengths
        self.characters += sum(lengths)

    def add(self, record: Record, text: str, rejection: tuple[str, str, str] | None) -> None:
        """Take in one record."""
        if rejection:
            self.rejections[len(self.text)] = rejection
        self.doc_id.append(record.id)
        self.path.append(record.path)
        self.index.append(record.index)
        self.format.append(record.format)
        self.portal.append(record.metadata.site)
        self.published.append(record.metadata.published)
        self.text.append(text.encode())
        self.lengths.append(len(text))
        self.characters += len(text)

    def join_texts(self) -> pa.LargeStringArray:
        """Return the texts as one array."""
        offsets = np.zeros(len(self.text) + 1, np.int64)
        np.cumsum(np.fromiter(map(len, self.text), np.int64, len(self.text)), out=offsets[1:])
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(self.text))]
        return pa.Array.from_buffers(pa.large_string(), len(self.text), buffers)
