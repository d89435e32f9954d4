"""The way back: from OUT to the originals, byte for byte."""

import hashlib
import itertools
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from operator import attrgetter
from pathlib import Path

import pyarrow as pa

from corpus_clean.config import ReadConfig
from corpus_clean.errors import IntegrityError, UsageError
from corpus_clean.pipeline.clean import rebuild_payload
from corpus_clean.pipeline.columns import ColumnsRestoration, open_source, read_back
from corpus_clean.pipeline.manifest import check_outputs, choose_settings, read_manifest, read_settings
from corpus_clean.pipeline.publish import ORIGINALS
from corpus_clean.pipeline.records import open_records
from corpus_clean.pipeline.tables import Row, edits_from_batch
from corpus_clean.readers.base import WHOLE
from corpus_clean.storage.fingerprint import hash_bytes, hash_file
from corpus_clean.storage.names import locate_name, name_top
from corpus_clean.storage.streams import DamagedStreamError, open_output
from corpus_clean.types import Edit, Record
from corpus_clean.writers.base import load_writer

_CHUNK = 1 << 20


def verify(out: Path) -> int:
    """Check that OUT is as it was written and that it gives every record back; return how many there are.

    Raises:
        IntegrityError: it is not, or does not.
    """
    return _Restoration(out, _read_checked(out)).restore(None)[1]


def prove(build: Path, config: ReadConfig) -> None:
    """Check of a run that is not published yet that it will give every byte of its input back.

    It is what `verify` does, on the files as they were written, before there is a manifest to compare them with.

    Raises:
        IntegrityError: it will not; the file or record is named.
    """
    try:
        _Restoration(build, choose_settings(config.text_fields)).restore(None)
    except IntegrityError as error:
        raise IntegrityError(f"nothing was published: {error} (run again; if it stays, report it)") from None


def restore(out: Path, destination: Path) -> int:
    """Write the originals that OUT was made from; return how many files.

    Compressed files come back with the same content under a compression of our own.

    Raises:
        UsageError: the destination exists.
        IntegrityError: OUT is not as it was written.
    """
    if destination.exists():
        raise UsageError(f"{destination}: already exists; name a folder that does not")
    restoration = _Restoration(out, _read_checked(out))
    destination.mkdir(parents=True)
    return restoration.restore(destination)[0]


def read_table(path: Path, columns: list[str] | None = None) -> Iterator[Row]:
    """Yield the rows of one of OUT's tables, in order.

    Raises:
        IntegrityError: the table is missing or damaged.
    """
    for batch in read_columns(path, columns):
        yield from batch.to_pylist()


