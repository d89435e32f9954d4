"""One machine: a pool of processes for the kernels, an embedded DuckDB for the SQL."""

import glob
import os
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from corpus_clean.config import EngineConfig
from corpus_clean.engines.base import Engine, Kernel, Progress
from corpus_clean.engines.pool import Job, Pool
from corpus_clean.storage.publication import commit_file

if TYPE_CHECKING:
    import duckdb

ROWS_PER_GROUP = 4096


def create(config: EngineConfig, scratch: Path) -> Engine:
    """Start the local engine; processes are made when there is work for more than one."""
    return LocalEngine(config, scratch)


class LocalEngine:
    """The protocol of `engines.base` on one machine."""

    explode = "unnest"

    def __init__(self, config: EngineConfig, scratch: Path) -> None:
        self._workers = config.workers or len(os.sched_getaffinity(0))
        self._memory = config.memory
        self._scratch = scratch
        self._pool: Pool | None = None

    def map(self, kernel: Kernel, source: Path, target: Path, progress: Progress) -> None:
        """See `Engine.map`. Part numbers follow the source's order, whoever finishes first."""
        resumed = target.exists()
        target.mkdir(parents=True, exist_ok=True)
        tasks = [
            (part, group)
            for part in sorted(source.glob("*.parquet"))
            for group in range(pq.read_metadata(part).num_row_groups)
        ]
        if not tasks:
            pq.write_table(kernel.schema.empty_table(), target / "part-00000.parquet")
        jobs = [(kernel, part, group, target / f"part-{i:05d}.parquet") for i, (part, group) in enumerate(tasks)]
        left = [job for job in jobs if not job[3].exists()]
        done = len(jobs) - len(left)
        # What was stopped may have been stopped by a record; in a process of its own that does no harm again.
        if not resumed and (self._workers == 1 or len(left) < 2):
            for job in left:
                _run_task(*job)
                done += 1
                progress(done, len(jobs))
        elif left:
            self._pool = self._pool or Pool(self._workers)
            self._pool.run(_run_task, left, lambda more: progress(done + more, len(jobs)), _revise)

    def query(self, sql: str, tables: Mapping[str, Sequence[Path]], target: Path) -> None:
        """See `Engine.query`."""
        import duckdb

        part = target / "part-00000.parquet"
        if part.exists():
            return
        target.mkdir(parents=True, exist_ok=True)
        with duckdb.connect() as connection:
            connection.execute(f"SET memory_limit = {_quote(self._memory)}")
            connection.execute(f"SET threads = {self._workers}")
            connection.execute(f"SET temp_directory = {_quote(str(self._scratch / 'duckdb'))}")
            connection.execute("SET enable_progress_bar = false")
            for name, stages in tables.items():
                files = ", ".join(_quote(f"{glob.escape(str(stage))}/*.parquet") for stage in stages)
                connection.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM read_parquet([{files}])")
            with commit_file(part) as partial:
                into = f"TO {_quote(str(partial))} (FORMAT parquet, ROW_GROUP_SIZE {ROWS_PER_GROUP})"
                _execute(connection, f"COPY ({sql}) {into}")

    def read(self, stage: Path) -> pa.Table:
        """See `Engine.read`."""
        return pa.concat_tables(pq.read_table(part) for part in sorted(stage.glob("*.parquet")))

    def close(self) -> None:
        """See `Engine.close`. Running tasks are stopped, not waited for."""
        if self._pool is not None:
            self._pool.stop()
            self._pool = None


def _run_task(kernel: Kernel, part: Path, group: int, target: Path) -> None:
    with (
        commit_file(target) as partial,
        pq.ParquetFile(part, page_checksum_verification=True) as source,
        pq.ParquetWriter(partial, kernel.schema, compression="lz4", write_page_checksum=True) as writer,
    ):
        for batch in kernel(source.iter_batches(row_groups=[group])):
            writer.write_batch(batch)


def _revise(job: Job, culprit: str, reason: str) -> Job | None:
    kernel, *rest = job
    without = getattr(kernel, "without", None)
    revised = without(culprit, reason) if without is not None and culprit else None
    return None if revised is None else (revised, *rest)


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
