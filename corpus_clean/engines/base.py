"""What an engine can do. The pipeline knows these verbs and nothing else of it.

A *stage* is a folder of Parquet files. A *kernel* turns batches of rows into batches of rows and knows no engine;
whatever brings records together is SQL that DuckDB and Spark both understand.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol, cast

import pyarrow as pa

from corpus_clean.config import EngineConfig
from corpus_clean.errors import ConfigError
from corpus_clean.similarity import candidates

Progress = Callable[[int, int], None]
"""Called with the tasks done and the tasks in all."""

ASIDE = {b"aside": b"1"}
"""The metadata of a field with long values that few rows are asked for: an engine may keep them beside the stage.

Such a field holds large strings or bytes, and no nulls. Kernels get its values as bytes; SQL may only pass it on.
"""


_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


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
    """A kernel that can do without a record that kills its process; it marks each by `watch`.

    One that is `isolated` does enough to each record that it is run in a process of its own from the start, if there
    are to be several; the others only where that pays.
    """

    isolated: bool

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

    def pair(self, segments: Sequence[Path], target: Path, shared: int = 1) -> None:
        """Write which segments are worth comparing, as `left_id` and `right_id`: see `similarity.candidates`.

        Args:
            segments: stages with `segment_id`, `doc_id`, `exact`, `buckets` and `features`; one without an id is none.
            target: the stage to write, in the order of the ids.
            shared: how many buckets or features two segments must share.
        """
        ...

    def join(self, pairs: Path, segments: Sequence[Path], columns: Sequence[str], target: Path) -> None:
        """Write pairs of segments with columns of both, in the order of the ids: see `candidates.join_sql`."""
        ...

    def read(self, stage: Path) -> pa.Table:
        """Return a stage that fits in memory, in its order."""
        ...

    def beside(self, task: Callable[..., object], *arguments: object) -> AbstractContextManager[None]:
        """Do a task of this machine while a block runs, in another process if there is one; its errors are raised."""
        ...

    def close(self) -> None:
        """Give back processes and connections."""
        ...


class EngineModule(Protocol):
    """The shape of an engine module."""

    def create(self, config: EngineConfig, scratch: Path) -> Engine:
        """Start the engine; it may keep temporary files under `scratch`."""
        ...


_PARTS = {"base", "watch"}
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


@contextmanager
def do_first(task: Callable[..., object], *arguments: object) -> Iterator[None]:
    """Do what `Engine.beside` does where there is no other process: the task, and then the block."""
    task(*arguments)
    yield


def pair_by_sql(engine: Engine, segments: Sequence[Path], target: Path, shared: int = 1) -> None:
    """Do what `Engine.pair` does in SQL, however large the stages are."""

    def query(name: str, sql: str, **tables: Path | Sequence[Path]) -> Path:
        stage = target.with_name(f"{target.name}-{name}")
        engine.query(sql, {key: [value] if isinstance(value, Path) else value for key, value in tables.items()}, stage)
        return stage

    copies = query("copies", candidates.pair_copies_sql(), segments=segments)
    buckets = query("buckets", candidates.explode_sql("buckets", engine.explode), segments=segments, copies=copies)
    features = query("features", candidates.explode_sql("features", engine.explode), segments=segments, copies=copies)
    rare = query("rare", candidates.rarest_features_sql(), features=features)
    alike = query("alike", candidates.pair_buckets_sql(shared=shared), buckets=buckets)
    sharing = query("sharing", candidates.pair_rare_sql(shared=shared), rare=rare, features=features)
    engine.query(candidates.DISTINCT_SQL, {"found": [copies, alike, sharing]}, target)


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
