"""One machine: a pool of processes for the kernels, an embedded DuckDB for the SQL."""

import functools
import glob
import os
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpus_clean.config import EngineConfig
from corpus_clean.engines.base import Engine, Kernel, Progress, do_first, pair_by_sql, parse_memory
from corpus_clean.engines.local import memory
from corpus_clean.engines.local.heap import HEAPS, HeapReader, HeapWriter
from corpus_clean.similarity.candidates import join_sql
from corpus_clean.storage.arrow import wrap_numbers
from corpus_clean.storage.parts import bring_stages, list_parts, read_stage
from corpus_clean.storage.process import keep_memory
from corpus_clean.storage.publication import commit_file

if TYPE_CHECKING:
    import duckdb

    from corpus_clean.engines.local.pool import Pool

ROWS_PER_GROUP = 4096
_ONLY_PART = "part-00000.parquet"
_BYTES_PER_GROUP = 4 << 20
_PATIENCE = 3.0
"""Seconds of work ahead from which more processes pay: each of them takes the better part of one to start."""
_SHARE = 4
"""What is done in memory takes at most this part of the memory allowed, for it needs some room around it."""


def create(config: EngineConfig, scratch: Path) -> Engine:
    """Start the local engine; processes are made when there is work for more than one."""
    keep_memory()
    bring_stages(scratch)
    return LocalEngine(config, scratch)


class LocalEngine:
    """The protocol of `engines.base` on one machine."""

    explode = "unnest"

    def __init__(self, config: EngineConfig, scratch: Path) -> None:
        self._workers = config.workers or len(os.sched_getaffinity(0))
        self._memory = config.memory
        self._most = parse_memory(config.memory) // _SHARE
        self._scratch = scratch
        self._pool: Pool | None = None
        self._connection: duckdb.DuckDBPyConnection | None = None

    def map(self, kernel: Kernel, source: Path, target: Path, progress: Progress) -> None:
        """See `Engine.map`. Part numbers follow the source's order, whoever finishes first."""
        resumed = target.exists()
        target.mkdir(parents=True, exist_ok=True)
        tasks = [(part, group) for part in list_parts(source) for group in range(pq.read_metadata(part).num_row_groups)]
        heaps = self._scratch / HEAPS
        if not tasks:
            pq.write_table(HeapWriter(heaps, 0, kernel.schema).schema.empty_table(), target / "part-00000.parquet")
        # Numbered by the stage's name, so that no other stage's heaps are written over in a run that goes on.
        first = zlib.crc32(target.name.encode()) << 24
        jobs = [
            (kernel, part, group, target / f"part-{i:05d}.parquet", heaps, first + i)
            for i, (part, group) in enumerate(tasks)
        ]
        left = [job for job in jobs if not job[3].exists()]
        before = len(jobs) - len(left)
        done = 0
        ahead = 0.0
        started = time.monotonic()
        # What was stopped may have been stopped by a record; in a process of its own that does no harm again.
        while not resumed and done < len(left):
            several = self._workers > 1 and len(left) - done > 1
            if several and (getattr(kernel, "isolated", False) or self._is_worth_a_pool(ahead)):
                break
            _run_task(*left[done])
            done += 1
            progress(before + done, len(jobs))
            ahead = (time.monotonic() - started) / done * (len(left) - done)
        if done < len(left):
            finished = before + done
            from corpus_clean.engines.local.pool import revise_kernel

            pool = self._start_pool()
            pool.run(_run_task, left[done:], lambda more: progress(finished + more, len(jobs)), revise_kernel)

    def _start_pool(self) -> "Pool":
        if self._pool is None:
            from corpus_clean.engines.local.pool import Pool  # imports multiprocessing

            self._pool = Pool(self._workers)
        return self._pool

    def _is_worth_a_pool(self, ahead: float) -> bool:
        return self._pool is not None or ahead > _PATIENCE

    def query(self, sql: str, tables: Mapping[str, Sequence[Path]], target: Path) -> None:
        """See `Engine.query`."""
        made = target / _ONLY_PART
        if made.exists():
            return
        connection = self._connect()
        target.mkdir(parents=True, exist_ok=True)
        for name, stages in tables.items():
            files = ", ".join(_quote(glob.escape(part)) for stage in stages for part in list_parts(stage))
            connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM read_parquet([{files}])")
        with commit_file(made) as partial:
            into = f"TO {_quote(str(partial))} (FORMAT parquet, ROW_GROUP_SIZE {ROWS_PER_GROUP})"
            _execute(connection, f"COPY ({sql}) {into}")

    def pair(self, segments: Sequence[Path], target: Path, shared: int = 1) -> None:
        """See `Engine.pair`; in memory if the keys of each kind fit."""
        if (target / _ONLY_PART).exists():
            return
        if max(memory.measure_columns(segments, [name]) for name in ("buckets", "features")) > self._most:
            pair_by_sql(self, segments, target, shared)
            return
        sides = memory.pair_segments(segments, shared)
        self._write(pa.table(list(map(wrap_numbers, sides)), names=["left_id", "right_id"]), target)

    def join(self, pairs: Path, segments: Sequence[Path], columns: Sequence[str], target: Path) -> None:
        """See `Engine.join`; in memory if the segments' columns fit."""
        if (target / _ONLY_PART).exists():
            return
        if memory.measure_columns(segments, ["segment_id", "earlier", "doc_id", *columns]) > self._most:
            self.query(join_sql(columns), {"pairs": [pairs], "segments": segments}, target)
            return
        self._write(memory.join_segments(self.read(pairs), segments, columns), target)

    def _write(self, table: pa.Table, target: Path) -> None:
        target.mkdir(parents=True, exist_ok=True)
        with commit_file(target / _ONLY_PART) as partial:
            pq.write_table(table, partial, row_group_size=ROWS_PER_GROUP, **_PLAIN)

    def read(self, stage: Path) -> pa.Table:
        """See `Engine.read`."""
        return read_stage(stage)

    def beside(self, task: Callable[..., object], *arguments: object) -> AbstractContextManager[None]:
        """See `Engine.beside`; no process is started for it."""
        return do_first(task, *arguments) if self._pool is None else self._pool.beside(task, arguments)

    def close(self) -> None:
        """See `Engine.close`. Running tasks are stopped, not waited for."""
        if self._pool is not None:
            self._pool.stop()
            self._pool = None
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self) -> "duckdb.DuckDBPyConnection":
        if self._connection is None:
            import duckdb

            self._connection = duckdb.connect()
            self._connection.execute(f"SET memory_limit = {_quote(self._memory)}")
            self._connection.execute(f"SET threads = {self._workers}")
            self._connection.execute(f"SET temp_directory = {_quote(str(self._scratch / 'duckdb'))}")
            self._connection.execute("SET enable_progress_bar = false")
        return self._connection