def read_columns(path: Path, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
    """Yield one of OUT's tables, or columns of it, a few rows at a time.

    Raises:
        IntegrityError: the table is missing or damaged.
    """
    with read_back(path), open_source(path) as source:
        yield from source.iter_batches(batch_size=256, columns=columns and list(columns), use_threads=False)


def _read_checked(out: Path) -> ReadConfig:
    """Compare a published run with its manifest, and return how its records are read."""
    manifest = read_manifest(out)
    check_outputs(out, manifest)
    if not (out / "ledger").is_dir():
        raise UsageError(f"{out}: holds links and statuses, but no texts; only what `run` wrote can be restored")
    return read_settings(manifest)


class _Restoration:
    """Walks the ledger's files and records in order, with their edits and with what stands in `data/` beside them."""

    def __init__(self, out: Path, config: ReadConfig) -> None:
        self._out = out
        self._data = name_top(out / "data")
        self._config = config
        self._edits = _EditsInOrder(out / "ledger" / "edits.parquet")
        hashes = read_columns(out / "documents.parquet", ["sha256_in"])
        self._hashes = itertools.chain.from_iterable(batch.column(0).to_pylist() for batch in hashes)

    def restore(self, destination: Path | None) -> tuple[int, int]:
        """Restore every file, or without a destination only prove that it can be; count files and records."""
        records = itertools.groupby(
            read_table(self._out / "ledger" / "records.parquet"), key=lambda row: str(row["path"])
        )
        path, rows = next(records, ("", iter(())))
        file_count = record_count = 0
        for facts in read_table(self._out / "ledger" / "files.parquet"):
            own: Iterator[Row] = iter(())
            if facts["path"] == path:
                own = rows
            target = None if destination is None else destination / locate_name(facts["path"])
            record_count += self._restore_file(facts, own, target)
            file_count += 1
            if facts["path"] == path:
                path, rows = next(records, ("", iter(())))
        return file_count, record_count

    def _restore_file(self, facts: Row, rows: Iterator[Row], target: Path | None) -> int:
        if facts["stored"]:
            return self._restore_stored(facts, rows, target)
        if facts["format"] == "parquet":
            return self._restore_columns(facts, rows, target)
        digest = hashlib.sha256(facts["head"])
        count = 0
        with ExitStack() as stack:
            stream = stack.enter_context(open_output(target)) if target else None
            if stream:
                stream.write(facts["head"])
            for chunks in self._restore_records(facts, rows):
                for chunk in chunks:
                    digest.update(chunk)
                    if stream:
                        stream.write(chunk)
                count += 1
        if digest.hexdigest() != facts["content"]:
            raise IntegrityError(f"{facts['path']}: what the ledger gives back is not the original")
        return count

    def _restore_stored(self, facts: Row, rows: Iterator[Row], target: Path | None) -> int:
        original = self._out / ORIGINALS / locate_name(facts["path"])
        if hash_file(original) != facts["sha256"]:
            raise IntegrityError(f"{original}: is not the original; restore it from a copy")
        if target:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(original, target)
        count = 0
        for row in rows:
            self._edits.take(row["doc_id"])
            next(self._hashes)
            count += 1
        return count

    def _restore_columns(self, facts: Row, rows: Iterator[Row], target: Path | None) -> int:
        restoration = ColumnsRestoration(self._out, facts, self._config, target)
        count = 0
        for size in restoration.count_groups():
            group = [(row, self._edits.take(row["doc_id"])) for row in itertools.islice(rows, size)]
            present = [_is_present(row, edits) for row, edits in group]
            table, found = restoration.take_group(present)
            texts: list[bytes | None] = []
            for (row, edits), text, is_present in zip(group, found, present, strict=True):
                original = text
                if is_present:
                    clean = read_text(row, text)
                    original = rebuild_payload(row["format"], clean, edits, row["codec"], row["form"])
                    original = original if row["raw"] is None else bytes(row["raw"])
                if hash_bytes(original) != next(self._hashes):
                    raise IntegrityError(f"{row['doc_id']}: what the ledger gives back is not the original")
                texts.append(original if is_present else None)
            restoration.put_group(table, texts)
            count += size
        if restoration.finish() != facts["content"]:
            raise IntegrityError(f"{facts['path']}: what the ledger gives back is not the original")
        return count

    def _restore_records(self, facts: Row, rows: Iterator[Row]) -> Iterator[Iterator[bytes]]:
        written: Iterator[Record] | None = None
        for row in rows:
            written = written or self._read_written(facts)
            edits = self._edits.take(row["doc_id"])
            chunks = self._restore_record(row, next(written, None) if _is_present(row, edits) else None, edits)
            yield _check(chunks, row["doc_id"], next(self._hashes))
        if written and (more := next(written, None)):
            raise IntegrityError(f"{more.id}: stands in data/, and nowhere in the ledger")

    def _restore_record(self, row: Row, record: Record | None, edits: tuple[Edit, ...]) -> Iterator[bytes]:
        if row["quarantined"]:
            with Path(self._out, locate_name(row["quarantined"])).open("rb") as stream:
                while chunk := stream.read(_CHUNK):
                    yield chunk
        elif row["raw"] is not None:
            yield bytes(row["raw"])
        elif record is None:
            raise IntegrityError(f"{row['doc_id']}: is neither in data/ nor in the ledger")
        else:
            text = read_text(row, record.payload)
            payload = rebuild_payload(row["format"], text, edits, row["codec"], row["form"])
            yield record.prefix + payload + record.suffix

    def _read_written(self, facts: Row) -> Iterator[Record]:
        name = load_writer(facts["format"]).name_output(facts["path"])
        file = f"{self._data}{locate_name(name)}"
        try:
            yield from open_records(file, name, self._config, WHOLE)
        except FileNotFoundError:
            return
        except DamagedStreamError as error:
            raise IntegrityError(f"{file}: cannot be read back ({error})") from None


def read_text(row: Row, payload: bytes) -> str:
    """Return the clean text of a record from its payload in `data/`, by its row of `LEDGER_RECORDS`.

    Raises:
        IntegrityError: it holds none.
    """
    writer = load_writer(row["format"])
    try:
        return writer.unwrap(payload.decode(writer.choose_codec(row["codec"])), row["form"])
    except ValueError as error:
        raise IntegrityError(f"{row['doc_id']}: what stands in data/ is no text ({error})") from None


def _check(chunks: Iterator[bytes], doc_id: str, expected: str) -> Iterator[bytes]:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
        yield chunk
    if digest.hexdigest() != expected:
        raise IntegrityError(f"{doc_id}: what the ledger gives back is not the original")


def _is_present(row: Row, edits: tuple[Edit, ...]) -> bool:
    left_out = any(edit.stage == "dedup" for edit in edits)
    return row["status"] == "kept" or (row["status"] == "duplicate" and not left_out)


class _EditsInOrder:
    """Hands out the edits of one document after the other, in the order in which they were written."""

    def __init__(self, path: Path) -> None:
        edits = itertools.chain.from_iterable(map(edits_from_batch, read_columns(path)))
        self._groups = itertools.groupby(edits, key=attrgetter("doc_id"))
        self._next: tuple[str, tuple[Edit, ...]] | None = None
        self._advance()

    def _advance(self) -> None:
        found = next(self._groups, None)
        self._next = None if found is None else (found[0], tuple(found[1]))

    def take(self, doc_id: str) -> tuple[Edit, ...]:
        if self._next is None or self._next[0] != doc_id:
            return ()
        edits = self._next[1]
        self._advance()
        return edits
