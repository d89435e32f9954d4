"""The records of planned files, part by part, and what becomes of one that hangs or kills its process."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self, TypeVar

import pyarrow as pa

from corpus_clean.config import Config, ReadConfig
from corpus_clean.engines.watch import set_mark, watch
from corpus_clean.errors import RejectedRecordError
from corpus_clean.pipeline.tables import Row
from corpus_clean.readers.base import choose_reader
from corpus_clean.readers.listing import locate_all
from corpus_clean.types import Record

Item = TypeVar("Item")

_READING = "reading "
"""What a mark begins with while the worker is at none of a part's records."""
_CUT = {"jsonl", "csv", "warc"}
"""The formats of which a part can be left unread."""


@dataclass(frozen=True)
class PartsKernel:
    """What kernels over `PARTS` have in common: they read records under `root`, except those `excluded` and why."""

    root: Path
    config: Config
    excluded: Mapping[str, str] = field(default_factory=dict, kw_only=True)

    isolated = False

    def without(self, name: str, reason: str) -> Self | None:
        """Return the kernel that rejects a record, or a part that could not be read."""
        if name.startswith(_READING) and choose_reader(name.rpartition("@")[0]) not in _CUT:
            return None
        return replace(self, excluded={**self.excluded, name: reason})

    def read_parts(
        self, batch: pa.RecordBatch, read: Callable[[str, Row, ReadConfig], Iterator[Item]]
    ) -> Iterator[Item | Record]:
        """Yield the records of rows of `PARTS`, as `read` gives them, which is told where the file lies."""
        rows = batch.to_pylist()
        for row, file in zip(rows, locate_all(self.root, (row["path"] for row in rows)), strict=True):
            mark = f"{_READING}{row['path']}@{row['start']}"
            if mark in self.excluded:
                record = Record(f"{row['path']}#{row['index']}", row["path"], row["index"], row["format"], b"")
                yield replace(record, fault=self.excluded[mark], span=(row["start"], row["end"]))
                continue
            set_mark(mark)
            for found in read(file, row, self.config.read):
                yield found
                set_mark(mark)

    @contextmanager
    def attend(self, record: Record) -> Iterator[None]:
        """Work on a record, within its time and the memory there is.

        Raises:
            RejectedRecordError: either is used up, or the record is known to kill its process.
        """
        if record.id in self.excluded:
            reason, _, detail = self.excluded[record.id].partition(": ")
            raise RejectedRecordError("read", reason, detail)
        try:
            with watch(record.id, self.config.read.timeout):
                yield
        except MemoryError:
            detail = f"its {len(record.payload):,} bytes took more memory than there is; lower read.max_record"
            raise RejectedRecordError("read", "out of memory", detail) from None
