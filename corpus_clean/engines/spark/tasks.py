"""What runs in Spark's Python workers: each task writes files of its own and reports them.

A task that is run twice (its worker was lost, or slow) writes under another name each time, so no attempt can spoil
another's file; which one counts is what the driver hears.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from corpus_clean.engines.base import ASIDE, Kernel
from corpus_clean.engines.local.heap import HeapReader
from corpus_clean.errors import CorpusCleanError

RESULT = "task int, name string, rows long, groups int, error string, detail string"
_RESULT = pa.schema(
    [
        ("task", pa.int32()),
        ("name", pa.string()),
        ("rows", pa.int64()),
        ("groups", pa.int32()),
        ("error", pa.string()),
        ("detail", pa.string()),
    ]
)

Task = Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]
Groups = Sequence[tuple[str, int]]
"""Row groups of files: path and number."""


def make_map_task(kernel: Kernel, tasks: Mapping[int, tuple[int, Groups]], target: Path, heaps: Path) -> Task:
    """Return the work of a kernel's tasks: it takes keys of `tasks`, and yields what was written.

    Args:
        kernel: what is done.
        tasks: the number of each task, and what it reads.
        target: the folder of this attempt.
        heaps: where the local engine, if it began the run, keeps long values.
    """
    folder = Path.cwd()
    schema = store_schema(kernel.schema)

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        if folder.is_dir():
            os.chdir(folder)  # relative paths mean what they mean to the driver
        for batch in batches:
            for key in batch.column(0).to_pylist():
                number, groups_read = tasks[key]
                name = _name_part(number)
                try:
                    with pq.ParquetWriter(target / name, schema, compression="lz4") as writer:
                        rows, groups = 0, 0
                        for written in kernel(_read_groups(groups_read, heaps)):
                            writer.write_batch(written.cast(schema))
                            rows += written.num_rows
                            groups += written.num_rows > 0
                except CorpusCleanError as error:  # the same in every attempt
                    yield _report(number, error=type(error).__name__, detail=str(error))
                else:
                    yield _report(number, name, rows, groups)

    return run


def store_schema(schema: pa.Schema) -> pa.Schema:
    """Return a kernel's columns as a stage has them: those marked `ASIDE` as bytes, which the next kernel is promised.

    Example:
        >>> store_schema(pa.schema([pa.field("text", pa.large_string(), metadata=ASIDE)])).field("text").type
        DataType(large_binary)
    """
    return pa.schema([field.with_type(pa.large_binary()) if field.metadata == ASIDE else field for field in schema])


def make_write_task(schema: pa.Schema, target: Path) -> Task:
    """Return the work of writing a query's result: it takes the rows of a partition, and yields what was written."""

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        from pyspark import TaskContext

        first = next(batches, None)
        if first is None:
            return
        context = TaskContext.get()
        number = context.partitionId() if context else 0
        name = _name_part(number)
        rows, groups = 0, 0
        with pq.ParquetWriter(target / name, schema, compression="lz4") as writer:
            for batch in _chain(first, batches):
                writer.write_batch(batch.cast(schema))
                rows += batch.num_rows
                groups += batch.num_rows > 0
        yield _report(number, name, rows, groups)

    return run


def _read_groups(groups: Groups, heaps: Path) -> Iterator[pa.RecordBatch]:
    with closing(HeapReader(heaps)) as reader:
        for path, number in groups:
            with pq.ParquetFile(path) as source:
                yield from map(reader.fetch, source.iter_batches(row_groups=[number]))


def _name_part(number: int) -> str:
    from pyspark import TaskContext

    context = TaskContext.get()
    return f"part-{number:05d}-{context.taskAttemptId() if context else 0}.parquet"


def _chain(first: pa.RecordBatch, rest: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield first
    yield from rest


def _report(
    task: int, name: str = "", rows: int = 0, groups: int = 0, *, error: str = "", detail: str = ""
) -> pa.RecordBatch:
    values = (task, name, rows, groups, error, detail)
    return pa.RecordBatch.from_pylist([dict(zip(_RESULT.names, values, strict=True))], schema=_RESULT)
