"""One machine: a pool of processes for the kernels, an embedded DuckDB for the SQL."""

import glob
import os
import time
import zlib
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from corpus_clean.config import EngineConfig
from corpus_clean.engines.base import Engine, Kernel, Progress, pair_by_sql, parse_memory
from corpus_clean.engines.local import memory
from corpus_clean.engines.local.heap import HEAPS, HeapReader, HeapWriter
from corpus_clean.engines.local.pool import Pool
from corpus_clean.similarity.candidates import join_sql
from corpus_clean.storage.parts import list_parts, read_stage

if TYPE_CHECKING:
    import duckdb

ROWS_PER_GROUP = 4096
_PATIENCE = 1.0
"""Seconds of work after which more processes pay: starting them costs about as much."""
_SHARE = 4
"""What is done in memory takes at most this part of the memory allowed, for it needs some room around it."""


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
        self._pool: Pool | None = None
        self._connection: duckdb.DuckDBPyConnection | None = None

    def map(self, kernel: Kernel, source: Path, target: Path, progress: Progress) -> None:
        """See `Engine.map`. Part numbers follow the source's order, whoever finishes first."""
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
        done = 0
        started = time.monotonic()
        while done < len(jobs) and (self._workers == 1 or len(jobs) - done < 2 or not self._is_worth_a_pool(started)):
            _run_task(*jobs[done])
            done += 1
            progress(done, len(jobs))
        if done < len(jobs):
            self._pool = self._pool or Pool(self._workers)
            self._pool.run(_run_task, jobs[done:], lambda more: progress(done + more, len(jobs)))

    def _is_worth_a_pool(self, started: float) -> bool:
        return self._pool is not None or time.monotonic() - started > _PATIENCE

    def query(self, sql: str, tables: Mapping[str, Sequence[Path]], target: Path) -> None:
        """See `Engine.query`."""
        connection = self._connect()
        target.mkdir(parents=True, exist_ok=True)
        for name, stages in tables.items():
            files = ", ".join(_quote(glob.escape(str(part))) for stage in stages for part in list_parts(stage))
            connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM read_parquet([{files}])")
        part = _quote(str(target / "part-00000.parquet"))
        connection.execute(f"COPY ({sql}) TO {part} (FORMAT parquet, ROW_GROUP_SIZE {ROWS_PER_GROUP})")

    def pair(self, segments: Sequence[Path], target: Path) -> None:
        """See `Engine.pair`; in memory if the keys of each kind fit."""
        if max(memory.measure_columns(segments, [name]) for name in ("buckets", "features")) > self._most:
            pair_by_sql(self, segments, target)
            return
        sides = memory.pair_segments(segments)
        self._write(pa.table(list(map(pa.array, sides)), names=["left_id", "right_id"]), target)

    def join(self, pairs: Path, segments: Sequence[Path], columns: Sequence[str], target: Path) -> None:
        """See `Engine.join`; in memory if the segments' columns fit."""
        if memory.measure_columns(segments, ["segment_id", "earlier", "doc_id", *columns]) > self._most:
            self.query(join_sql(columns), {"pairs": [pairs], "segments": segments}, target)
            return
        self._write(memory.join_segments(self.read(pairs), segments, columns), target)

    def _write(self, table: pa.Table, target: Path) -> None:
        target.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, target / "part-00000.parquet", row_group_size=ROWS_PER_GROUP, **_PLAIN)

    def read(self, stage: Path) -> pa.Table:
        """See `Engine.read`."""
        return read_stage(stage)

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
        pq.ParquetWriter(target, heap.schema, compression="lz4") as writer,
    ):
        for batch in kernel(map(reader.fetch, source.iter_batches(row_groups=[group]))):
            writer.write_batch(heap.put(batch))


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
