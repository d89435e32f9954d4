"""Kernels that the tests of the engines run."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

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
