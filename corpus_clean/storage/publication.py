"""Building beside and publishing by one rename, so that OUT is either whole or not there."""

import errno
import fcntl
import json
import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from corpus_clean.errors import CorpusCleanError, LockedError, UsageError
from corpus_clean.storage.fingerprint import hash_bytes, hash_file
from corpus_clean.storage.interrupts import Interrupts
from corpus_clean.storage.names import LONGEST, fit_name, name_top

KEPT = ".stages"
"""The folder within an unfinished build that a later run goes on with."""

KEY = "run.json"
"""The file in it that says of what it is: see `publish`."""


@contextmanager
def publish(out: Path, key: Mapping[str, Any], *, resume: bool = True) -> Iterator[Path]:
    """Give a folder to build in; rename it to `out` when the block ends well, remove it when it does not.

    The folder lies beside `out`, so that the rename stays on one device. A lock file next to it keeps a second
    run away; the kernel frees it when its process dies, whatever the cause. A run that was killed, or stopped by
    SIGTERM, leaves its folder behind; the next one of the same `key` finds there what was done.

    Args:
        out: where to publish.
        key: all that the result depends on, as JSON; a key of an unfinished build must be the same.
        resume: go on with an unfinished build, or else throw it away.

    Raises:
        UsageError: `out` exists, or cannot be created, or an unfinished build has another key.
        LockedError: another run is building the same `out`.
    """
    if out.exists() or out.is_symlink():
        raise UsageError(f"{out}: already exists; name another output with --out, or remove it first")
    build = out.with_name(_hide(out.name, ".building"))
    lock_path = out.with_name(_hide(out.name, ".lock"))
    interrupts = Interrupts()
    interrupts.hold()  # until there is somebody to remove the lock
    try:
        with _lock(lock_path, out):
            # What an earlier run left is not removed before it is known to be of use.
            keep = (build / KEPT / KEY).exists()
            try:
                interrupts.let_go()
                _prepare(build, key, resume, out)
                keep = False
                yield build
                _sync_tree(build)
                interrupts.hold()
                build.rename(out)
                _confirm(build, out)
            except SystemExit:
                keep = True
                raise
            finally:
                interrupts.hold()
                if not keep:
                    _discard(build)
                lock_path.unlink(missing_ok=True)
    finally:
        interrupts.let_go()


