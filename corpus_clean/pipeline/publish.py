"""Writing OUT: the clean corpus in its input's layout, the ledger, the tables, the quarantine."""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus_clean.config import Config
from corpus_clean.errors import IntegrityError
from corpus_clean.pipeline import tables
from corpus_clean.pipeline.carry import carry_file, describe_carried
from corpus_clean.pipeline.decide import Decision
from corpus_clean.pipeline.inputs import Inputs
from corpus_clean.pipeline.plan import read_files
from corpus_clean.pipeline.tables import Row
from corpus_clean.pipeline.tablewriter import TableWriter
from corpus_clean.pipeline.target import Target, open_target
from corpus_clean.readers.listing import InputFile, locate
from corpus_clean.storage.arrow import wrap_numbers
from corpus_clean.storage.fingerprint import hash_file
from corpus_clean.storage.names import fit_name, locate_name, show_name
from corpus_clean.storage.parts import read_batches
from corpus_clean.storage.streams import open_input, open_plain_output, skip_bytes, slice_stream, write_file

if TYPE_CHECKING:
    from corpus_clean.pipeline.settle import LinkedQuotes

ORIGINALS = "ledger/originals"
"""Where the files lie that only their own bytes give back: damaged ones, and containers such as WARC."""


def publish_tables(
    build: Path,
    inputs: Inputs,
    planned: Path,
    cleaned: Path,
    decision: Decision,
    quoted: "LinkedQuotes | None",
    config: Config,
) -> None:
    """Write everything that OUT holds of the records themselves.

    Args:
        build: the folder that becomes OUT.
        inputs: the input.
        planned: the stage of `PARTS`, which knows the files.
        cleaned: the stage of `CLEANED` rows, in the order of the input.
        decision: which of them are duplicates, and the links and clusters of documents and passages.
        quoted: those of quotes, where they were asked for.
        config: whether duplicates are written to `data/` too, and which text of a record is meant.
    """
    with ExitStack() as stack:
        documents = stack.enter_context(TableWriter(build / "documents.parquet", tables.DOCUMENTS))
        quotes = stack.enter_context(TableWriter(build / "quotes.parquet", tables.QUOTES))
        files = stack.enter_context(TableWriter(build / "ledger" / "files.parquet", tables.LEDGER_FILES))
        edits = stack.enter_context(TableWriter(build / "ledger" / "edits.parquet", tables.LEDGER_EDITS, 1024))
        records = stack.enter_context(TableWriter(build / "ledger" / "records.parquet", tables.LEDGER_RECORDS, 256))
        clerk = stack.enter_context(_Clerk(build, inputs.root, planned, decision, config))
        for found in read_files(planned, tables.LEDGER_FILES.names):
            files.fill(pa.Table.from_batches([found]))
        for batch in read_batches(cleaned, _PUBLISHED, 256):
            fates = clerk.settle(batch)
            columns = dict(zip(batch.schema.names, batch.columns, strict=True))
            for field in _FATE:
                columns[field.name] = pa.array([getattr(fate, field.name) for fate in fates], field.type)
            for writer, schema in ((documents, tables.DOCUMENTS), (records, tables.LEDGER_RECORDS)):
                own = [columns[field.name] for field in schema]
                writer.fill(pa.Table.from_arrays(own, schema=schema))
            _add_nested(edits, tables.LEDGER_EDITS, batch, "edits", [fate.left_out for fate in fates])
            _add_nested(quotes, tables.QUOTES, batch, "quotes")
        clerk.finish()
        for facts in describe_carried(inputs):
            files.add([facts])
            carry_file(inputs.root, build, facts["path"])
            _store_original(locate(inputs.root, facts["path"]), build, facts["path"])
    write_links(build, decision, quoted)


class _Fate(NamedTuple):
    """What became of a record, as the tables tell it; `left_out` is the edit that says so."""

    status: str
    keeper: str
    raw: bytes | None
    quarantined: str
    sha256_in: str
    left_out: Row | None


