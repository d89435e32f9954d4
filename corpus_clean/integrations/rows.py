"""Rows of other libraries, read as `run` reads a line of JSON."""

from collections.abc import Mapping

from corpus_clean.readers.base import METADATA_FIELDS
from corpus_clean.types import Metadata


def find_metadata(row: Mapping[str, object]) -> Metadata:
    """Return what a row says of an article besides its text, under any of the names that the JSONL reader knows.

    Example:
        >>> find_metadata({"url": "https://x.id/1", "judul": " Banjir ", "n": 3}).title
        'Banjir'
    """
    found: dict[str, str] = {}
    for field, names in METADATA_FIELDS.items():
        values = (row.get(name) for name in names)
        found[field] = next((value.strip() for value in values if isinstance(value, str) and value.strip()), "")
    return Metadata(**found)
