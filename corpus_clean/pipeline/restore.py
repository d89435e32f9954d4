"""The way back: from OUT to the originals, byte for byte."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from corpus_clean.config import ReadConfig
from corpus_clean.errors import IntegrityError, UsageError
from corpus_clean.pipeline.clean import rebuild_payload
from corpus_clean.pipeline.manifest import check_outputs, read_manifest
from corpus_clean.pipeline.tables import Row, edit_from_row
from corpus_clean.readers.base import choose_reader, load_readers
from corpus_clean.storage.fingerprint import hash_bytes
from corpus_clean.storage.streams import open_input, open_output
from corpus_clean.types import Edit, Record
from corpus_clean.writers.base import load_writer


def verify(out: Path) -> int:
    """Check that OUT is as it was written and that it gives every record back; return how many there are.

    Raises:
        IntegrityError: it is not, or does not.
    """
    manifest = read_manifest(out)
    check_outputs(out, manifest)
    return sum(1 for _, records in _restore_files(out, manifest) for _ in records)


def restore(out: Path, destination: Path) -> int:
    """Write the originals that OUT was made from; return how many files.

    Compressed files come back with the same content under a compression of our own.

    Raises:
        UsageError: the destination exists.
        IntegrityError: OUT is not as it was written.
    """
    if destination.exists():
        raise UsageError(f"{destination}: already exists; name a folder that does not")
    manifest = read_manifest(out)
    check_outputs(out, manifest)
    destination.mkdir(parents=True)
    count = 0
    for path, records in _restore_files(out, manifest):
        with open_output(destination / path) as stream:
            for original in records:
                stream.write(original.data)
        count += 1
    return count


def read_table(path: Path, columns: list[str] | None = None) -> Iterator[Row]:
    """Yield the rows of one of OUT's tables, in order.

    Raises:
        IntegrityError: the table is missing or damaged.
    """
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as source:
            for batch in source.iter_batches(batch_size=256, columns=columns):
                yield from batch.to_pylist()
    except OSError as error:
        raise IntegrityError(f"{path}: cannot be read ({error}); restore it from a copy") from None


def restore_record(out: Path, doc_id: str) -> bytes:
    """Return the original bytes of one record.

    Raises:
        UsageError: OUT has no such record.
    """
    for _, records in _restore_files(out, read_manifest(out)):
        for original in records:
            if original.doc_id == doc_id:
                return original.data
    raise UsageError(f"{doc_id}: not a document of {out}; ids are paths below the input, with #n for records")


@dataclass(frozen=True, slots=True)
class _Original:
    doc_id: str
    data: bytes


def _restore_files(out: Path, manifest: dict[str, Any]) -> Iterator[tuple[str, Iterator[_Original]]]:
    return _Restoration(out, manifest).restore_files()


class _Restoration:
    """Walks the ledger's records in order, with their edits and with what stands in `data/` beside them."""

    def __init__(self, out: Path, manifest: dict[str, Any]) -> None:
        self._out = out
        if not (out / "ledger").is_dir():
            raise UsageError(f"{out}: holds links and statuses, but no texts; only what `run` wrote can be restored")
        self._config = ReadConfig(text_fields=tuple(manifest["config"]["read"]["text_fields"]))
        self._edits = _EditsInOrder(read_table(out / "ledger" / "edits.parquet"))
        hashes = read_table(out / "documents.parquet", ["doc_id", "sha256_in"])
        self._expected = {row["doc_id"]: row["sha256_in"] for row in hashes}

    def restore_files(self) -> Iterator[tuple[str, Iterator[_Original]]]:
        records = read_table(self._out / "ledger" / "records.parquet")
        for path, rows in itertools.groupby(records, key=lambda row: str(row["path"])):
            yield path, self._restore_records(path, rows)

    def _restore_records(self, path: str, rows: Iterator[Row]) -> Iterator[_Original]:
        written: Iterator[Record] | None = None
        for row in rows:
            if written is None:
                written = self._read_written(load_writer(row["format"]).name_output(path))
            edits = self._edits.take(row["doc_id"])
            present = row["status"] == "kept" or (row["status"] == "duplicate" and not _left_out(edits))
            data = self._restore(row, next(written, None) if present else None, edits)
            if hash_bytes(data) != self._expected[row["doc_id"]]:
                raise IntegrityError(f"{row['doc_id']}: what the ledger gives back is not the original")
            yield _Original(row["doc_id"], data)

    def _restore(self, row: Row, record: Record | None, edits: tuple[Edit, ...]) -> bytes:
        if row["quarantined"]:
            return Path(self._out, row["quarantined"]).read_bytes()
        if row["raw"] is not None:
            return bytes(row["raw"])
        if record is None:
            raise IntegrityError(f"{row['doc_id']}: is neither in data/ nor in the ledger")
        text = load_writer(row["format"]).unwrap(record.payload.decode("utf-8"))
        payload = rebuild_payload(row["format"], text, edits, row["codec"], row["ascii_only"])
        return record.prefix + payload + record.suffix

    def _read_written(self, name: str) -> Iterator[Record]:
        file = self._out / "data" / name
        if file.exists():
            with open_input(file) as stream:
                yield from load_readers()[choose_reader(name)].read(stream, name, self._config)


def _left_out(edits: tuple[Edit, ...]) -> bool:
    return any(edit.stage == "dedup" for edit in edits)


class _EditsInOrder:
    """Hands out the edits of one document after the other, in the order in which they were written."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._groups = itertools.groupby(rows, key=lambda row: str(row["doc_id"]))
        self._next: tuple[str, tuple[Edit, ...]] | None = None
        self._advance()

    def _advance(self) -> None:
        found = next(self._groups, None)
        self._next = None if found is None else (found[0], tuple(edit_from_row(found[0], row) for row in found[1]))

    def take(self, doc_id: str) -> tuple[Edit, ...]:
        if self._next is None or self._next[0] != doc_id:
            return ()
        edits = self._next[1]
        self._advance()
        return edits
