"""Texts kept beside a stage, each at a place that a row can refer to.

Parquet reads columns, not rows: to compare a few pairs of texts it would decode all of them, and a join would carry
them along twice. So the local engine writes columns marked `ASIDE` to a plain file and puts references in their place;
whatever SQL does to rows moves references only, and a kernel that reads them gets the texts.
"""

import itertools
import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus_clean.engines.base import ASIDE
from corpus_clean.storage.arrow import wrap_numbers

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
        columns = [wrap_numbers(column) for column in (numbers, starts, np.diff(offsets))]
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
        """Return the batch with texts for references, each of them once: columns of both sides share a dictionary."""
        names = [field.name for field in batch.schema if field.type == REFERENCE]
        if not names:
            return batch
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        for _, alike in itertools.groupby(sorted(names, key=_part_name), key=_part_name):
            own = list(alike)
            columns |= zip(own, self._read([columns[name] for name in own]), strict=True)
        return pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))

    def _read(self, columns: list[pa.StructArray]) -> list[pa.DictionaryArray]:
        heaps, starts, sizes = (
            np.concatenate([column.field(place).to_numpy() for column in columns]) for place in range(3)
        )
        order = np.lexsort((sizes, starts, heaps))
        fresh = np.zeros(len(order), np.int64)
        for values in (heaps, starts, sizes):
            fresh[1:] |= np.diff(values[order]) != 0
        numbers = np.empty(len(order), np.int32)
        numbers[order] = np.cumsum(fresh)
        first = order[np.flatnonzero(np.concatenate(([1], fresh[1:])))] if len(order) else order
        texts = self._join(heaps[first].tolist(), starts[first].tolist(), sizes[first])
        bounds = np.cumsum([0, *map(len, columns)])
        return [
            pa.DictionaryArray.from_arrays(wrap_numbers(numbers[start:end]), texts)
            for start, end in itertools.pairwise(bounds.tolist())
        ]

    def _join(self, heaps: list[int], starts: list[int], sizes: NDArray[np.int64]) -> pa.LargeBinaryArray:
        offsets = np.concatenate(([0], np.cumsum(sizes))) + MARGIN
        data = np.empty(offsets[-1] + MARGIN, np.uint8)
        data[:MARGIN] = data[offsets[-1] :] = 0x20
        view = data.data
        run = _Run(-1, 0, 0, [])
        for heap, start, first, end in zip(heaps, starts, offsets[:-1].tolist(), offsets[1:].tolist(), strict=True):
            gap = start - run.end
            full = len(run.rooms) >= _ROOMS or run.end - run.start >= _RUN_BYTES
            if full or heap != run.heap or not 0 <= gap <= len(_GAP):
                self._fill(run)
                run, gap = _Run(heap, start, start, []), 0
            run.rooms += (_GAP[:gap], view[first:end])
            run.end = start + end - first
        self._fill(run)
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data)]
        return pa.Array.from_buffers(pa.large_binary(), len(sizes), buffers)

    def _fill(self, run: "_Run") -> None:
        if run.rooms and os.preadv(self._open(run.heap), run.rooms, run.start) != run.end - run.start:
            raise OSError(f"{self._folder / str(run.heap)}: ends before what it should hold")

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


@dataclass(slots=True)
class _Run:
    """Neighbours in a heap, which are read at once: `rooms` take what lies from `start` to `end`."""

    heap: int
    start: int
    end: int
    rooms: list[memoryview]


_GAP = memoryview(bytearray(1 << 14))
"""Takes what nobody wants between two neighbours; to read it is cheaper than to ask once more."""

_ROOMS, _RUN_BYTES = 512, 16 << 20
"""So much at once; Linux takes 1,024 rooms and 2 GB."""

_OPEN_AT_ONCE = 128
MARGIN = 8
"""Spaces before and after fetched texts: what works on them may look a little beyond them."""


def _part_name(name: str) -> str:
    """Return a joined column's name without its side."""
    return name.removeprefix("left_").removeprefix("right_")
