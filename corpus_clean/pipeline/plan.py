"""What is in the files of a run: their fingerprints, what is wrong with them, and the parts in which they are read."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from corpus_clean.config import ReadConfig
from corpus_clean.engines.watch import set_mark
from corpus_clean.pipeline.inputs import Inputs
from corpus_clean.pipeline.stages import Stages
from corpus_clean.pipeline.survey import TASK_BYTES, TASK_FILES, plan_file
from corpus_clean.pipeline.tables import PARTS, Row, make_batch
from corpus_clean.readers.listing import locate
from corpus_clean.storage.parts import read_batches

_ROWS = 256


@dataclass(frozen=True)
class PlanKernel:
    """Reads each file once: yields its fingerprints, and the parts in which it will be read again."""

    root: Path
    config: ReadConfig
    size: int = TASK_BYTES
    excluded: Mapping[str, str] = field(default_factory=dict)

    schema = PARTS

    def without(self, name: str, reason: str) -> "PlanKernel":
        """Return the kernel that gives up a file."""
        return replace(self, excluded={**self.excluded, name: reason})

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield `PARTS` rows for batches of `FILES`."""
        for batch in batches:
            rows: list[Row] = []
            for path in batch.column("path").to_pylist():
                set_mark(path)
                file = locate(self.root, path)
                rows += plan_file(file, path, self.config, self.size, fault=self.excluded.get(path, ""))
                if len(rows) >= _ROWS:
                    yield make_batch(rows, PARTS)
                    rows = []
            if rows:
                yield make_batch(rows, PARTS)


def plan_tasks(
    stages: Stages, inputs: Inputs, config: ReadConfig, name: str = "input", size: int | None = None
) -> tuple[Path, Path]:
    """Plan every file; return the plan, a stage of `PARTS`, and the same rows with a row group for each task.

    A task is about `size` bytes, or `TASK_BYTES`.
    """
    size = TASK_BYTES if size is None else size
    files = inputs.write_files(stages.scratch / f"{name}-files")
    planned = stages.map(f"{name}-plan", PlanKernel(inputs.root, config, size), files)
    return planned, share_out(planned, stages.scratch / f"{name}-tasks", size)


def choose_size(total: int) -> int:
    """Return how large the tasks of so many bytes are: with too few of them, some workers are done before the others.

    Example:
        >>> choose_size(100_000_000), choose_size(10_000_000_000)
        (1048576, 4194304)
    """
    return TASK_BYTES if total < _FEW_BYTES else min(TASK_BYTES, max(_LEAST_BYTES, total // _MANY))


_FEW_BYTES, _LEAST_BYTES, _MANY = 16 << 20, 1 << 20, 100
"""Below the first no second worker pays, whose start takes as long as cleaning a few megabytes."""


def share_out(planned: Path, target: Path, size: int) -> Path:
    """Write the parts of a plan as a stage in which each row group is a task."""
    target.mkdir(exist_ok=True)
    with pq.ParquetWriter(target / "part-00000.parquet", PARTS) as writer:
        for task in _group_parts(read_plan(planned), size):
            writer.write_batch(make_batch(task, PARTS))
    return target


def read_plan(planned: Path) -> Iterator[Row]:
    """Yield the rows of a plan in the order of the files."""
    for batch in read_batches(planned):
        yield from batch.to_pylist()


def read_files(planned: Path) -> Iterator[Row]:
    """Yield the first row of each file of a plan."""
    for _, parts in itertools.groupby(read_plan(planned), key=lambda part: str(part["path"])):
        yield next(parts)


_TEXT = 0.25
"""What a file takes that is no page, in pages."""


def _group_parts(parts: Iterator[Row], size: int) -> Iterator[list[Row]]:
    task: list[Row] = []
    held, worth = 0, 0.0
    for part in parts:
        task.append(part)
        held += part["size"]
        worth += 1 if part["format"] == "html" else _TEXT
        if worth >= TASK_FILES or held >= size:
            yield task
            task, held, worth = [], 0, 0.0
    if task:
        yield task
