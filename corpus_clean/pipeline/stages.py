"""Stages by name: what an engine makes, and where it lies."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from corpus_clean.config import EngineConfig
from corpus_clean.engines.base import Engine, Kernel, create_engine
from corpus_clean.storage.parts import is_committed

Notice = Callable[[str, int, int], None]
"""Called with the name of the stage, the tasks done, and the tasks in all."""


@dataclass(frozen=True, slots=True)
class Stages:
    """Runs kernels and SQL on the engine; each result lies in a folder of its own under `scratch`.

    What has a manifest already is not done again, whichever engine made it.
    """

    engine: Engine
    scratch: Path
    notice: Notice

    def map(self, name: str, kernel: Kernel, source: Path) -> Path:
        """Run a kernel over a stage."""
        target = self.scratch / name
        if is_committed(target):
            return target
        self.engine.map(kernel, source, target, lambda done, of: self.notice(name, done, of))
        return target

    def query(self, name: str, sql: str, **sources: Path | Sequence[Path]) -> Path:
        """Run SQL over stages; several under one name are read as one table."""
        target = self.scratch / name
        tables = {name: [source] if isinstance(source, Path) else list(source) for name, source in sources.items()}
        if not is_committed(target):
            self.engine.query(sql, tables, target)
        return target

    def pair(self, name: str, segments: Sequence[Path], shared: int = 1) -> Path:
        """Find which segments are worth comparing, as they share so many buckets or features."""
        target = self.scratch / name
        if not is_committed(target):
            self.engine.pair(segments, target, shared)
        return target

    def join(self, name: str, pairs: Path, segments: Sequence[Path], columns: Sequence[str]) -> Path:
        """Join pairs of segments to columns of both."""
        target = self.scratch / name
        if not is_committed(target):
            self.engine.join(pairs, segments, columns, target)
        return target

    def put(self, name: str, table: pa.Table) -> Path:
        """Write a table that is in memory as a stage."""
        target = self.scratch / name
        target.mkdir(exist_ok=True)
        pq.write_table(table, target / "part-00000.parquet")
        return target

    def begin(self, name: str) -> Path:
        """Return the folder of a stage that is written row by row; what a stopped run left of it is gone."""
        target = self.scratch / name
        shutil.rmtree(target, ignore_errors=True)
        return target

    def beside(self, task: Callable[..., object], *arguments: object) -> AbstractContextManager[None]:
        """Do a task on what lies on this machine's disk while a block runs."""
        return self.engine.beside(task, *arguments)

    def read(self, stage: Path) -> pa.Table:
        """Return a stage that fits in memory."""
        return self.engine.read(stage)


@contextmanager
def open_stages(config: EngineConfig, scratch: Path, notice: Notice) -> Iterator[Stages]:
    """Start the engine, and give its processes back at the end."""
    scratch.mkdir(exist_ok=True)
    engine = create_engine(config, scratch)
    try:
        yield Stages(engine, scratch, notice)
    finally:
        engine.close()