_FATE = (
    *(pa.field(name, pa.string()) for name in ("status", "keeper", "quarantined", "sha256_in")),
    pa.field("raw", pa.large_binary()),
)
_HANDLED = (
    *("doc_id", "path", "format", "text", "chars_out", "codec", "form", "prefix", "suffix", "raw", "span", "sha256_in"),
    *("rejected_stage", "rejected_reason", "rejected_detail"),
)
_NEEDED = ("path", "format", "stored", "head", "sha256")
_PUBLISHED = [
    name
    for name in tables.CLEANED.names
    if name in {*_HANDLED, *tables.DOCUMENTS.names, *tables.LEDGER_RECORDS.names, "edits", "quotes"}
]


def _add_nested(
    writer: TableWriter, schema: pa.Schema, batch: pa.RecordBatch, name: str, more: Sequence[Row | None] = ()
) -> None:
    """Append the lists of a column, each with one row more where there is one."""
    lists, doc_ids = batch.column(name), batch.column("doc_id")
    owners = doc_ids.take(pc.list_parent_indices(lists))
    nested = pa.RecordBatch.from_arrays([owners, *lists.flatten().flatten()], schema=schema)
    lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    if not any(more):
        writer.add_lists(nested, lengths.tolist())
        return
    given = [row and row | {"doc_id": doc_id} for doc_id, row in zip(doc_ids.to_pylist(), more, strict=True)]
    added = tables.make_batch([row for row in given if row], schema)
    adds = np.array([bool(row) for row in given])
    owner = np.concatenate([np.repeat(np.arange(len(adds)), lengths), np.flatnonzero(adds)])
    order = np.argsort(owner, kind="stable")
    whole = pa.Table.from_batches([nested, added]).take(wrap_numbers(order)).combine_chunks()
    writer.add_lists(whole.to_batches()[0], (lengths + adds).tolist())


class _Clerk:
    """Writes each record to its file under `data/`, leaves it out, or lays it aside; they come in their order."""

    def __init__(self, build: Path, source: Path, planned: Path, decision: Decision, config: Config) -> None:
        self._build = build
        self._source = source
        self._ahead = (row for found in read_files(planned, _NEEDED) for row in found.to_pylist())
        self._decision = decision
        self._config = config
        self._facts: Row = {}
        self._target: Target | None = None
        self._stack = ExitStack()
        self._open_file = ExitStack()

    def __enter__(self) -> "_Clerk":
        (self._build / "data").mkdir(exist_ok=True)
        self._reject = self._stack.enter_context(open_rejections(self._build))
        self._stack.push(self._close_file)
        return self

    def __exit__(self, *details: Any) -> None:
        self._stack.__exit__(*details)

    def _close_file(self, *details: Any) -> None:
        self._open_file.__exit__(*details)

    def settle(self, batch: pa.RecordBatch) -> list[_Fate]:
        """Put the next records where they belong."""
        rows = batch.select(_HANDLED).to_pylist()
        return [self._settle(row, batch.column("edits"), place) for place, row in enumerate(rows)]

    def finish(self) -> None:
        """Go through the files behind that of the last record."""
        while self._advance():
            pass

    def _advance(self) -> bool:
        if self._target is not None:
            self._target.finish()
            self._target = None
        self._open_file.close()
        facts = next(self._ahead, None)
        if facts is None:
            return False
        self._facts = facts
        if self._facts["stored"]:
            path = self._facts["path"]
            _store_original(locate(self._source, path), self._build, path)
        self._target = open_target(self._open_file, self._build, self._source, facts, self._config.read)
        return True

    def _settle(self, row: Row, edits: pa.ListArray, place: int) -> _Fate:
        while self._target is None or self._facts["path"] != row["path"]:
            if not self._advance():
                raise IntegrityError(f"nothing was published: {row['doc_id']}: is out of its order (run again)")
        keeper = self._decision.keepers.get(row["doc_id"], "")
        status = "rejected" if row["text"] is None else "duplicate" if keeper else "kept"
        if status == "kept" or (status == "duplicate" and self._config.dedup.keep_duplicates):
            self._target.add(row)
            raw = None if self._facts["stored"] else row["raw"]
            return _Fate(status, keeper, raw, "", row["sha256_in"], None)
        self._target.leave_out(row)
        if status == "rejected":
            quarantined = _quarantine(self._build, self._source, row, self._facts)
            self._reject(row, quarantined)
            return _Fate(status, keeper, None, quarantined, row["sha256_in"], None)
        spliced = self._target.spliced and not self._facts["stored"]
        raw = _original(row, edits[place].as_py()) if spliced else None
        return _Fate(status, keeper, raw, "", row["sha256_in"], _describe_removal(row, keeper, self._decision))


