"""Documents as they are: read, decoded and signed, not cleaned; for de-duplication alone, and for earlier runs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from corpus_clean.config import Config
from corpus_clean.errors import RejectedRecordError
from corpus_clean.pipeline.inputs import find_inputs
from corpus_clean.pipeline.records import read_texts, require_text, require_unicode
from corpus_clean.pipeline.segments import Signing
from corpus_clean.pipeline.stages import Stages
from corpus_clean.pipeline.tables import SEGMENTS, SIGNED
from corpus_clean.readers.base import PlainText
from corpus_clean.repair.decode import decode
from corpus_clean.types import Record
from corpus_clean.writers.base import load_writer

_ROWS = 2048
_CHARACTERS = 8 << 20


class _Loaded(NamedTuple):
    """A record and its text, or why it has none."""

    doc_id: str
    path: str
    place: int
    format: str
    portal: str
    published: str
    text: str | None
    rejection: tuple[str | None, str | None, str | None] = (None, None, None)


@dataclass(frozen=True)
class LoadKernel:
    """Reads the files it is given under `root` and signs their records' texts.

    `origin` goes before each id; `earlier` documents are not compared with each other.
    """

    root: Path
    config: Config
    signing: Signing
    origin: str = ""
    earlier: bool = False

    schema = SIGNED

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield `SIGNED` rows for batches of `FILES`."""
        self.signing.prepare()
        rows: list[_Loaded] = []
        size = 0
        for batch in batches:
            for path in batch.column("path").to_pylist():
                for found in read_texts(self.root, path, self.config.read):
                    row = _take(found) if isinstance(found, PlainText) else _load(found)
                    rows.append(row)
                    size += len(row.text or "")
                    if len(rows) >= _ROWS or size >= _CHARACTERS:
                        yield self._sign(rows)
                        rows, size = [], 0
        if rows:
            yield self._sign(rows)

    def _sign(self, rows: Sequence[_Loaded]) -> pa.RecordBatch:
        columns: dict[str, Sequence[Any]] = dict(zip(_Loaded._fields, zip(*rows, strict=True), strict=True))
        doc_ids = [self.origin + doc_id for doc_id in columns["doc_id"]]
        lengths = [len(text) if text is not None else 0 for text in columns["text"]]
        present = [text is not None for text in columns["text"]]
        texts = [text or "" for text in columns["text"]]
        signed = self.signing.sign("document", doc_ids, [0] * len(rows), lengths, texts, earlier=self.earlier)
        rejections = zip(*columns["rejection"], strict=True)
        columns |= dict(zip(("rejected_stage", "rejected_reason", "rejected_detail"), rejections, strict=True))
        columns |= {"index": columns["place"], "chars_in": lengths, "chars_out": lengths}
        arrays = {name: pa.array(columns[name], SIGNED.field(name).type) for name in SIGNED.names if name in columns}
        arrays |= dict(zip(SEGMENTS.names, signed.columns, strict=True))
        if not all(present):
            arrays["segment_id"] = pc.if_else(pa.array(present), signed.column("segment_id"), None)
        return pa.RecordBatch.from_arrays([arrays[name] for name in SIGNED.names], schema=SIGNED)


def _take(found: PlainText) -> _Loaded:
    return _Loaded(found.id, found.path, found.place, found.format, found.site, found.published, found.text)


def _load(record: Record) -> _Loaded:
    known = (record.id, record.path, record.index, record.format, record.metadata.site, record.metadata.published)
    try:
        require_text(record)
        text = load_writer(record.format).unwrap(decode(record.payload, page=record.format == "html").text)
        require_unicode(text)
        if record.format == "html":
            from corpus_clean.repair.extract import extract_text

            text = extract_text(text, record.id).text
    except RejectedRecordError as error:
        return _Loaded(*known, None, (error.stage, error.reason, error.detail))
    return _Loaded(*known, text)


def find_earlier(stages: Stages, against: Path | None, config: Config, signing: Signing) -> list[Path]:
    """Load the documents of an earlier run, or of any corpus; their ids begin with the folder's name."""
    if against is None:
        return []
    source = against / "data" if (against / "manifest.json").is_file() else against
    inputs = find_inputs(source)
    kernel = LoadKernel(source, config, signing, f"{against.resolve().name}:", earlier=True)
    return [stages.map("earlier", kernel, inputs.write_tasks(stages.scratch / "earlier-files"))]
