"""Texts kept beside a stage, each at a place that a row can refer to.

Parquet reads columns, not rows: to compare a few pairs of texts it would decode all of them, and a join would carry
them along twice. So the local engine writes columns marked `ASIDE` to a plain file and puts references in their place;
whatever SQL does to rows moves references only, and a kernel that reads them gets the texts.
"""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa

from corpus_clean.engines.base import ASIDE

HEAPS = "heaps"
"""The folder within a run's scratch folder."""
REFERENCE = pa.struct([("heap", pa.int64()), ("start", pa.int64()), ("size", pa.int64())])


class HeapWriter:
    """Appends the columns that are kept to heap `number` of a folder and puts references in their place."""

    def __init__(self, folder: Path, number: int, schema: pa.Schema) -> None:
        self._path = folder / str(number)
        self._number = number
        self._kept = [place for place, field in enumerate(schema) if field.metadata == ASIDE]
        self._end = 0
        self._file: BinaryIO | None = None
        fields = [pa.field(field.name, REFERENCE) if field.metadata == ASIDE else field for field in schema]
        self.schema = pa.schema(fields)

    def put(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the batch with references for texts."""
        if not self._kept:
            return batch
        columns = list(batch.columns)
        for place in self._kept:
            columns[place] = self._append(columns[place])
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)

    def _append(self, array: pa.Array) -> pa.StructArray:
        if self._file is None:
            self._path.parent.mkdir(exist_ok=True)
            self._file = self._path.open("wb")
        _, bounds, data = array.buffers()
        offsets = (
            np.frombuffer(bounds, np.int64)[array.offset : array.offset + len(array) + 1] if bounds else np.zeros(1)
        )
        offsets = offsets.astype(np.int64, copy=False)
        if data is not None:
            self._file.write(memoryview(data)[offsets[0] : offsets[-1]])
        starts = offsets[:-1] - offsets[0] + self._end
        self._end += int(offsets[-1] - offsets[0])
        numbers = np.full(len(array), self._number, np.int64)
        columns = [pa.array(numbers), pa.array(starts), pa.array(np.diff(offsets))]
        return pa.StructArray.from_arrays(columns, fields=list(REFERENCE))

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()


class HeapReader:
    """Gives the texts that references stand for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[int, int] = {}

    def fetch(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the batch with texts for references."""
        places = [place for place, field in enumerate(batch.schema) if field.type == REFERENCE]
        if not places:
            return batch
        columns = list(batch.columns)
        for place in places:
            columns[place] = self._read(columns[place])
        return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)

    def _read(self, references: pa.StructArray) -> pa.Array:
        heaps, starts, sizes = (column.to_numpy() for column in references.flatten())
        texts: list[bytes] = []
        last, text = (-1, -1, -1), b""
        for place in zip(heaps.tolist(), starts.tolist(), sizes.tolist(), strict=True):
            if place != last:
                last, text = place, os.pread(self._open(place[0]), place[2], place[1]) if place[2] else b""
            texts.append(text)
        return join_binary(texts)

    def _open(self, number: int) -> int:
        if number not in self._files:
            if len(self._files) >= _OPEN_AT_ONCE:
                self.close()
            self._files[number] = os.open(self._folder / str(number), os.O_RDONLY)
        return self._files[number]

    def close(self) -> None:
        """Close the files."""
        for file in self._files.values():
            os.close(file)
        self._files = {}


_OPEN_AT_ONCE = 128


def join_binary(values: list[bytes]) -> pa.LargeBinaryArray:
    """Return byte strings as one array, copied once.

    Example:
        >>> join_binary([b"a", b"", b"bc"]).to_pylist()
        [b'a', b'', b'bc']
    """
    offsets = np.fromiter(itertools.accumulate(map(len, values), initial=0), np.int64, len(values) + 1)
    return pa.Array.from_buffers(
        pa.large_binary(), len(values), [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(values))]
    )


@contextmanager
def open_heaps(folder: Path) -> Iterator[HeapReader]:
    """Give a reader of the heaps in a folder."""
    reader = HeapReader(folder)
    try:
        yield reader
    finally:
        reader.close()
