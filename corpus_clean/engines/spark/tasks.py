"""What runs in Spark's Python workers: each task writes files of its own and reports them.

A task that is run twice (its worker was lost, or slow) writes under another name each time, so no attempt can spoil
another's file; which one counts is what the driver hears. What ended a worker may have been a record: any attempt but
the first is made in a process of its own, as the local engine's are, and does without what kills that twice.
"""

import ctypes
import itertools
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpus_clean.engines.base import ASIDE, Kernel
from corpus_clean.engines.local.heap import HeapReader
from corpus_clean.engines.local.pool import Pool, revise_kernel
from corpus_clean.engines.spark.store import name_part
from corpus_clean.engines.watch import MARK_BYTES, install_mark
from corpus_clean.errors import CorpusCleanError
from corpus_clean.storage.mirror import Mirror
from corpus_clean.storage.parts import Part, describe_part, open_part
from corpus_clean.storage.remote import is_remote, open_remote

RESULT = "task int, name string, rows long, groups int, bytes long, error string, detail string"
_RESULT = pa.schema(
    [
        ("task", pa.int32()),
        ("name", pa.string()),
        ("rows", pa.int64()),
        ("groups", pa.int32()),
        ("bytes", pa.int64()),
        ("error", pa.string()),
        ("detail", pa.string()),
    ]
)

Task = Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]
Groups = Sequence[tuple[str, int]]
"""Row groups of files: place and number."""
_ROWS = 4096

# Where this process began. Workers take it from their own import: functions of this module are sent to them by name.
_BEGUN_IN = Path.cwd()


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done: a kernel, over row groups.

    `heaps` is where the local engine, if it began the run, keeps long values. If the files that a kernel reads were
    fetched from a URL, this is their `mirror`; on another machine they are brought into a folder within `folder`.
    """

    kernel: Kernel
    groups: Groups
    heaps: Path
    mirror: Mirror | None
    folder: Path

    def run(self) -> Iterator[pa.RecordBatch]:
        """Yield what the kernel makes of the row groups."""
        if self.mirror is None or self.mirror.is_here():
            return self.kernel(self._read())
        root = self.mirror.bring((), self.folder)
        return replace(self.kernel, root=root)(self._bring(self.mirror))  # type: ignore[type-var]  # it is a FileKernel

    def _read(self) -> Iterator[pa.RecordBatch]:
        with closing(HeapReader(self.heaps)) as reader:
            for place, number in self.groups:
                with open_part(place) as source:
                    yield from map(reader.fetch, source.iter_batches(row_groups=[number]))

    def _bring(self, mirror: Mirror) -> Iterator[pa.RecordBatch]:
        for batch in self._read():
            mirror.bring(batch.column("path").to_pylist(), self.folder)
            yield batch


def make_map_task(
    kernel: Kernel, tasks: Mapping[int, tuple[int, Groups]], target: str, heaps: Path, mirror: Any
) -> Task:
    """Return the work of a kernel's tasks: it takes keys of `tasks`, and yields what was written.

    Args:
        kernel: what is done.
        tasks: the number of each task, and what it reads.
        target: where the files of this attempt go.
        heaps: see `Work`.
        mirror: a broadcast of it, or None.
    """
    folder = Path.cwd()

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        brought = _find_inputs()
        if folder.is_dir():
            os.chdir(folder)  # relative paths mean what they mean to the driver
        for batch in batches:
            for key in batch.column(0).to_pylist():
                number, groups = tasks[key]
                name = _name_part(number)
                write = _write_plain if _count_failures() == 0 else _write_isolated
                try:
                    work = Work(kernel, groups, heaps, mirror and mirror.value, brought)
                    part = write(work, f"{target}/{name}", name_part(target, name))
                except CorpusCleanError as error:  # the same in every attempt
                    yield _report(number, error=type(error).__name__, detail=str(error))
                else:
                    yield _report(number, part)

    return run


def _find_inputs() -> Path:
    """Return where inputs are brought: a folder that goes with the executor, whose path may be relative."""
    from pyspark import SparkFiles

    return _BEGUN_IN / SparkFiles.getRootDirectory() / "inputs"


def _write_plain(work: Work, place: str, name: str) -> Part:
    # Who has a mark, the system ends when a record takes far too long; nobody reads this one.
    install_mark(ctypes.create_string_buffer(MARK_BYTES))
    return _write_part(work.run(), store_schema(work.kernel.schema), place, name)


def _write_isolated(work: Work, place: str, name: str) -> Part:
    pool = Pool(1)
    try:
        pool.run(_run_alone, [(work.kernel, work, place, name)], lambda _: None, revise_kernel)
    finally:
        pool.stop()
    return describe_part(place, name)


def _run_alone(kernel: Kernel, work: Work, place: str, name: str) -> None:
    _write_part(replace(work, kernel=kernel).run(), store_schema(kernel.schema), place, name)


def _write_part(batches: Iterator[pa.RecordBatch], schema: pa.Schema, place: str, name: str) -> Part:
    rows, groups = 0, 0
    with _open_sink(place) as sink:
        with pq.ParquetWriter(sink, schema, compression="lz4") as writer:
            for batch in batches:
                writer.write_batch(batch.cast(schema))
                rows += batch.num_rows
                groups += batch.num_rows > 0
        return Part(name, rows, groups, sink.tell())


def _open_sink(place: str) -> IO[bytes]:
    return open_remote(place, "wb") if is_remote(place) else Path(place).open("wb")


def store_schema(schema: pa.Schema) -> pa.Schema:
    """Return a kernel's columns as a stage has them: those marked `ASIDE` as bytes, which the next kernel is promised.

    Example:
        >>> store_schema(pa.schema([pa.field("text", pa.large_string(), metadata=ASIDE)])).field("text").type
        DataType(large_binary)
    """
    return pa.schema([field.with_type(pa.large_binary()) if field.metadata == ASIDE else field for field in schema])


def make_write_task(schema: pa.Schema, target: str) -> Task:
    """Return the work of writing a query's result: it takes the rows of a partition, and yields what was written."""

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        from pyspark import TaskContext

        first = next(batches, None)
        if first is None:
            return
        context = TaskContext.get()
        number = context.partitionId() if context else 0
        name = _name_part(number)
        rows = itertools.chain((first,), batches)
        yield _report(number, _write_part(rows, schema, f"{target}/{name}", name_part(target, name)))

    return run


def make_read_task(tasks: Sequence[Sequence[str]], schema: pa.Schema) -> Task:
    """Return the work of reading files that Spark itself cannot reach: it takes keys of `tasks`, and yields rows."""

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for key in batch.column(0).to_pylist():
                for place in tasks[key]:
                    with open_part(place) as part:
                        for rows in part.iter_batches(batch_size=_ROWS, columns=schema.names):
                            yield rows.select(schema.names).cast(schema)

    return run


def _count_failures() -> int:
    """Return how often this task has failed."""
    from pyspark import TaskContext

    context = TaskContext.get()
    return context.attemptNumber() if context else 0


def _name_part(number: int) -> str:
    from pyspark import TaskContext

    context = TaskContext.get()
    return f"part-{number:05d}-{context.taskAttemptId() if context else 0}.parquet"


def _report(task: int, part: Part | None = None, *, error: str = "", detail: str = "") -> pa.RecordBatch:
    written = asdict(part or Part("", 0, 0, 0))
    row = {"task": task, **written, "error": error, "detail": detail}
    return pa.RecordBatch.from_pylist([row], schema=_RESULT)
