"""What is in the files of a run: their fingerprints, what is wrong with them, and the parts in which they are read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus_clean.config import ReadConfig
from corpus_clean.engines.watch import set_mark
from corpus_clean.pipeline.inputs import Inputs
from corpus_clean.pipeline.stages import Stages
from corpus_clean.pipeline.survey import TASK_BYTES, TASK_FILES, plan_file
from corpus_clean.pipeline.tables import PARTS, Row, make_batch
from corpus_clean.readers.listing import locate_all
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
            paths = batch.column("path").to_pylist()
            for path, file in zip(paths, locate_all(self.root, paths), strict=True):
                set_mark(path)
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
        (2097152, 4194304)
    """
    return TASK_BYTES if total < _FEW_BYTES else min(TASK_BYTES, max(_LEAST_BYTES, total // _MANY))


_FEW_BYTES, _LEAST_BYTES, _MANY = 16 << 20, 2 << 20, 100
"""Below the first no second worker pays, whose start takes as long as cleaning a few megabytes."""


def share_out(planned: Path, target: Path, size: int) -> Path:
    """Write the parts of a plan as a stage in which each row group is a task."""
    target.mkdir(exist_ok=True)
    with pq.ParquetWriter(target / "part-00000.parquet", PARTS) as writer:
        for task in _group_parts(planned, size):
            writer.write_table(task, row_group_size=len(task))
    return target


def read_files(planned: Path, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Yield columns of the first row of each file of a plan, in the order of the files."""
    last = None
    for batch in read_batches(planned, list(dict.fromkeys(("path", *columns)))):
        paths = batch.column("path")
        before = pa.concat_arrays([pa.array([last], paths.type), paths.slice(0, len(paths) - 1)])
        yield batch.filter(pc.invert(pc.fill_null(pc.equal(paths, before), False))).select(list(columns))
        last = paths[-1].as_py() if len(paths) else last


_TEXT = 0.25
"""What a file takes that is no page, in pages."""


def _group_parts(planned: Path, size: int) -> Iterator[pa.Table]:
    task: list[pa.RecordBatch] = []
    held, worth = 0, 0.0
    for batch in read_batches(planned):
        start = 0
        sizes, formats = (batch.column(name).to_pylist() for name in ("size", "format"))
        for end, (part_size, form) in enumerate(zip(sizes, formats, strict=True), 1):
            held += part_size
            worth += 1 if form == "html" else _TEXT
            if worth >= TASK_FILES or held >= size:
                yield pa.Table.from_batches([*task, batch.slice(start, end - start)])
                task, held, worth, start = [], 0, 0.0, end
        if start < len(batch):
            task.append(batch.slice(start))
    if task:
        yield pa.Table.from_batches(task)
