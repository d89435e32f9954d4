r"""Lines and whole streams of bytes, read within a bound, so that no file is too large.

Lines end at `\n` alone (`str.splitlines` would cut at U+2028 inside a string).
"""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple, Protocol

BOM = b"\xef\xbb\xbf"
_CHUNK = 1 << 20
_RUN = 1 << 17  # bytes of lines that come together: they stay in the cache


class Lines(Protocol):
    """As much of a stream as reading lines takes."""

    def readline(self, limit: int, /) -> bytes: ...  # noqa: D102


def read_lines(stream: Lines, limit: int) -> Iterator[tuple[bytes, int]]:
    r"""Yield each line with its length; of a line longer than `limit` only the length, and no bytes.

    Example:
        >>> import io
        >>> list(read_lines(io.BytesIO(b"satu\ndua tiga\nempat"), 5))
        [(b'satu\n', 5), (b'', 9), (b'empat', 5)]
    """
    while line := stream.readline(limit + 1):
        if len(line) <= limit:
            yield line, len(line)
            continue
        length = len(line)
        while not line.endswith(b"\n") and (line := stream.readline(_CHUNK)):
            length += len(line)
        yield b"", length


def read_bounded(stream: BinaryIO, limit: int) -> tuple[bytes, int]:
    """Return what a stream holds and its length; where that is above `limit` only the length, and no bytes.

    Example:
        >>> import io
        >>> read_bounded(io.BytesIO(b"Hujan turun."), 5)
        (b'', 12)
    """
    chunks: list[bytes] = []
    length = 0
    while chunk := stream.read(_CHUNK):
        length += len(chunk)
        if length <= limit:
            chunks.append(chunk)
        else:
            chunks.clear()
    return b"".join(chunks), length


class Stretch(NamedTuple):  # a tuple is made in a quarter of the time that a frozen dataclass takes
    """A line with the blank lines before it: the bytes `start:end` of its stream.

    `line` is None where they are too many to be held, and empty for blank lines that nothing follows.
    """

    start: int
    end: int
    blank: bytes
    line: bytes | None


def read_stretches(stream: Lines, limit: int, start: int = 0, spacing: bytes = b" \t\r\n\v\f") -> Iterator[Stretch]:
    r"""Yield the lines of a stream, which begins at `start`.

    A line is blank that holds only bytes of `spacing`, or only a byte order mark at the start of a file.

    Example:
        >>> import io
        >>> [(stretch.blank, stretch.line) for stretch in read_stretches(io.BytesIO(b"\nsatu\n\n"), 100)]
        [(b'\n', b'satu\n'), (b'\n', b'')]
    """
    blank = bytearray()
    begin = position = start
    for line, length in read_lines(stream, limit):
        position += length
        is_blank = bool(line) and (not line.strip(spacing) or (begin == 0 and line.strip() == BOM))
        if is_blank and len(blank) + length <= limit:
            blank += line
            continue
        held = line and not is_blank
        yield Stretch(begin, position, bytes(blank) if held else b"", line if held else None)
        if blank:
            blank.clear()
        begin = position
    if blank:
        yield Stretch(begin, position, bytes(blank), b"")


class Run(NamedTuple):
    """Lines that follow each other, and where the first of them begins in its stream."""

    start: int
    lines: list[bytes]


def read_runs(stream: BinaryIO, limit: int, begin: bytes, start: int = 0) -> Iterator[Run | Stretch]:
    r"""Yield the lines of a stream, some at a time while all of them begin with the byte `begin`.

    From where one does not, or is longer than `limit`, they come as `read_stretches` gives them.

    Example:
        >>> import io
        >>> [run] = read_runs(io.BytesIO(b"{1}\n{22}"), 100, b"{")
        >>> run.lines
        [b'{1}\n', b'{22}']
        >>> [found[-1] for found in read_runs(io.BytesIO(b"{1}\n\n{22}"), 100, b"{")]
        [[b'{1}\n'], b'{22}']
    """
    lines: list[bytes] = []
    size = 0
    while line := stream.readline(limit + 1):
        if line[:1] != begin or len(line) > limit:
            break
        lines.append(line)
        size += len(line)
        if size >= _RUN:
            yield Run(start, lines)
            start += size
            lines, size = [], 0
    if lines:
        yield Run(start, lines)
    if line:
        yield from read_stretches(_Joined(line, stream), limit, start + size)


class _Joined:
    """A line, or the beginning of one, and then those of a stream."""

    def __init__(self, line: bytes, rest: BinaryIO) -> None:
        self._line = line
        self._rest = rest

    def readline(self, limit: int, /) -> bytes:
        line, self._line = self._line, b""
        return line or self._rest.readline(limit)
