r"""CSV and TSV: one row a record, of which only the text cell is ever touched.

The payload is the text cell between its quotes, still escaped; the other cells, their quoting, the delimiter and the
line ends are prefix and suffix. The first row is the header and names the text column. A quoted cell may hold line
breaks. A row that does not fit the header is a faulty record of one line, after which reading goes on.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from corpus_clean.config import ReadConfig
from corpus_clean.readers.base import METADATA_FIELDS, WHOLE, Part
from corpus_clean.readers.text import describe_excess
from corpus_clean.storage.lines import BOM, Stretch, read_bounded, read_stretches
from corpus_clean.types import Metadata, Record

EXTENSIONS = (".csv", ".tsv")
KIND = "spliced"

DELIMITERS = (b",", b"\t", b";", b"|")
_QUOTED = re.compile(rb'"[^"]*+(?:""[^"]*+)*+"')


@dataclass(frozen=True, slots=True)
class Cell:
    """The bytes `start:end` of a row, without the quotes."""

    start: int
    end: int
    quoted: bool


@dataclass(frozen=True, slots=True)
class Header:
    """The first row: its bytes, what separates cells, and the columns' names in order."""

    raw: bytes
    delimiter: bytes
    names: tuple[str, ...]

    def find_text(self, config: ReadConfig) -> int:
        """Return the number of the text column, or -1."""
        return next((self.names.index(name) for name in config.text_fields if name in self.names), -1)


def plan(stream: BinaryIO, config: ReadConfig, size: int) -> Iterator[Part]:
    r"""Cut after a row, wherever a quoted cell may break its line.

    Example:
        >>> import io
        >>> list(plan(io.BytesIO(b'text,n\n"a\nb",1\nc,2\n'), ReadConfig(), 2))
        [Part(start=0, end=15, index=0, head=b'text,n\n'), Part(start=15, end=19, index=1, head=b'text,n\n')]
    """
    header = read_header(stream, config)
    if header.find_text(config) < 0:
        yield WHOLE
        return
    start = first = 0
    end = len(header.raw)
    for index, row in enumerate(_read_rows(stream, header, config, end)):
        if not row.is_blank and index > first and end - start >= size:
            yield Part(start, end, first, header.raw)
            start, first = end, index
        end = row.end
    yield Part(start, end, first, header.raw)


def read(stream: BinaryIO, path: str, config: ReadConfig, part: Part = WHOLE) -> Iterator[Record]:
    r"""Yield one record a row; blank lines belong to the row that follows, or to the last one.

    Example:
        >>> import io
        >>> [record] = read(io.BytesIO(b'url,text\nx.id,"Dia ""tahu""."\n'), "a.csv", ReadConfig())
        >>> record.prefix, record.payload, record.suffix
        (b'x.id,"', b'Dia ""tahu"".', b'"\n')
    """
    header = parse_header(part.head) if part.start else read_header(stream, config)
    column = header.find_text(config)
    if column < 0:
        yield _reject_file(stream, header, path, config)
        return
    pending: Record | None = None
    start = part.start or len(header.raw)
    for index, row in enumerate(_read_rows(stream, header, config, start), part.index):
        if row.is_blank and pending is not None:
            if pending.span:
                pending = replace(pending, span=(pending.span[0], row.end))
            else:
                pending = replace(pending, suffix=pending.suffix + row.blank)
            break
        if pending is not None:
            yield pending
        pending = _make_record(row, header, column, path, index, config)
    if pending is not None:
        yield pending


def read_header(stream: BinaryIO, config: ReadConfig) -> Header:
    """Read the first row of a file; one too long to be held has no columns."""
    raw = bytearray()
    while len(raw) <= config.max_record and (line := stream.readline(config.max_record)):
        raw += line
        if raw.count(b'"') % 2 == 0 and line.strip():
            break
    return parse_header(bytes(raw))


def parse_header(raw: bytes) -> Header:
    r"""Find the delimiter and the columns of a table from its first row.

    Example:
        >>> parse_header(b'"id";text\r\n')
        Header(raw=b'"id";text\r\n', delimiter=b';', names=('id', 'text'))
    """
    head = len(BOM) if raw.startswith(BOM) else 0
    row = raw[head:].lstrip(b"\r\n")
    found: list[tuple[bytes, tuple[str, ...]]] = []
    for delimiter in DELIMITERS:
        cells = split_cells(row, delimiter) or []
        names = (row[cell.start : cell.end].replace(b'""', b'"') for cell in cells)
        found.append((delimiter, tuple(name.decode("utf-8", "replace").strip() for name in names)))
    delimiter, columns = max(found, key=lambda choice: len(choice[1]))
    return Header(raw, delimiter, columns)


def split_cells(row: bytes, delimiter: bytes) -> list[Cell] | None:
    r"""Return the cells of a row, or None where its quotes do not fit.

    Example:
        >>> split_cells(b'1,"a,b"\n', b",")
        [Cell(start=0, end=1, quoted=False), Cell(start=3, end=6, quoted=True)]
    """
    stop = len(row) - (row.endswith(b"\n") + row.endswith(b"\r\n"))
    cells: list[Cell] = []
    position = 0
    while True:
        if row[position : position + 1] == b'"':
            found = _QUOTED.match(row, position)
            if found is None:
                return None
            cells.append(Cell(position + 1, found.end() - 1, True))
            position = found.end()
        else:
            end = row.find(delimiter, position)
            end = stop if end < 0 else end
            cells.append(Cell(position, end, False))
            position = end
        if position == stop:
            return cells
        if row[position : position + 1] != delimiter:
            return None
        position += 1