_PLAIN = {"use_dictionary": False, "write_statistics": False, "compression": "none"}
"""How numbers are written that are read once and differ in every row."""


def _run_task(kernel: Kernel, part: str, group: int, target: Path, heaps: Path, number: int) -> None:
    with (
        commit_file(target) as partial,
        pq.ParquetFile(part, metadata=_read_footer(part, _name_state(part)), page_checksum_verification=True) as source,
        closing(HeapReader(heaps)) as reader,
        closing(HeapWriter(heaps, number, kernel.schema)) as heap,
        pq.ParquetWriter(partial, heap.schema, **_choose_options(heap.schema)) as writer,
    ):
        batches = source.iter_batches(row_groups=[group], use_threads=False)
        for table in _gather(map(heap.put, kernel(map(reader.fetch, batches)))):
            writer.write_table(table)


def _name_state(part: str) -> tuple[int, int, int]:
    found = Path(part).stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


@functools.lru_cache(maxsize=2)
def _read_footer(part: str, state: tuple[int, int, int]) -> pq.FileMetaData:
    """Return what a part says of itself; with a task for each of its groups, reading it anew would be quadratic."""
    return pq.read_metadata(part)


def _gather(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Yield batches put together to groups that are worth a task each."""
    waiting: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in batches:
        waiting.append(batch)
        rows, size = rows + len(batch), size + batch.nbytes
        if rows >= ROWS_PER_GROUP or size >= _BYTES_PER_GROUP:
            yield pa.Table.from_batches(waiting)
            waiting, rows, size = [], 0, 0
    if waiting:
        yield pa.Table.from_batches(waiting)


def _choose_options(schema: pa.Schema) -> dict[str, Any]:
    """Return how a stage is written: hashes neither repeat nor compress, and trying takes longer than writing them."""
    if any(field.type == pa.list_(pa.int64()) for field in schema):
        names = [field.name for field in schema if field.type == pa.string()]
        return _PLAIN | {"use_dictionary": names, "write_page_checksum": True}
    return {"compression": "lz4", "write_statistics": False, "write_page_checksum": True}


def _execute(connection: "duckdb.DuckDBPyConnection", sql: str) -> None:
    """Run a statement in a thread, so that a signal is heard at once and stops it."""
    errors: list[BaseException] = []

    def work() -> None:
        try:
            connection.execute(sql)
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        thread.join()
    except BaseException:
        connection.interrupt()
        thread.join()
        raise
    if errors:
        raise errors[0]


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
