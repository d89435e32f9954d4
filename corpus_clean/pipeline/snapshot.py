"""What a check looks at: a data set as git has it staged, as a commit has it, or as it lies on disk."""

import fnmatch
import os
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from corpus_clean.config import GateConfig
from corpus_clean.errors import UsageError
from corpus_clean.gate.repository import LINK, REGULAR, Blobs, Entry, Repository
from corpus_clean.readers.base import choose_reader, list_files
from corpus_clean.storage.pointers import LONGEST, name_pointer

_CHUNK_FILES = 512
_CHUNK_BYTES = 64 << 20


@dataclass(frozen=True)
class Snapshot:
    """One state of the files below `root`.

    It is the git tree `tree` with `changes` laid over it (an entry without a mode takes its path away). Without a
    repository there is no tree, and `changes` are all the files. A change counts as new where it is in every one of
    `new`: those of a merge were checked when the other side committed them.
    """

    root: Path
    repository: Repository | None
    scope: "Scope"
    tree: str = ""
    changes: Mapping[str, Entry] = field(default_factory=dict)
    new: Sequence[frozenset[str]] = ()

    def list_tree(self, before: str) -> Iterator[Entry]:
        """Yield what makes the tree, in the scope, of another one ("": of nothing)."""
        if self.repository is None:
            return
        found = self.repository.diff_trees(before, self.tree) if before else self.repository.list_tree(self.tree)
        yield from (entry for entry in found if self.scope.holds(entry.path))

    def is_new(self, path: str) -> bool:
        """Tell whether a path is changed against every parent."""
        return all(path in changed for changed in self.new)


@dataclass(frozen=True)
class Scope:
    """Which files of a data set are documents: those below `paths`, unless a pattern of `exclude` has them."""

    paths: tuple[str, ...] = (".",)
    exclude: tuple[str, ...] = ()

    def holds(self, path: str) -> bool:
        """Tell whether a file belongs to it, and there is a reader for its kind.

        Example:
            >>> scope = Scope(("data",), ("data/raw", "*.tmp.txt"))
            >>> [scope.holds(p) for p in ("data/a.txt", "data/raw/a.txt", "b.txt", "data/x.tmp.txt", "data/a.jpg")]
            [True, False, False, False, False]
        """
        return self.covers(path) and bool(choose_reader(PurePosixPath(path).name))

    def covers(self, path: str) -> bool:
        """Tell whether a path belongs to it, whatever lies there."""
        if not any(is_below(path, folder) for folder in self.paths):
            return False
        parts = path.split("/")
        prefixes = ["/".join(parts[: i + 1]) for i in range(len(parts))]
        return not any(
            fnmatch.fnmatchcase(prefix, pattern.rstrip("/")) for pattern in self.exclude for prefix in prefixes
        )


def make_scope(config: GateConfig, paths: Iterable[str] | None = None) -> Scope:
    """Return the scope that a configuration names, or that of the paths given instead."""
    chosen = config.paths if paths is None else tuple(paths)
    return Scope(tuple(str(PurePosixPath(path)) for path in chosen), config.exclude)


def is_below(path: str, folder: str) -> bool:
    """Tell whether a path is a folder's, or the path itself.

    Example:
        >>> is_below("data/a.txt", "data"), is_below("data2/a.txt", "data"), is_below("a.txt", ".")
        (True, False, True)
    """
    return folder in {".", path} or path.startswith(f"{folder}/")


def take_staged(repository: Repository, scope: Scope) -> Snapshot:
    """Return what the next commit will hold."""
    tree = repository.find_tree("HEAD")
    changes = {entry.path: entry for entry in repository.diff_staged(tree) if scope.holds(entry.path)}
    merged = [
        frozenset(entry.path for entry in repository.diff_staged(repository.find_tree(commit)))
        for commit in repository.find_merged()
    ]
    return Snapshot(repository.root, repository, scope, tree, changes, [frozenset(changes), *merged])


def take_commit(repository: Repository, scope: Scope, commit: str) -> Snapshot:
    """Return what a commit holds."""
    return Snapshot(repository.root, repository, scope, repository.find_tree(commit))


def take_disk(root: Path, repository: Repository | None, scope: Scope) -> Snapshot:
    """Return the files as they lie there; in a repository, those that git ignores and does not track are left out."""
    if repository is None:
        changes = {entry.path: entry for entry in list_disk(root, scope.paths) if scope.holds(entry.path)}
        return Snapshot(root, None, scope, "", changes)
    tree = repository.find_tree("HEAD")
    changes = {entry.path: entry for entry in repository.diff_disk(tree) if scope.holds(entry.path)}
    return Snapshot(root, repository, scope, tree, changes)


def list_disk(root: Path, paths: Iterable[str]) -> Iterator[Entry]:
    """Yield the files below these paths, as they lie there.

    Raises:
        UsageError: one of the paths is not there.
    """
    for path in paths:
        place = root / path
        if not place.exists() and not place.is_symlink():
            raise UsageError(f"{place}: does not exist; give files or folders of the data set")
        for file in list_files(place):
            relative = file.path if path == "." else f"{path}/{file.path}" if place.is_dir() else path
            mode = LINK if (root / relative).is_symlink() else REGULAR[0]
            yield Entry(relative, mode, "", on_disk=True)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some files, in a folder from which they can be read, and those that only point to content kept elsewhere."""

    root: Path
    entries: Sequence[Entry]
    pointers: Mapping[str, str]


def lay_out(snapshot: Snapshot, entries: Iterable[Entry]) -> Iterator[Chunk]:
    """Yield files of a snapshot in chunks: those on disk where they are, blobs in a folder that is then removed."""
    on_disk: list[Entry] = []
    blobs: list[Entry] = []
    for entry in entries:
        (on_disk if entry.on_disk else blobs).append(entry)
    if on_disk:
        yield _look_at_disk(snapshot.root, on_disk)
    if blobs and snapshot.repository is not None:
        waiting = deque(blobs)
        with snapshot.repository.open_blobs() as source:
            while waiting:
                with tempfile.TemporaryDirectory(prefix="corpus-clean-") as folder:
                    yield _write_chunk(source, waiting, Path(folder))


def _look_at_disk(root: Path, entries: Iterable[Entry]) -> Chunk:
    readable: list[Entry] = []
    pointers: dict[str, str] = {}
    for entry in entries:
        place = root / entry.path
        if entry.mode == LINK:
            keeper = name_pointer(os.fsencode(place.readlink()), link=True)
        else:
            with place.open("rb") as stream:
                keeper = name_pointer(stream.read(LONGEST))
        if keeper:
            pointers[entry.path] = keeper
        elif entry.mode in REGULAR:
            readable.append(entry)
    return Chunk(root, readable, pointers)


def _write_chunk(source: Blobs, waiting: deque[Entry], folder: Path) -> Chunk:
    readable: list[Entry] = []
    pointers: dict[str, str] = {}
    size = 0
    while waiting and len(readable) < _CHUNK_FILES and size < _CHUNK_BYTES:
        entry = waiting.popleft()
        if entry.mode == LINK:
            keeper = name_pointer(source.read(entry.blob), link=True)
        elif entry.mode in REGULAR:
            place = folder / entry.path
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("xb") as stream:
                source.copy(entry.blob, stream)
                size += stream.tell()
            with place.open("rb") as stream:
                keeper = name_pointer(stream.read(LONGEST))
            if not keeper:
                readable.append(entry)
        else:
            keeper = ""  # a submodule; its files are another repository's
        if keeper:
            pointers[entry.path] = keeper
    return Chunk(folder, readable, pointers)
