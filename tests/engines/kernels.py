"""Kernels that the tests of the engines run."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from corpus_clean.engines.base import ASIDE
from corpus_clean.errors import IntegrityError

NUMBERS = pa.schema([("number", pa.int64()), ("text", pa.large_string())])


@dataclass(frozen=True)
class DoubleKernel:
    """Yields each row with twice its number, in batches of its own size; nothing for batches of odd numbers only."""

    refused: int = -1

    schema = NUMBERS

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            numbers = batch.column("number")
            if self.refused in numbers.to_pylist():
                raise IntegrityError(f"{self.refused}: is refused; leave it out")
            doubled = pa.RecordBatch.from_arrays([pc.multiply(numbers, 2), batch.column("text")], schema=NUMBERS)
            for start in range(0, len(doubled), 3):
                yield doubled.slice(start, 3)


@dataclass(frozen=True)
class TextKernel:
    """Yields the texts, marked as long."""

    schema = pa.schema([pa.field("text", pa.large_string(), metadata=ASIDE)])

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield pa.RecordBatch.from_arrays([batch.column("text")], schema=self.schema)


@dataclass(frozen=True)
class LengthKernel:
    """Yields how long the texts are; they come as bytes."""

    schema = pa.schema([("number", pa.int64())])

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            lengths = [len(text.decode()) for text in batch.column("text").to_pylist() if isinstance(text, bytes)]
            yield pa.RecordBatch.from_arrays([pa.array(lengths, pa.int64())], schema=self.schema)
