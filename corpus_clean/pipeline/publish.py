"""Writing OUT: the clean corpus in its input's layout, the ledger, the tables, the quarantine."""

import itertools
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from corpus_clean.pipeline import tables
from corpus_clean.pipeline.decide import Decision, cluster_rows
from corpus_clean.pipeline.tables import Row, TableWriter
from corpus_clean.readers.base import InputFile
from corpus_clean.storage.streams import open_output
from corpus_clean.writers.base import load_writer

if TYPE_CHECKING:
    from corpus_clean.pipeline.quotes import LinkedQuotes

_LONGEST_NAME = 255


def publish_tables(
    build: Path, cleaned: Path, decision: Decision, quoted: "LinkedQuotes | None", keep_duplicates: bool
) -> None:
    """Write everything that OUT holds of the records themselves.

    Args:
        build: the folder that becomes OUT.
        cleaned: the stage of `CLEANED` rows, in the order of the input.
        decision: which of them are duplicates, and the links and clusters of documents and passages.
        quoted: those of quotes, where they were asked for.
        keep_duplicates: write duplicates to `data/` too.
    """
    with ExitStack() as stack:
        documents = stack.enter_context(TableWriter(build / "documents.parquet", tables.DOCUMENTS))
        quotes = stack.enter_context(TableWriter(build / "quotes.parquet", tables.QUOTES))
        edits = stack.enter_context(TableWriter(build / "ledger" / "edits.parquet", tables.LEDGER_EDITS, 1024))
        records = stack.enter_context(TableWriter(build / "ledger" / "records.parquet", tables.LEDGER_RECORDS, 256))
        reject = stack.enter_context(open_rejections(build))
        (build / "data").mkdir()
        for path, rows in itertools.groupby(tables.read_rows(cleaned, 256), key=lambda row: str(row["path"])):
            with ExitStack() as file:
                data: BinaryIO | None = None
                for row in rows:
                    keeper = decision.keepers.get(row["doc_id"], "")
                    status = "rejected" if row["text"] is None else "duplicate" if keeper else "kept"
                    written = status == "kept" or (status == "duplicate" and keep_duplicates)
                    documents.add([row | {"status": status, "keeper": keeper}])
                    row_edits = [*row["edits"], *_dedup_edit(row, keeper, written, decision)]
                    edits.add({"doc_id": row["doc_id"], **edit} for edit in row_edits)
                    quotes.add({"doc_id": row["doc_id"], **quote} for quote in row["quotes"])
                    quarantined = ""
                    if status == "rejected":
                        quarantined = _quarantine(build, row)
                        reject(row, quarantined)
                    elif written:
                        if data is None:
                            name = load_writer(row["format"]).name_output(path)
                            data = file.enter_context(open_output(build / "data" / name))
                        data.write(make_output(row))
                    raw = None if quarantined else row["raw"] if written else _original(row)
                    records.add([row | {"status": status, "raw": raw, "quarantined": quarantined}])
    write_links(build, decision, quoted)


def write_links(build: Path, decision: Decision, quoted: "LinkedQuotes | None" = None) -> None:
    """Write `links.parquet` and `clusters.parquet`."""
    with TableWriter(build / "links.parquet", tables.LINKS) as links:
        links.add_table(decision.links)
        links.add(tables.read_rows(quoted.links) if quoted else ())
    with TableWriter(build / "clusters.parquet", tables.CLUSTERS) as clusters:
        clusters.add(cluster_rows(decision.clusters))
        clusters.add(tables.read_rows(quoted.clusters) if quoted else ())


def write_skipped(build: Path, files: Iterable[InputFile]) -> None:
    """List the files that no reader took, each with the reason."""
    with _open_lines(build / "quarantine" / "skipped.jsonl") as lines:
        for file in files:
            lines.write(_line({"path": file.path, "bytes": file.bytes, "reason": file.skipped}))


@contextmanager
def open_rejections(build: Path) -> Iterator[Callable[[Row, str], None]]:
    """Give a function that lists a rejected record, with the place of its raw bytes."""
    with _open_lines(build / "quarantine" / "rejections.jsonl") as lines:
        yield lambda row, raw: _write(lines, _rejection(row, raw))


def _write(lines: BinaryIO, value: Row) -> None:
    lines.write(_line(value))


def make_output(row: Row) -> bytes:
    """Return the bytes that stand in `data/` for a cleaned record."""
    payload = load_writer(row["format"]).wrap(row["text"], ascii_only=row["ascii_only"]).encode("utf-8")
    return bytes(row["prefix"] + payload + row["suffix"])


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
    payload = rebuild_payload(row["format"], row["text"], edits, row["codec"], row["ascii_only"])
    return bytes(row["prefix"] + payload + row["suffix"])


def _quarantine(build: Path, row: Row) -> str:
    target = Path("quarantine", "raw", row["doc_id"])
    if len(os.fsencode(target.name)) > _LONGEST_NAME:
        target = target.with_name(row["sha256_in"])
    file = build / target
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(row["raw"])
    return target.as_posix()


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


def _open_lines(path: Path) -> BinaryIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("xb")
