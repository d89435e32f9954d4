"""Parquet: one row a record, of which only the text column is ever touched.

The payload is the text's bytes. The other columns are not read here: they go from file to file as Arrow. Row groups are
the parts. Page checksums are verified wherever a file has them.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from corpus_clean.config import ReadConfig
from corpus_clean.readers.base import METADATA_FIELDS, WHOLE, Part
from corpus_clean.readers.text import describe_excess
from corpus_clean.storage.streams import DamagedStreamError
from corpus_clean.types import Metadata, Record

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

EXTENSIONS = (".parquet",)
KIND = "columns"

_ROWS = 256


def plan(stream: BinaryIO, config: ReadConfig, size: int) -> Iterator[Part]:
    """Yield a part a row group; the head is the number of rows in each."""
    with open_parquet(stream) as file:
        groups = [file.metadata.row_group(number) for number in range(file.num_row_groups)]
        if not find_column(file.schema_arrow, config):
            tried = ", ".join(config.text_fields)
            raise DamagedStreamError(f"no text: none of the columns {tried} holds text; name yours with --text-field")
        head = json.dumps([group.num_rows for group in groups]).encode()
        if not groups:
            yield Part(0, 0, 0, head)
        index = 0
        for number, group in enumerate(groups):
            yield Part(number, number + 1, index, head)
            index += group.num_rows


def digest(file: Path) -> str:
    """Return the fingerprint of the schema, the metadata and every value."""
    import pyarrow as pa

    from corpus_clean.storage.values import ValueDigest

    with file.open("rb") as stream, open_parquet(stream) as source:
        found = ValueDigest(source.schema_arrow)
        for batch in source.iter_batches(_ROWS):
            found.update(pa.Table.from_batches([batch]))
        return found.hexdigest()


def read(stream: BinaryIO, path: str, config: ReadConfig, part: Part = WHOLE) -> Iterator[Record]:
    """Yield one record a row; a row whose text is null carries a fault."""
    with open_parquet(stream) as file:
        text = find_column(file.schema_arrow, config)
        columns = [text, *_find_known(file.schema_arrow)]
        groups = range(part.start, file.num_row_groups if part.end < 0 else part.end)
        index = part.index
        for batch in file.iter_batches(_ROWS, row_groups=list(groups), columns=columns):
            payloads = read_bytes(batch.column(text))
            known = {name: batch.column(name).to_pylist() for name in batch.schema.names if name != text}
            for row, payload in enumerate(payloads):
                record_id = f"{path}#{index}"
                metadata = _find_metadata({name: values[row] for name, values in known.items()})
                fault = "no text: the cell is null" if payload is None else ""
                if payload is not None and len(payload) > config.max_record:
                    fault = describe_excess(len(payload), config)
                yield Record(record_id, path, index, "parquet", payload or b"", metadata=metadata, fault=fault)
                index += 1


@contextmanager
def open_parquet(stream: BinaryIO) -> Iterator["pq.ParquetFile"]:
    """Open a file; whatever turns out to be damaged in it is named.

    Raises:
        DamagedStreamError: it is no Parquet file, or a page is not what it was when it was written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(stream, page_checksum_verification=True) as file:
            yield file
    except (pa.ArrowException, OSError, ValueError, LookupError, OverflowError) as error:
        if isinstance(error, DamagedStreamError) or getattr(error, "errno", None):
            raise
        raise DamagedStreamError(f"damaged Parquet: {' '.join(str(error).split())}") from None


def find_column(schema: "pa.Schema", config: ReadConfig) -> str:
    """Return the name of the text column, or ""."""
    return next(
        (name for name in config.text_fields if name in schema.names and _holds_text(schema.field(name).type)), ""
    )


def read_bytes(column: Any) -> list[bytes | None]:
    """Return the values of a text column, however it is encoded, as bytes."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return list(column.cast(pa.large_binary()).to_pylist())


def _holds_text(kind: "pa.DataType") -> bool:
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        return _holds_text(kind.value_type)
    texts = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    return any(check(kind) for check in (*texts, pa.types.is_binary, pa.types.is_large_binary))


def _find_known(schema: "pa.Schema") -> list[str]:
    import pyarrow as pa

    names = {name for choices in METADATA_FIELDS.values() for name in choices}
    return [
        field.name
        for field in schema
        if field.name in names and (_holds_text(field.type) or pa.types.is_temporal(field.type))
    ]


def _find_metadata(values: dict[str, Any]) -> Metadata:
    found: dict[str, str] = {}
    for target, names in METADATA_FIELDS.items():
        for name in names:
            value = values.get(name)
            if isinstance(value, (date, datetime)):
                value = value.isoformat()
            if isinstance(value, str) and value.strip():
                found[target] = value.strip()
                break
    return Metadata(**found)
