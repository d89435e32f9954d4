"""Files as streams of their decompressed bytes, and back. The same bytes in always give the same file."""

import bz2
import gzip
import importlib
import io
import lzma
import os
import stat
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO, Protocol, cast

from corpus_clean.errors import CorpusCleanError

COMPRESSIONS = (".gz", ".zst", ".bz2", ".xz")
_CHUNK = 1 << 18
_SMALL = 1 << 16
"""A plain file of so many bytes is read at once."""

StrPath = str | os.PathLike[str]


class DamagedStreamError(OSError):
    """A compressed file that cannot be read to its end."""


def strip_compression(name: str) -> str:
    """Return a file name without `.gz`, `.zst`, `.bz2` or `.xz`.

    Example:
        >>> strip_compression("berita.jsonl.zst")
        'berita.jsonl'
    """
    for suffix in COMPRESSIONS:
        if name.lower().endswith(suffix):
            return name[: -len(suffix)]
    return name


def is_packed(path: StrPath) -> bool:
    """Tell whether a file's name says that it is compressed.

    Example:
        >>> is_packed("berita.jsonl.ZST"), is_packed(Path("berita.jsonl"))
        (True, False)
    """
    return name_compression(path) in COMPRESSIONS


def name_compression(path: StrPath) -> str:
    """Return the end of a file's name, which names its compression if it is one of `COMPRESSIONS`.

    Example:
        >>> name_compression("arsip/berita.jsonl.ZST")
        '.zst'
    """
    name = os.fspath(path)
    dot = name.rfind(".")
    return name[dot:].lower() if dot > name.rfind("/") + 1 else ""


