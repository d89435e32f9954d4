r"""WARC and WET: web pages with their headers, and the texts that were made of them.

A record is an HTML or text response that succeeded, a resource of such a kind, or a conversion to text. Its payload is
the body without transfer and content encodings, its prefix the WARC headers. Requests, redirects, images and the like
are passed by; the file is stored whole. Records are numbered over all of the file, whatever their type.

Where a record's length is wrong or its gzip member damaged, reading goes on at the next record that can be found.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from corpus_clean.config import ReadConfig
from corpus_clean.readers.base import WHOLE, Part
from corpus_clean.readers.text import describe_excess
from corpus_clean.types import Media, Metadata, Record

EXTENSIONS = (".warc", ".wet")
KIND = "stored"

_CHUNK = 1 << 18
_LONGEST_HEADERS = 1 << 18
_NEXT = re.compile(rb"\r?\n\r?\n(?=WARC/[01]\.\d+\r?\n)")
_LONGEST_NEXT = 16
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d+)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_TYPE = re.compile(rb"^warc-type:[ \t]*([\w-]+)", re.IGNORECASE | re.MULTILINE)
_DAMAGED = b"x-damaged-member"
_BEGUN = b"X-Begun: 1"
_TELLING = {b"response", b"resource", b"conversion"}
_READABLE = re.compile(rb"^content-type:[ \t]*(?:text/html|text/plain|application/xhtml)", re.IGNORECASE | re.MULTILINE)
_PAGES = {"text/html", "application/xhtml+xml"}


@dataclass(frozen=True, slots=True)
class _Frame:
    """The bytes `start:end` of the stream, which are one record; `headers` end with their blank line.

    `data` is None where it is too long to be held; then `headers` go on with the first bytes behind them.
    """

    start: int
    end: int
    headers: bytes
    data: bytes | None
    fault: str = ""

    @property
    def kind(self) -> bytes:
        found = _TYPE.search(self.headers)
        return found[1].lower() if found else b""


def plan(stream: BinaryIO, config: ReadConfig, size: int) -> Iterator[Part]:
    """Cut between records."""
    start = end = first = 0
    for index, frame in enumerate(_cut_records(stream, config, 0)):
        if end - start >= size:
            yield Part(start, end, first)
            start, first = end, index
        end = frame.end
    yield Part(start, end, first)


def read(stream: BinaryIO, path: str, config: ReadConfig, part: Part = WHOLE) -> Iterator[Record]:
    r"""Yield the pages and texts of a file.

    Example:
        >>> text = b"Hujan turun."
        >>> head = b"WARC/1.0\r\nWARC-Type: conversion\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n\r\n"
        >>> [(record.id, record.payload) for record in read(io.BytesIO(head + text), "a.wet", ReadConfig())]
        [('a.wet#0', b'Hujan turun.')]
    """
    for index, frame in enumerate(_cut_records(stream, config, part.start), part.index):
        if 0 <= part.end <= frame.start:
            break
        record = _read_frame(frame, path, index, config)
        if record is not None:
            yield record


def _cut_records(stream: BinaryIO, config: ReadConfig, start: int) -> Iterator[_Frame]:
    scanner = _Scanner(stream, start)
    pending: _Frame | None = None
    while (frame := _cut_record(scanner, config.max_record)) is not None:
        if pending is not None and frame.kind == _DAMAGED and _BEGUN in frame.headers:
            # What could be read of a damaged member, and the mark of its damage, are one record. Even one that looks
            # whole is not to be trusted: the checksum comes last.
            frame = _Frame(pending.start, frame.end, frame.headers, pending.data)
        elif pending is not None:
            yield pending
        pending = frame
    if pending is not None:
        yield pending


def _cut_record(scanner: "_Scanner", limit: int) -> _Frame | None:
    scanner.skip(b"\r\n")
    start = scanner.position
    if not scanner.peek(1):
        return None
    headers = scanner.peek_headers()
    length = _LENGTH.search(headers)
    if length is None:
        return scanner.take_damaged(limit, "damaged record: it has no headers, or they give no length")
    count = len(headers) + int(length[1])
    if count > limit:
        opening = scanner.peek(min(count, _LONGEST_HEADERS))
        end = scanner.skip_to_next(count)
        return _Frame(start, end, opening, None, describe_excess(count, ReadConfig(max_record=limit)))
    data = scanner.peek(count)
    after = scanner.peek(count + _LONGEST_NEXT)[count:]
    if len(data) == count and (not after.strip(b"\r\n") or re.match(rb"[\r\n]+WARC/", after)):
        scanner.take(count)
        return _Frame(start, scanner.position, headers, data)
    return scanner.take_damaged(limit, "damaged record: its length is wrong, or it is cut short")


class _Scanner:
    """A stream with as much of it in view as is asked for."""

    def __init__(self, stream: BinaryIO, position: int) -> None:
        self._stream = stream
        self._view = bytearray()
        self.position = position

    def peek(self, count: int) -> bytes:
        while len(self._view) < count and (chunk := self._stream.read(max(_CHUNK, count - len(self._view)))):
            self._view += chunk
        return bytes(memoryview(self._view)[:count])

    def peek_headers(self) -> bytes:
        """Return the headers of the record that begins here, with the blank line behind them, or b""."""
        view = self.peek(1 << 12)
        found = re.search(rb"\r?\n\r?\n", view)
        if not found:
            view = self.peek(_LONGEST_HEADERS)
            found = re.search(rb"\r?\n\r?\n", view)
        return view[: found.end()] if found and view.startswith(b"WARC/") else b""

    def take(self, count: int) -> bytes:
        taken = bytes(memoryview(self._view)[:count])
        del self._view[:count]
        self.position += len(taken)
        return taken

    def skip(self, unwanted: bytes) -> None:
        while (view := self.peek(_CHUNK)) and view[0] in unwanted:
            self.take(len(view) - len(view.lstrip(unwanted)))

    def take_damaged(self, limit: int, fault: str) -> _Frame:
        """Take what lies before the next record."""
        start = self.position
        held = bytearray()
        length = 0
        while True:
            view = self.peek(_CHUNK)
            # The first bytes may themselves look like a record; then that is the one that is damaged.
            found = _NEXT.search(view, 0 if length else 1)
            last = len(view) < _CHUNK
            count = found.end() if found else len(view) if last else max(len(view) - _LONGEST_NEXT, 1)
            taken = self.take(count)
            length += count
            if length <= limit:
                held += taken
            if found or last:
                data = bytes(held) if length <= limit else None
                return _Frame(start, self.position, b"", data, fault)

    def skip_to_next(self, count: int) -> int:
        """Pass by a record of `count` bytes, or less if another one begins sooner; return where that was."""
        while count:
            view = self.peek(min(count + _LONGEST_NEXT, _CHUNK))
            found = _NEXT.search(view)
            if found and found.end() <= count:
                self.take(found.end())
                break
            step = min(count, max(len(view) - _LONGEST_NEXT, 1)) if len(view) > 1 else count
            if not self.take(step):
                break
            count -= step
        return self.position


def _read_frame(frame: _Frame, path: str, index: int, config: ReadConfig) -> Record | None:
    whole = Record(f"{path}#{index}", path, index, "warc", frame.data or b"", fault=frame.fault)
    telling = frame.kind in _TELLING
    if frame.kind == _DAMAGED:
        return replace(whole, fault="damaged member: a gzip member of the file is corrupt or cut short")
    if frame.data is None:
        told = not frame.headers or (telling and _READABLE.search(frame.headers))
        return replace(whole, span=(frame.start, frame.end)) if told else None
    if frame.fault or not telling:
        return whole if frame.fault else None
    try:
        return _read_page(whole, frame.headers, config)
    except (OSError, ValueError) as error:
        return replace(whole, fault=f"damaged record: {' '.join(str(error).split())}")


def _read_page(whole: Record, headers: bytes, config: ReadConfig) -> Record | None:
    """Return the page or text in a record, or None if there is none."""
    from fastwarc.warc import ArchiveIterator

    found = next(
        iter(ArchiveIterator(io.BytesIO(whole.payload), parse_http=True, auto_decode="all", stream_detect=False)), None
    )
    if found is None:
        raise ValueError("its headers cannot be read")
    media_type = (found.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
    charset = ""
    if found.http_headers is not None:
        if found.http_headers.status_code is None:
            raise ValueError("its HTTP headers cannot be read")
        if not 200 <= found.http_headers.status_code < 300:
            return None
        media_type, charset = (found.http_content_type or "").lower(), found.http_charset or ""
    if media_type not in {*_PAGES, "text/plain"}:
        return None
    body = found.reader.read(config.max_record + 1)
    if len(body) > config.max_record:
        return replace(whole, fault=describe_excess(len(body), config))
    media: Media = "page" if media_type in _PAGES else "text"
    metadata = Metadata(url=found.headers.get("WARC-Target-URI") or "")
    return replace(whole, payload=bytes(body), prefix=headers, metadata=metadata, media=media, charset=charset)
