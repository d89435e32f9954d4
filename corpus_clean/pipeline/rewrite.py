"""A file written anew with other texts in some of its records, and the proof that it gives the old one back."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus_clean.config import ReadConfig
from corpus_clean.pipeline.clean import rebuild_payload
from corpus_clean.pipeline.whole import Whole, read_whole
from corpus_clean.readers.base import choose_reader, load_readers
from corpus_clean.readers.listing import locate
from corpus_clean.storage.streams import open_input, open_output
from corpus_clean.types import Edit, Record
from corpus_clean.writers.base import load_writer

_CHUNK = 1 << 20

Place = tuple[Path, str]
"""A folder, and the name of a file in it as it is shown."""


@dataclass(frozen=True, slots=True)
class Change:
    """A record's new payload, the edits that made it, and how it is written."""

    payload: bytes
    edits: tuple[Edit, ...]
    codec: str = ""
    form: str = ""

    def undo(self, record: Record) -> bytes:
        """Return the old payload from the record as it was read again."""
        text = load_writer(record.format).unwrap(record.payload.decode(self.codec), self.form)
        return rebuild_payload(record.format, text, self.edits, self.codec, self.form)


Changes = Mapping[int, Change]
"""By the number of the record within the file."""


def is_columns(path: str) -> bool:
    """Tell whether a file is put together from its rows, not from its bytes.

    Example:
        >>> is_columns("a.parquet"), is_columns("a.jsonl.gz")
        (True, False)
    """
    return load_readers()[choose_reader(path)].KIND == "columns"


def rewrite_spliced(old: Place, new: Place, changes: Changes, config: ReadConfig) -> tuple[str, str]:
    """Write a file whose bytes are those of its records.

    Returns:
        the SHA-256 of the old file's content, and that of what the new one gives back.
    """
    whole = read_whole(*old, config)
    with open_output(locate(*new)) as target:
        target.write(whole.head)
        for place, record in enumerate(whole.records):
            payload = changes[place].payload if place in changes else record.payload
            target.write(load_writer(record.format).join(record.prefix, payload, record.suffix))
    expected, restored = hashlib.sha256(), hashlib.sha256()
    with open_input(locate(*old)) as stream:
        while chunk := stream.read(_CHUNK):
            expected.update(chunk)
    for piece in _restore(read_whole(*new, config), changes):
        restored.update(piece)
    return expected.hexdigest(), restored.hexdigest()


def _restore(whole: Whole, changes: Changes) -> Iterator[bytes]:
    yield whole.head
    for place, record in enumerate(whole.records):
        payload = changes[place].undo(record) if place in changes else record.payload
        yield load_writer(record.format).join(record.prefix, payload, record.suffix)


def rewrite_columns(old: Place, new: Place, changes: Changes, config: ReadConfig) -> tuple[str, str]:
    """Write a Parquet file: the same schema, metadata, row groups and values but for the texts that change.

    Returns:
        the fingerprint of the old file's values, and that of what the new one gives back.
    """
    from corpus_clean.pipeline.columns import open_source, open_writer, read_codecs, replace_texts
    from corpus_clean.readers.parquet import find_column, read_bytes
    from corpus_clean.storage.values import ValueDigest

    with open_source(locate(*old)) as source:
        column = find_column(source.schema_arrow, config)
        expected = ValueDigest(source.schema_arrow)
        with open_writer(locate(*new), source.schema_arrow, read_codecs(source)) as writer:
            first = 0
            for group in range(source.num_row_groups):
                table = source.read_row_group(group)
                expected.update(table)
                texts = read_bytes(table.column(column))
                for place in range(first, first + len(table)):
                    if place in changes:
                        texts[place - first] = changes[place].payload
                writer.write_table(replace_texts(table, column, texts), row_group_size=max(1, len(table)))
                first += len(table)
    records = read_whole(*new, config).records
    with open_source(locate(*new)) as source:
        restored = ValueDigest(source.schema_arrow)
        first = 0
        for group in range(source.num_row_groups):
            table = source.read_row_group(group)
            texts = read_bytes(table.column(column))
            for place in range(first, first + len(table)):
                record = next(records)
                if place in changes:
                    texts[place - first] = changes[place].undo(record)
            restored.update(replace_texts(table, column, texts))
            first += len(table)
    return expected.hexdigest(), restored.hexdigest()
