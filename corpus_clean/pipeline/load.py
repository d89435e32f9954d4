"""Documents as they are: read, decoded and signed, not cleaned; for de-duplication alone, and for earlier runs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from corpus_clean.config import Config
from corpus_clean.errors import RejectedRecordError
from corpus_clean.pipeline.inputs import find_earlier_inputs
from corpus_clean.pipeline.parts import PartsKernel
from corpus_clean.pipeline.plan import plan_tasks
from corpus_clean.pipeline.records import load_text, read_texts
from corpus_clean.pipeline.segments import Signing
from corpus_clean.pipeline.stages import Stages
from corpus_clean.pipeline.tables import SEGMENTS, SIGNED
from corpus_clean.readers.base import PlainText
from corpus_clean.types import Record

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
class LoadKernel(PartsKernel):
    """Reads parts of files under `root` and signs their records' texts.

    `origin` goes before each id; `earlier` documents are not compared with each other.
    """

    signing: Signing
    origin: str = ""
    earlier: bool = False

    schema = SIGNED

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield `SIGNED` rows for batches of `PARTS`."""
        self.signing.prepare()
        rows: list[_Loaded] = []
        size = 0
        for batch in batches:
            for found in self.read_parts(batch, read_texts):
                row = self._load(found)
                rows.append(row)
                size += len(row.text or "")
                if len(rows) >= _ROWS or size >= _CHARACTERS:
                    yield self._sign(rows)
                    rows, size = [], 0
        if rows:
            yield self._sign(rows)

    def _load(self, found: Record | PlainText) -> _Loaded:
        if isinstance(found, PlainText):
            return _Loaded(*found)
        known = (found.id, found.path, found.index, found.format, found.metadata.site, found.metadata.published)
        try:
            with self.attend(found):
                return _Loaded(*known, load_text(found))
        except RejectedRecordError as error:
            return _Loaded(*known, None, (error.stage, error.reason, error.detail))

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
            arrays["segment_id"] = pa.array(signed.column("segment_id").to_numpy(), mask=np.logical_not(present))
        return pa.RecordBatch.from_arrays([arrays[name] for name in SIGNED.names], schema=SIGNED)


def find_earlier(stages: Stages, against: Path | None, config: Config, signing: Signing) -> list[Path]:
    """Load the documents of an earlier run, or of any corpus; their ids begin with the folder's name."""
    if against is None:
        return []
    inputs = find_earlier_inputs(against)
    _, tasks = plan_tasks(stages, inputs, config.read, "earlier")
    kernel = LoadKernel(inputs.root, config, signing, f"{against.resolve().name}:", earlier=True)
    return [stages.map("earlier", kernel, tasks)]
