"""The files of a stage, and the manifest that makes them one.

A stage is a folder on this machine. Its files lie there or, so that many machines reach them, under a URL. An engine
that cannot rename writes each attempt into a folder of its own, and the manifest last: there, and here. What that lists
is the stage, in that order; anything else is what a lost worker or a stopped run left behind. An engine that renames
finished files into place needs no manifest: the stage is its Parquet files by name.
"""

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus_clean.storage.remote import is_remote, measure_remote, open_remote, write_remote

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file of a stage: its path in the stage's folder, its rows, row groups and bytes."""

    name: str
    rows: int
    groups: int
    bytes: int


def commit_stage(
    stage: Path, parts: Iterable[Part], schema: "pa.Schema", made: Mapping[str, Any] | None = None, at: str = ""
) -> None:
    """Write the manifest: from now on the stage is these files, in this order.

    Args:
        stage: the stage's folder.
        parts: its files.
        schema: their columns.
        made: from what and how the stage was made.
        at: the URL under which the files lie, or "" if that is the folder itself.

    Example:
        >>> from tempfile import mkdtemp
        >>> import pyarrow as pa
        >>> stage = Path(mkdtemp())
        >>> commit_stage(stage, [Part("b.parquet", 1, 1, 90), Part("a.parquet", 2, 1, 95)], pa.schema([]))
        >>> [Path(part).name for part in list_parts(stage)]
        ['b.parquet', 'a.parquet']
    """
    listed = [asdict(part) for part in parts]
    manifest = {
        "at": at,
        "made": made or {},
        "rows": sum(part["rows"] for part in listed),
        "columns": {field.name: str(field.type) for field in schema},
        "parts": listed,
    }
    data = (json.dumps(manifest, indent=1) + "\n").encode()
    if at:
        write_remote(f"{at}/{MANIFEST}", data)
    stage.mkdir(parents=True, exist_ok=True)
    (stage / MANIFEST).write_bytes(data)


def is_committed(stage: Path) -> bool:
    """Tell whether a stage has a manifest, whichever engine made it.

    Example:
        >>> is_committed(Path("nowhere"))
        False
    """
    return read_manifest(stage) is not None


def read_manifest(stage: Path) -> dict[str, Any] | None:
    """Return the manifest of a stage, or None if it has none yet, or its writer was stopped over it.

    Example:
        >>> read_manifest(Path("nowhere")) is None
        True
    """
    try:
        manifest: dict[str, Any] = json.loads((stage / MANIFEST).read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    return manifest


def read_parts(stage: Path) -> list[Part]:
    """Return the parts of a stage in order.

    Example:
        >>> from tempfile import mkdtemp
        >>> read_parts(Path(mkdtemp()))
        []
    """
    manifest = read_manifest(stage)
    if manifest is None:
        return [describe_part(str(path), path.name) for path in sorted(stage.glob("*.parquet"))]
    return [Part(**part) for part in manifest["parts"]]


def list_parts(stage: Path) -> list[str]:
    """Return the places of a stage's files in order: paths, or URLs.

    Example:
        >>> from tempfile import mkdtemp
        >>> list_parts(Path(mkdtemp()))
        []
    """
    manifest = read_manifest(stage)
    if manifest is None:
        return [str(path) for path in sorted(stage.glob("*.parquet"))]
    return [f"{manifest['at'] or stage}/{part['name']}" for part in manifest["parts"]]


def read_stage(stage: Path, columns: Sequence[str] | None = None) -> "pa.Table":
    """Return a stage that fits in memory, or some columns of it, in its order."""
    import pyarrow as pa

    return pa.concat_tables(read_file(part, columns) for part in list_parts(stage))


def read_batches(stage: Path, columns: Sequence[str] | None = None, rows: int = 1 << 16) -> "Iterator[pa.RecordBatch]":
    """Yield a stage, or some columns of it, in its order, a bounded number of rows at a time."""
    for place in list_parts(stage):
        with open_part(place) as part:
            wanted = None if columns is None else list(columns)
            yield from part.iter_batches(batch_size=rows, columns=wanted, use_threads=False)


def read_file(place: str | Path, columns: Sequence[str] | None = None) -> "pa.Table":
    """Return a file of a stage; `pq.read_table` would bring in all of Arrow's data sets.

    It is read in this thread: another one would have to be woken, and has no memory of its own yet to read into.
    """
    with open_part(str(place)) as part:
        return part.read(columns=None if columns is None else list(columns), use_threads=False)


@contextmanager
def open_part(place: str, *, check: bool = False) -> "Iterator[pq.ParquetFile]":
    """Open a file of a stage, wherever it lies; if asked, check its pages as they are read."""
    import pyarrow.parquet as pq

    if not is_remote(place):
        with pq.ParquetFile(place, page_checksum_verification=check) as part:
            yield part
        return
    with (
        open_remote(place) as stream,
        pq.ParquetFile(stream, page_checksum_verification=check, pre_buffer=True) as part,
    ):
        yield part


def describe_part(place: str, name: str) -> Part:
    """Return what a file of a stage holds, under its name there."""
    with open_part(place) as part:
        metadata = part.metadata
    size = measure_remote(place) if is_remote(place) else Path(place).stat().st_size
    return Part(name, metadata.num_rows, metadata.num_row_groups, size)


def find_part(stage: Path, number: int) -> Part | None:
    """Return the file of a task of an engine that needs no manifest, if it was finished: such a file has a footer.

    Example:
        >>> find_part(Path("nowhere"), 0) is None
        True
    """
    import pyarrow as pa

    name = f"part-{number:05d}.parquet"
    try:
        return describe_part(str(stage / name), name)
    except (OSError, pa.ArrowInvalid):
        return None


def bring_stages(scratch: Path) -> None:
    """Have the files of all stages in a folder on this machine, for an engine that knows no URLs."""
    for path in scratch.glob(f"*/{MANIFEST}"):
        stage = path.parent
        manifest = read_manifest(stage)
        if manifest is None or not manifest["at"]:
            continue
        for part in manifest["parts"]:
            (stage / part["name"]).parent.mkdir(exist_ok=True)
            with (stage / part["name"]).open("wb") as copy, open_remote(f"{manifest['at']}/{part['name']}") as stream:
                shutil.copyfileobj(stream, copy, 1 << 20)
        path.write_text(json.dumps(manifest | {"at": ""}, indent=1) + "\n", encoding="utf-8")
