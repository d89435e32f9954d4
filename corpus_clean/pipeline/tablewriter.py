"""Writes a table of OUT, always in the same bytes for the same rows."""

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from corpus_clean.pipeline.tables import Row, make_batch
from corpus_clean.storage.parts import read_batches
from corpus_clean.storage.streams import open_output

_LARGEST_GROUP = 1 << 20
"""Rows; Arrow cuts whatever is larger."""


class TableWriter:
    """Writes one Parquet file row by row, in batches, always in the same bytes for the same rows."""

    def __init__(self, path: Path, schema: pa.Schema, rows_per_batch: int = 4096) -> None:
        self._schema = schema
        self._most = rows_per_batch
        self._waiting: list[Row] = []
        self._made: list[pa.RecordBatch] = []
        self._held = 0
        self._stack = ExitStack()
        sink = self._stack.enter_context(open_output(path))
        self._writer = pq.ParquetWriter(sink, schema, compression="zstd", write_page_checksum=True)

    def add_table(self, table: pa.Table) -> None:
        """Append a table of the same columns."""
        self._flush()
        for first in range(0, len(table), self._most):
            self._writer.write_table(table.slice(first, self._most), row_group_size=self._most)

    def add(self, rows: Iterable[Row]) -> None:
        """Append rows; keys that are no column are left out."""
        before = len(self._waiting)
        self._waiting.extend(rows)
        self._note(len(self._waiting) - before)

    def add_rows(self, table: pa.Table) -> None:
        """Append a table's rows as `add` would."""
        self._make()
        self._made += table.to_batches()
        self._note(len(table))

    def fill(self, table: pa.Table) -> None:
        """Append a table so that all groups but the last are full, in whatever pieces it comes."""
        while len(table):
            piece = table.slice(0, self._most - self._held)
            self.add_rows(piece)
            table = table.slice(len(piece))

    def add_lists(self, batch: pa.RecordBatch, lengths: Iterable[int]) -> None:
        """Append the rows of a batch as lists of these lengths, as `add` would one by one: none is cut in two."""
        start = end = 0
        for length in lengths:
            end += length
            if self._held + end - start >= self._most:
                self.add_rows(pa.Table.from_batches([batch.slice(start, end - start)]))
                start = end
        if end > start:
            self.add_rows(pa.Table.from_batches([batch.slice(start, end - start)]))

    def add_stage(self, stage: Path) -> None:
        """Append the rows of a stage that has these columns, in groups as large as there may be."""
        most, self._most = self._most, _LARGEST_GROUP
        for batch in read_batches(stage, self._schema.names):
            self.fill(pa.Table.from_batches([batch.cast(self._schema)]))
        self._flush()
        self._most = most

    def _note(self, more: int) -> None:
        self._held += more
        if self._held >= self._most:
            self._flush()

    def _make(self) -> None:
        if self._waiting:
            self._made.append(make_batch(self._waiting, self._schema))
            self._waiting = []

    def _flush(self) -> None:
        self._make()
        if self._held:
            self._writer.write_table(pa.Table.from_batches(self._made).combine_chunks())
        self._made, self._held = [], 0

    def __enter__(self) -> "TableWriter":
        return self

    def __exit__(self, *_: object) -> None:
        with self._stack:
            self._flush()
            self._writer.close()
