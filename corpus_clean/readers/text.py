"""Plain text and Markdown: one file is one record."""

from collections.abc import Iterator
from typing import BinaryIO

from corpus_clean.config import ReadConfig
from corpus_clean.readers.base import WHOLE, Part
from corpus_clean.storage.lines import read_bounded
from corpus_clean.types import Record

EXTENSIONS = (".txt", ".md")
KIND = "spliced"


def plan(stream: BinaryIO, config: ReadConfig, size: int) -> Iterator[Part]:
    """Yield the file as its only part."""
    yield WHOLE


def read(stream: BinaryIO, path: str, config: ReadConfig, part: Part = WHOLE) -> Iterator[Record]:
    """Yield the file as its only record.

    Example:
        >>> import io
        >>> [record.id for record in read(io.BytesIO(b"Halo."), "a/b.txt", ReadConfig())]
        ['a/b.txt']
    """
    payload, length = read_bounded(stream, config.max_record)
    if length > config.max_record:
        yield Record(path, path, 0, "text", b"", fault=describe_excess(length, config), span=(0, length))
    else:
        yield Record(path, path, 0, "text", payload)


def describe_excess(length: int, config: ReadConfig) -> str:
    """Say that a record is too large to be held."""
    return f"too large: {length:,} bytes, and at most {config.max_record:,} are read; raise read.max_record"
