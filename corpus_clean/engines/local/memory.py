"""What the local engine does in memory while it fits: the same rows as the SQL of `similarity.candidates`."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from corpus_clean.similarity.arrays import Keys, Offsets
from corpus_clean.similarity.pairing import (
    KeyLists,
    join_pairs,
    pair_buckets,
    pair_copies,
    pair_rare,
    split_pairs,
    take_entries,
)
from corpus_clean.storage.arrow import wrap_numbers
from corpus_clean.storage.parts import list_parts, read_file


def measure_columns(stages: Sequence[Path], columns: Sequence[str]) -> int:
    """Return the bytes that columns of stages take in memory."""
    return sum(
        chunk.total_uncompressed_size
        for metadata in map(pq.read_metadata, _list_parts(stages))
        for group in map(metadata.row_group, range(metadata.num_row_groups))
        for chunk in map(group.column, range(metadata.num_columns))
        if chunk.path_in_schema.partition(".")[0] in columns
    )


def pair_segments(segments: Sequence[Path], shared: int) -> tuple[Keys, Keys]:
    """Return both sides of `Engine.pair`."""
    table = _read(segments, ["segment_id", "doc_id", "exact"])
    present = table.column("segment_id").is_valid()
    ids = table.column("segment_id").drop_null().to_numpy()
    order = np.argsort(ids)
    owners = np.full(len(present), -1)
    places = np.flatnonzero(present.to_numpy())
    owners[places[order]] = np.arange(len(ids))
    documents = table.column("doc_id").combine_chunks().dictionary_encode().indices.to_numpy()[places[order]]
    exact = table.column("exact").combine_chunks().take(wrap_numbers(places[order]))
    copies = pair_copies(exact.fill_null(0).to_numpy(), exact.is_valid().to_numpy(zero_copy_only=False))
    left_out = split_pairs(copies)[1]
    owners[places[order][left_out]] = -1
    del table, exact
    alike = pair_buckets(take_entries(_read_lists(segments, "buckets", owners)), documents, shared=shared)
    sharing = pair_rare(take_entries(_read_lists(segments, "features", owners)), documents, shared=shared)
    left, right = split_pairs(join_pairs(copies, alike, sharing))
    return ids[order][left], ids[order][right]


def _list_parts(stages: Sequence[Path]) -> list[str]:
    return [part for stage in stages for part in list_parts(stage)]


def _read(stages: Sequence[Path], columns: Sequence[str]) -> pa.Table:
    return pa.concat_tables(read_file(part, columns) for part in _list_parts(stages))


def _read_lists(segments: Sequence[Path], column: str, owners: Offsets) -> list[KeyLists]:
    found: list[KeyLists] = []
    first = 0
    for part in _list_parts(segments):
        for chunk in read_file(part, [column]).column(column).chunks:
            lists = chunk.fill_null([]) if chunk.null_count else chunk
            bounds = lists.offsets.to_numpy().astype(np.int64) - lists.offsets[0].as_py()
            found.append(KeyLists(lists.flatten().to_numpy(), bounds, owners[first : first + len(lists)]))
            first += len(lists)
    return found


def join_segments(pairs: pa.Table, segments: Sequence[Path], columns: Sequence[str]) -> pa.Table:
    """Return what `Engine.join` writes."""
    table = _read(segments, ["segment_id", "earlier", *dict.fromkeys(["doc_id", *columns])]).combine_chunks()
    ids = table.column("segment_id").fill_null(0).to_numpy()
    order = np.argsort(ids, kind="stable")
    sides = [pairs.column(f"{side}_id").to_numpy() for side in ("left", "right")]
    sides = [values[np.lexsort(sides[::-1])] for values in sides]
    left, right = (order[np.searchsorted(ids, values, sorter=order)] for values in sides)
    earlier = table.column("earlier").to_numpy()
    documents = table.column("doc_id").combine_chunks().dictionary_encode().indices.to_numpy()
    good = (documents[left] != documents[right]) & ~(earlier[left] & earlier[right])
    joined: dict[str, pa.ChunkedArray] = {
        "left_id": wrap_numbers(sides[0][good]),
        "right_id": wrap_numbers(sides[1][good]),
    }
    for side, places in (("left", left), ("right", right)):
        found = table.select(list(columns)).take(wrap_numbers(places[good]))
        joined |= {f"{side}_{name}": found.column(name) for name in columns}
    return pa.table(joined)
