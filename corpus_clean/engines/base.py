"""What an engine can do. The pipeline knows these verbs and nothing else of it.

A *stage* is a folder of Parquet files. A *kernel* turns batches of rows into batches of rows and knows no engine;
whatever brings records together is SQL that DuckDB and Spark both understand.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol, cast

import pyarrow as pa

from corpus_clean.config import EngineConfig
from corpus_clean.errors import ConfigError

Progress = Callable[[int, int], None]
"""Called with the tasks done and the tasks in all."""


class Kernel(Protocol):
    """Per-record work: picklable, pure, and the same rows out for the same rows in."""

    @property
    def schema(self) -> pa.Schema:
        """The columns of what `__call__` yields."""
        ...

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Turn batches of the source into batches of `schema`."""
        ...


class RecordKernel(Kernel, Protocol):
    """A kernel that can do without a record that kills its process; it marks each by `watch`."""

    def without(self, name: str, reason: str) -> "RecordKernel | None":
        """Return the kernel that rejects what carries this mark for this reason, or None if it cannot."""
        ...


class Engine(Protocol):
    """Runs stages. The rows of a stage never depend on how many workers made it.

    A stage that is there is not made again, nor is a part of one: whoever names the target says what is in it.
    """

    explode: str
    """The dialect's name for turning a list column into rows."""

    def map(self, kernel: Kernel, source: Path, target: Path, progress: Progress) -> None:
        """Run a kernel over every row of a stage. Each row group of the source is one task."""
        ...

    def query(self, sql: str, tables: Mapping[str, Sequence[Path]], target: Path) -> None:
        """Run SQL over tables, each made of the stages given, and write the result as a stage."""
        ...

    def read(self, stage: Path) -> pa.Table:
        """Return a stage that fits in memory, in its order."""
        ...

    def close(self) -> None:
        """Give back processes and connections."""
        ...


class EngineModule(Protocol):
    """The shape of an engine module."""

    def create(self, config: EngineConfig, scratch: Path) -> Engine:
        """Start the engine; it may keep temporary files under `scratch`."""
        ...


_PARTS = {"base", "pool", "watch"}
"""Modules of this folder that are no engines."""


def create_engine(config: EngineConfig, scratch: Path) -> Engine:
    """Start the engine that the configuration names.

    Raises:
        ConfigError: there is no such engine.
    """
    known = [name for _, name, _ in pkgutil.iter_modules([str(Path(__file__).parent)]) if name not in _PARTS]
    if config.name not in known:
        raise ConfigError(f"engine.name: `{config.name}` is unknown; known: {', '.join(sorted(known))}")
    module = importlib.import_module(f"{__name__.rpartition('.')[0]}.{config.name}")
    return cast("EngineModule", module).create(config, scratch)