def write_links(build: Path, decision: Decision, quoted: "LinkedQuotes | None" = None) -> None:
    """Write `links.parquet` and `clusters.parquet`."""
    with TableWriter(build / "links.parquet", tables.LINKS) as links:
        links.add_table(decision.links)
        if quoted:
            links.add_stage(quoted.links)
    with TableWriter(build / "clusters.parquet", tables.CLUSTERS) as clusters:
        clusters.add_rows(decision.clusters)
        if quoted:
            clusters.add_stage(quoted.clusters)


def _store_original(file: Path, build: Path, path: str) -> None:
    target = build / ORIGINALS / locate_name(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)


def write_skipped(build: Path, files: Iterable[InputFile]) -> None:
    """List the files that no reader took, each with the reason."""
    with open_plain_output(build / "quarantine" / "skipped.jsonl") as lines:
        for file in files:
            lines.write(_line({"path": file.path, "bytes": file.bytes, "reason": file.skipped}))


@contextmanager
def open_rejections(build: Path) -> Iterator[Callable[[Row, str], None]]:
    """Give a function that lists a rejected record, with the place of its raw bytes."""
    with open_plain_output(build / "quarantine" / "rejections.jsonl") as lines:
        yield lambda row, raw: _write(lines, _rejection(row, raw))


def _write(lines: BinaryIO, value: Row) -> None:
    lines.write(_line(value))


def _describe_removal(row: Row, keeper: str, decision: Decision) -> Row:
    return {
        "stage": "dedup",
        "start": 0,
        "end": row["chars_out"],
        "before": row["text"],
        "after": "",
        "rule_id": f"dedup.duplicate-of:{keeper}",
        "rule_version": "1",
        "action": "delete",
        "confidence": decision.resemblance[row["doc_id"]],
    }


def _original(row: Row, edits: Sequence[Row]) -> bytes:
    """Return the original bytes of a record that is left out of `data/`, where nothing else holds its frame."""
    if row["raw"] is not None:
        return bytes(row["raw"])
    from corpus_clean.pipeline.clean import rebuild_payload

    own = tuple(tables.edit_from_row(row["doc_id"], edit) for edit in edits)
    payload = rebuild_payload(row["format"], row["text"], own, row["codec"], row["form"])
    return bytes(row["prefix"] + payload + row["suffix"])


def _quarantine(build: Path, source: Path, row: Row, facts: Row) -> str:
    """Lay a rejected record's raw bytes down, and return where; of a damaged file these are the original."""
    if row["raw"] is None and (row["span"] is None or facts["stored"]):
        row["sha256_in"] = facts["sha256"]
        return f"{ORIGINALS}/{facts['path']}"
    target = build / "quarantine" / "raw" / locate_name(row["doc_id"])
    target = target.with_name(fit_name(target.name))
    if row["raw"] is not None:
        write_file(target, row["raw"])
    else:
        start, end = row["span"]
        with open_input(locate(source, facts["path"])) as stream, open_plain_output(target) as copy:
            skip_bytes(stream, start)
            shutil.copyfileobj(slice_stream(stream, end - start), copy, 1 << 20)
        row["sha256_in"] = hash_file(target)
    return show_name(target.relative_to(build).as_posix())


def _rejection(row: Row, quarantined: str) -> Row:
    return {
        "doc_id": row["doc_id"],
        "stage": row["rejected_stage"],
        "reason": row["rejected_reason"],
        "detail": row["rejected_detail"],
        "raw": quarantined,
    }


def _line(value: Row) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8") + b"\n"
