"""What goes into a run: its files, in tasks, and proof that they did not change meanwhile."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpus_clean.errors import CorpusCleanError, UsageError
from corpus_clean.pipeline import tables
from corpus_clean.readers.base import InputFile, choose_reader, list_files
from corpus_clean.storage.fingerprint import hash_file

# A task holds about this much input: small enough to share out and to report progress, large enough to pay for itself.
TASK_BYTES = 4 << 20
TASK_FILES = 128


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files under `root` that will be read, those that will not, and what they looked like at the start."""

    root: Path
    files: Sequence[InputFile]
    skipped: Sequence[InputFile]
    stamps: Sequence[tuple[int, int]]

    @property
    def bytes(self) -> int:
        """The size of all of it, as it lies on disk."""
        return sum(file.bytes for file in self.files)

    @property
    def hold_pages(self) -> bool:
        """Is there a file that holds HTML pages?"""
        return any(choose_reader(file.path) == "html" for file in self.files)

    def describe(self) -> list[dict[str, Any]]:
        """Return path, size and SHA-256 of each file.

        Raises:
            CorpusCleanError: one of them is not what it was at the start.
        """
        described = []
        for file, stamp in zip(self.files, self.stamps, strict=True):
            path = _locate(self.root, file)
            digest = hash_file(path)
            if _stamp(path) != stamp:
                raise CorpusCleanError(f"{path}: changed while it was read; nothing was published: run again later")
            described.append({"path": file.path, "bytes": file.bytes, "sha256": digest})
        return described

    def write_tasks(self, stage: Path) -> Path:
        """Write the files as a stage of `FILES`, one row group a task."""
        stage.mkdir()
        with pq.ParquetWriter(stage / "part-00000.parquet", tables.FILES) as writer:
            for task in self._share_out():
                rows = [{"path": file.path, "bytes": file.bytes} for file in task]
                writer.write_table(pa.Table.from_pylist(rows, schema=tables.FILES))
        return stage

    def _share_out(self) -> Iterator[list[InputFile]]:
        task: list[InputFile] = []
        size = 0
        for file in self.files:
            task.append(file)
            size += file.bytes
            if len(task) >= TASK_FILES or size >= TASK_BYTES:
                yield task
                task, size = [], 0
        if task:
            yield task


def find_inputs(source: Path) -> Inputs:
    """List what is to be read under a folder, or one file.

    Raises:
        UsageError: `source` is missing or holds nothing that can be read.
    """
    if not source.exists():
        raise UsageError(f"{source}: does not exist; give a folder of articles, or one file")
    found = list(list_files(source))
    files = [file for file in found if not file.skipped]
    if not files:
        raise UsageError(f"{source}: holds no file that can be read ({len(found)} skipped); the README lists what is")
    skipped = [file for file in found if file.skipped]
    return Inputs(source, files, skipped, [_stamp(_locate(source, file)) for file in files])


def require_outside(out: Path, source: Path) -> None:
    """Refuse an output that lies inside the input.

    Raises:
        UsageError: it does.
    """
    real = source.resolve()
    inside = out.resolve().is_relative_to(real) if source.is_dir() else out.resolve() == real
    if inside:
        raise UsageError(f"{out}: lies inside the input {source}; choose a place outside with --out")


def _locate(source: Path, file: InputFile) -> Path:
    return source / file.path if source.is_dir() else source


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError as error:
        raise CorpusCleanError(f"{path}: cannot be read ({error.strerror}); check it and run again") from None
    return (status.st_size, status.st_mtime_ns)
