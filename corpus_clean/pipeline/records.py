"""From files to records, and from a record to its text. Nothing here needs Arrow: hooks start with it."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from corpus_clean.config import ReadConfig
from corpus_clean.errors import RejectedRecordError
from corpus_clean.pipeline.survey import plan_file
from corpus_clean.readers.base import WHOLE, Part, PlainTexts, Reader, choose_reader, load_readers
from corpus_clean.readers.listing import locate
from corpus_clean.repair.decode import decode
from corpus_clean.storage.streams import StrPath, open_input, skip_bytes, slice_stream
from corpus_clean.types import Record
from corpus_clean.writers.base import load_writer


def read_part(file: StrPath, row: Mapping[str, Any], config: ReadConfig) -> Iterator[Record]:
    """Yield the records of a row of `PARTS`; a damaged file is one faulty record without bytes."""
    if row["fault"]:
        yield Record(row["path"], row["path"], -1, row["format"], b"", fault=row["fault"])
        return
    yield from open_records(file, row["path"], config, _describe_part(row))


def read_texts(file: StrPath, row: Mapping[str, Any], config: ReadConfig) -> Iterator[Record | PlainTexts]:
    """Yield what `read_part` does, but of plain records only the text, where the reader has a way to do that."""
    reader = load_readers()[choose_reader(row["path"])]
    if row["fault"] or not hasattr(reader, "read_texts"):
        yield from read_part(file, row, config)
        return
    part = _describe_part(row)
    with _open_part(file, reader, part) as stream:
        yield from reader.read_texts(stream, row["path"], config, part)


def open_records(file: StrPath, path: str, config: ReadConfig, part: Part) -> Iterator[Record]:
    """Yield the records of a part of a file."""
    reader = load_readers()[choose_reader(path)]
    with _open_part(file, reader, part) as stream:
        yield from reader.read(stream, path, config, part)


def read_some(file: StrPath, path: str, config: ReadConfig, numbers: Collection[int]) -> Iterator[Record]:
    """Yield the records of these numbers (from 0) in a file; where the reader can, it passes over the others."""
    reader = load_readers()[choose_reader(path)]
    with _open_part(file, reader, WHOLE) as stream:
        if hasattr(reader, "read_some"):
            yield from reader.read_some(stream, path, config, numbers)
            return
        for number, record in enumerate(reader.read(stream, path, config)):
            if number in numbers:
                yield record


def _describe_part(row: Mapping[str, Any]) -> Part:
    return Part(row["start"], row["end"], row["index"], row["head"])


def _open_part(file: StrPath, reader: Reader, part: Part) -> AbstractContextManager[BinaryIO]:
    if reader.KIND == "columns":
        return Path(file).open("rb")
    whole = open_input(file, lenient=reader.KIND == "stored")
    # Where a damaged record ends, only the next one shows.
    end = -1 if reader.KIND == "stored" else part.end
    return whole if not part.start and end < 0 else _cut(whole, part.start, end)


@contextmanager
def _cut(whole: AbstractContextManager[BinaryIO], start: int, end: int) -> Iterator[BinaryIO]:
    with whole as stream:
        skip_bytes(stream, start)
        yield stream if end < 0 else slice_stream(stream, end - start)


def read_records(root: Path, path: str, config: ReadConfig) -> Iterator[Record]:
    """Yield the records of a file under `root` (or of `root`, if it is one file); damage comes as a faulty record."""
    file = locate(root, path)
    for row in plan_file(file, path, config):
        yield from read_part(file, row, config)


def load_text(record: Record) -> str:
    """Return a record's text as it is: decoded, a page's main text taken out, nothing cleaned.

    Raises:
        RejectedRecordError: it has none.

    Example:
        >>> load_text(Record("a.txt", "a.txt", 0, "text", b"Air surut."))
        'Air surut.'
    """
    require_text(record)
    text, _ = decode_record(record)
    if record.media != "page":
        return text
    from corpus_clean.repair.extract import extract_text

    return extract_text(text, record.id).text


def decode_record(record: Record) -> tuple[str, str]:
    """Return the text that a record's payload stands for, and the charset it was in.

    Raises:
        RejectedRecordError: it is in none that is known, or the text cannot be written again.
    """
    decoded = decode(record.payload, page=record.media == "page", charset=record.charset)
    writer = load_writer(record.format)
    try:
        text = writer.unwrap(decoded.text, writer.choose_form(record, decoded.codec))
    except ValueError as error:  # a guessed charset may put there what its container does not allow
        raise RejectedRecordError("decode", "undecodable", f"as {decoded.codec} it is not valid: {error}") from None
    require_unicode(text)
    return text, decoded.codec


def require_text(record: Record) -> None:
    """Reject a record that its reader could not make sense of, or that is empty."""
    if record.fault:
        reason = record.fault.partition(":")[0]
        raise RejectedRecordError("read", reason, record.fault)
    if not record.payload.strip():
        raise RejectedRecordError("read", "empty", "holds no text at all")


def require_unicode(text: str) -> None:
    """Reject a text that no UTF-8 file can hold."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        detail = f"half of a surrogate pair at character {error.start}; no UTF-8 file can hold it"
        raise RejectedRecordError("decode", "lone surrogate", detail) from None
