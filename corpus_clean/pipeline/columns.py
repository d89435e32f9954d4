"""Parquet files in and out: the text column is written anew, every other column goes through as Arrow.

`data/` holds the rows that stay, `ledger/rows/` those that are left out, both with the schema, the metadata, the
compression and the row groups of the original. Pages carry checksums, and are cut by content, so that a data-set hub
stores again only what changed.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from corpus_clean.config import ReadConfig
from corpus_clean.errors import IntegrityError
from corpus_clean.pipeline.tables import Row
from corpus_clean.readers.parquet import find_column, read_bytes
from corpus_clean.storage.names import locate_name
from corpus_clean.storage.streams import open_output
from corpus_clean.storage.values import ValueDigest

LEFT_OUT = "ledger/rows"


@contextmanager
def open_writer(path: Path, schema: pa.Schema, codecs: dict[str, str]) -> Iterator[pq.ParquetWriter]:
    """Create a file with checksums, cut by content; names within nested columns stay as they are."""
    with (
        open_output(path) as sink,
        pq.ParquetWriter(
            sink,
            schema,
            compression=codecs or "snappy",
            write_page_checksum=True,
            use_content_defined_chunking=True,
            use_compliant_nested_type=False,
        ) as writer,
    ):
        yield writer


def open_source(path: Path) -> pq.ParquetFile:
    """Open a file whose pages are verified."""
    return pq.ParquetFile(path, page_checksum_verification=True)


def read_codecs(file: pq.ParquetFile) -> dict[str, str]:
    """Return the compression of each column, by its path."""
    if not file.num_row_groups:
        return {}
    group = file.metadata.row_group(0)
    columns = (group.column(number) for number in range(group.num_columns))
    return {column.path_in_schema: _name_codec(column.compression) for column in columns}


def _name_codec(codec: str) -> str:
    return {"UNCOMPRESSED": "none"}.get(codec, codec.lower())


class ColumnsTarget:
    """A Parquet file under `data/`, and beside it the rows that are left out. See `target.Target`."""

    spliced = False

    def __init__(self, stack: ExitStack, build: Path, source: Path, facts: Row, config: ReadConfig) -> None:
        self._source = stack.enter_context(open_source(source))
        self._column = find_column(self._source.schema_arrow, config)
        self._codecs = read_codecs(self._source)
        self._stack = stack
        self._data = self._open(build / "data" / locate_name(facts["path"]))
        self._left_out: pq.ParquetWriter | None = None
        self._left_out_path = build / LEFT_OUT / locate_name(facts["path"])
        self._sizes: list[int] = json.loads(facts["head"])
        self._group = 0
        self._texts: list[str | None] = []

    def _open(self, path: Path) -> pq.ParquetWriter:
        return self._stack.enter_context(open_writer(path, self._source.schema_arrow, self._codecs))

    def add(self, row: Row) -> None:
        """Write a row with its clean text."""
        self._take(row["text"])

    def leave_out(self, row: Row) -> None:
        """Put a row aside."""
        self._take(None)

    def finish(self) -> None:
        """See `target.Target`: there is a file from the start."""

    def _take(self, text: str | None) -> None:
        while not self._sizes[self._group]:
            self._group += 1
        self._texts.append(text)
        if len(self._texts) == self._sizes[self._group]:
            self._write_group()

    def _write_group(self) -> None:
        table = self._source.read_row_group(self._group)
        keep = [text is not None for text in self._texts]
        kept = pick_rows(table, keep)
        if len(kept):
            texts = [text.encode("utf-8") for text in self._texts if text is not None]
            self._data.write_table(replace_texts(kept, self._column, texts), row_group_size=len(kept))
        if len(kept) < len(table):
            if self._left_out is None:
                self._left_out = self._open(self._left_out_path)
            left = pick_rows(table, [not kept for kept in keep])
            self._left_out.write_table(left, row_group_size=len(left))
        self._texts = []
        self._group += 1


def pick_rows(table: pa.Table, wanted: Sequence[bool]) -> pa.Table:
    """Return the rows wanted; columns of every type can be cut, not all can be filtered."""
    runs = []
    start = 0
    for at in range(1, len(wanted) + 1):
        if at == len(wanted) or wanted[at] != wanted[start]:
            if wanted[start]:
                runs.append(table.slice(start, at - start))
            start = at
    return pa.concat_tables(runs) if runs else table.slice(0, 0)


def replace_texts(table: pa.Table, column: str, texts: Sequence[bytes | None]) -> pa.Table:
    """Return a table with other texts in a column of the same type."""
    number = table.schema.get_field_index(column)
    field = table.schema.field(number)
    values = pa.array(texts, pa.large_binary())
    kind = field.type
    if pa.types.is_dictionary(kind):
        values = values.cast(kind.value_type, safe=False).dictionary_encode().cast(kind)
    else:
        values = values.cast(kind, safe=False)  # some writers put other bytes than UTF-8 into texts
    return table.set_column(number, field, values)


@contextmanager
def read_back(path: Path) -> Iterator[None]:
    """Name the file if what a run wrote cannot be read.

    Raises:
        IntegrityError: it cannot.
    """
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        raise IntegrityError(f"{path}: cannot be read back ({' '.join(str(error).split())})") from None


class RowCursor:
    """Takes rows from a file in order, so many at a time; a file that is not there has none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with read_back(path):
            self._file = open_source(path) if path.exists() else None
        self._group = 0
        self._rows: pa.Table | None = None
        self._left = self._file.metadata.num_rows if self._file else 0

    def take(self, count: int) -> pa.Table:
        """Return the next rows.

        Raises:
            IntegrityError: there are not so many.
        """
        if not count:
            return pa.table({})
        if self._file is None or count > self._left:
            raise IntegrityError(f"{self._path}: rows are missing")
        self._left -= count
        taken = [] if self._rows is None else [self._rows]
        while sum(map(len, taken)) < count and self._group < self._file.num_row_groups:
            with read_back(self._path):
                taken.append(self._file.read_row_group(self._group))
            self._group += 1
        rows = pa.concat_tables(taken)
        self._rows = rows.slice(count)
        return rows.slice(0, count)

    def finish(self) -> None:
        """Give the file back.

        Raises:
            IntegrityError: there are rows that nobody took.
        """
        if self._left:
            raise IntegrityError(f"{self._path}: holds rows that the ledger does not know")
        if self._file is not None:
            self._file.close()


