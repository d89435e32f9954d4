"""From found quotes to linked ones: units, candidates, verified pairs, all links of documents that share one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from corpus_clean.config import Config
from corpus_clean.pipeline import tables
from corpus_clean.pipeline.decide import cluster_rows
from corpus_clean.pipeline.segments import identify_segment, pack_lists
from corpus_clean.pipeline.stages import Stages
from corpus_clean.pipeline.tables import LINKS, QUOTE_UNITS, Row, make_batch, quote_from_row
from corpus_clean.quotes.clusters import cluster_quotes
from corpus_clean.quotes.compare import compare_quotes
from corpus_clean.quotes.context import link_quotes_in_context
from corpus_clean.quotes.features import quote_features
from corpus_clean.quotes.formulas import mark_formulas
from corpus_clean.quotes.units import split_units
from corpus_clean.similarity.banding import Banding
from corpus_clean.similarity.minhash import band_keys_batch, sign_batch
from corpus_clean.similarity.shingle import Shingling
from corpus_clean.similarity.texts import pack_texts
from corpus_clean.types import Link, Match, Quote, Segment

# Short units need a signature that sees characters, and bands that forgive: docs/quotes.md has the measurement.
QUOTE_SHINGLING = Shingling("char", 5)
QUOTE_BANDING = Banding(bands=32, rows=4)
QUOTE_PERMUTATIONS = QUOTE_BANDING.bands * QUOTE_BANDING.rows

_COMPARED = ("doc_id", "start", "end", "kind", "speaker", "cue", "affiliations", "text")
_CONTEXTS_SQL = """
    SELECT p.left_doc AS left_doc, l.quotes AS left_quotes, l.affiliations AS left_affiliations,
           p.right_doc AS right_doc, r.quotes AS right_quotes, r.affiliations AS right_affiliations
    FROM (SELECT DISTINCT CASE WHEN left_doc < right_doc THEN left_doc ELSE right_doc END AS left_doc,
                          CASE WHEN left_doc < right_doc THEN right_doc ELSE left_doc END AS right_doc
          FROM edges) p
    JOIN cleaned l ON l.doc_id = p.left_doc
    JOIN cleaned r ON r.doc_id = p.right_doc
    ORDER BY p.left_doc, p.right_doc
"""
"""Documents that share a quote, with all quotes of both."""


class LinkedQuotes(NamedTuple):
    """Stages in the columns and the order of `links.parquet` and `clusters.parquet`."""

    links: Path
    clusters: Path


def link_quotes(stages: Stages, cleaned: Path, config: Config) -> LinkedQuotes:
    """Link the quotes of all documents, and form clusters.

    Args:
        stages: where the work is done.
        cleaned: a stage with `doc_id`, `quotes` and `affiliations`, as `CLEANED` has them.
        config: the thresholds.
    """
    units = [stages.map("quote-units", UnitKernel(), cleaned)]
    pairs = stages.join("quote-pairs", stages.pair("quote-candidates", units), units, _COMPARED)
    edges = stages.map("quote-edges", QuoteKernel(config), pairs)
    # A verified pair brings two documents together; the context pass then settles all links between them.
    contexts = stages.query("quote-contexts", _CONTEXTS_SQL, edges=edges, cleaned=cleaned)
    settled = stages.read(stages.map("quote-links", ContextKernel(config), contexts)).to_pylist()
    links = mark_formulas(sorted(map(_link, settled), key=_place))
    clusters = cluster_quotes(links)
    cluster_of = {_span(member.segment): cluster.id for cluster in clusters for member in cluster.members}
    rows = pa.Table.from_pylist([_link_row(link, cluster_of) for link in links], LINKS)
    members = pa.Table.from_pylist(list(cluster_rows(clusters)), tables.CLUSTERS)
    return LinkedQuotes(stages.put("quote-settled", rows), stages.put("quote-clusters", members))


@dataclass(frozen=True)
class UnitKernel:
    """Cuts the quotes of cleaned documents into the units that are compared."""

    schema = QUOTE_UNITS

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield `QUOTE_UNITS` rows for batches of `CLEANED`."""
        for batch in batches:
            rows: list[Row] = []
            units: list[Quote] = []
            for cleaned in batch.select(["doc_id", "quotes", "affiliations"]).to_pylist():
                for row in cleaned["quotes"] or ():
                    found = split_units(quote_from_row(cleaned["doc_id"], row))
                    units += found
                    rows += [_unit_row(unit, cleaned["affiliations"]) for unit in found]
            features = [quote_features(unit) for unit in units]
            packed = pack_texts([one.text for one in features])
            keys = band_keys_batch(sign_batch(packed, QUOTE_SHINGLING, QUOTE_PERMUTATIONS), QUOTE_BANDING, "quote")
            nothing = np.empty(0, np.int64)
            wordless = (np.diff(packed.offsets) <= 1).tolist()
            buckets = pack_lists([nothing if empty else row for row, empty in zip(keys, wordless, strict=True)])
            trigrams = pack_lists([np.array(one.trigrams, np.int64) for one in features])
            columns = make_batch(rows, QUOTE_UNITS).columns[:-2]
            yield pa.RecordBatch.from_arrays([*columns, buckets, trigrams], schema=QUOTE_UNITS)


