"""What holds for a reader whatever the bytes: records come out or a named error, and nothing is lost on the way."""

import io
import tempfile
from collections.abc import Callable
from pathlib import Path

from corpus_clean.config import ReadConfig
from corpus_clean.errors import RejectedRecordError
from corpus_clean.pipeline.clean import decode_record
from corpus_clean.readers.base import WHOLE, load_readers
from corpus_clean.storage.streams import COMPRESSIONS, DamagedStreamError, open_input
from corpus_clean.types import Record
from corpus_clean.writers.base import load_writer

CONFIG = ReadConfig(max_record=4096)
SEEDS = {
    "text": [b"Hujan turun.\n", "Ã©".encode(), b"\xff\xfeH\0"],
    "html": [b"<html><body><p>Hujan turun.</p></body></html>", b"<div>" * 300, b"<!DOCTYPE x [<!ENTITY a 'b'>]>&a;"],
    "jsonl": [
        b'{"text": "Hujan \\u00e9 \\ud83d\\ude42", "n": 1e400}\n\n{"text": "dua"}',
        b'{"text": [',
        b"\xef\xbb\xbf{}",
    ],
    "csv": [b'id,text\r\n1,"a ""b"",\nc"\r\n2,d\n', b"text\tn\nx\t1\n", b'text;n\n"x\n'],
    "warc": [
        b"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: 58\r\n\r\n"
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Hujan</p>  \r\n\r\n",
        b"WARC/1.0\r\nWARC-Type: conversion\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nHujan\r\n\r\n",
    ],
}
"""What fuzzing of each reader starts from."""


def load_modules() -> None:
    """Import every reader and writer, which otherwise happens at first use."""
    for name in load_readers():
        load_writer(name)


def check_reader(name: str, data: bytes) -> None:
    """Read bytes as a file of a format and check what holds for all of them.

    Raises:
        AssertionError: it does not hold.
    """
    reader = load_readers()[name]
    path = f"a{reader.EXTENSIONS[0]}"
    records = list(reader.read(io.BytesIO(data), path, CONFIG))
    parts = list(reader.plan(io.BytesIO(data), CONFIG, 16))
    again: list[Record] = []
    for part in parts:
        end = len(data) if part.end < 0 or reader.KIND == "stored" else part.end
        if part.start < end or part == WHOLE:
            again += reader.read(io.BytesIO(data[part.start : end]), path, CONFIG, part)
    _require(again == records, "the parts give other records")
    if reader.KIND == "spliced":
        spliced = parts[0].head + b"".join(_get_bytes(record, data) for record in records)
        _require(spliced == data, "the records are not the file")
    for record in records:
        if not record.fault:
            _check_writer(record)


def _get_bytes(record: Record, data: bytes) -> bytes:
    if record.span:
        return data[slice(*record.span)]
    return record.prefix + record.payload + record.suffix


def _check_writer(record: Record) -> None:
    writer = load_writer(record.format)
    try:
        text, codec = decode_record(record)
    except RejectedRecordError:
        return
    form = writer.choose_form(record, codec)
    charset = writer.choose_codec(codec)
    same = writer.unwrap(writer.wrap(text, form).encode(charset).decode(charset), form) == text
    _require(same or form.startswith("bare"), "a text is written otherwise")


def check_stream(suffix: str, data: bytes) -> None:
    """Decompress bytes: they come out, or the damage is named.

    Raises:
        AssertionError: something else happens.
    """
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(data)
        file.flush()
        for lenient in (False, True):
            try:
                with open_input(Path(file.name), lenient=lenient) as stream:
                    while stream.read(1 << 16):
                        pass
            except DamagedStreamError:
                pass


def check_parquet(data: bytes) -> None:
    """Read bytes as a Parquet file: rows come out, or the damage is named."""
    reader = load_readers()["parquet"]
    try:
        list(reader.plan(io.BytesIO(data), CONFIG, 16))
        list(reader.read(io.BytesIO(data), "a.parquet", CONFIG))
    except DamagedStreamError:
        pass


def make_parquet() -> bytes:
    """Return a small file to start from."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = io.BytesIO()
    table = pa.table({"text": ["Hujan turun.", None, "Pulang."], "x": [[1], None, []]})
    pq.write_table(table, sink, row_group_size=2, write_page_checksum=True)
    return sink.getvalue()


def find_check(target: str) -> tuple[Callable[[bytes], None], list[bytes]]:
    """Return what is checked of a target, and what to start from."""
    if target == "parquet":
        return check_parquet, [make_parquet()]
    if target in COMPRESSIONS:
        from scripts.faults.invariant import PACKINGS

        return lambda data: check_stream(target, data), [PACKINGS[target](b"Hujan turun.\n" * 9)]
    return lambda data: check_reader(target, data), SEEDS[target]


def _require(holds: bool, words: str) -> None:
    if not holds:
        raise AssertionError(words)


TARGETS = (*SEEDS, "parquet", *COMPRESSIONS)
