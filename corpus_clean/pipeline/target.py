"""The files under `data/`: each in the format and under the name of the file it was made from."""

from contextlib import ExitStack
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

    def finish(self) -> None:
        """Write a file in which there was no record at all as it was."""
        ...


def open_target(stack: ExitStack, build: Path, root: Path, facts: Row, config: ReadConfig) -> Target:
    """Open the file under `data/` for an input file; it comes into being with its first record."""
    if facts["format"] == "parquet" and not facts["stored"]:
        return ColumnsTarget(stack, build, locate(root, facts["path"]), facts, config)
    return _SplicedTarget(stack, f"{build}/data", facts)


class _SplicedTarget:
    spliced = True

    def __init__(self, stack: ExitStack, data: str, facts: Row) -> None:
        self._stack = stack
        self._writer = load_writer(facts["format"])
        self._path = f"{data}/{locate_name(self._writer.name_output(facts['path']))}"
        self._facts = facts
        self._stream: BinaryIO | None = None
        self._seen = False

    def _open(self) -> BinaryIO:
        stream = self._stack.enter_context(open_output(self._path, members=self._facts["format"] == "warc"))
        if self._facts["head"]:
            stream.write(self._facts["head"])
        return stream

    def add(self, row: Row) -> None:
        self._seen = True
        if self._stream is None:
            self._stream = self._open()
        payload = self._writer.wrap(row["text"], row["form"]).encode(self._writer.choose_codec(row["codec"]))
        self._stream.write(self._writer.join(row["prefix"], payload, row["suffix"]))

    def leave_out(self, row: Row) -> None:
        self._seen = True

    def finish(self) -> None:
        if not self._seen and not self._facts["stored"]:
            self._open()
