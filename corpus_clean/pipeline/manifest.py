"""`manifest.json`: what went in, with which settings, and the SHA-256 of everything that came out."""

import functools
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus_clean.config import Config, ReadConfig, describe_config
from corpus_clean.errors import IntegrityError, UsageError
from corpus_clean.storage.fingerprint import hash_bytes, hash_file
from corpus_clean.storage.names import name_top, show_name
from corpus_clean.storage.streams import write_file

if TYPE_CHECKING:
    from corpus_clean.rules.pack import Pack

NAME = "manifest.json"
FORMAT = 1
LIBRARIES = ("charset-normalizer", "ftfy", "rapidfuzz", "readability-lxml", "regex", "selectolax", "trafilatura")
"""Those whose version can change a result."""


def write_manifest(
    build: Path, inputs: Iterable[dict[str, Any]], packs: "Iterable[Pack]", config: Config, started: datetime
) -> None:
    """Write the manifest of a finished build. The engine and the gate are left out: they change no result."""
    settings = describe_config(config)
    del settings["engine"], settings["gate"]
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "corpus-clean": version("corpus-clean"),
        "libraries": list_libraries(),
        "config": settings,
        "packs": {pack.id: pack.version for pack in packs},
        "inputs": list(inputs),
        "outputs": [
            {"path": name, "bytes": file.stat().st_size, "sha256": hash_file(file)}
            for name, file in _list_outputs(build).items()
        ],
        "started": started.isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    manifest["checksum"] = _checksum(manifest)
    write_file(build / NAME, _format(manifest).encode())


@functools.cache
def list_libraries() -> dict[str, str]:
    """Return the versions of `LIBRARIES`.

    Example:
        >>> list(list_libraries()) == list(LIBRARIES)
        True
    """
    return {name: version(name) for name in LIBRARIES}


def read_manifest(out: Path) -> dict[str, Any]:
    """Read and check the manifest of a published run.

    Raises:
        UsageError: `out` is no published run.
        IntegrityError: the manifest is not as it was written.
    """
    path = out / NAME
    if not path.is_file():
        raise UsageError(f"{out}: holds no {NAME}; give the folder that `corpus-clean run` wrote")
    try:
        text = path.read_text(encoding="utf-8")
        manifest = json.loads(text)
        checksum = manifest.pop("checksum")
    except (ValueError, KeyError, AttributeError) as error:
        raise IntegrityError(f"{path}: cannot be read ({error}); restore it from a copy") from None
    if checksum != _checksum(manifest) or text != _format(manifest | {"checksum": checksum}):
        raise IntegrityError(f"{path}: was changed after it was written; restore it from a copy")
    return dict(manifest)


def read_settings(manifest: dict[str, Any]) -> ReadConfig:
    """Return how the records of a run are found in its `data/`."""
    return choose_settings(manifest["config"]["read"]["text_fields"])


def choose_settings(text_fields: Iterable[str]) -> ReadConfig:
    """Return how records are found in a `data/`: as in its input, but none is too large."""
    return ReadConfig(text_fields=tuple(text_fields), max_record=1 << 40)


def check_outputs(out: Path, manifest: dict[str, Any]) -> None:
    """Compare every file of a published run with the manifest.

    Raises:
        IntegrityError: a file is missing, changed or added; the first one in order is named.
    """
    expected = {entry["path"]: entry["sha256"] for entry in manifest["outputs"]}
    present = _list_outputs(out)
    for name in sorted(expected.keys() | present.keys()):
        if name not in present:
            raise IntegrityError(f"{out / name}: is missing; restore it from a copy")
        if name not in expected:
            raise IntegrityError(f"{out / name}: was not written by the run; move it away")
        if hash_file(present[name]) != expected[name]:
            raise IntegrityError(f"{out / name}: was changed after it was written; restore it from a copy")


def _list_outputs(root: Path) -> dict[str, os.DirEntry[str]]:
    """Return the files of OUT by their names, in order."""
    top = name_top(root)
    found = {show_name(file.path.removeprefix(top)): file for file in _walk(top)}
    return {name: found[name] for name in sorted(found) if name != NAME}


def _walk(folder: str) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path)
            elif entry.is_file():
                yield entry


def _format(manifest: dict[str, Any]) -> str:
    """Return what `json.dumps` would with an indent of 1, but lists of files at the pace of its compiled half."""
    short = manifest | {"inputs": [], "outputs": []}
    values = {name: json.dumps(value, ensure_ascii=False, indent=1) for name, value in short.items()}
    values |= {name: _format_files(manifest[name]) for name in ("inputs", "outputs") if manifest[name]}
    lines = (f" {json.dumps(name)}: {value}" for name, value in values.items())
    return "{\n" + ",\n".join(line.replace("\n", "\n ") for line in lines) + "\n}\n"


def _format_files(files: Sequence[dict[str, Any]]) -> str:
    listed = json.dumps(files, ensure_ascii=False, separators=(",\n  ", ": "))  # a name cannot hold a line break here
    return "[\n {\n  " + listed[2:-2].replace("},\n  {", "\n },\n {\n  ") + "\n }\n]"


def _checksum(manifest: dict[str, Any]) -> str:
    return hash_bytes(json.dumps(manifest, ensure_ascii=False, sort_keys=True).encode("utf-8"))