@dataclass(frozen=True)
class QuoteKernel:
    """Compares candidate pairs of units and keeps those that are alike."""

    config: Config

    schema = pa.schema([("left_doc", pa.string()), ("right_doc", pa.string())])

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield the documents of alike units, for batches of pairs."""
        for batch in batches:
            rows: list[Row] = []
            for pair in batch.to_pylist():
                left, right = _quote(pair, "left"), _quote(pair, "right")
                if compare_quotes(left, right, self.config.quotes, _affiliations(pair)) is not None:
                    rows.append({"left_doc": left.doc_id, "right_doc": right.doc_id})
            yield make_batch(rows, self.schema)


@dataclass(frozen=True)
class ContextKernel:
    """Links the quotes of documents that share one: with that much in common, weaker likeness counts too."""

    config: Config

    schema = LINKS

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield links for batches of document pairs with their quotes."""
        for batch in batches:
            rows: list[Row] = []
            for pair in batch.to_pylist():
                left = [quote_from_row(pair["left_doc"], row) for row in pair["left_quotes"]]
                right = [quote_from_row(pair["right_doc"], row) for row in pair["right_quotes"]]
                for link in link_quotes_in_context(left, right, self.config.quotes, _affiliations(pair)):
                    rows.append(_link_row(link, {}))
            yield make_batch(rows, self.schema)


def _unit_row(unit: Quote, affiliations: Sequence[Sequence[str]] | None) -> Row:
    return {
        "segment_id": identify_segment(unit.doc_id, "quote", unit.start, unit.end),
        "doc_id": unit.doc_id,
        "earlier": False,
        "start": unit.start,
        "end": unit.end,
        "kind": unit.kind,
        "speaker": unit.speaker,
        "cue": unit.cue,
        "affiliations": affiliations,
        "text": unit.text,
    }


def _affiliations(pair: Row) -> frozenset[tuple[str, str]]:
    known: Iterable[Sequence[str]] = [*(pair["left_affiliations"] or ()), *(pair["right_affiliations"] or ())]
    return frozenset((organisation, person) for organisation, person in known)


def _quote(pair: Row, side: str) -> Quote:
    names = ("doc_id", "start", "end", "text", "kind", "speaker", "cue")
    values: dict[str, Any] = {name: pair[f"{side}_{name}"] for name in names}
    return Quote(**values)


def _span(segment: Segment) -> tuple[str, int, int]:
    return (segment.doc_id, segment.start, segment.end)


def _place(link: Link) -> tuple[object, ...]:
    left, right = link.left, link.right
    return (left.doc_id, left.start, right.doc_id, right.start, left.end)


def _link_row(link: Link, cluster_of: dict[tuple[str, int, int], str]) -> Row:
    found = {cluster_of.get(_span(segment), "") for segment in (link.left, link.right)}
    sides = [(link.left, link.speaker_left), (link.right, link.speaker_right)]
    row: Row = {
        "level": "quote",
        "relation": link.relation,
        "grade": link.grade,
        "jaccard": link.match.jaccard,
        "containment": link.match.containment,
        "flags": list(link.flags),
        "cluster_id": found.pop() if len(found) == 1 else "",
    }
    for side, (segment, speaker) in zip("ab", sorted(sides, key=lambda side: _span(side[0])), strict=True):
        row |= {
            f"doc_{side}": segment.doc_id,
            f"start_{side}": segment.start,
            f"end_{side}": segment.end,
            f"text_{side}": segment.text,
            f"speaker_{side}": speaker,
        }
    return row


def _link(row: Row) -> Link:
    left, right = (
        Segment(row[f"doc_{side}"], "quote", row[f"start_{side}"], row[f"end_{side}"], row[f"text_{side}"])
        for side in "ab"
    )
    match = Match(row["jaccard"], row["containment"])
    flags = tuple(row["flags"])
    return Link(left, right, row["relation"], row["grade"], match, row["speaker_a"], row["speaker_b"], flags)
