"""Plain text and Markdown: one file is one record."""

from collections.abc import Iterator
from typing import BinaryIO

from corpus_clean.config import ReadConfig
from corpus_clean.types import Record

EXTENSIONS = (".txt", ".md")


def read(stream: BinaryIO, path: str, config: ReadConfig) -> Iterator[Record]:
    """Yield the file as its only record.

    Example:
        >>> import io
        >>> [record.id for record in read(io.BytesIO(b"Halo."), "a/b.txt", ReadConfig())]
        ['a/b.txt']
    """
    yield Record(id=path, path=path, index=0, format="text", payload=stream.read())
