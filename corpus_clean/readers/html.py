"""HTML pages: one file is one record; what is text in it is the extraction's matter."""

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from corpus_clean.config import ReadConfig
from corpus_clean.readers import text
from corpus_clean.readers.base import WHOLE, Part
from corpus_clean.readers.text import plan
from corpus_clean.types import Record

__all__ = ["EXTENSIONS", "KIND", "plan", "read"]

EXTENSIONS = (".html", ".htm")
KIND = "spliced"


def read(stream: BinaryIO, path: str, config: ReadConfig, part: Part = WHOLE) -> Iterator[Record]:
    """Yield the page as its only record.

    Example:
        >>> import io
        >>> [record.format for record in read(io.BytesIO(b"<p>Halo.</p>"), "b.html", ReadConfig())]
        ['html']
    """
    for record in text.read(stream, path, config, part):
        yield replace(record, format="html", media="page")
