"""Files as streams of their decompressed bytes, and back. The same bytes in always give the same file."""

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import zstandard

COMPRESSIONS = (".gz", ".zst")
_CHUNK = 1 << 18


class DamagedStreamError(OSError):
    """A compressed file that cannot be read to its end."""


def strip_compression(name: str) -> str:
    """Return a file name without `.gz` or `.zst`.

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
        DamagedStreamError: at the read that meets truncated or corrupt compressed data.
    """
    with path.open("rb") as raw:
        suffix = path.suffix.lower()
        try:
            if suffix == ".gz":
                yield cast("BinaryIO", gzip.GzipFile(fileobj=raw, mode="rb"))
            elif suffix == ".zst":
                yield cast("BinaryIO", io.BufferedReader(_ZstdFrames(raw), buffer_size=_CHUNK))
            else:
                yield raw
        except (EOFError, gzip.BadGzipFile, zlib.error, zstandard.ZstdError) as error:
            raise DamagedStreamError(f"damaged {suffix} data: {error}") from None


class _ZstdFrames(io.RawIOBase):
    """Decompressed zstd frames. Unlike `zstandard`'s own reader it reports a last frame that is cut short."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._frame: zstandard.ZstdDecompressionObj | None = None
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # io's own stub says Buffer
        while not self._ready:
            packed = self._frame.unused_data if self._frame is not None and self._frame.eof else b""
            if self._frame is not None and self._frame.eof:
                self._frame = None
            packed = packed or self._raw.read(_CHUNK)
            if not packed:
                if self._frame is not None:
                    raise zstandard.ZstdError("the last frame is cut short")
                return 0
            if self._frame is None:
                self._frame = zstandard.ZstdDecompressor(max_window_size=2**31).decompressobj()
            self._ready = self._frame.decompress(packed)
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count


@contextmanager
def open_output(path: Path) -> Iterator[BinaryIO]:
    """Create a file, compressing as its name says; no time stamp gets into it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as raw:
        suffix = path.suffix.lower()
        if suffix == ".gz":
            with gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=6, mtime=0) as packed:
                yield cast("BinaryIO", packed)
        elif suffix == ".zst":
            with zstandard.ZstdCompressor(level=6).stream_writer(raw, closefd=False) as stream:
                yield cast("BinaryIO", stream)
        else:
            yield raw
