"""The files of a stage: which of those in its folder belong to it, and in what order."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

LISTING = "parts.json"


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file of a stage, by its name in the stage's folder, with its rows and row groups."""

    name: str
    rows: int
    groups: int


def write_parts(stage: Path, parts: Iterable[Part]) -> None:
    """Say which files a stage is made of, in order; any other file there is what a lost worker left.

    Example:
        >>> from tempfile import mkdtemp
        >>> stage = Path(mkdtemp())
        >>> write_parts(stage, [Part("b.parquet", 1, 1), Part("a.parquet", 2, 1)])
        >>> [path.name for path in list_parts(stage)]
        ['b.parquet', 'a.parquet']
    """
    (stage / LISTING).write_text(json.dumps([asdict(part) for part in parts], indent=1) + "\n", encoding="utf-8")


def read_parts(stage: Path) -> list[Part]:
    """Return the parts of a stage; where no listing says which, they are its Parquet files by name.

    Example:
        >>> from tempfile import mkdtemp
        >>> read_parts(Path(mkdtemp()))
        []
    """
    listing = stage / LISTING
    if listing.is_file():
        return [Part(**entry) for entry in json.loads(listing.read_text(encoding="utf-8"))]
    import pyarrow.parquet as pq

    found = [(path.name, pq.read_metadata(path)) for path in sorted(stage.glob("*.parquet"))]
    return [Part(name, metadata.num_rows, metadata.num_row_groups) for name, metadata in found]


def list_parts(stage: Path) -> list[Path]:
    """Return the files of a stage in order.

    Example:
        >>> from tempfile import mkdtemp
        >>> list_parts(Path(mkdtemp()))
        []
    """
    if (stage / LISTING).is_file():
        return [stage / part.name for part in read_parts(stage)]
    return sorted(stage.glob("*.parquet"))


def read_stage(stage: Path) -> "pa.Table":
    """Return a stage that fits in memory, in its order."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    return pa.concat_tables(pq.read_table(part) for part in list_parts(stage))


def write_empty(stage: Path, schema: "pa.Schema") -> Part:
    """Write a part without rows, which gives an empty stage its columns."""
    import pyarrow.parquet as pq

    name = "part-00000.parquet"
    pq.write_table(schema.empty_table(), stage / name)
    return Part(name, 0, 0)
