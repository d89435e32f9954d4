"""What goes into a run: its files, and proof that they did not change meanwhile."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpus_clean.errors import CorpusCleanError, UsageError
from corpus_clean.pipeline import tables
from corpus_clean.readers.base import choose_reader
from corpus_clean.readers.listing import InputFile, list_files, locate_all
from corpus_clean.writers.base import load_writer

# Planning a file is quick: so much of them is worth a task.
_GROUP_FILES = 1024
_GROUP_BYTES = 64 << 20
DESCRIBED = ("path", "bytes", "sha256")
_OF_PAGES = {"html", "warc"}


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files under `root` that will be read, those that go along, and those that will not, as they were found."""

    root: Path
    files: Sequence[InputFile]
    carried: Sequence[InputFile]
    skipped: Sequence[InputFile]

    @property
    def bytes(self) -> int:
        """The size of all of it, as it lies on disk."""
        return sum(file.bytes for file in self.files)

    @property
    def hold_pages(self) -> bool:
        """Is there a file that may hold HTML pages?"""
        return any(choose_reader(file.path) in _OF_PAGES for file in self.files)

    def describe(self, facts: Iterable[pa.RecordBatch]) -> list[dict[str, Any]]:
        """Return path, size and SHA-256 of each file, as the `facts` say that have these columns.

        Raises:
            CorpusCleanError: one of them is not what it was at the start.
        """
        files = (*self.files, *self.carried)
        for file, path in zip(files, locate_all(self.root, (file.path for file in files)), strict=True):
            if _stamp(path) != (file.bytes, file.changed):
                raise CorpusCleanError(f"{path}: changed while it was read; nothing was published: run again later")
        return [row for batch in facts for row in batch.select(list(DESCRIBED)).to_pylist()]

    def write_files(self, stage: Path) -> Path:
        """Write the files as a stage of `FILES`, a few in each row group."""
        stage.mkdir(exist_ok=True)
        with pq.ParquetWriter(stage / "part-00000.parquet", tables.FILES) as writer:
            for group in _group_files(self.files):
                rows = [{"path": file.path, "bytes": file.bytes} for file in group]
                writer.write_table(pa.Table.from_pylist(rows, schema=tables.FILES))
        return stage


def _group_files(files: Sequence[InputFile]) -> Iterable[list[InputFile]]:
    group: list[InputFile] = []
    size = 0
    for file in files:
        group.append(file)
        size += file.bytes
        if len(group) >= _GROUP_FILES or size >= _GROUP_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def find_inputs(source: Path) -> Inputs:
    """List what is to be read under a folder, or one file.

    Raises:
        UsageError: `source` is missing, holds nothing that can be read, or two files would be written as one.
    """
    if not source.exists():
        raise UsageError(f"{source}: does not exist; give a folder of articles, or one file")
    found = list(list_files(source))
    files = [file for file in found if not (file.skipped or file.carried)]
    carried = [file for file in found if file.carried]
    if not files:
        raise UsageError(f"{source}: holds no file that can be read ({len(found)} skipped); the README lists what is")
    _require_own_names(source, files)
    skipped = [file for file in found if file.skipped]
    return Inputs(source, files, carried, skipped)


def _require_own_names(source: Path, files: Sequence[InputFile]) -> None:
    taken: dict[str, str] = {}
    for file in files:
        name = load_writer(choose_reader(file.path)).name_output(file.path)
        if name in taken:
            raise UsageError(f"{source}: {taken[name]} and {file.path} would both be written as {name}; rename one")
        taken[name] = file.path


def find_earlier_inputs(against: Path) -> Inputs:
    """List what is compared with: the documents of an earlier run or of any corpus, or the files of an index.

    Raises:
        UsageError: there is nothing to read.
    """
    if not (against / "manifest.json").is_file() or (against / "index.json").is_file():
        return find_inputs(against)
    if not (against / "data").is_dir():
        raise UsageError(f"{against}: was written by `corpus-clean dedup`, without texts; give the corpus it was of")
    return find_inputs(against / "data")


def require_outside(out: Path, source: Path) -> None:
    """Refuse an output that lies inside the input.

    Raises:
        UsageError: it does.
    """
    real = source.resolve()
    inside = out.resolve().is_relative_to(real) if source.is_dir() else out.resolve() == real
    if inside:
        raise UsageError(f"{out}: lies inside the input {source}; choose a place outside with --out")


def _stamp(path: str) -> tuple[int, int]:
    try:
        status = os.lstat(path)  # of a link nothing is read
    except OSError as error:
        raise CorpusCleanError(f"{path}: cannot be read ({error.strerror}); check it and run again") from None
    return (status.st_size, status.st_mtime_ns)
