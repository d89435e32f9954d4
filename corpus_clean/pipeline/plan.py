"""What is in the files of a run: their fingerprints, what is wrong with them, and the parts in which they are read."""

import hashlib
import io
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from corpus_clean.config import ReadConfig
from corpus_clean.engines.watch import set_mark
from corpus_clean.pipeline.inputs import Inputs
from corpus_clean.pipeline.stages import Stages
from corpus_clean.pipeline.tables import PARTS, Row, make_batch
from corpus_clean.readers.base import ColumnsReader, Part, Reader, choose_reader, load_readers
from corpus_clean.readers.listing import locate
from corpus_clean.storage.fingerprint import hash_file
from corpus_clean.storage.parts import list_parts
from corpus_clean.storage.streams import DamagedStreamError, open_input

# A task holds about this much input: small enough to share out and to report progress, large enough to pay for itself.
TASK_BYTES = 4 << 20
TASK_FILES = 128
# To read a part of a compressed file, everything before it is decompressed too, so there are only so many.
_PARTS_OF_PACKED = {".gz": 16, ".zst": 16, ".bz2": 4, ".xz": 4}
_ALWAYS_EXPANDED = 64 << 20


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
            for path in batch.column("path").to_pylist():
                set_mark(path)
                file = locate(self.root, path)
                fault = self.excluded.get(path, "")
                yield make_batch(plan_file(file, path, self.config, self.size, fault=fault), PARTS)


def plan_tasks(stages: Stages, inputs: Inputs, config: ReadConfig, name: str = "input") -> tuple[Path, Path]:
    """Plan every file; return the plan, a stage of `PARTS`, and the same rows with a row group for each task."""
    files = inputs.write_files(stages.scratch / f"{name}-files")
    planned = stages.map(f"{name}-plan", PlanKernel(inputs.root, config, TASK_BYTES), files)
    return planned, share_out(planned, stages.scratch / f"{name}-tasks")


def share_out(planned: Path, target: Path) -> Path:
    """Write the parts of a plan as a stage in which each row group is a task."""
    target.mkdir(exist_ok=True)
    with pq.ParquetWriter(target / "part-00000.parquet", PARTS) as writer:
        for task in _group_parts(read_plan(planned)):
            writer.write_batch(make_batch(task, PARTS))
    return target


def read_plan(planned: Path) -> Iterator[Row]:
    """Yield the rows of a plan in the order of the files."""
    for part in list_parts(planned):
        with pq.ParquetFile(part) as source:
            for batch in source.iter_batches():
                yield from batch.to_pylist()


def read_files(planned: Path) -> Iterator[Row]:
    """Yield the first row of each file of a plan."""
    for _, parts in itertools.groupby(read_plan(planned), key=lambda part: str(part["path"])):
        yield next(parts)


def _group_parts(parts: Iterator[Row]) -> Iterator[list[Row]]:
    task: list[Row] = []
    size = 0
    for part in parts:
        task.append(part)
        size += part["size"]
        if len(task) >= TASK_FILES or size >= TASK_BYTES:
            yield task
            task, size = [], 0
    if task:
        yield task


def plan_file(file: Path, path: str, config: ReadConfig, size: int = TASK_BYTES, *, fault: str = "") -> list[Row]:
    """Return the rows of `PARTS` for one file: a row a part, and one more if it is damaged.

    A damaged file is read as far as that goes; it will be stored whole. A file with a `fault` is not read at all.
    """
    key = choose_reader(path)
    reader = load_readers()[key]
    facts: Row = {"path": path, "format": key, "bytes": file.stat().st_size, "sha256": hash_file(file)}
    plan = _plan_columns if reader.KIND == "columns" else _plan_stream
    parts, content, fault = ((), "", fault) if fault else plan(reader, file, facts, config, size)
    facts |= {"content": content, "stored": bool(fault) or reader.KIND == "stored"}
    rows = [
        facts
        | {"start": part.start, "end": part.end, "index": part.index, "head": part.head, "fault": ""}
        | {"size": part.end - part.start if part.end >= 0 else facts["bytes"]}
        for part in parts
    ]
    if fault:
        rows.append(facts | {"start": 0, "end": 0, "index": 0, "head": b"", "fault": fault, "size": 0})
    return rows


_Plan = tuple[Sequence[Part], str, str]


def _plan_stream(reader: Reader, file: Path, facts: Row, config: ReadConfig, size: int) -> _Plan:
    with open_input(file, lenient=reader.KIND == "stored") as stream:
        meter = _Meter(stream, max(_ALWAYS_EXPANDED, facts["bytes"] * config.max_expansion))
        measured = cast("BinaryIO", io.BufferedReader(meter, buffer_size=1 << 18))
        parts = list(reader.plan(measured, config, size))
        while measured.read(1 << 20):
            pass
    if meter.fault:  # what is read whole or not at all is not read
        return [part for part in parts if part.end > 0], meter.digest(), meter.fault
    most = _PARTS_OF_PACKED.get(file.suffix.lower(), len(parts))
    return _join_parts(parts, most), meter.digest(), ""


def _plan_columns(reader: Reader, file: Path, facts: Row, config: ReadConfig, size: int) -> _Plan:
    try:
        with file.open("rb") as stream:
            return list(reader.plan(stream, config, size)), cast("ColumnsReader", reader).digest(file), ""
    except DamagedStreamError as error:
        return [], "", str(error)


def _join_parts(parts: Sequence[Part], most: int) -> list[Part]:
    """Join neighbours until there are at most so many."""
    step = -(-len(parts) // most)
    groups = (parts[i : i + step] for i in range(0, len(parts), step))
    return [Part(group[0].start, group[-1].end, group[0].index, group[0].head) for group in groups]


class _Meter(io.RawIOBase):
    """A stream that is hashed as it is read, and that ends where its file is damaged or expands too far."""

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        self._stream = stream
        self._limit = limit
        self._hash = hashlib.sha256()
        self._count = 0
        self.fault = ""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # io's own stub says Buffer
        if self.fault:
            return 0
        try:
            data = self._stream.read1(len(buffer))  # type: ignore[attr-defined]  # both kinds are BufferedReaders
        except DamagedStreamError as error:
            self.fault = str(error)
            return 0
        if self._count + len(data) > self._limit:
            self.fault = f"expands too far: stopped at {self._count:,} bytes; raise read.max_expansion if it is no bomb"
            return 0
        self._hash.update(data)
        self._count += len(data)
        buffer[: len(data)] = data
        return len(data)

    def digest(self) -> str:
        return self._hash.hexdigest()