class ColumnsRestoration:
    """Puts the rows of a Parquet file together again, group by group, and fingerprints them."""

    def __init__(self, out: Path, facts: Row, config: ReadConfig, target: Path | None) -> None:
        name = locate_name(facts["path"])
        with read_back(out / "data" / name), open_source(out / "data" / name) as data:
            schema, codecs = data.schema_arrow, read_codecs(data)
        self._column = find_column(schema, config)
        self._sizes: list[int] = json.loads(facts["head"])
        self._kept, self._left = RowCursor(out / "data" / name), RowCursor(out / LEFT_OUT / name)
        self._digest = ValueDigest(schema)
        self._stack = ExitStack()
        self._writer = self._stack.enter_context(open_writer(target, schema, codecs)) if target else None

    def count_groups(self) -> Iterator[int]:
        """Yield the number of rows in each group that has any."""
        yield from (size for size in self._sizes if size)

    def take_group(self, present: Sequence[bool]) -> tuple[pa.Table, list[bytes]]:
        """Return the next group's rows, and their texts: clean ones where a row is present in `data/`."""
        kept, left = self._kept.take(sum(present)), self._left.take(len(present) - sum(present))
        pieces, at = [], {True: 0, False: 0}
        for flag, run in _find_runs(present):
            rows = kept if flag else left
            pieces.append(rows.slice(at[flag], run))
            at[flag] += run
        table = pa.concat_tables(pieces)
        return table, [payload or b"" for payload in read_bytes(table.column(self._column))]

    def put_group(self, table: pa.Table, texts: Sequence[bytes | None]) -> None:
        """Write a group; None leaves the text of a row as it is."""
        old = read_bytes(table.column(self._column))
        new = [before if text is None else text for before, text in zip(old, texts, strict=True)]
        restored = replace_texts(table, self._column, new)
        self._digest.update(restored)
        if self._writer:
            self._writer.write_table(restored, row_group_size=len(restored))

    def finish(self) -> str:
        """Close the files and return the fingerprint of all that was put together.

        Raises:
            IntegrityError: there are rows that belong nowhere.
        """
        self._kept.finish()
        self._left.finish()
        self._stack.close()
        return self._digest.hexdigest()


def _find_runs(flags: Sequence[bool]) -> Iterator[tuple[bool, int]]:
    start = 0
    for at in range(1, len(flags) + 1):
        if at == len(flags) or flags[at] != flags[start]:
            yield flags[start], at - start
            start = at
