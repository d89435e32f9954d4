"""Object stores and data-set hubs, by their URLs: fetched before the work, filled after it.

What is read from far away may change under our hands and is read more than once, so it is brought here first; what is
written is built here and sent whole, its manifest last.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from corpus_clean.errors import CorpusCleanError, UsageError
from corpus_clean.storage.fingerprint import hash_bytes
from corpus_clean.storage.names import show_name
from corpus_clean.storage.publication import commit_file

_EXTRAS = {"s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs", "hf": "hf"}
_UNFINISHED = ".corpus-clean-unfinished"
_LISTING = "listing.json"
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
        for start in range(0, len(wanted), _AT_ONCE):
            _fetch_some(system, root, wanted[start : start + _AT_ONCE], listing, data)
        again = _list(system, root, url)
        for name in sorted(listing.keys() | again.keys()):
            if listing.get(name) != again.get(name):
                raise CorpusCleanError(f"{url}: {name} changed while it was fetched; run again later")
        for path in [path for path in data.rglob("*") if path.is_file()]:
            if path.relative_to(data).as_posix() not in listing:
                path.unlink()
        with commit_file(folder / _LISTING) as partial:
            partial.write_text(json.dumps(listing), encoding="utf-8")
    [*names] = listing
    return data / names[0] if names == [PurePosixPath(root).name] and not system.isdir(root) else data


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


def _fetch_some(system: Any, root: str, names: Sequence[str], listing: Mapping[str, Any], data: Path) -> None:
    single = names == [PurePosixPath(root).name] and not system.isdir(root)
    partials = [data / f"{name}.partial" for name in names]
    for partial in partials:
        partial.parent.mkdir(parents=True, exist_ok=True)
    system.get([root if single else f"{root}/{name}" for name in names], list(map(str, partials)))
    for name, partial in zip(names, partials, strict=True):
        if partial.stat().st_size != listing[name]["size"]:
            raise CorpusCleanError(f"{root}/{name}: came incomplete; run again")
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
        facts = found[path]
        version = next((facts[key] for key in ("ETag", "etag", "md5Hash", "blob_id", "mtime") if facts.get(key)), "")
        listing[name] = {"size": facts["size"], "version": str(version)}
    return listing


def _read_listing(folder: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((folder / _LISTING).read_bytes()))
    except (OSError, ValueError):
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
