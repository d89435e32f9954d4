"""One file from beginning to end: what a check reads, where a run would share it out in parts."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

from corpus_clean.config import ReadConfig
from corpus_clean.pipeline.records import read_part
from corpus_clean.pipeline.survey import plan_file
from corpus_clean.readers.base import choose_reader, load_readers
from corpus_clean.readers.listing import locate
from corpus_clean.storage.streams import strip_compression
from corpus_clean.types import Record

IN_MEMORY = 16 << 20
"""Bytes of a plain file that are read at once; a larger one is read as a run reads it."""

_EVERYTHING = 1 << 62


@dataclass(frozen=True, slots=True)
class Whole:
    """What stands in a file before its first record, and the records."""

    head: bytes
    records: Iterator[Record]


def is_plain(path: str) -> bool:
    """Tell whether a file of this name is read just as its bytes stand there: not compressed, and not of columns.

    Example:
        >>> is_plain("a.jsonl"), is_plain("a.jsonl.gz"), is_plain("a.parquet")
        (True, False, False)
    """
    return strip_compression(path) == path and load_readers()[choose_reader(path)].KIND == "spliced"


def read_whole(root: Path, path: str, config: ReadConfig) -> Whole:
    """Read a file under `root` (or `root`, if it is one file); damage comes as a faulty record."""
    file = locate(root, path)
    if is_plain(path) and file.stat().st_size <= IN_MEMORY:
        return read_bytes(file.read_bytes(), path, config)
    rows = plan_file(file, path, config)
    head = rows[0]["head"] if load_readers()[rows[0]["format"]].KIND == "spliced" else b""
    return Whole(head, (record for row in rows for record in read_part(file, row, config)))


def read_bytes(data: bytes, path: str, config: ReadConfig) -> Whole:
    r"""Read a plain file from its bytes.

    Example:
        >>> whole = read_bytes(b"id,text\n1,Halo.\n", "a.csv", ReadConfig())
        >>> whole.head, [record.payload for record in whole.records]
        (b'id,text\n', [b'Halo.'])
    """
    reader = load_readers()[choose_reader(path)]
    part = next(iter(reader.plan(BytesIO(data), config, _EVERYTHING)))
    stream = BytesIO(data)
    stream.seek(part.start)
    return Whole(part.head, reader.read(stream, path, config, replace(part, end=-1)))
