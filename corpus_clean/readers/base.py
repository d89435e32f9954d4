"""What a reader is, which one reads a file, and which files a folder holds.

A reader is a module of this folder with `EXTENSIONS` (lower case, with the dot) and
`read(stream, path, config)`, a generator of records. A new format is one new module.
"""

import functools
import importlib
import os
import pkgutil
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol, cast

from corpus_clean.config import ReadConfig
from corpus_clean.storage.streams import strip_compression
from corpus_clean.types import Record


class Reader(Protocol):
    """The shape of a reader module.

    The bytes of the records it yields, put one after the other, are the stream. A record it cannot
    make sense of carries a `fault`, and its payload is the raw bytes.
    """

    EXTENSIONS: tuple[str, ...]

    def read(self, stream: BinaryIO, path: str, config: ReadConfig) -> Iterator[Record]:
        """Yield the records of one file."""
        ...


class PlainText(NamedTuple):
    """A record of which only the text is wanted. A reader may have `read_texts`, which yields these where it can."""

    id: str
    path: str
    place: int
    format: str
    site: str
    published: str
    text: str


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file under the input root. `skipped` says why it is not read, or is empty."""

    path: str
    bytes: int
    skipped: str = ""


@functools.cache
def load_readers() -> Mapping[str, Reader]:
    """Return every reader by its key, the module's name.

    Example:
        >>> sorted(load_readers())
        ['html', 'jsonl', 'text']
    """
    package = __name__.rpartition(".")[0]
    modules = {
        name: importlib.import_module(f"{package}.{name}")
        for _, name, _ in pkgutil.iter_modules([str(Path(__file__).parent)])
        if name != "base"
    }
    return {name: cast("Reader", module) for name, module in sorted(modules.items())}


def choose_reader(name: str) -> str:
    """Return the key of the reader for a file name, or "" where none reads it.

    Example:
        >>> choose_reader("Berita.JSONL.gz"), choose_reader("foto.jpg")
        ('jsonl', '')
    """
    suffix = Path(strip_compression(name)).suffix.lower()
    return next((key for key, reader in load_readers().items() if suffix in reader.EXTENSIONS), "")


def list_files(root: Path) -> Iterator[InputFile]:
    """Walk a folder and yield every file in it, in the order of their paths, whatever the file system's.

    Links are not followed; what is not a regular file, or has no reader, comes with the reason.

    Args:
        root: a folder, or one file.
    """
    if not root.is_dir():
        yield _describe(root, root.name)
        return
    found: list[tuple[str, Path]] = []
    for folder, folders, names in os.walk(root):
        linked = [name for name in folders if Path(folder, name).is_symlink()]
        folders[:] = [name for name in folders if name not in linked]
        for name in names + linked:
            path = Path(folder, name)
            found.append((path.relative_to(root).as_posix(), path))
    for relative, path in sorted(found, key=lambda item: os.fsencode(item[0])):
        yield _describe(path, relative)


def _describe(path: Path, relative: str) -> InputFile:
    try:
        relative.encode()
    except UnicodeEncodeError:
        shown = os.fsencode(relative).decode("utf-8", "backslashreplace")
        return InputFile(shown, 0, "its name is not UTF-8")
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        return InputFile(relative, 0, "a symbolic link; links are not followed")
    if not stat.S_ISREG(status.st_mode):
        return InputFile(relative, 0, "not a regular file")
    if not choose_reader(path.name):
        return InputFile(relative, status.st_size, "no reader for this kind of file")
    return InputFile(relative, status.st_size)
