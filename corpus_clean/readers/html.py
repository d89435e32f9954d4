"""HTML pages: one file is one record; what is text in it is the extraction's matter."""

from collections.abc import Iterator
from typing import BinaryIO

from corpus_clean.config import ReadConfig
from corpus_clean.types import Record

EXTENSIONS = (".html", ".htm")


def read(stream: BinaryIO, path: str, config: ReadConfig) -> Iterator[Record]:
    """Yield the page as its only record.

    Example:
        >>> import io
        >>> [record.format for record in read(io.BytesIO(b"<p>Halo.</p>"), "b.html", ReadConfig())]
        ['html']
    """
    yield Record(id=path, path=path, index=0, format="html", payload=stream.read())
