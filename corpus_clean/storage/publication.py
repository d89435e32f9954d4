"""Building beside and publishing by one rename, so that OUT is either whole or not there."""

import errno
import fcntl
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from corpus_clean.errors import LockedError, UsageError
from corpus_clean.storage.fingerprint import hash_bytes


@contextmanager
def publish(out: Path) -> Iterator[Path]:
    """Give a folder to build in; rename it to `out` when the block ends well, remove it when it does not.

    The folder lies beside `out`, so that the rename stays on one device. A lock file next to it keeps a second
    run away; the kernel frees it when its process dies, whatever the cause.

    Raises:
        UsageError: `out` exists, or cannot be created.
        LockedError: another run is building the same `out`.
    """
    if out.exists() or out.is_symlink():
        raise UsageError(f"{out}: already exists; name another output with --out, or remove it first")
    build = out.with_name(f".{out.name}.building")
    lock_path = out.with_name(f".{out.name}.lock")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        lock = lock_path.open("w")
    except OSError as error:
        raise UsageError(f"{out}: cannot be created ({error.strerror}); choose a writable place with --out") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in {errno.EAGAIN, errno.EACCES}:
                raise
            raise LockedError(f"{out}: another run is writing it; wait for it or choose another --out") from None
        try:
            shutil.rmtree(build, ignore_errors=True)  # what a killed run left; the lock says nobody uses it
            build.mkdir()
            yield build
            _sync_tree(build)
            build.rename(out)
            sync(out.parent)
        finally:
            shutil.rmtree(build, ignore_errors=True)
            lock_path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Replacement:
    """A new file, written `beside` the one whose `place` it is to take."""

    place: Path
    beside: Path

    def commit(self) -> None:
        """Take the place of the old file, with its rights, in one step."""
        if self.place.exists():
            self.beside.chmod(stat.S_IMODE(self.place.stat().st_mode))
        sync(self.beside)
        self.beside.replace(self.place)
        sync(self.place.parent)

    def discard(self) -> None:
        """Remove the new file, if it is still beside the old one."""
        self.beside.unlink(missing_ok=True)


def prepare_replacement(place: Path) -> Replacement:
    """Return where to write a new file: in the same folder, so on the same device, under a name of the same kind."""
    ending = "".join(place.suffixes[-2:])
    beside = place.with_name(
        f".{hash_bytes(os.fsencode(place.name))[:16]}{ending if len(ending) < 32 else place.suffix}"
    )
    beside.unlink(missing_ok=True)  # what a killed process left
    return Replacement(place, beside)


def replace_file(place: Path, data: bytes) -> None:
    """Write a file so that it is either as it was or as it shall be, whatever happens meanwhile."""
    replacement = prepare_replacement(place)
    try:
        replacement.beside.write_bytes(data)
        replacement.commit()
    finally:
        replacement.discard()


def _sync_tree(root: Path) -> None:
    for folder, _, files in os.walk(root):
        for name in files:
            sync(Path(folder, name))
        sync(Path(folder))


def sync(path: Path) -> None:
    """Have the disk keep what was written to a file, or to a folder's list of names."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
