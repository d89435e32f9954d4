"""One machine: a pool of processes for the kernels, an embedded DuckDB for the SQL."""

import glob
import multiprocessing
import os
import signal
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from corpus_clean.config import EngineConfig
from corpus_clean.engines.base import Engine, Kernel, Progress
from corpus_clean.errors import CorpusCleanError
from corpus_clean.storage.parts import list_parts, read_stage

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
        self._pool: ProcessPoolExecutor | None = None

    def map(self, kernel: Kernel, source: Path, target: Path, progress: Progress) -> None:
        """See `Engine.map`. Part numbers follow the source's order, whoever finishes first."""
        target.mkdir(parents=True)
        tasks = [(part, group) for part in list_parts(source) for group in range(pq.read_metadata(part).num_row_groups)]
        if not tasks:
            pq.write_table(kernel.schema.empty_table(), target / "part-00000.parquet")
        jobs = [(kernel, part, group, target / f"part-{i:05d}.parquet") for i, (part, group) in enumerate(tasks)]
        if self._workers == 1 or len(jobs) < 2:
            for done, job in enumerate(jobs, 1):
                _run_task(*job)
                progress(done, len(jobs))
            return
        self._run_in_pool(jobs, progress)

    def _run_in_pool(self, jobs: list[tuple[Kernel, Path, int, Path]], progress: Progress) -> None:
        if self._pool is None:
            # Forking would copy the locks of Arrow's and DuckDB's threads; a fresh interpreter has none.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._workers, context, initializer=_ignore_interrupts)
        waiting: set[Future[None]] = {self._pool.submit(_run_task, *job) for job in jobs}
        done_count = 0
        try:
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    future.result()
                done_count += len(done)
                progress(done_count, len(jobs))
        except BrokenProcessPool:
            raise CorpusCleanError(
                "a worker process died (out of memory?); nothing was published: try fewer workers with --workers"
            ) from None

    def query(self, sql: str, tables: Mapping[str, Sequence[Path]], target: Path) -> None:
        """See `Engine.query`."""
        import duckdb

        target.mkdir(parents=True)
        with duckdb.connect() as connection:
            connection.execute(f"SET memory_limit = {_quote(self._memory)}")
            connection.execute(f"SET threads = {self._workers}")
            connection.execute(f"SET temp_directory = {_quote(str(self._scratch / 'duckdb'))}")
            connection.execute("SET enable_progress_bar = false")
            for name, stages in tables.items():
                files = ", ".join(_quote(glob.escape(str(part))) for stage in stages for part in list_parts(stage))
                connection.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM read_parquet([{files}])")
            part = _quote(str(target / "part-00000.parquet"))
            connection.execute(f"COPY ({sql}) TO {part} (FORMAT parquet, ROW_GROUP_SIZE {ROWS_PER_GROUP})")

    def read(self, stage: Path) -> pa.Table:
        """See `Engine.read`."""
        return read_stage(stage)

    def close(self) -> None:
        """See `Engine.close`. Running tasks are stopped, not waited for."""
        if self._pool is not None:
            processes = list((self._pool._processes or {}).values())
            self._pool.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.terminate()
            for process in processes:
                process.join()
            self._pool = None


def _run_task(kernel: Kernel, part: Path, group: int, target: Path) -> None:
    with pq.ParquetFile(part) as source, pq.ParquetWriter(target, kernel.schema, compression="lz4") as writer:
        for batch in kernel(source.iter_batches(row_groups=[group])):
            writer.write_batch(batch)


def _ignore_interrupts() -> None:
    # Ctrl-C reaches the whole process group; the parent decides what happens then.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
