"""All that the result of a run depends on: what an unfinished one must agree in to be gone on with."""

import hashlib
from datetime import UTC, datetime
from importlib import resources
from importlib.metadata import version
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from corpus_clean.config import Config, describe_config
from corpus_clean.pipeline.inputs import Inputs, find_earlier_inputs
from corpus_clean.pipeline.manifest import list_libraries
from corpus_clean.storage.fingerprint import hash_file


def describe_run(command: str, inputs: Inputs, config: Config, against: Path | None = None) -> dict[str, Any]:
    """Return the key of a run. The engine is left out: it changes no result."""
    settings = describe_config(config)
    del settings["engine"]
    return {
        "command": command,
        "corpus-clean": version("corpus-clean"),
        "code": _hash_code(),
        "libraries": list_libraries(),
        "config": settings,
        "packs": {pack: hash_file(Path(pack)) for pack in config.rules.packs if command == "run"},
        "input": _describe_files(inputs),
        "against": None if against is None else _describe_files(find_earlier_inputs(against)),
    }


def _describe_files(inputs: Inputs) -> dict[str, str]:
    return {
        file.path: f"{file.bytes} bytes of {datetime.fromtimestamp(file.changed / 1e9, UTC).isoformat()}"
        for file in (*inputs.files, *inputs.carried)
    }


def _hash_code() -> str:
    """Return the SHA-256 of this package's files: two states of a working copy have one version."""
    digest = hashlib.sha256()
    _add(digest, resources.files("corpus_clean"))
    return digest.hexdigest()


def _add(digest: Any, folder: Traversable) -> None:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith((".py", ".toml", ".json")):
            digest.update(entry.read_bytes())
        elif entry.is_dir():
            _add(digest, entry)
