"""One file, read once: its fingerprints, what is wrong with it, and the parts in which it will be read again.

Nothing here needs Arrow: hooks start with it.
"""

import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, cast

from corpus_clean.config import ReadConfig
from corpus_clean.readers.base import ColumnsReader, Part, Reader, choose_reader, load_readers
from corpus_clean.storage.fingerprint import hash_bytes, hash_file
from corpus_clean.storage.streams import (
    DamagedStreamError,
    StrPath,
    is_packed,
    name_compression,
    open_input,
    read_small,
)

# A task holds about this much input: small enough to share out and to report progress, large enough to pay for itself.
TASK_BYTES = 4 << 20
TASK_FILES = 128
# To read a part of a compressed file, everything before it is decompressed too, so there are only so many.
_PARTS_OF_PACKED = {".gz": 16, ".zst": 16, ".bz2": 4, ".xz": 4}
_ALWAYS_EXPANDED = 64 << 20


def plan_file(
    file: StrPath, path: str, config: ReadConfig, size: int = TASK_BYTES, *, fault: str = ""
) -> list[dict[str, Any]]:
    """Return the rows of `PARTS` for one file: a row a part, and one more if it is damaged.

    A damaged file is read as far as that goes; it will be stored whole. A file with a `fault` is not read at all.
    """
    key = choose_reader(path)
    reader = load_readers()[key]
    facts: dict[str, Any] = {"path": path, "format": key}
    plain = reader.KIND != "columns" and not is_packed(file)
    data = read_small(file) if plain and not fault else None
    facts["bytes"] = Path(file).stat().st_size if data is None else len(data)
    parts: Sequence[Part] = ()
    content = ""
    if data is not None:
        parts, content = list(reader.plan(io.BytesIO(data), config, size)), hash_bytes(data)
    elif not fault:
        plan = _plan_columns if reader.KIND == "columns" else _plan_stream
        parts, content, fault = plan(reader, file, facts, config, size)
    # The content of a file that is not packed is the file, and was hashed as it was read.
    facts |= {"sha256": content if plain and content else hash_file(file)}
    facts |= {"content": content, "stored": bool(fault) or reader.KIND == "stored"}
    rows = [
        facts
        | {"start": part.start, "end": part.end, "index": part.index, "head": part.head, "fault": ""}
        | {"size": part.end - part.start if part.end >= 0 else facts["bytes"]}
        for part in parts
    ]
    if fault:
        rows.append(facts | {"start": 0, "end": 0, "index": 0, "head": b"", "fault": fault, "size": 0})
    return rows


_Plan = tuple[Sequence[Part], str, str]


def _plan_stream(reader: Reader, file: StrPath, facts: dict[str, Any], config: ReadConfig, size: int) -> _Plan:
    with open_input(file, lenient=reader.KIND == "stored") as stream:
        meter = _Meter(stream, max(_ALWAYS_EXPANDED, facts["bytes"] * config.max_expansion))
        measured = cast("BinaryIO", io.BufferedReader(meter, buffer_size=1 << 18))
        parts = list(reader.plan(measured, config, size))
        while measured.read(1 << 20):
            pass
    if meter.fault:  # what is read whole or not at all is not read
        return [part for part in parts if part.end > 0], meter.digest(), meter.fault
    most = _PARTS_OF_PACKED.get(name_compression(file), len(parts))
    return _join_parts(parts, most), meter.digest(), ""


def _plan_columns(reader: Reader, file: StrPath, facts: dict[str, Any], config: ReadConfig, size: int) -> _Plan:
    try:
        with Path(file).open("rb") as stream:
            return list(reader.plan(stream, config, size)), cast("ColumnsReader", reader).digest(Path(file)), ""
    except DamagedStreamError as error:
        return [], "", str(error)


def _join_parts(parts: Sequence[Part], most: int) -> list[Part]:
    """Join neighbours until there are at most so many."""
    step = -(-len(parts) // most)
    groups = (parts[i : i + step] for i in range(0, len(parts), step))
    return [Part(group[0].start, group[-1].end, group[0].index, group[0].head) for group in groups]


class _Meter(io.RawIOBase):
    """A stream that is hashed as it is read, and that ends where its file is damaged or expands too far."""

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        self._stream = stream
        self._limit = limit
        self._hash = hashlib.sha256()
        self._count = 0
        self.fault = ""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # io's own stub says Buffer
        if self.fault:
            return 0
        try:
            count: int = self._stream.readinto1(buffer)  # type: ignore[attr-defined]  # both kinds are BufferedReaders
        except DamagedStreamError as error:
            self.fault = str(error)
            return 0
        if self._count + count > self._limit:
            self.fault = f"expands too far: stopped at {self._count:,} bytes; raise read.max_expansion if it is no bomb"
            return 0
        self._hash.update(buffer[:count])
        self._count += count
        return count

    def digest(self) -> str:
        return self._hash.hexdigest()
