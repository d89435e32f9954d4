"""The texts of a run's documents, stage by stage, from OUT."""

import functools
import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from operator import attrgetter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from corpus_clean.config import ReadConfig
from corpus_clean.ledger.replay import FORWARD, undo_edits
from corpus_clean.pipeline.columns import open_source, read_back
from corpus_clean.pipeline.records import read_some
from corpus_clean.pipeline.restore import read_text
from corpus_clean.pipeline.tables import Row, edits_from_batch
from corpus_clean.storage.arrow import wrap_numbers
from corpus_clean.storage.names import locate_name
from corpus_clean.types import Edit, Record
from corpus_clean.writers.base import load_writer


def read_texts(out: Path, config: ReadConfig, doc_ids: Collection[str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield for each of these documents that has a text what every stage worked on, and the clean text."""
    return RunTexts(out, config)(doc_ids)


class RunTexts:
    """Gives the texts of a run's documents as `read_texts` does; where they lie is looked up once."""

    def __init__(self, out: Path, config: ReadConfig) -> None:
        self._out = out
        self._config = config

    def __call__(self, doc_ids: Collection[str]) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Yield the texts of these documents."""
        if not doc_ids:
            return
        wanted = pa.array(sorted(set(doc_ids)), pa.string())
        edits = _group_edits(self._ledger.to_batches(filter=pc.field("doc_id").isin(wanted)))
        rows = self._records.filter(pc.is_in(self._records.column("doc_id"), wanted)).to_pylist()
        for path, group in itertools.groupby(rows, key=lambda row: str(row["path"])):
            shown: dict[int, Row] = {}
            for row in group:
                doc_id = row["doc_id"]
                if row["number"] is not None:
                    shown[row["number"]] = row
                    continue
                clean = next(edit.before for edit in edits[doc_id] if edit.stage == "dedup")
                yield doc_id, _undo(clean, edits[doc_id])
            if shown:
                form = next(iter(shown.values()))["format"]
                found = _read_data(self._out, path, form, self._config, shown)
                for row, record in zip(shown.values(), found, strict=True):
                    yield row["doc_id"], _undo(read_text(row, record.payload), edits.get(row["doc_id"], ()))

    @functools.cached_property
    def _ledger(self) -> ds.Dataset:
        return ds.dataset(self._out / "ledger" / "edits.parquet")

    @functools.cached_property
    def _records(self) -> pa.Table:
        """The records that have a text, with their numbers in their files under `data/`, where they are there."""
        place = self._out / "ledger" / "records.parquet"
        with read_back(place), open_source(place) as source:
            records = source.read(["doc_id", "path", "format", "status", "codec", "form"], use_threads=False)
        records = records.filter(pc.not_equal(records.column("status"), "rejected"))
        left_out = self._ledger.to_table(columns=["doc_id"], filter=pc.field("stage") == "dedup").column("doc_id")
        written = pc.invert(pc.is_in(records.column("doc_id"), left_out))
        held = written.to_numpy()
        paths = records.column("path").combine_chunks().dictionary_encode().indices.to_numpy()
        first = np.diff(paths, prepend=-1) != 0  # the records of a file follow each other
        before = np.cumsum(held) - held
        numbers = wrap_numbers(before - before[first][np.cumsum(first) - 1])
        return records.append_column("number", pc.if_else(written, numbers, None))


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
