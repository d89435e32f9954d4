"""What a reader is, which one reads a file, and in which parts.

A reader is a module of this folder with `EXTENSIONS` (lower case, with the dot), `plan` and `read`. A new format is one
new module.
"""

import functools
import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple, Protocol, cast

from corpus_clean.config import ReadConfig
from corpus_clean.storage.streams import strip_compression
from corpus_clean.types import Record


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a file that can be read without the rest.

    `start:end` counts bytes of the decompressed file, or the row groups of a file of columns; an `end` of -1 is the end
    of the file. `index` is the number of the first record. `head` is what stands before the first record of the file
    and says how to read the others (the header of a table).
    """

    start: int = 0
    end: int = -1
    index: int = 0
    head: bytes = b""


WHOLE = Part()


METADATA_FIELDS = {
    "title": ("title", "headline", "judul"),
    "url": ("url", "link", "source_url"),
    "site": ("site", "sitename", "source", "outlet", "portal", "publisher"),
    "author": ("author", "byline", "penulis"),
    "published": ("published", "published_at", "date_published", "date", "timestamp", "tanggal"),
}
"""Where records of many fields say what is known of an article: the first of these that holds a text."""


class Reader(Protocol):
    """The shape of a reader module.

    `KIND` says what gives a file back. Of a `spliced` one it is the `head` of its parts and the bytes of its records,
    one after the other. A file of `columns` is read as it lies on disk, and put together from its rows. One that is
    `stored` is kept as a whole, and read past its damaged members. A record that a reader cannot make sense of
    carries a `fault`, and its payload is the raw bytes.
    """

    EXTENSIONS: tuple[str, ...]
    KIND: Literal["spliced", "columns", "stored"]

    def plan(self, stream: BinaryIO, config: ReadConfig, size: int) -> Iterator[Part]:
        """Cut a file into parts of about `size` bytes; no record and no blank line before one is cut through.

        Raises:
            DamagedStreamError: the file cannot be read at all.
        """
        ...

    def read(self, stream: BinaryIO, path: str, config: ReadConfig, part: Part = WHOLE) -> Iterator[Record]:
        """Yield the records of a part; the stream begins there, and may go on behind it."""
        ...


class PlainTexts(NamedTuple):
    """Records that follow each other, `first` being the number of the first, of which only the texts are wanted.

    A reader may have `read_texts`, which yields these where it can.
    """

    path: str
    first: int
    format: str
    texts: list[str]
    sites: list[str]
    published: list[str]


class ColumnsReader(Reader, Protocol):
    """A reader of files of `columns`."""

    def digest(self, file: Path) -> str:
        """Return the SHA-256 of what a file holds, however it is packed.

        Raises:
            DamagedStreamError: it cannot be read to its end.
        """
        ...


@functools.cache
def load_readers() -> Mapping[str, Reader]:
    """Return every reader by its key, the module's name.

    Example:
        >>> "jsonl" in load_readers()
        True
    """
    package = __name__.rpartition(".")[0]
    modules = {
        name: importlib.import_module(f"{package}.{name}")
        for _, name, _ in pkgutil.iter_modules([str(Path(__file__).parent)])
        if name not in {"base", "listing"}
    }
    return {name: cast("Reader", module) for name, module in sorted(modules.items())}


def choose_reader(name: str) -> str:
    """Return the key of the reader for a file name, or "" where none reads it.

    Example:
        >>> choose_reader("Berita.JSONL.gz"), choose_reader("foto.jpg")
        ('jsonl', '')
    """
    last = name.rpartition("/")[2]
    return _choose_by_end(last) or _choose_by_end(strip_compression(last))


def _choose_by_end(name: str) -> str:
    dot = name.rfind(".")
    return _read_by().get(name[dot:].lower(), "") if dot > 0 else ""


@functools.cache
def _read_by() -> Mapping[str, str]:
    """The reader of each extension."""
    return {extension: key for key, reader in load_readers().items() for extension in reader.EXTENSIONS}
