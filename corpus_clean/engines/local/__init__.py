"""One machine: a pool of processes for the kernels, an embedded DuckDB for the SQL."""

import glob
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpus_clean.config import EngineConfig
from corpus_clean.engines.base import Engine, Kernel, Progress, pair_by_sql
from corpus_clean.engines.local import memory
from corpus_clean.engines.local.heap import HeapReader, HeapWriter
from corpus_clean.errors import ConfigError
from corpus_clean.similarity.candidates import join_sql
from corpus_clean.storage.arrow import wrap_numbers

if TYPE_CHECKING:
    import duckdb

    from corpus_clean.engines.local.pool import Pool

ROWS_PER_GROUP = 4096
_BYTES_PER_GROUP = 4 << 20
_PATIENCE = 3.0
"""Seconds of work ahead from which more processes pay: each of them takes the better part of one to start."""
_SHARE = 4
"""What is done in memory takes at most this part of the memory allowed, for it needs some room around it."""
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


def create(config: EngineConfig, scratch: Path) -> Engine:
    """Start the local engine; processes are made when there is work for more than one."""
    return LocalEngine(config, scratch)


class LocalEngine:
    """The protocol of `engines.base` on one machine."""

    explode = "unnest"

    def __init__(self, config: EngineConfig, scratch: Path) -> None:
        self._workers = config.workers or len(os.sched_getaffinity(0))
        self._memory = config.memory
        self._most = parse_memory(config.memory) // _SHARE
        self._scratch = scratch
        self._heaps = 0
        self._pool: Pool | None = None
        self._connection: duckdb.DuckDBPyConnection | None = None

    def map(self, kernel: Kernel, source: Path, target: Path, progress: Progress) -> None:
        """See `Engine.map`. Part numbers follow the source's order, whoever finishes first."""
        target.mkdir(parents=True)
        tasks = [
            (part, group)
            for part in memory.list_parts([source])
            for group in range(pq.read_metadata(part).num_row_groups)
        ]
        heaps = self._scratch / "heaps"
        if not tasks:
            pq.write_table(HeapWriter(heaps, 0, kernel.schema).schema.empty_table(), target / "part-00000.parquet")
        jobs = [
            (kernel, part, group, target / f"part-{i:05d}.parquet", heaps, self._heaps + i)
            for i, (part, group) in enumerate(tasks)
        ]
        self._heaps += len(jobs)
        done = 0
        ahead = 0.0
        started = time.monotonic()
        while done < len(jobs) and (self._workers == 1 or len(jobs) - done < 2 or not self._is_worth_a_pool(ahead)):
            _run_task(*jobs[done])
            done += 1
            progress(done, len(jobs))
            ahead = (time.monotonic() - started) / done * (len(jobs) - done)
        if done < len(jobs):
            self._start_pool().run(_run_task, jobs[done:], lambda more: progress(done + more, len(jobs)))

    def _start_pool(self) -> "Pool":
        if self._pool is None:
            from corpus_clean.engines.local.pool import Pool  # imports multiprocessing

            self._pool = Pool(self._workers)
        return self._pool

    def _is_worth_a_pool(self, ahead: float) -> bool:
        return self._pool is not None or ahead > _PATIENCE

    def query(self, sql: str, tables: Mapping[str, Sequence[Path]], target: Path) -> None:
        """See `Engine.query`."""
        connection = self._connect()
        target.mkdir(parents=True)
        for name, stages in tables.items():
            files = ", ".join(_quote(f"{glob.escape(str(stage))}/*.parquet") for stage in stages)
            connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM read_parquet([{files}])")
        part = _quote(str(target / "part-00000.parquet"))
        connection.execute(f"COPY ({sql}) TO {part} (FORMAT parquet, ROW_GROUP_SIZE {ROWS_PER_GROUP})")

    def pair(self, segments: Sequence[Path], target: Path) -> None:
        """See `Engine.pair`; in memory if the keys of each kind fit."""
        if max(memory.measure_columns(segments, [name]) for name in ("buckets", "features")) > self._most:
            pair_by_sql(self, segments, target)
            return
        sides = memory.pair_segments(segments)
        self._write(pa.table(list(map(wrap_numbers, sides)), names=["left_id", "right_id"]), target)

    def join(self, pairs: Path, segments: Sequence[Path], columns: Sequence[str], target: Path) -> None:
        """See `Engine.join`; in memory if the segments' columns fit."""
        if memory.measure_columns(segments, ["segment_id", "earlier", "doc_id", *columns]) > self._most:
            self.query(join_sql(columns), {"pairs": [pairs], "segments": segments}, target)
            return
        self._write(memory.join_segments(self.read(pairs), segments, columns), target)

    def _write(self, table: pa.Table, target: Path) -> None:
        target.mkdir(parents=True)
        pq.write_table(table, target / "part-00000.parquet", row_group_size=ROWS_PER_GROUP, **_PLAIN)

    def read(self, stage: Path) -> pa.Table:
        """See `Engine.read`."""
        return pa.concat_tables(map(memory.read_part, memory.list_parts([stage])))

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


def _run_task(kernel: Kernel, part: Path, group: int, target: Path, heaps: Path, number: int) -> None:
    with (
        pq.ParquetFile(part) as source,
        closing(HeapReader(heaps)) as reader,
        closing(HeapWriter(heaps, number, kernel.schema)) as heap,
        pq.ParquetWriter(target, heap.schema, **_choose_options(heap.schema)) as writer,
    ):
        for table in _gather(map(heap.put, kernel(map(reader.fetch, source.iter_batches(row_groups=[group]))))):
            writer.write_table(table)


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
        return _PLAIN | {"use_dictionary": [field.name for field in schema if field.type == pa.string()]}
    return {"compression": "lz4", "write_statistics": False}


def parse_memory(text: str) -> int:
    """Return a size such as `2GB` or `500MB` in bytes.

    Raises:
        ConfigError: it is no size.

    Example:
        >>> parse_memory("1.5GB")
        1610612736
    """
    number = text.strip().upper().removesuffix("B").removesuffix("I")
    unit = number[-1:] if number[-1:] in _UNITS else ""
    try:
        return int(float(number.removesuffix(unit)) * _UNITS[unit])
    except ValueError:
        raise ConfigError(f"engine.memory: `{text}` is not a size; give one such as 2GB or 500MB") from None


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
