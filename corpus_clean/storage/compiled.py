"""What was compiled on this machine, kept for later processes, which load it in a fraction of the time.

It lies in `NUMBA_CACHE_DIR`, or beside the source, or, where that is read-only, in the user's cache folder; what it
depends on is in its name, and a checksum in the file. Without it everything works, only later.
"""

import contextlib
import marshal
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xxhash

_CHECK = 16
# Of each kind so many files stay: other versions, other environments.
_KEPT = 8


def name_compiled(kind: str, *parts: bytes) -> str:
    """Return the name for what depends on nothing but the parts.

    Example:
        >>> name_compiled("loops", b"source", b"processor")
        'loops-db3f806d776e09b9c46c4a52f4b66e56'
    """
    digest = xxhash.xxh3_128()
    for part in parts:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return f"{kind}-{digest.hexdigest()}"


def is_kept(name: str) -> bool:
    """Tell whether an earlier process left it.

    Example:
        >>> is_kept("loops-0")
        False
    """
    return any(path.is_file() for path in _locate(name))


def read_compiled(name: str) -> Any | None:
    """Return what an earlier process left, or None where there is none that is sound.

    Example:
        >>> read_compiled("loops-0") is None
        True
    """
    for path in _locate(name):
        with contextlib.suppress(OSError):
            data = path.read_bytes()
            if xxhash.xxh3_128_digest(data[_CHECK:]) == data[:_CHECK]:
                return marshal.loads(data[_CHECK:])
    return None


def keep_compiled(name: str, value: Any) -> None:
    """Leave something that `marshal` can write for later processes, in the first folder where that is possible."""
    data = marshal.dumps(value)
    for path in _locate(name):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix(f".{os.getpid()}")
            partial.write_bytes(xxhash.xxh3_128_digest(data) + data)
            partial.replace(path)
            _drop_old(path)
        except OSError:
            continue
        return


def _locate(name: str) -> Iterator[Path]:
    for folder in _find_folders():
        yield folder / f"{name}.code"


def _find_folders() -> Iterator[Path]:
    told = os.environ.get("NUMBA_CACHE_DIR")
    if told:
        yield Path(told)
        return
    yield Path(__file__).parent / "__pycache__"
    home = os.environ.get("HOME", "")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path(home, ".cache"))
    if cache.is_absolute():
        yield cache / "corpus-clean"


def _drop_old(path: Path) -> None:
    kind = path.name.rpartition("-")[0]
    with contextlib.suppress(OSError):  # another process drops them
        kept = sorted(path.parent.glob(f"{kind}-*.code"), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in kept[_KEPT:]:
            file.unlink()
