"""A git repository as the gate sees it: trees, what is staged, and the bytes of blobs. Nothing in it is changed."""

import hashlib
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from corpus_clean.errors import UsageError
from corpus_clean.storage.names import locate_name, show_name

LINK, REGULAR = "120000", ("100644", "100755")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a tree or of the index. `blob` is the id of its bytes, "" where a change takes the file away.

    An entry `on_disk` is read from the working tree; its blob id is that of those bytes.
    """

    path: str
    mode: str
    blob: str
    on_disk: bool = False


@dataclass(frozen=True, slots=True)
class Repository:
    """A working tree and the repository behind it. `common` is shared by all worktrees."""

    root: Path
    common: Path
    object_format: str

    def find_tree(self, commit: str) -> str:
        """Return the id of a commit's tree; for a HEAD that is not born yet, the empty tree's.

        Raises:
            UsageError: there is no such commit.
        """
        found = self._run("rev-parse", "--quiet", "--verify", f"{commit}^{{tree}}", check=False).decode().strip()
        if found:
            return found
        if commit != "HEAD":
            raise UsageError(f"{commit}: not a commit of {self.root}; fetch it, or name another")
        return hashlib.new(self.object_format, b"tree 0\0").hexdigest()

    def find_merged(self) -> list[str]:
        """Return the commits that are being merged into HEAD, if any."""
        place = self.root / os.fsdecode(self._run("rev-parse", "--git-path", "MERGE_HEAD").rstrip(b"\n"))
        return place.read_text().split() if place.is_file() else []

    def diff_trees(self, old: str, new: str) -> list[Entry]:
        """Return what makes one tree of another; renames are a file gone and a file come."""
        return _read_raw(self._run("diff-tree", "-r", "--raw", "-z", "--no-renames", "--full-index", old, new))

    def diff_staged(self, tree: str) -> list[Entry]:
        """Return how the index differs from a tree.

        Raises:
            UsageError: a path is unmerged.
        """
        return _read_raw(self._run("diff-index", "--cached", "--raw", "-z", "--no-renames", "--full-index", tree))

    def diff_disk(self, tree: str) -> list[Entry]:
        """Return how the working tree differs from a tree; untracked files count, ignored ones do not."""
        found = _read_raw(self._run("diff-index", "--raw", "-z", "--no-renames", "--full-index", tree))
        others = self._run("ls-files", "--others", "--exclude-standard", "-z").split(b"\0")
        names = [entry.path for entry in found] + [_name(name) for name in others if name]
        return [self._look_at(name) for name in sorted(set(names))]

    def list_staged(self) -> list[Entry]:
        """Return every file of the index.

        Raises:
            UsageError: a path is unmerged.
        """
        entries = []
        for line in self._run("ls-files", "--stage", "-z").split(b"\0"):
            if line:
                facts, _, path = line.partition(b"\t")
                mode, blob, stage = facts.decode().split()
                if stage != "0":
                    raise _unmerged(_name(path))
                entries.append(Entry(_name(path), mode, blob))
        return entries

    def list_tree(self, tree: str) -> list[Entry]:
        """Return every file of a tree."""
        entries = []
        for line in self._run("ls-tree", "-r", "-z", "--full-tree", tree).split(b"\0"):
            if line:
                facts, _, path = line.partition(b"\t")
                mode, _, blob = facts.decode().split()
                entries.append(Entry(_name(path), mode, blob))
        return entries

    def list_disk(self) -> list[Entry]:
        """Return every file of the working tree that git tracks or would track."""
        names = self._run("ls-files", "--cached", "--others", "--exclude-standard", "-z").split(b"\0")
        paths = sorted({_name(name) for name in names if name})
        return [entry for entry in map(self._describe, paths) if entry.mode]

    def read_staged(self, path: str) -> bytes | None:
        """Return the bytes of one file of the index, or None where it is not in it."""
        name = f":0:{locate_name(path)}"
        found = self._run("rev-parse", "--quiet", "--verify", name, check=False)
        return self._run("cat-file", "blob", name) if found else None

    def list_unsaved(self, paths: Sequence[str]) -> set[str]:
        """Return those paths whose bytes, as they lie there, are not in the index: git could not give them back."""
        tracked = {entry.path for entry in self.list_staged()}
        changed = {entry.path for entry in _read_raw(self._run("diff-files", "--raw", "-z", "--full-index"))}
        return {path for path in paths if path not in tracked or (path in changed and self._differs(path))}

    def hash_file(self, path: Path) -> str:
        """Return the id that git would give a file's bytes, filters aside."""
        digest = hashlib.new(self.object_format, b"blob %d\0" % path.stat().st_size)
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
        return digest.hexdigest()

    @contextmanager
    def open_blobs(self) -> "Iterator[Blobs]":
        """Start the process that gives blobs by their ids."""
        command = ["git", "cat-file", "--batch"]
        with subprocess.Popen(command, cwd=self.root, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdin is not None and process.stdout is not None  # noqa: PT018 (for the type checker)
            yield Blobs(process.stdin, process.stdout)
            process.stdin.close()

    def _differs(self, path: str) -> bool:
        return bool(self._run("diff", "--name-only", "--no-renames", "-z", "--", f":(top,literal){locate_name(path)}"))

    def _describe(self, path: str) -> Entry:
        place = self.root / locate_name(path)
        if place.is_symlink():
            return Entry(path, LINK, "", on_disk=True)
        return Entry(path, REGULAR[0] if place.is_file() else "", "", on_disk=True)

    def _look_at(self, path: str) -> Entry:
        entry = self._describe(path)
        if entry.mode not in REGULAR:
            return entry
        return Entry(path, entry.mode, self.hash_file(self.root / locate_name(path)), on_disk=True)

    def _run(self, *arguments: str, check: bool = True) -> bytes:
        return _run_git(self.root, *arguments, check=check)


@dataclass(frozen=True, slots=True)
class Blobs:
    """`git cat-file --batch`: one question, one answer."""

    questions: IO[bytes]
    answers: IO[bytes]

    def read(self, blob: str) -> bytes:
        """Return the bytes of a blob."""
        return self.take(self.ask(blob))

    def ask(self, blob: str) -> int:
        """Ask for a blob and return its size; its bytes must then be taken or poured.

        Raises:
            UsageError: git does not have it.
        """
        self.questions.write(blob.encode() + b"\n")
        self.questions.flush()
        answer = self.answers.readline().split()
        if len(answer) != 3:
            raise UsageError(f"{blob}: git has no such object; fetch it (partial clone?) or repair the repository")
        return int(answer[2])

    def take(self, size: int) -> bytes:
        """Return the bytes that were asked for."""
        return self.answers.read(size + 1)[:-1]

    def pour(self, size: int, target: BinaryIO) -> None:
        """Write the bytes that were asked for to a stream."""
        while size:
            chunk = self.answers.read(min(size, _CHUNK))
            target.write(chunk)
            size -= len(chunk)
        self.answers.read(1)


def find_repository(directory: Path) -> Repository | None:
    """Return the repository whose working tree holds a folder, or None where there is none.

    Example:
        >>> find_repository(Path("/")) is None
        True
    """
    asked = ["git", "rev-parse", "--show-toplevel", "--git-common-dir", "--show-object-format"]
    try:
        answer = subprocess.run(asked, cwd=directory, capture_output=True, check=False)
    except FileNotFoundError:  # no git, no repository
        return None
    if b"dubious ownership" in answer.stderr:
        raise UsageError(f"{directory}: git does not trust this repository's owner; see `git config safe.directory`")
    lines = answer.stdout.splitlines()
    if len(lines) != 3:
        return None
    root, common, object_format = map(os.fsdecode, lines)
    return Repository(Path(root), (directory / common).resolve(), object_format)


def _run_git(directory: Path, *arguments: str, check: bool = True) -> bytes:
    result = subprocess.run(["git", *arguments], cwd=directory, capture_output=True, check=False)
    if check and result.returncode:
        said = result.stderr.decode("utf-8", "replace").strip().splitlines() or [f"exit code {result.returncode}"]
        raise UsageError(f"git {arguments[0]}: {said[-1]}")
    return result.stdout


def _read_raw(output: bytes) -> list[Entry]:
    fields = output.split(b"\0")
    entries = []
    for facts, name in zip(fields[0::2], fields[1::2], strict=False):
        _, mode, _, blob, status = facts.decode().split()
        path = _name(name)
        if status == "U":
            raise _unmerged(path)
        entries.append(Entry(path, mode, "" if status == "D" else blob))
    return entries


def _name(path: bytes) -> str:
    return show_name(os.fsdecode(path))


def _unmerged(path: str) -> UsageError:
    return UsageError(f"{path}: has merge conflicts; resolve them and stage the file first")