@dataclass(frozen=True, slots=True)
class _Row:
    """A row with the blank lines before it. No cells: it is damaged, too long (`line` is None), or no row at all."""

    start: int
    end: int
    blank: bytes
    line: bytes | None
    cells: tuple[Cell, ...] = ()
    fault: str = ""

    @property
    def is_blank(self) -> bool:
        return self.line == b""


def _read_rows(stream: BinaryIO, header: Header, config: ReadConfig, start: int) -> Iterator[_Row]:
    lines = _Lines(read_stretches(stream, config.max_record, start, b"\r\n"))
    while (first := lines.take()) is not None:
        if not first.line:
            yield _Row(first.start, first.end, first.blank, first.line)
            continue
        cells = split_cells(first.line, header.delimiter)
        if cells is not None and len(cells) == len(header.names):
            yield _Row(first.start, first.end, first.blank, first.line, tuple(cells))
            continue
        if cells is None:
            row = _join_lines(first, lines, header, config.max_record)
            if row is not None:
                yield row
                continue
            # Stray quotes do no harm where the number of cells is right.
            cells = _split_plainly(first.line, header.delimiter)
            if len(cells) == len(header.names):
                yield _Row(first.start, first.end, first.blank, first.line, tuple(cells))
                continue
        fault = f"damaged row: {len(cells)} cells where the header has {len(header.names)}"
        yield _Row(first.start, first.end, first.blank, first.line, fault=fault)


def _join_lines(first: Stretch, lines: "_Lines", header: Header, limit: int) -> _Row | None:
    """Add lines to one that ends in an open quote until it closes; give them back if no row comes of it."""
    row = bytearray(first.line or b"")
    quotes = row.count(b'"')
    taken: list[Stretch] = []
    while quotes % 2 and len(row) <= limit and (line := lines.take()) is not None:
        taken.append(line)
        if line.line is None:
            break
        row += line.blank + line.line
        quotes += line.line.count(b'"')
    # Without the last quote, more lines might change what this row is.
    closed = taken and quotes % 2 == 0 and len(row) <= limit
    cells = split_cells(bytes(row), header.delimiter) if closed else None
    if cells is None or taken[-1].line is None or len(cells) != len(header.names):
        lines.give_back(taken)
        return None
    return _Row(first.start, taken[-1].end, first.blank, bytes(row), tuple(cells))


def _split_plainly(row: bytes, delimiter: bytes) -> list[Cell]:
    cells: list[Cell] = []
    position = 0
    for cell in row.rstrip(b"\r\n").split(delimiter):
        cells.append(Cell(position, position + len(cell), False))
        position += len(cell) + 1
    return cells


class _Lines:
    """Lines that can be given back."""

    def __init__(self, lines: Iterator[Stretch]) -> None:
        self._lines = lines
        self._returned: deque[Stretch] = deque()

    def take(self) -> Stretch | None:
        return self._returned.popleft() if self._returned else next(self._lines, None)

    def give_back(self, lines: list[Stretch]) -> None:
        self._returned.extendleft(reversed(lines))


def _make_record(row: _Row, header: Header, column: int, path: str, index: int, config: ReadConfig) -> Record:
    record = Record(f"{path}#{index}", path, index, "csv", row.line or b"", row.blank, fault=row.fault)
    if row.line is None:
        return replace(record, fault=describe_excess(row.end - row.start, config), span=(row.start, row.end))
    if row.is_blank:
        return replace(record, fault="no records: only blank lines follow the header")
    if not row.cells:
        return record
    values = {name: (row.line, cell) for name, cell in zip(header.names, row.cells, strict=True)}
    text = row.cells[column]
    return replace(
        record,
        prefix=row.blank + row.line[: text.start],
        payload=row.line[text.start : text.end],
        suffix=row.line[text.end :],
        metadata=_find_metadata(values),
    )


def _find_metadata(values: dict[str, tuple[bytes, Cell]]) -> Metadata:
    found: dict[str, str] = {}
    for target, names in METADATA_FIELDS.items():
        for name in names:
            line, cell = values.get(name, (b"", Cell(0, 0, False)))
            value = line[cell.start : cell.end]
            value = value.replace(b'""', b'"') if cell.quoted else value
            if value.strip():
                found[target] = value.decode("utf-8", "replace").strip()
                break
    return Metadata(**found)


def _reject_file(stream: BinaryIO, header: Header, path: str, config: ReadConfig) -> Record:
    """Give back a table without a text column as one faulty record."""
    rest, length = read_bounded(stream, max(config.max_record - len(header.raw), 0))
    tried = ", ".join(config.text_fields)
    fault = f"no text: none of the columns is called {tried}; name yours with --text-field"
    if header.raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        fault = "not UTF-8: a table in UTF-16 is not read; save it as UTF-8"
    if not header.raw:
        fault = "empty: holds no header"
    if len(rest) < length:
        return Record(path, path, 0, "csv", b"", fault=fault, span=(0, len(header.raw) + length))
    return Record(path, path, 0, "csv", header.raw + rest, fault=fault)
