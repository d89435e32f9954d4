"""From files to records, and from a record to its text. Nothing here needs Arrow: hooks start with it."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from corpus_clean.config import ReadConfig
from corpus_clean.errors import RejectedRecordError
from corpus_clean.readers.base import choose_reader, load_readers
from corpus_clean.repair.decode import decode
from corpus_clean.repair.extract import extract_text
from corpus_clean.storage.streams import DamagedStreamError, open_input, strip_compression
from corpus_clean.types import Record
from corpus_clean.writers.base import load_writer


def read_records(root: Path, path: str, config: ReadConfig) -> Iterator[Record]:
    """Yield the records of a file under `root` (or of `root`, if it is one file); damage comes as a faulty record."""
    file = root / path if root.is_dir() else root
    count = 0
    try:
        with open_input(file) as stream:
            for record in load_readers()[choose_reader(path)].read(stream, path, config):
                yield record
                count += 1
    except DamagedStreamError as error:
        yield Record(f"{path}#{count}" if count else path, path, count, "text", file.read_bytes(), fault=str(error))


def reads_streams(path: str) -> bool:
    """Tell whether a file of this name is read as it lies there, one byte after another, and not decompressed first.

    Example:
        >>> reads_streams("a.jsonl"), reads_streams("a.jsonl.gz")
        (True, False)
    """
    return strip_compression(path) == path


def read_bytes(data: bytes, path: str, config: ReadConfig) -> Iterator[Record]:
    """Yield the records of a file that `reads_streams`, from its bytes."""
    return load_readers()[choose_reader(path)].read(BytesIO(data), path, config)


def load_text(record: Record) -> str:
    """Return a record's text as it is: decoded, a page's main text taken out, nothing cleaned.

    Raises:
        RejectedRecordError: it has none.

    Example:
        >>> load_text(Record("a.txt", "a.txt", 0, "text", b"Air surut."))
        'Air surut.'
    """
    require_text(record)
    text = load_writer(record.format).unwrap(decode(record.payload, page=record.format == "html").text)
    require_unicode(text)
    return extract_text(text, record.id).text if record.format == "html" else text


def choose_form(record: Record, codec: str) -> bool:
    """Tell whether a record's text is written with only ASCII, as the original was where that can be seen."""
    literal = record.payload.decode("latin-1")
    # In a line that is not UTF-8, and beside \\u escapes, only ASCII is safe.
    return codec != "utf-8" or ("\\u" in literal and literal.isascii())


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
