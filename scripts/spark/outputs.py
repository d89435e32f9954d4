"""Whether two runs wrote the same."""

import json
from pathlib import Path

_OWN = ("started", "finished", "checksum")
"""What of a manifest tells when a run was, and so is different in each."""


def find_differences(left: Path, right: Path) -> list[str]:
    """Return the files that differ between two published runs, byte by byte; of the manifest all but the times."""
    names = [{path.relative_to(out) for path in out.rglob("*") if path.is_file()} for out in (left, right)]
    return sorted(
        name.as_posix()
        for name in names[0] | names[1]
        if name not in names[0] & names[1] or _read(left / name) != _read(right / name)
    )


def _read(file: Path) -> object:
    data = file.read_bytes()
    if file.name != "manifest.json":
        return data
    return {key: value for key, value in json.loads(data).items() if key not in _OWN}
