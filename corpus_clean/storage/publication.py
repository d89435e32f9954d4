"""Building beside and publishing by one rename, so that OUT is either whole or not there."""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus_clean.errors import LockedError, UsageError


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
            _sync(out.parent)
        finally:
            shutil.rmtree(build, ignore_errors=True)
            lock_path.unlink(missing_ok=True)


def _sync_tree(root: Path) -> None:
    for folder, _, files in os.walk(root):
        for name in files:
            _sync(Path(folder, name))
        _sync(Path(folder))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
