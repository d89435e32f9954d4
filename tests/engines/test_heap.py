"""Texts that lie aside come back as they were put there, whichever are asked for."""

import random
from pathlib import Path

import pyarrow as pa
import pytest

from corpus_clean.engines.base import ASIDE
from corpus_clean.engines.local.heap import HeapReader, HeapWriter

SCHEMA = pa.schema([pa.field("text", pa.large_binary(), metadata=ASIDE)])


def _put(folder: Path, number: int, texts: list[bytes]) -> pa.RecordBatch:
    writer = HeapWriter(folder, number, SCHEMA)
    batch = writer.put(pa.RecordBatch.from_pydict({"text": texts}, schema=SCHEMA))
    writer.close()
    return batch


def _join(*batches: pa.RecordBatch) -> pa.RecordBatch:
    return pa.Table.from_batches(batches).combine_chunks().to_batches()[0]


def test_neighbours_far_texts_and_repeats_of_several_heaps_come_back(tmp_path: Path) -> None:
    draw = random.Random(3)
    sizes = (0, 1, 40, 2_000, 30_000)
    texts = [[draw.randbytes(draw.choice(sizes)) for _ in range(1_500)] for _ in range(2)]
    references = _join(*(_put(tmp_path / "heaps", number, own) for number, own in enumerate(texts)))
    every = texts[0] + texts[1]
    reader = HeapReader(tmp_path / "heaps")
    for share in (1.0, 0.5, 0.02):
        asked = [place for place in range(len(every)) if draw.random() < share]
        asked += draw.choices(range(len(every)), k=50)
        draw.shuffle(asked)
        found = reader.fetch(references.take(pa.array(asked)))
        assert found.column("text").to_pylist() == [every[place] for place in asked]
    reader.close()


def test_a_heap_that_ends_early_is_no_text(tmp_path: Path) -> None:
    references = _put(tmp_path / "heaps", 0, [b"hujan turun", b"warga siaga"])
    (tmp_path / "heaps" / "0").write_bytes(b"hujan turun, war")
    with pytest.raises(OSError, match="ends before"):
        HeapReader(tmp_path / "heaps").fetch(references)
