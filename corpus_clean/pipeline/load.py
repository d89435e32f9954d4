"""Documents as they are, read and decoded but not cleaned: for de-duplication alone, and for what a run kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from corpus_clean.config import Config
from corpus_clean.errors import RejectedRecordError
from corpus_clean.pipeline.inputs import find_inputs
from corpus_clean.pipeline.records import load_text, read_records
from corpus_clean.pipeline.stages import Stages
from corpus_clean.pipeline.tables import LOADED, Row, make_batch, rejection_columns
from corpus_clean.types import Record, Rejection

_ROWS = 1024


@dataclass(frozen=True)
class LoadKernel:
    """Reads the files it is given under `root` and yields their records' texts. `origin` goes before each id."""

    root: Path
    config: Config
    origin: str = ""

    schema = LOADED

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield `LOADED` rows for batches of `FILES`."""
        rows: list[Row] = []
        for batch in batches:
            for path in batch.column("path").to_pylist():
                for record in read_records(self.root, path, self.config.read):
                    rows.append(self._load(record))
                    if len(rows) >= _ROWS:
                        yield make_batch(rows, LOADED)
                        rows = []
        if rows:
            yield make_batch(rows, LOADED)

    def _load(self, record: Record) -> Row:
        row: Row = {
            "doc_id": self.origin + record.id,
            "path": record.path,
            "index": record.index,
            "format": record.format,
            "portal": record.metadata.site,
            "published": record.metadata.published,
        }
        try:
            text = load_text(record)
        except RejectedRecordError as error:
            rejection = Rejection(record.id, error.stage, error.reason, error.detail)  # type: ignore[arg-type]
            return row | {"chars_in": 0, "chars_out": 0} | rejection_columns(rejection)
        return row | {"text": text, "chars_in": len(text), "chars_out": len(text)}


def find_earlier(stages: Stages, against: Path | None, config: Config) -> Path | None:
    """Load the documents of an earlier run, or of any corpus; their ids begin with the folder's name."""
    if against is None:
        return None
    source = against / "data" if (against / "manifest.json").is_file() else against
    inputs = find_inputs(source)
    kernel = LoadKernel(source, config, f"{against.resolve().name}:")
    return stages.map("earlier", kernel, inputs.write_tasks(stages.scratch / "earlier-files"))
