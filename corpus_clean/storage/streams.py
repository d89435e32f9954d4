"""Files as streams of their decompressed bytes, and back. The same bytes in always give the same file."""

import bz2
import gzip
import importlib
import io
import lzma
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import BinaryIO, Protocol, cast

from corpus_clean.errors import CorpusCleanError

COMPRESSIONS = (".gz", ".zst", ".bz2", ".xz")
_CHUNK = 1 << 18


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


@contextmanager
def open_input(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading its decompressed bytes.

    Raises:
        DamagedStreamError: at the read that meets truncated or corrupt compressed data, or garbage after it.
    """
    with path.open("rb") as raw:
        suffix = path.suffix.lower()
        if suffix in COMPRESSIONS:
            yield cast("BinaryIO", io.BufferedReader(_Frames(raw, suffix), buffer_size=_CHUNK))
        else:
            yield raw


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


@contextmanager
def open_output(path: Path) -> Iterator[BinaryIO]:
    """Create a file, compressing as its name says; no time stamp gets into it.

    Raises:
        CorpusCleanError: the file system took fewer bytes than it said.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as raw:
        suffix = path.suffix.lower()
        if suffix in COMPRESSIONS:
            with _compress(raw, suffix) as packed:
                yield packed
        else:
            yield raw
        raw.flush()
        expected = raw.tell()
    if path.stat().st_size != expected:
        raise CorpusCleanError(f"{path}: {expected} bytes were written and fewer arrived; check the disk")


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
