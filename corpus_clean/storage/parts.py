"""The files of a stage, and the manifest that makes them one.

An engine that cannot rename writes each attempt into a folder of its own within the stage's, and the manifest last.
What that lists is the stage, in that order; anything else is what a lost worker or a stopped run left behind. An engine
that renames finished files into place needs no manifest: the stage is its Parquet files by name.
"""

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file of a stage: its path in the stage's folder, its rows and row groups."""

    name: str
    rows: int
    groups: int


def open_attempt(stage: Path) -> Path:
    """Make a fresh folder for the files of a stage.

    Example:
        >>> from tempfile import mkdtemp
        >>> stage = Path(mkdtemp()) / "stage"
        >>> open_attempt(stage).parent == stage, open_attempt(stage) == open_attempt(stage)
        (True, False)
    """
    attempt = stage / f"attempt-{uuid.uuid4().hex}"
    attempt.mkdir(parents=True)
    return attempt


def commit_stage(stage: Path, parts: Iterable[Part], schema: "pa.Schema") -> None:
    """Write the manifest: from now on the stage is these files, in this order.

    Example:
        >>> from tempfile import mkdtemp
        >>> import pyarrow as pa
        >>> stage = Path(mkdtemp())
        >>> commit_stage(stage, [Part("b.parquet", 1, 1), Part("a.parquet", 2, 1)], pa.schema([]))
        >>> [path.name for path in list_parts(stage)]
        ['b.parquet', 'a.parquet']
    """
    listed = [asdict(part) for part in parts]
    manifest = {
        "rows": sum(part["rows"] for part in listed),
        "columns": {field.name: str(field.type) for field in schema},
        "parts": listed,
    }
    (stage / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def is_committed(stage: Path) -> bool:
    """Tell whether a stage has a manifest, whichever engine made it.

    Example:
        >>> is_committed(Path("nowhere"))
        False
    """
    return _read_manifest(stage) is not None


def read_parts(stage: Path) -> list[Part]:
    """Return the parts of a stage in order.

    Example:
        >>> from tempfile import mkdtemp
        >>> read_parts(Path(mkdtemp()))
        []
    """
    parts = _read_manifest(stage)
    return parts if parts is not None else [describe_part(stage, path.name) for path in sorted(stage.glob("*.parquet"))]


def list_parts(stage: Path) -> list[Path]:
    """Return the files of a stage in order.

    Example:
        >>> from tempfile import mkdtemp
        >>> list_parts(Path(mkdtemp()))
        []
    """
    parts = _read_manifest(stage)
    return sorted(stage.glob("*.parquet")) if parts is None else [stage / part.name for part in parts]


def read_stage(stage: Path, columns: Sequence[str] | None = None) -> "pa.Table":
    """Return a stage that fits in memory, or some columns of it, in its order."""
    import pyarrow as pa

    return pa.concat_tables(read_file(part, columns) for part in list_parts(stage))


def read_file(part: Path, columns: Sequence[str] | None = None) -> "pa.Table":
    """Return a file of a stage; `pq.read_table` would bring in all of Arrow's data sets.

    It is read in this thread: another one would have to be woken, and has no memory of its own yet to read into.
    """
    import pyarrow.parquet as pq

    with pq.ParquetFile(part) as file:
        return file.read(columns=None if columns is None else list(columns), use_threads=False)


def describe_part(stage: Path, name: str) -> Part:
    """Return what a file that lies in a stage's folder holds."""
    import pyarrow.parquet as pq

    metadata = pq.read_metadata(stage / name)
    return Part(name, metadata.num_rows, metadata.num_row_groups)


def find_part(stage: Path, number: int) -> Part | None:
    """Return the file of a task of an engine that needs no manifest, if it was finished: such a file has a footer.

    Example:
        >>> find_part(Path("nowhere"), 0) is None
        True
    """
    import pyarrow as pa

    try:
        return describe_part(stage, f"part-{number:05d}.parquet")
    except (OSError, pa.ArrowInvalid):
        return None


def write_empty(stage: Path, name: str, schema: "pa.Schema") -> Part:
    """Write a part without rows, which gives an empty stage its columns."""
    import pyarrow.parquet as pq

    pq.write_table(schema.empty_table(), stage / name)
    return Part(name, 0, 0)


def _read_manifest(stage: Path) -> list[Part] | None:
    try:
        listed = json.loads((stage / MANIFEST).read_text(encoding="utf-8"))["parts"]
    except (FileNotFoundError, NotADirectoryError, ValueError):  # none yet, or a writer was stopped over it
        return None
    return [Part(**part) for part in listed]
