"""What runs in Spark's Python workers: each task writes files of its own and reports them.

A task that is run twice (its worker was lost, or slow) writes under another name each time, so no attempt can spoil
another's file; which one counts is what the driver hears. What ended a worker may have been a record: any attempt but
the first is made in a process of its own, as the local engine's are, and does without what kills that twice.
"""

import ctypes
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from corpus_clean.engines.base import ASIDE, Kernel
from corpus_clean.engines.local.heap import HeapReader
from corpus_clean.engines.local.pool import Pool, revise_kernel
from corpus_clean.engines.watch import MARK_BYTES, install_mark
from corpus_clean.errors import CorpusCleanError
from corpus_clean.storage.parts import describe_part

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

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        if folder.is_dir():
            os.chdir(folder)  # relative paths mean what they mean to the driver
        for batch in batches:
            for key in batch.column(0).to_pylist():
                number, groups = tasks[key]
                name = _name_part(number)
                work = _write_part if _count_failures() == 0 else _write_isolated
                try:
                    rows, written = work(kernel, groups, target / name, heaps)
                except CorpusCleanError as error:  # the same in every attempt
                    yield _report(number, error=type(error).__name__, detail=str(error))
                else:
                    yield _report(number, name, rows, written)

    return run


def _write_part(kernel: Kernel, groups: Groups, part: Path, heaps: Path) -> tuple[int, int]:
    """Run a kernel over row groups; return the rows and row groups it wrote."""
    # Who has a mark, the system ends when a record takes far too long; nobody reads this one.
    install_mark(ctypes.create_string_buffer(MARK_BYTES))
    return _run_kernel(kernel, groups, part, heaps)


def _write_isolated(kernel: Kernel, groups: Groups, part: Path, heaps: Path) -> tuple[int, int]:
    pool = Pool(1)
    try:
        pool.run(_run_kernel, [(kernel, groups, part, heaps)], lambda _: None, revise_kernel)
    finally:
        pool.stop()
    described = describe_part(part.parent, part.name)
    return described.rows, described.groups


def _run_kernel(kernel: Kernel, groups: Groups, part: Path, heaps: Path) -> tuple[int, int]:
    schema = store_schema(kernel.schema)
    rows, written = 0, 0
    with pq.ParquetWriter(part, schema, compression="lz4") as writer:
        for batch in kernel(_read_groups(groups, heaps)):
            writer.write_batch(batch.cast(schema))
            rows += batch.num_rows
            written += batch.num_rows > 0
    return rows, written


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


def _count_failures() -> int:
    """Return how often this task has failed."""
    from pyspark import TaskContext

    context = TaskContext.get()
    return context.attemptNumber() if context else 0


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
