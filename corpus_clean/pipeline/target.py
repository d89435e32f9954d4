"""The files under `data/`: each in the format and under the name of the file it was made from."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from corpus_clean.config import ReadConfig
from corpus_clean.pipeline.columns import ColumnsTarget
from corpus_clean.pipeline.tables import Row
from corpus_clean.readers.listing import locate
from corpus_clean.storage.names import locate_name
from corpus_clean.storage.streams import open_output
from corpus_clean.writers.base import load_writer


class Target(Protocol):
    """A file that is being written. Each of its input's records is either added or left out, in their order."""

    spliced: bool
    """Whether a record that is left out must be kept byte for byte in the ledger."""

    def add(self, row: Row) -> None:
        """Write a record with its clean text."""
        ...

    def leave_out(self, row: Row) -> None:
        """Pass a record over."""
        ...


@contextmanager
def open_target(build: Path, root: Path, facts: Row, config: ReadConfig) -> Iterator[Target]:
    """Open the file under `data/` for an input file; it comes into being with its first record.

    A file in which there was no record at all is written as it was.
    """
    with ExitStack() as stack:
        if facts["format"] == "parquet" and not facts["stored"]:
            yield ColumnsTarget(stack, build, locate(root, facts["path"]), facts, config)
            return
        target = _SplicedTarget(stack, build / "data", facts)
        yield target
        if not target.seen and not facts["stored"]:
            target.open()


class _SplicedTarget:
    spliced = True

    def __init__(self, stack: ExitStack, data: Path, facts: Row) -> None:
        self._stack = stack
        self._writer = load_writer(facts["format"])
        self._path = data / locate_name(self._writer.name_output(facts["path"]))
        self._head = facts["head"]
        self._members = facts["format"] == "warc"
        self._stream: BinaryIO | None = None
        self.seen = False

    def open(self) -> BinaryIO:
        if self._stream is None:
            self._stream = self._stack.enter_context(open_output(self._path, members=self._members))
            if self._head:
                self._stream.write(self._head)
        return self._stream

    def add(self, row: Row) -> None:
        self.seen = True
        payload = self._writer.wrap(row["text"], row["form"]).encode(self._writer.choose_codec(row["codec"]))
        self.open().write(self._writer.join(row["prefix"], payload, row["suffix"]))

    def leave_out(self, row: Row) -> None:
        self.seen = True
