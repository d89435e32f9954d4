"""Object stores and data-set hubs, by their URLs: fetched before the work, filled after it.

What is read from far away may change under our hands and is read more than once, so it is brought here first; what is
written is built here and sent whole, its manifest last. Only the stages of an engine that works on many machines are
read and written there.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from corpus_clean.errors import CorpusCleanError, UsageError
from corpus_clean.storage.fingerprint import hash_bytes
from corpus_clean.storage.names import show_name
from corpus_clean.storage.publication import commit_file

_EXTRAS = {"s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs", "hf": "hf"}
_UNFINISHED = ".corpus-clean-unfinished"
LISTING = "listing.json"
_AT_ONCE = 64


def is_remote(place: str) -> bool:
    """Return whether a place is a URL.

    Example:
        >>> is_remote("s3://ember/berita"), is_remote("berita/a.jsonl")
        (True, False)
    """
    return "://" in place


def find_cache(url: str) -> Path:
    """Return the folder on this machine in which work for a URL is kept until it is done."""
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return root / "corpus-clean" / hash_bytes(url.encode())[:16]


def fetch(url: str, folder: Path) -> Path:
    """Bring a file, or all files under a URL, into a folder; return where the file or the root lies.

    What is there already from an earlier attempt is not fetched again.

    Raises:
        UsageError: there is nothing under the URL, or its kind needs a package that is not installed.
        CorpusCleanError: it cannot be reached, came incomplete, or changed meanwhile.
    """
    with _connect(url) as (system, root):
        listing = _list(system, root, url)
        data = folder / "data"
        data.mkdir(parents=True, exist_ok=True)
        before = _read_listing(folder)
        wanted = [name for name, facts in listing.items() if before.get(name) != facts or not (data / name).is_file()]
        single = _is_single(system, root, list(listing))
        for start in range(0, len(wanted), _AT_ONCE):
            _fetch_some(system, root, wanted[start : start + _AT_ONCE], listing, data, single)
        again = _list(system, root, url)
        for name in sorted(listing.keys() | again.keys()):
            if listing.get(name) != again.get(name):
                raise CorpusCleanError(f"{url}: {name} changed while it was fetched; run again later")
        for path in [path for path in data.rglob("*") if path.is_file()]:
            if path.relative_to(data).as_posix() not in listing:
                path.unlink()
        with commit_file(folder / LISTING) as partial:
            partial.write_text(json.dumps({"url": url, "files": listing}), encoding="utf-8")
    return data / next(iter(listing)) if single else data


def fetch_some(url: str, names: Sequence[str], listing: Mapping[str, Any], folder: Path) -> None:
    """Bring some of the files under a URL into a folder, unless they are there.

    Args:
        url: as it was given to `fetch`.
        names: the files.
        listing: what `fetch` found.
        folder: where they go.

    Raises:
        CorpusCleanError: one of them cannot be reached, or is not what it was.
    """
    wanted = [name for name in dict.fromkeys(names) if not (folder / name).is_file()]
    if not wanted:
        return
    with _connect(url) as (system, root):
        single = _is_single(system, root, list(listing))
        for name in wanted:
            if _describe(system.info(root if single else f"{root}/{name}")) != listing[name]:
                raise CorpusCleanError(f"{url}: {name} changed while it was read; run again later")
        for start in range(0, len(wanted), _AT_ONCE):
            _fetch_some(system, root, wanted[start : start + _AT_ONCE], listing, folder, single)


def _is_single(system: Any, root: str, names: Sequence[str]) -> bool:
    """Tell whether a URL is that of one file."""
    return names == [PurePosixPath(root).name] and not system.isdir(root)


def open_remote(url: str, mode: str = "rb") -> IO[bytes]:
    """Open a file by its URL; one that is written appears when it is closed.

    Reading asks for what is wanted and no more: Parquet knows what it will read.
    """
    with _connect(url) as (system, root):
        options = {"cache_type": "none"} if mode == "rb" else {}
        return cast("IO[bytes]", system.open(root, mode, **options))


def write_remote(url: str, data: bytes) -> None:
    """Write a file whole."""
    with _connect(url) as (system, root):
        system.pipe_file(root, data)


def read_remote(url: str) -> bytes | None:
    """Return a file, or None if there is none."""
    with _connect(url) as (system, root):
        system.invalidate_cache()
        try:
            return cast("bytes", system.cat_file(root))
        except FileNotFoundError:
            return None


def measure_remote(url: str) -> int:
    """Return the bytes of a file."""
    with _connect(url) as (system, root):
        return int(system.info(root)["size"])


def list_remote(url: str) -> list[str]:
    """Return the paths of all files under a URL, below it."""
    with _connect(url) as (system, root):
        system.invalidate_cache()
        return sorted(path.removeprefix(root).lstrip("/") for path in system.find(root))


def remove_remote(url: str) -> None:
    """Remove all files under a URL, if there are any."""
    with _connect(url) as (system, root):
        system.invalidate_cache()
        if system.exists(root):
            system.rm(root, recursive=True)


def require_free(url: str) -> None:
    """Make sure that nothing is at a URL but what an attempt of ours left.

    Raises:
        UsageError: there is.
    """
    with _connect(url) as (system, root):
        if system.exists(root) and not system.exists(f"{root}/{_UNFINISHED}"):
            raise UsageError(f"{url}: already exists; name another output with --out, or remove it first")


def send(folder: Path, url: str) -> None:
    """Send a folder's files to a URL; `manifest.json`, by which a run is known, comes last.

    Raises:
        CorpusCleanError: it cannot be reached, or arrived incomplete.
    """
    files = sorted(
        (path for path in folder.rglob("*") if path.is_file()), key=lambda path: path.name == "manifest.json"
    )
    with _connect(url) as (system, root):
        system.pipe_file(f"{root}/{_UNFINISHED}", b"")
        for path in files:
            name = show_name(path.relative_to(folder).as_posix())
            system.put_file(str(path), f"{root}/{name}")
            if system.info(f"{root}/{name}")["size"] != path.stat().st_size:
                raise CorpusCleanError(f"{url}: {name} arrived incomplete; run again")
        system.rm_file(f"{root}/{_UNFINISHED}")


def _fetch_some(
    system: Any, root: str, names: Sequence[str], listing: Mapping[str, Any], data: Path, single: bool
) -> None:
    partials = [data / f"{name}.{os.getpid()}.partial" for name in names]  # others may bring the same here
    for partial in partials:
        partial.parent.mkdir(parents=True, exist_ok=True)
    system.get([root if single else f"{root}/{name}" for name in names], list(map(str, partials)))
    for name, partial in zip(names, partials, strict=True):
        if partial.stat().st_size != listing[name]["size"]:
            raise CorpusCleanError(f"{root}/{name}: came incomplete; run again")
        if changed := listing[name]["changed"]:
            os.utime(partial, (changed, changed))  # a copy elsewhere is the same input
        partial.rename(data / name)


def _list(system: Any, root: str, url: str) -> dict[str, Any]:
    """Return size and version of each file by its path below the root; of one file, by its name."""
    system.invalidate_cache()
    try:
        found = system.find(root, detail=True)
    except FileNotFoundError:
        found = {}
    if not found:
        raise UsageError(f"{url}: holds no files; check the address and your rights")
    listing = {}
    for path in sorted(found):
        name = path.removeprefix(root).lstrip("/") or PurePosixPath(root).name
        if ".." in PurePosixPath(name).parts:
            raise UsageError(f"{url}: {name} would leave the folder it is fetched into")
        listing[name] = _describe(found[path])
    return listing


def _describe(facts: Mapping[str, Any]) -> dict[str, Any]:
    version = next((facts[key] for key in ("ETag", "etag", "md5Hash", "blob_id", "mtime") if facts.get(key)), "")
    changed = next((facts[key] for key in ("LastModified", "mtime", "last_modified") if facts.get(key)), None)
    seconds = int(changed.timestamp()) if isinstance(changed, datetime) else 0
    return {"size": facts["size"], "version": str(version), "changed": seconds}


def _read_listing(folder: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((folder / LISTING).read_bytes())["files"])
    except (OSError, ValueError, KeyError):
        return {}


@contextmanager
def _connect(url: str) -> Iterator[tuple[Any, str]]:
    scheme = url.partition("://")[0].lower()
    try:
        from fsspec.core import url_to_fs

        system, root = url_to_fs(url)
    except ImportError:
        if scheme not in _EXTRAS:
            raise UsageError(f"{url}: needs a package for {scheme}:// that fsspec knows; install it") from None
        extra = _EXTRAS[scheme]
        raise UsageError(f"{url}: needs another package; pip install 'corpus-clean[{extra}]' brings it") from None
    except ValueError as error:
        raise UsageError(f"{url}: cannot be used ({error}); check the address") from None
    try:
        yield system, root.rstrip("/")
    except CorpusCleanError:
        raise
    except OSError as error:
        if error.filename and Path(str(error.filename)).is_absolute():
            raise  # a local file, not the remote one
        raise CorpusCleanError(f"{url}: {_shorten(error)}; check the address, your rights and the network") from None
    except Exception as error:  # each store has errors of its own
        raise CorpusCleanError(f"{url}: {_shorten(error)}; check the address, your rights and the network") from None


def _shorten(error: Exception) -> str:
    return (" ".join(str(error).split()) or type(error).__name__)[:200]