@contextmanager
def commit_file(path: Path) -> Iterator[Path]:
    """Give a name to write a file under; it appears as `path`, whole and safe on disk, when the block ends well."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        yield partial
        sync(partial)
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)


def discard_stages(build: Path) -> None:
    """Remove what a later run would go on with: its key first, so that none goes on with half of it."""
    (build / KEPT / KEY).unlink(missing_ok=True)
    shutil.rmtree(build / KEPT)


def _discard(build: Path) -> None:
    with suppress(OSError):
        discard_stages(build)
    shutil.rmtree(build, ignore_errors=True)


def _hide(name: str, suffix: str) -> str:
    return fit_name(f".{name}", suffix) if len(os.fsencode(name)) + len(suffix) + 1 > LONGEST else f".{name}{suffix}"


@contextmanager
def _lock(path: Path, out: Path) -> Iterator[None]:
    while True:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = path.open("w")
        except OSError as error:
            raise UsageError(
                f"{out}: cannot be created ({error.strerror}); choose a writable place with --out"
            ) from None
        with lock:
            _take_lock(lock, out)
            if not _is_same(lock, path):
                continue  # whoever had it before has removed the file meanwhile
            yield
            return


def _take_lock(lock: IO[str], out: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in {errno.EAGAIN, errno.EACCES}:
            raise
        raise LockedError(f"{out}: another run is writing it; wait for it or choose another --out") from None


def _is_same(lock: IO[str], path: Path) -> bool:
    try:
        return path.stat().st_ino == os.fstat(lock.fileno()).st_ino
    except FileNotFoundError:
        return False


def _prepare(build: Path, key: Mapping[str, Any], resume: bool, out: Path) -> None:
    """Make the folder to build in, or keep of an unfinished one what can be gone on with."""
    stages = build / KEPT
    try:
        before = json.loads((stages / KEY).read_bytes()) if resume else None
    except (OSError, ValueError):
        before = None
    if before is None:
        _discard(build)  # the lock says nobody uses it
        stages.mkdir(parents=True)
        with commit_file(stages / KEY) as partial:
            partial.write_text(json.dumps(key, ensure_ascii=False), encoding="utf-8")
        return
    differences = list(_compare(before, json.loads(json.dumps(key)), ""))
    if differences:
        more = f" and {len(differences) - 3} more" if len(differences) > 3 else ""
        raise UsageError(
            f"{out}: an unfinished run was of something else ({'; '.join(differences[:3])}{more}); "
            "run it as before to go on, or start over with --no-resume"
        )
    for path in build.iterdir():
        if path.name != KEPT:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    for path in stages.rglob("*.partial"):
        path.unlink()


def _compare(before: Any, now: Any, name: str) -> Iterator[str]:
    if isinstance(before, dict) and isinstance(now, dict):
        for key in [*before, *(key for key in now if key not in before)]:
            yield from _compare(before.get(key), now.get(key), f"{name}.{key}" if name else key)
    elif before != now:
        yield f"{name} was {_show(before)}, is {_show(now)}"


def _show(value: Any) -> str:
    return "absent" if value is None else json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Replacement:
    """A new file, written `beside` the one whose `place` it is to take: on the same device, under the same name."""

    place: Path
    beside: Path

    def commit(self) -> None:
        """Take the place of the old file, with its rights, in one step."""
        self.beside.chmod(stat.S_IMODE(self.place.stat().st_mode))
        sync(self.beside)
        self.beside.replace(self.place)
        sync(self.place.parent)

    def discard(self) -> None:
        """Remove the folder that the new file was written in, and the file, unless it has taken its place."""
        shutil.rmtree(self.beside.parent, ignore_errors=True)


def prepare_replacement(place: Path) -> Replacement:
    """Make a folder beside a file, in which a new one can be written."""
    folder = place.with_name(f".{hash_bytes(os.fsencode(place.name))[:16]}.replacing")
    shutil.rmtree(folder, ignore_errors=True)  # what a killed process left
    folder.mkdir()
    return Replacement(place, folder / place.name)


def copy_safely(place: Path, copy: Path) -> None:
    """Copy a file, with its times and rights, and see that the copy is whole and on disk.

    Raises:
        UsageError: something is there already.
        CorpusCleanError: the copy is not what was copied.
    """
    if copy.exists() or copy.is_symlink():
        raise UsageError(f"{copy}: already exists; name a folder that does not hold it")
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(place, copy)
    if hash_file(copy) != hash_file(place):
        raise CorpusCleanError(f"{copy}: is not what was copied there; check the disk")
    sync(copy)
    sync(copy.parent)


def _confirm(build: Path, out: Path) -> None:
    """Have the disk keep the new name, or take it back: what may be gone after a crash is not published."""
    try:
        sync(out.parent)
    except OSError:
        out.rename(build)
        raise


def _sync_tree(root: Path) -> None:
    paths = [
        path for folder, _, files in os.walk(root) for path in (*(name_top(folder) + name for name in files), folder)
    ]
    if len(paths) > _MANY:
        _write_out(root)
    for path in paths:
        sync(path)


_MANY = 256


def _write_out(root: Path) -> None:
    """Have the system write what waits for the disk all at once; for one file after the other it takes far longer.

    Whether it did is not asked: each file is synced all the same.
    """
    import ctypes

    write = getattr(ctypes.CDLL(None), "syncfs", None)
    if write is not None:
        descriptor = os.open(root, os.O_RDONLY)
        write(descriptor)
        os.close(descriptor)


def sync(path: Path | str) -> None:
    """Have the disk keep what was written to a file, or to a folder's list of names."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
