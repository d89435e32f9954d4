"""The columns of every stage and of every table in OUT, and the way from the nouns to rows."""

import itertools
import operator
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from corpus_clean.engines.base import ASIDE
from corpus_clean.storage.parts import read_batches
from corpus_clean.types import Edit, Metadata, Quote, Rejection

if TYPE_CHECKING:
    from corpus_clean.quotes.spans import Reading

TEXT = pa.large_string()
KNOWN = [(f.name, pa.string()) for f in fields(Metadata)]

EDIT = pa.struct(
    [
        ("stage", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("before", TEXT),
        ("after", TEXT),
        ("rule_id", pa.string()),
        ("rule_version", pa.string()),
        ("action", pa.string()),
        ("confidence", pa.float64()),
    ]
)
QUOTE = pa.struct(
    [
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("kind", pa.string()),
        ("speaker", pa.string()),
        ("cue", pa.string()),
        ("text", pa.string()),
    ]
)

NARRATION = pa.list_(pa.struct([("start", pa.int64()), ("end", pa.int64()), ("text", pa.string())]))
"""The sentences that are the paper's own."""

AFFILIATIONS = pa.list_(pa.list_(pa.string()))
"""Pairs of an organisation and a person who speaks for it."""

FILES = pa.schema([("path", pa.string()), ("bytes", pa.int64())])

FILE_FACTS = [
    ("path", pa.string()),
    ("format", pa.string()),
    ("bytes", pa.int64()),
    ("sha256", pa.string()),
    ("content", pa.string()),
    ("stored", pa.bool_()),
    ("head", pa.binary()),
]
PARTS = pa.schema(
    [
        *FILE_FACTS,
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("index", pa.int64()),
        ("size", pa.int64()),
        ("fault", pa.string()),
    ]
)
"""One row a part of a file, beside what holds for the file. A `fault` is the damage behind the last part."""

CLEANED = pa.schema(
    [
        ("doc_id", pa.string()),
        ("path", pa.string()),
        ("index", pa.int64()),
        ("format", pa.string()),
        ("language", pa.string()),
        ("portal", pa.string()),
        *KNOWN,
        ("text", TEXT),
        ("chars_in", pa.int64()),
        ("chars_out", pa.int64()),
        ("codec", pa.string()),
        ("form", pa.string()),
        ("prefix", pa.large_binary()),
        ("suffix", pa.large_binary()),
        ("raw", pa.large_binary()),
        ("span", pa.list_(pa.int64())),
        ("sha256_in", pa.string()),
        ("sha256_out", pa.string()),
        ("edits", pa.list_(EDIT)),
        ("quotes", pa.list_(QUOTE)),
        ("affiliations", AFFILIATIONS),
        ("narration", NARRATION),
        ("rejected_stage", pa.string()),
        ("rejected_reason", pa.string()),
        ("rejected_detail", pa.string()),
    ]
)
"""One row a record. `raw` is its own bytes where it was rejected, or where text and edits cannot rebuild it.

Where they are too many to be held, `span` is where they lie in the decompressed file.
"""

FACTS = ("doc_id", "path", "portal", "published", "chars_in", "chars_out")
"""The columns of `CLEANED` and `SIGNED` that deciding needs."""

SEGMENTS = pa.schema(
    [
        ("segment_id", pa.int64()),
        ("doc_id", pa.string()),
        ("level", pa.string()),
        ("earlier", pa.bool_()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        pa.field("text", TEXT, metadata=ASIDE),
        pa.field("normal", pa.large_binary(), metadata=ASIDE),
        ("exact", pa.int64()),
        ("figures", pa.int64()),
        ("figures_key", pa.int64()),
        ("buckets", pa.list_(pa.int64())),
        ("features", pa.list_(pa.int64())),
    ]
)
"""One row a document or passage.

`text` is what links show of a passage. `normal` is what is compared: the normal form in UTF-8, and a space. `exact`
is its hash, null where it has no words. `figures` counts the words that begin with a digit, `figures_key` hashes them.
Sharing one of `buckets` makes a candidate; of `features`, only sharing a rare one does.
"""

SIGNED = pa.schema(
    [
        *(CLEANED.field(name) for name in ("path", "index", "format", "portal", "published", "chars_in", "chars_out")),
        *(CLEANED.field(name) for name in ("rejected_stage", "rejected_reason", "rejected_detail")),
        *SEGMENTS,
    ]
)
"""One row a record that was read, decoded and signed, but not cleaned; of a rejected one all keys are null."""

EDGES = pa.schema(
    [
        ("level", pa.string()),
        ("relation", pa.string()),
        ("grade", pa.string()),
        *[
            column
            for side in ("left", "right")
            for column in (
                (f"{side}_id", pa.int64()),
                (f"{side}_doc_id", pa.string()),
                (f"{side}_start", pa.int64()),
                (f"{side}_end", pa.int64()),
                (f"{side}_text", TEXT),
            )
        ],
        ("jaccard", pa.float64()),
        ("containment", pa.float64()),
    ]
)
"""Verified links between documents and between passages; the side that sorts first is on the left."""

QUOTE_UNITS = pa.schema(
    [
        ("segment_id", pa.int64()),
        ("doc_id", pa.string()),
        ("exact", pa.int64()),
        ("day", pa.int32()),
        ("speaker", pa.string()),
        ("affiliations", AFFILIATIONS),
        ("text", pa.string()),
        ("buckets", pa.list_(pa.int64())),
        ("features", pa.list_(pa.int64())),
    ]
)
"""One row a quote, and one a sentence of a quote of several. `text` is folded, `day` counts from 1970.

`exact` is null: of equal quotes, each brings its own documents together.
"""

DOCUMENTS = pa.schema(
    [
        ("doc_id", pa.string()),
        ("path", pa.string()),
        ("index", pa.int64()),
        ("format", pa.string()),
        ("status", pa.string()),
        ("keeper", pa.string()),
        ("chars_in", pa.int64()),
        ("chars_out", pa.int64()),
        ("portal", pa.string()),
        ("language", pa.string()),
        *KNOWN,
        ("sha256_in", pa.string()),
        ("sha256_out", pa.string()),
    ]
)
QUOTES = pa.schema([("doc_id", pa.string()), *[(field.name, field.type) for field in QUOTE]])
LINKS = pa.schema(
    [
        ("level", pa.string()),
        ("relation", pa.string()),
        ("grade", pa.string()),
        *[
            column
            for side in ("a", "b")
            for column in (
                (f"doc_{side}", pa.string()),
                (f"start_{side}", pa.int64()),
                (f"end_{side}", pa.int64()),
                (f"text_{side}", pa.string()),
                (f"speaker_{side}", pa.string()),
            )
        ],
        ("jaccard", pa.float64()),
        ("containment", pa.float64()),
        ("flags", pa.list_(pa.string())),
        ("cluster_id", pa.string()),
    ]
)
CLUSTERS = pa.schema(
    [
        ("cluster_id", pa.string()),
        ("level", pa.string()),
        ("doc_id", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("keeper", pa.bool_()),
        ("jaccard_to_keeper", pa.float64()),
    ]
)
LEDGER_EDITS = pa.schema([("doc_id", pa.string()), *[(field.name, field.type) for field in EDIT]])
LEDGER_FILES = pa.schema(FILE_FACTS)
LEDGER_RECORDS = pa.schema(
    [
        ("doc_id", pa.string()),
        ("path", pa.string()),
        ("index", pa.int64()),
        ("format", pa.string()),
        ("status", pa.string()),
        ("codec", pa.string()),
        ("form", pa.string()),
        ("raw", pa.large_binary()),
        ("quarantined", pa.string()),
    ]
)

Row = dict[str, Any]


def make_batch(rows: Sequence[Row], schema: pa.Schema) -> pa.RecordBatch:
    """Return rows as a batch; columns a row does not name are null."""
    return pa.RecordBatch.from_pylist(list(rows), schema=schema)


def edit_row(edit: Edit) -> Row:
    """Return an edit as a row of `EDIT`."""
    return {name: getattr(edit, name) for name in _EDIT_NAMES}


_EDIT_NAMES = [field.name for field in EDIT]


def edit_from_row(doc_id: str, row: Row) -> Edit:
    """Return the edit that `edit_row` wrote."""
    return Edit(doc_id, *map(row.__getitem__, _EDIT_NAMES))


def edits_from_batch(batch: pa.RecordBatch) -> list[Edit]:
    """Return the edits of rows of `LEDGER_EDITS`."""
    return list(map(Edit, *(batch.column(name).to_pylist() for name in ("doc_id", *_EDIT_NAMES))))


_take_quote = operator.attrgetter(*(field.name for field in QUOTE))
_take_narration = operator.attrgetter(*(field.name for field in NARRATION.value_type))


def reading_columns(reading: "Reading | None") -> Row:
    """Return the columns of `CLEANED` that say what was said, if that was asked."""
    if reading is None:
        return {"quotes": [], "affiliations": [], "narration": []}
    return {
        "quotes": list(map(_take_quote, reading.quotes)),
        "affiliations": sorted(map(list, reading.affiliations)),
        "narration": list(map(_take_narration, reading.narration)),
    }


def read_readings(rows: pa.RecordBatch, side: str) -> "list[Reading]":
    """Return the readings that `reading_columns` wrote, from columns whose names begin with a side, as `doc` does."""
    from corpus_clean.quotes.spans import Reading

    documents = rows.column(f"{side}_doc").to_pylist()
    quotes = read_quotes(documents, rows.column(f"{side}_quotes"))
    narration = _read_structs(documents, rows.column(f"{side}_narration"), ("start", "end", "text"), "indirect")
    affiliations = (frozenset(map(tuple, pairs)) for pairs in rows.column(f"{side}_affiliations").to_pylist())
    return list(map(Reading, quotes, affiliations, narration))


def read_quotes(documents: Sequence[str], lists: pa.ListArray) -> Iterator[tuple[Quote, ...]]:
    """Return the quotes that `reading_columns` wrote, of each document's list."""
    return _read_structs(documents, lists, ("start", "end", "text", "kind", "speaker", "cue"))


def _read_structs(
    documents: Sequence[str], lists: pa.ListArray, names: Sequence[str], *others: str
) -> Iterator[tuple[Quote, ...]]:
    sizes = [size or 0 for size in lists.value_lengths().to_pylist()]
    values = lists.flatten()
    owners = itertools.chain.from_iterable(map(itertools.repeat, documents, sizes))
    quotes = map(Quote, owners, *(values.field(name).to_pylist() for name in names), *map(itertools.repeat, others))
    return (tuple(itertools.islice(quotes, size)) for size in sizes)


def rejection_columns(rejection: Rejection) -> Row:
    """Return the columns of `CLEANED` that say why a record was rejected."""
    return {
        "rejected_stage": rejection.stage,
        "rejected_reason": rejection.reason,
        "rejected_detail": rejection.detail,
    }


def read_rows(stage: Path, rows_per_batch: int = 4096) -> Iterator[Row]:
    """Yield the rows of a stage in their order."""
    for batch in read_batches(stage, rows=rows_per_batch):
        yield from batch.to_pylist()
