"""Where the files of stages go, so that every worker reaches them: into the stages' own folders, or under a URL.

Under a URL nothing is renamed or appended to, and listing is not relied on: files have names of their own, and the
manifest is written last, in one piece. What another engine, or the driver, made on this machine is sent there when it
is asked for.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpus_clean.engines.local.heap import REFERENCE, HeapReader
from corpus_clean.storage.parts import (
    Part,
    commit_stage,
    describe_part,
    find_part,
    list_parts,
    open_part,
    read_parts,
)
from corpus_clean.storage.remote import is_remote, open_remote

_TASK_BYTES = 64 << 20
"""About so much of a table is read at once."""


def name_part(attempt: str, file: str) -> str:
    """Return the name in its stage of a file of an attempt.

    Example:
        >>> name_part("s3://ember/work/edges/attempt-1", "part-00000.parquet")
        'attempt-1/part-00000.parquet'
    """
    return f"{attempt.rpartition('/')[2]}/{file}"


class Store:
    """The files of a run's stages."""

    def __init__(self, work: str, heaps: Path) -> None:
        """Say where.

        Args:
            work: a URL, or "" for the folders of the stages.
            heaps: where the local engine keeps long values.
        """
        self._work = work.rstrip("/")
        self._heaps = heaps
        self._sent: dict[Path, list[Part]] = {}

    @property
    def is_remote(self) -> bool:
        """Are the files under a URL?"""
        return bool(self._work)

    def open_attempt(self, stage: Path) -> str:
        """Return a place for files of a stage at which nobody has written before."""
        attempt = f"{self._place(stage)}/attempt-{uuid.uuid4().hex}"
        if not self._work:
            Path(attempt).mkdir(parents=True)
        return attempt

    def commit(
        self, stage: Path, attempt: str, found: Mapping[int, Part], schema: pa.Schema, made: Mapping[str, Any]
    ) -> None:
        """Make parts, in the order of their numbers, the stage; `made` says of what and how."""
        parts = [found[number] for number in sorted(found)] or [self._write_empty(attempt, schema)]
        commit_stage(stage, parts, schema, made, self._place(stage) if self._work else "")

    def take_over(self, stage: Path, number: int, attempt: str) -> Part | None:
        """Return the part of a task that an engine without manifests has finished, if there is one."""
        part = find_part(stage, number)
        if part is None or not self._work:
            return part
        return self._send(str(stage / part.name), f"{attempt}/{part.name}", name_part(attempt, part.name))

    def list_parts(self, stage: Path) -> list[tuple[str, Part]]:
        """Return where the files of a stage lie for all workers, and what they hold, in order."""
        places = list_parts(stage)
        if not self._work or (places and is_remote(places[0])):
            return list(zip(places, read_parts(stage), strict=True))
        to = f"{self._place(stage)}/sent"
        if stage not in self._sent:
            names = [f"part-{number:05d}.parquet" for number in range(len(places))]
            self._sent[stage] = [
                self._send(place, f"{to}/{name}", name) for place, name in zip(places, names, strict=True)
            ]
        return [(f"{to}/{part.name}", part) for part in self._sent[stage]]

    def share_out(self, stages: Sequence[Path]) -> list[list[str]]:
        """Return the files of stages, put together to what is worth a task each."""
        shares: list[list[str]] = []
        size = _TASK_BYTES
        for place, part in (entry for stage in stages for entry in self.list_parts(stage)):
            if size + part.bytes > _TASK_BYTES:
                shares.append([])
                size = 0
            shares[-1].append(place)
            size += part.bytes
        return shares

    def describe(self, stage: Path) -> dict[str, Any]:
        """Return what a stage was when something was made of it: rows, bytes and files."""
        parts = [part for _, part in self.list_parts(stage)]
        return {
            "rows": sum(part.rows for part in parts),
            "bytes": sum(part.bytes for part in parts),
            "parts": len(parts),
        }

    def _place(self, stage: Path) -> str:
        return f"{self._work}/{stage.name}" if self._work else str(stage)

    def _send(self, here: str, there: str, name: str) -> Part:
        """Copy a file, long values put back into it: the local engine's references mean nothing elsewhere."""
        with open_part(here) as source, closing(HeapReader(self._heaps)) as reader, open_remote(there, "wb") as sink:
            fields = (
                (field.name, pa.large_binary() if field.type == REFERENCE else field.type)
                for field in source.schema_arrow
            )
            schema = pa.schema(fields)
            with pq.ParquetWriter(sink, schema, compression="lz4") as writer:
                for number in range(source.num_row_groups):
                    batches = map(reader.fetch, source.iter_batches(row_groups=[number]))
                    writer.write_table(pa.Table.from_batches(_decode(batches, schema), schema))
        return describe_part(there, name)

    def _write_empty(self, attempt: str, schema: pa.Schema) -> Part:
        place = f"{attempt}/part-00000.parquet"
        with open_remote(place, "wb") if self._work else Path(place).open("wb") as sink:
            pq.write_table(schema.empty_table(), sink)
        return describe_part(place, name_part(attempt, "part-00000.parquet"))


def _decode(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        columns = (
            column.dictionary_decode() if pa.types.is_dictionary(column.type) else column for column in batch.columns
        )
        yield pa.RecordBatch.from_arrays(
            [column.cast(field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
        )
