"""Which files a folder holds, in which order, and why some of them are not read."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from corpus_clean.readers.base import choose_reader
from corpus_clean.storage.names import locate_name, name_top, show_name
from corpus_clean.storage.streams import read_small

_LFS = b"version https://git-lfs.github.com/spec/"
_NOT_DATA = {".git", ".hg", ".svn", ".cache"}


COMPANIONS = {"README.md", "LICENSE", "LICENSE.md", "LICENSE.txt", ".gitattributes"}
"""What a data set says of itself, in its root."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file under the input root. `skipped` says why it is not read, or is empty.

    One that is `carried` belongs to a data set and goes along with it, but holds no records. `changed` says when it was
    written last, in nanoseconds.
    """

    path: str
    bytes: int
    skipped: str = ""
    carried: bool = False
    changed: int = 0


def list_files(root: Path) -> Iterator[InputFile]:
    """Walk a folder and yield every file in it, in the order of their paths, whatever the file system's.

    Links are not followed; what is not a regular file, or has no reader, comes with the reason. The folders in which
    version control and caches keep their own things are passed by.

    Args:
        root: a folder, or one file.
    """
    if not root.is_dir():
        yield _describe(str(root), show_name(root.name))
        return
    found: list[str] = []
    top = name_top(root)
    for folder, folders, names in os.walk(root):
        linked = [name for name in folders if Path(folder, name).is_symlink()]
        folders[:] = [name for name in folders if name not in linked and name not in _NOT_DATA]
        found += ((name_top(folder) + name).removeprefix(top) for name in names + linked)
    companions = COMPANIONS if _is_data_set(root) else set()
    for relative in sorted(found, key=os.fsencode):
        path = top + relative
        described = _describe(path, show_name(relative))
        status = os.lstat(path) if relative in companions else None
        if status and stat.S_ISREG(status.st_mode):
            described = replace(described, skipped="", carried=True, changed=status.st_mtime_ns)
        yield described


def _is_data_set(root: Path) -> bool:
    """Whether the folder's README is a data-set card: one that begins with YAML between lines of dashes."""
    card = root / "README.md"
    if not card.is_file():
        return False
    with card.open("rb") as stream:
        return stream.readline(16).rstrip() == b"---"


def locate(root: Path, path: str) -> Path:
    """Return where a listed file lies: under `root`, or `root` itself if that is a file."""
    return Path(root, locate_name(path)) if root.is_dir() else root


def locate_all(root: Path, paths: Iterable[str]) -> Iterator[str]:
    """Yield where listed files lie, as `locate` says it of one."""
    top = name_top(root) if root.is_dir() else ""
    return (top + locate_name(path) if top else str(root) for path in paths)


def _describe(path: str, shown: str) -> InputFile:
    status = os.lstat(path)
    name = path.rpartition("/")[2]
    if stat.S_ISLNK(status.st_mode):
        return InputFile(shown, 0, "a symbolic link; links are not followed")
    if not stat.S_ISREG(status.st_mode):
        return InputFile(shown, 0, "not a regular file")
    if name == "dataset_infos.json":
        return InputFile(shown, status.st_size, "the sizes it gives no longer hold; a data-set hub makes it anew")
    if not choose_reader(name):
        return InputFile(shown, status.st_size, "no reader for this kind of file")
    if len(_LFS) < status.st_size < 1024 and (read_small(path) or b"").startswith(_LFS):
        return InputFile(
            shown, status.st_size, "a Git LFS pointer, not checked; `git lfs pull` fetches the file itself"
        )
    return InputFile(shown, status.st_size, changed=status.st_mtime_ns)
