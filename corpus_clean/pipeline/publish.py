"""Writing OUT: the clean corpus in its input's layout, the ledger, the tables, the quarantine."""

import itertools
import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from corpus_clean.config import Config
from corpus_clean.pipeline import tables
from corpus_clean.pipeline.carry import carry_file, describe_carried
from corpus_clean.pipeline.decide import Decision
from corpus_clean.pipeline.inputs import Inputs
from corpus_clean.pipeline.plan import read_plan
from corpus_clean.pipeline.tables import Row, TableWriter
from corpus_clean.pipeline.target import open_target
from corpus_clean.readers.listing import InputFile, locate
from corpus_clean.storage.fingerprint import hash_file
from corpus_clean.storage.names import fit_name, locate_name, show_name
from corpus_clean.storage.streams import open_input, open_plain_output, skip_bytes, slice_stream, write_file

if TYPE_CHECKING:
    from corpus_clean.pipeline.quotes import LinkedQuotes

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
    source = inputs.root
    with ExitStack() as stack:
        documents = stack.enter_context(TableWriter(build / "documents.parquet", tables.DOCUMENTS))
        quotes = stack.enter_context(TableWriter(build / "quotes.parquet", tables.QUOTES))
        files = stack.enter_context(TableWriter(build / "ledger" / "files.parquet", tables.LEDGER_FILES))
        edits = stack.enter_context(TableWriter(build / "ledger" / "edits.parquet", tables.LEDGER_EDITS, 1024))
        records = stack.enter_context(TableWriter(build / "ledger" / "records.parquet", tables.LEDGER_RECORDS, 256))
        reject = stack.enter_context(open_rejections(build))
        (build / "data").mkdir(exist_ok=True)
        for facts, rows in _group_by_file(read_plan(planned), tables.read_rows(cleaned, 256)):
            files.add([facts])
            file = locate(source, facts["path"])
            if facts["stored"]:
                _store_original(file, build, facts["path"])
            with open_target(build, file, facts, config.read) as target:
                for row in rows:
                    keeper = decision.keepers.get(row["doc_id"], "")
                    status = "rejected" if row["text"] is None else "duplicate" if keeper else "kept"
                    written = status == "kept" or (status == "duplicate" and config.dedup.keep_duplicates)
                    row_edits = [*row["edits"], *_dedup_edit(row, keeper, written, decision)]
                    edits.add({"doc_id": row["doc_id"], **edit} for edit in row_edits)
                    quotes.add({"doc_id": row["doc_id"], **quote} for quote in row["quotes"])
                    if written:
                        target.add(row)
                    else:
                        target.leave_out(row)
                    quarantined = ""
                    if status == "rejected":
                        quarantined = _quarantine(build, source, row, facts)
                        reject(row, quarantined)
                    documents.add([row | {"status": status, "keeper": keeper}])
                    raw = None
                    if not quarantined and not facts["stored"]:
                        raw = row["raw"] if written else _original(row) if target.spliced else None
                    records.add([row | {"status": status, "raw": raw, "quarantined": quarantined}])
        for facts in describe_carried(inputs):
            files.add([facts])
            carry_file(source, build, facts["path"])
            _store_original(locate(source, facts["path"]), build, facts["path"])
    write_links(build, decision, quoted)


def write_links(build: Path, decision: Decision, quoted: "LinkedQuotes | None" = None) -> None:
    """Write `links.parquet` and `clusters.parquet`."""
    with TableWriter(build / "links.parquet", tables.LINKS) as links:
        links.add_table(decision.links)
        links.add(tables.read_rows(quoted.links) if quoted else ())
    with TableWriter(build / "clusters.parquet", tables.CLUSTERS) as clusters:
        clusters.add_rows(decision.clusters)
        clusters.add(tables.read_rows(quoted.clusters) if quoted else ())


def _group_by_file(plan: Iterator[Row], rows: Iterator[Row]) -> Iterator[tuple[Row, Iterator[Row]]]:
    """Yield what is known of each file, with the records that were read from it, if any."""
    by_path = itertools.groupby(rows, key=lambda row: str(row["path"]))
    path, group = next(by_path, ("", iter(())))
    for name, parts in itertools.groupby(plan, key=lambda part: str(part["path"])):
        facts = next(parts)
        if name == path:
            yield facts, group
            path, group = next(by_path, ("", iter(())))
        else:
            yield facts, iter(())


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


def _dedup_edit(row: Row, keeper: str, written: bool, decision: Decision) -> list[Row]:
    if not keeper or written:
        return []
    return [
        {
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
    ]


def _original(row: Row) -> bytes:
    """Return the original bytes of a record that is left out of `data/`, where nothing else holds its frame."""
    if row["raw"] is not None:
        return bytes(row["raw"])
    from corpus_clean.pipeline.clean import rebuild_payload

    edits = tuple(tables.edit_from_row(row["doc_id"], edit) for edit in row["edits"])
    payload = rebuild_payload(row["format"], row["text"], edits, row["codec"], row["form"])
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
