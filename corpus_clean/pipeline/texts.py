"""The texts of a run's documents, stage by stage, from OUT."""

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from operator import attrgetter
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from corpus_clean.config import ReadConfig
from corpus_clean.ledger.replay import FORWARD, undo_edits
from corpus_clean.pipeline.records import read_some
from corpus_clean.pipeline.restore import read_table, read_text
from corpus_clean.pipeline.tables import edits_from_batch
from corpus_clean.storage.names import locate_name
from corpus_clean.types import Edit, Record
from corpus_clean.writers.base import load_writer


def read_texts(out: Path, config: ReadConfig, doc_ids: Collection[str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield for each of these documents that has a text what every stage worked on, and the clean text."""
    if not doc_ids:
        return
    wanted = set(doc_ids)
    ledger = ds.dataset(out / "ledger" / "edits.parquet")
    left_out = set(ledger.to_table(columns=["doc_id"], filter=pc.field("stage") == "dedup")["doc_id"].to_pylist())
    edits = _group_edits(ledger.to_batches(filter=pc.field("doc_id").isin(sorted(wanted))))
    rows = read_table(out / "ledger" / "records.parquet", ["doc_id", "path", "format", "status", "codec", "form"])
    for path, group in itertools.groupby(rows, key=lambda row: str(row["path"])):
        records = [row for row in group if row["status"] != "rejected"]
        if wanted.isdisjoint(row["doc_id"] for row in records):
            continue
        written = [row for row in records if row["doc_id"] not in left_out]
        for doc_id in (row["doc_id"] for row in records if row["doc_id"] in left_out & wanted):
            clean = next(edit.before for edit in edits[doc_id] if edit.stage == "dedup")
            yield doc_id, _undo(clean, edits[doc_id])
        shown = {number: row for number, row in enumerate(written) if row["doc_id"] in wanted}
        if shown:
            found = _read_data(out, path, records[0]["format"], config, shown)
            for row, record in zip(shown.values(), found, strict=True):
                yield row["doc_id"], _undo(read_text(row, record.payload), edits.get(row["doc_id"], ()))


def _group_edits(batches: Iterable[pa.RecordBatch]) -> dict[str, list[Edit]]:
    edits: dict[str, list[Edit]] = {}
    for batch in batches:
        for edit in edits_from_batch(batch):
            edits.setdefault(edit.doc_id, []).append(edit)
    return edits


def _read_data(out: Path, path: str, form: str, config: ReadConfig, numbers: Collection[int]) -> Iterator[Record]:
    name = load_writer(form).name_output(path)
    return read_some(out / "data" / locate_name(name), name, config, numbers)


def _undo(clean: str, edits: Collection[Edit]) -> dict[str, str]:
    texts = {"clean": clean}
    text = clean
    for stage in reversed(FORWARD):
        own = [edit for edit in edits if edit.stage == stage and edit.action != "flag"]
        if own:
            text = undo_edits(text, sorted(own, key=attrgetter("start", "end")))
        texts[stage] = text
    return texts