def read_small(path: StrPath) -> bytes | None:
    """Return what is in a file, with as few calls of the system as that takes; None if it is large, or no file."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        status = os.fstat(descriptor)
        if status.st_size > _SMALL or not stat.S_ISREG(status.st_mode):
            return None
        data = os.read(descriptor, status.st_size + 1)
        return data if len(data) == status.st_size else None
    finally:
        os.close(descriptor)


def open_input(path: StrPath, *, lenient: bool = False) -> AbstractContextManager[BinaryIO]:
    """Open a file for reading its decompressed bytes.

    Args:
        path: the file; its suffix names the compression.
        lenient: after damage in a `.gz`, go on with the next member that begins with a WARC record; `DAMAGE` stands in
            the place of what was lost.

    Raises:
        DamagedStreamError: at the read that meets truncated or corrupt compressed data, or garbage after it.
    """
    suffix = name_compression(path)
    if suffix in COMPRESSIONS:
        return _open_packed(path, suffix, lenient)
    small = read_small(path)
    return Path(path).open("rb") if small is None else io.BytesIO(small)


@contextmanager
def _open_packed(path: StrPath, suffix: str, lenient: bool) -> Iterator[BinaryIO]:
    with Path(path).open("rb") as raw:
        frames = _Members(raw) if lenient and suffix == ".gz" else _Frames(raw, suffix)
        yield cast("BinaryIO", io.BufferedReader(frames, buffer_size=_CHUNK))


class _Decompressor(Protocol):
    """What the decompressors of one frame have in common (gzip says "member", xz "stream")."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _GzipMember:
    """zlib's decompressor with the interface of the others; it checks the checksum and length at the end."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._inflate.eof

    @property
    def unused_data(self) -> bytes:
        return self._inflate.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        out = self._inflate.decompress(self._inflate.unconsumed_tail + data, max_length)
        self.needs_input = len(out) < max_length
        return out


def _zstd() -> ModuleType:
    try:
        return importlib.import_module("compression.zstd")
    except ImportError:  # before Python 3.14
        return importlib.import_module("backports.zstd")


def _open_zstd() -> _Decompressor:
    # Archives made with `--long=31` ask for a window of 2 GB; the library's own bound is 128 MB.
    options = {_zstd().DecompressionParameter.window_log_max: 31}
    return cast("_Decompressor", _zstd().ZstdDecompressor(options=options))


_DECOMPRESSORS: Mapping[str, Callable[[], _Decompressor]] = {
    ".gz": _GzipMember,
    ".zst": _open_zstd,
    ".bz2": bz2.BZ2Decompressor,
    ".xz": lzma.LZMADecompressor,
}


class _Frames(io.RawIOBase):
    """Decompressed frames, one after another.

    Unlike the libraries' own readers it reports a last frame that is cut short and garbage after it, and it never
    holds more than a chunk of output, however far the input expands.
    """

    def __init__(self, raw: BinaryIO, suffix: str) -> None:
        self._raw = raw
        self._suffix = suffix
        self._errors: tuple[type[Exception], ...] = (EOFError, OSError, lzma.LZMAError, zlib.error)
        if suffix == ".zst":
            self._errors = (_zstd().ZstdError,)
        self._frame: _Decompressor | None = None
        self._packed = b""
        self._ready = b""
        self._at = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # io's own stub says Buffer
        while self._at == len(self._ready):
            if not self._advance():
                return 0
        count = min(len(buffer), len(self._ready) - self._at)
        buffer[:count] = self._ready[self._at : self._at + count]
        self._at += count
        return count

    def _advance(self) -> bool:
        """Decompress the next chunk; its bounds depend on the file alone, not on how it is read."""
        if self._frame is not None and self._frame.eof:
            self._packed, self._frame = self._frame.unused_data, None
        if self._frame is None:
            while not (packed := self._packed.lstrip(b"\0") if self._suffix in {".gz", ".xz"} else self._packed):
                self._packed = self._raw.read(_CHUNK)
                if not self._packed:
                    return False
            self._packed, self._frame = packed, _DECOMPRESSORS[self._suffix]()
        elif self._frame.needs_input and not self._packed:
            self._packed = self._raw.read(_CHUNK)
            if not self._packed:
                raise DamagedStreamError(f"damaged {self._suffix} data: it is cut short")
        packed, self._packed = self._packed, b""
        try:
            self._ready, self._at = self._frame.decompress(packed, _CHUNK), 0
        except self._errors as error:
            raise DamagedStreamError(f"damaged {self._suffix} data: {error}") from None
        return True


DAMAGE = b"\r\n\r\nWARC/1.1\r\nWARC-Type: x-damaged-member\r\nX-Begun: %d\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
"""What a lenient stream holds in the place of a damaged gzip member, or behind the part of it that could be read."""

_MAGIC = b"\x1f\x8b\x08"


class _Members(_Frames):
    """Gzip members, each a WARC record. Where one is damaged, reading goes on with the next."""

    def __init__(self, raw: BinaryIO) -> None:
        super().__init__(raw, ".gz")
        self._start = 0
        self._begun = False

    def _advance(self) -> bool:
        if self._frame is None or self._frame.eof:
            unread = self._packed if self._frame is None else self._frame.unused_data
            self._start = self._raw.tell() - len(unread)
            self._begun = False
        try:
            more = super()._advance()
            self._begun = self._begun or bool(self._ready)
            return more
        except DamagedStreamError:
            self._raw.seek(self._find_member(self._start + 1))
            self._packed, self._frame = b"", None
            self._ready, self._at = DAMAGE % self._begun, 0
            return True

    def _find_member(self, position: int) -> int:
        """Return where the next member begins, or the end of the file."""
        self._raw.seek(position)
        window = b""
        while chunk := self._raw.read(_CHUNK):
            window, base = window + chunk, position - len(window)
            at = window.find(_MAGIC)
            while at >= 0:
                if self._begins_record(base + at):
                    return base + at
                at = window.find(_MAGIC, at + 1)
            position += len(chunk)
            window = window[-len(_MAGIC) + 1 :]
        return position

    def _begins_record(self, position: int) -> bool:
        here = self._raw.tell()
        self._raw.seek(position)
        try:
            return _GzipMember().decompress(self._raw.read(1 << 12), 5) == b"WARC/"
        except zlib.error:
            return False
        finally:
            self._raw.seek(here)


def skip_bytes(stream: BinaryIO, count: int) -> None:
    """Move a stream forward, by seeking where it can."""
    if stream.seekable():
        stream.seek(count, io.SEEK_CUR)
        return
    while count and (read := stream.read(min(count, 1 << 20))):
        count -= len(read)


class _Slice(io.RawIOBase):
    """The next `length` bytes of a stream, as a stream."""

    def __init__(self, stream: BinaryIO, length: int) -> None:
        self._stream = stream
        self._left = length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # io's own stub says Buffer
        data = self._stream.read(min(len(buffer), self._left))
        self._left -= len(data)
        buffer[: len(data)] = data
        return len(data)


def slice_stream(stream: BinaryIO, length: int) -> BinaryIO:
    """Return the next bytes of a stream as a buffered stream.

    Example:
        >>> slice_stream(io.BytesIO(b"Hujan turun."), 5).read()
        b'Hujan'
    """
    return cast("BinaryIO", io.BufferedReader(_Slice(stream, length), buffer_size=_CHUNK))


def open_output(path: StrPath, *, members: bool = False) -> AbstractContextManager[BinaryIO]:
    """Create a file, compressing as its name says; no time stamp gets into it.

    Args:
        path: the file, which must not exist.
        members: in a `.gz`, each write becomes a member of its own.

    Raises:
        CorpusCleanError: the file system took fewer bytes than it said.
    """
    suffix = name_compression(path)
    return _open_packed_output(path, suffix, members) if suffix in COMPRESSIONS else open_plain_output(path)


@contextmanager
def _open_packed_output(path: StrPath, suffix: str, members: bool) -> Iterator[BinaryIO]:
    with open_plain_output(path) as raw:
        if suffix == ".gz" and members:
            yield cast("BinaryIO", _MemberWriter(raw))
        else:
            with _compress(raw, suffix) as packed:
                yield packed


@contextmanager
def open_plain_output(path: StrPath) -> Iterator[BinaryIO]:
    """Create a file as it is.

    Raises:
        CorpusCleanError: the file system took fewer bytes than it said.
    """
    try:
        counted = _CountedFile(path, "x")
    except FileNotFoundError:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        counted = _CountedFile(path, "x")
    with io.BufferedWriter(counted, _CHUNK) as raw:
        yield raw
        raw.flush()
        arrived = os.fstat(counted.fileno()).st_size
    if arrived != counted.count:
        raise CorpusCleanError(f"{path}: {counted.count} bytes were written and fewer arrived; check the disk")


class _CountedFile(io.FileIO):
    """A file that remembers how many bytes it was said to have taken; its position only tells how many it has."""

    count = 0

    def write(self, data: Any) -> int:
        written = super().write(data)
        self.count += written
        return written


def write_file(path: StrPath, data: bytes) -> None:
    """Create a file of these bytes, all of them.

    Raises:
        CorpusCleanError: the file system took fewer bytes than it said.
    """
    with open_plain_output(path) as stream:
        stream.write(data)


class _MemberWriter(io.RawIOBase):
    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._raw.write(gzip.compress(data, 6, mtime=0))
        return len(data)


def _compress(raw: BinaryIO, suffix: str) -> BinaryIO:
    if suffix == ".gz":
        return cast("BinaryIO", gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=6, mtime=0))
    if suffix == ".bz2":
        return cast("BinaryIO", bz2.BZ2File(raw, "wb"))
    if suffix == ".xz":
        return cast("BinaryIO", lzma.LZMAFile(raw, "wb"))
    parameters = _zstd().CompressionParameter
    options = {parameters.compression_level: 6, parameters.checksum_flag: 1}
    return cast("BinaryIO", _zstd().ZstdFile(raw, "wb", options=options))
