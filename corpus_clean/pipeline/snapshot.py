"""What a check looks at: a data set as git has it staged, as a commit has it, or as it lies on disk."""

import fnmatch
import functools
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from corpus_clean.config import GateConfig, ReadConfig
from corpus_clean.errors import UsageError
from corpus_clean.gate.repository import LINK, REGULAR, Blobs, Entry, Repository
from corpus_clean.pipeline.whole import IN_MEMORY, Whole, is_plain, read_bytes, read_whole
from corpus_clean.readers.base import choose_reader
from corpus_clean.readers.listing import COMPANIONS, list_files
from corpus_clean.storage.names import locate_name
from corpus_clean.storage.pointers import LONGEST, name_pointer


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
        """Tell whether a file belongs to it, is read by a reader, and is not what a data set says of itself.

        Example:
            >>> scope = Scope(("data",), ("data/raw", "*.tmp.txt"))
            >>> [scope.holds(p) for p in ("data/a.txt", "data/raw/a.txt", "b.txt", "data/x.tmp.txt", "data/a.jpg")]
            [True, False, False, False, False]
        """
        return self.covers(path) and path not in COMPANIONS and bool(choose_reader(PurePosixPath(path).name))

    def covers(self, path: str) -> bool:
        """Tell whether a path belongs to it, whatever lies there."""
        prefixes = list_prefixes(path)
        if not self._roots.intersection((".", *prefixes)):
            return False
        return not any(
            fnmatch.fnmatchcase(prefix, pattern.rstrip("/")) for pattern in self.exclude for prefix in prefixes
        )

    @functools.cached_property
    def _roots(self) -> frozenset[str]:
        return frozenset(self.paths)


def make_scope(config: GateConfig, paths: Iterable[str] | None = None) -> Scope:
    """Return the scope that a configuration names, or that of the paths given instead."""
    chosen = config.paths if paths is None else tuple(paths)
    return Scope(tuple(str(PurePosixPath(path)) for path in chosen), config.exclude)


def list_prefixes(path: str) -> list[str]:
    """Return the folders that a path lies in, from the outermost on, and the path itself.

    Example:
        >>> list_prefixes("data/id/a.txt")
        ['data', 'data/id', 'data/id/a.txt']
    """
    parts = path.split("/")
    return ["/".join(parts[: i + 1]) for i in range(len(parts))]


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
        place = root / locate_name(path)
        if not place.exists() and not place.is_symlink():
            raise UsageError(f"{place}: does not exist; give files or folders of the data set")
        for file in list_files(place):
            if file.carried:
                continue
            relative = file.path if path == "." else f"{path}/{file.path}" if place.is_dir() else path
            mode = LINK if (root / locate_name(relative)).is_symlink() else REGULAR[0]
            yield Entry(relative, mode, "", on_disk=True)


@dataclass(frozen=True, slots=True)
class Content:
    """What is in a file of a snapshot: the bytes themselves, or a folder in which it lies.

    `keeper` names what keeps the content, where the file only points to it.
    """

    entry: Entry
    root: Path
    data: bytes | None = None
    keeper: str = ""

    def read(self, config: ReadConfig) -> Whole:
        """Return the file's records; a pointer has none."""
        if self.keeper:
            return Whole(b"", iter(()))
        if self.data is None:
            return read_whole(self.root, self.entry.path, config)
        return read_bytes(self.data, self.entry.path, config)


def open_contents(snapshot: Snapshot, entries: Iterable[Entry]) -> Iterator[Content]:
    """Yield the files of a snapshot, one after another; links that lead to no content, and submodules, are left out."""
    blobs: list[Entry] = []
    for entry in entries:
        if not entry.on_disk:
            blobs.append(entry)
        elif entry.mode == LINK:
            yield from _follow(entry, os.fsencode((snapshot.root / locate_name(entry.path)).readlink()), snapshot.root)
        else:
            with (snapshot.root / locate_name(entry.path)).open("rb") as stream:
                yield Content(entry, snapshot.root, keeper=name_pointer(stream.read(LONGEST)))
    if not blobs or snapshot.repository is None:
        return
    with snapshot.repository.open_blobs() as source, tempfile.TemporaryDirectory(prefix="corpus-clean-") as folder:
        for entry in blobs:
            if entry.mode == LINK:
                yield from _follow(entry, source.read(entry.blob), Path(folder))
            elif entry.mode in REGULAR:
                yield from _read_blob(source, entry, Path(folder))


def _follow(entry: Entry, target: bytes, root: Path) -> Iterator[Content]:
    keeper = name_pointer(target, link=True)
    if keeper:
        yield Content(entry, root, keeper=keeper)


def _read_blob(source: Blobs, entry: Entry, folder: Path) -> Iterator[Content]:
    size = source.ask(entry.blob)
    if size <= IN_MEMORY and is_plain(entry.path):
        data = source.take(size)
        yield Content(entry, folder, data, name_pointer(data[:LONGEST]))
        return
    place = folder / locate_name(entry.path)
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("xb") as stream:
        source.pour(size, stream)
    try:
        with place.open("rb") as stream:
            keeper = name_pointer(stream.read(LONGEST))
        yield Content(entry, folder, keeper=keeper)
    finally:
        place.unlink()
