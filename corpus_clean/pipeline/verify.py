"""From candidate pairs to verified links: every pair is compared on its texts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from corpus_clean.config import Config
from corpus_clean.dedup.relations import relate_documents, relate_passages
from corpus_clean.dedup.segment import SHINGLING
from corpus_clean.pipeline.segments import identify_segment
from corpus_clean.pipeline.tables import EDGES, Row, make_batch, quote_from_row
from corpus_clean.quotes.compare import compare_quotes
from corpus_clean.quotes.context import link_quotes_in_context
from corpus_clean.quotes.units import split_units
from corpus_clean.similarity.backend import load_kernel
from corpus_clean.similarity.compare import compare_pairs
from corpus_clean.types import Link, Match, Quote, Segment

PAIRS_SQL = """
    SELECT l.level AS level, r.level AS right_level, {columns}
    FROM candidates c
    JOIN segments l ON l.segment_id = c.left_id
    JOIN segments r ON r.segment_id = c.right_id
    WHERE l.doc_id <> r.doc_id AND NOT (l.earlier AND r.earlier)
    ORDER BY c.left_id, c.right_id
""".format(
    columns=", ".join(
        f"{table}.{column} AS {side}_{column}"
        for side, table in (("left", "l"), ("right", "r"))
        for column in ("segment_id", "doc_id", "start", '"end"', "kind", "speaker", "cue", "affiliations", "text")
    ).replace('_"end"', "_end")
)
"""Candidates joined to their texts, one row a pair."""

CONTEXTS_SQL = """
    SELECT p.left_doc AS left_doc, l.quotes AS left_quotes, l.affiliations AS left_affiliations,
           p.right_doc AS right_doc, r.quotes AS right_quotes, r.affiliations AS right_affiliations
    FROM (SELECT DISTINCT CASE WHEN left_doc < right_doc THEN left_doc ELSE right_doc END AS left_doc,
                          CASE WHEN left_doc < right_doc THEN right_doc ELSE left_doc END AS right_doc
          FROM edges WHERE level = 'quote') p
    JOIN cleaned l ON l.doc_id = p.left_doc
    JOIN cleaned r ON r.doc_id = p.right_doc
    ORDER BY p.left_doc, p.right_doc
"""
"""Documents that share a quote, with all quotes of both."""


@dataclass(frozen=True)
class VerifyKernel:
    """Compares candidate pairs on their texts and keeps those that are alike."""

    config: Config
    compiled: bool = False

    schema = EDGES

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield `EDGES` rows for batches of pairs."""
        if self.compiled:
            load_kernel()
        for batch in batches:
            # Asking for equal levels in SQL would have the planner join every segment with every other.
            pairs = [pair for pair in batch.to_pylist() if pair["level"] == pair["right_level"]]
            quotes = [pair for pair in pairs if pair["level"] == "quote"]
            texts = [pair for pair in pairs if pair["level"] != "quote"]
            yield make_batch([*self._compare_texts(texts), *self._compare_quotes(quotes)], EDGES)

    def _compare_texts(self, pairs: list[Row]) -> Iterator[Row]:
        sides = ([pair["left_text"] for pair in pairs], [pair["right_text"] for pair in pairs])
        for pair, jaccard, containment in zip(pairs, *compare_pairs(*sides, SHINGLING), strict=True):
            match = Match(float(jaccard), float(containment))
            relate = relate_documents if pair["level"] == "document" else relate_passages
            relation = relate(pair["left_text"], pair["right_text"], match, self.config.dedup)
            if relation:
                grade = "A" if match.jaccard >= self.config.dedup.threshold else "B"
                yield edge_row(Link(_segment(pair, "left"), _segment(pair, "right"), relation, grade, match), "", "")

    def _compare_quotes(self, pairs: list[Row]) -> Iterator[Row]:
        for pair in pairs:
            known = _affiliations(pair)
            link = compare_quotes(_quote(pair, "left"), _quote(pair, "right"), self.config.quotes, known)
            if link is not None:
                yield edge_row(link, pair["left_kind"], pair["right_kind"])


@dataclass(frozen=True)
class ContextKernel:
    """Links the quotes of documents that share one: with that much in common, weaker likeness counts too."""

    config: Config

    schema = EDGES

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield `EDGES` rows for batches of document pairs with their quotes."""
        for batch in batches:
            rows: list[Row] = []
            for pair in batch.to_pylist():
                left = [quote_from_row(pair["left_doc"], row) for row in pair["left_quotes"]]
                right = [quote_from_row(pair["right_doc"], row) for row in pair["right_quotes"]]
                units = (unit for quote in (*left, *right) for unit in split_units(quote))
                kinds = {(unit.doc_id, unit.start, unit.end): unit.kind for unit in units}
                for link in link_quotes_in_context(left, right, self.config.quotes, _affiliations(pair)):
                    a, b = link.left, link.right
                    rows.append(edge_row(link, kinds[a.doc_id, a.start, a.end], kinds[b.doc_id, b.start, b.end]))
            yield make_batch(rows, EDGES)


def _affiliations(pair: Row) -> frozenset[tuple[str, str]]:
    known = [*(pair["left_affiliations"] or ()), *(pair["right_affiliations"] or ())]
    return frozenset((organisation, person) for organisation, person in known)


def _quote(pair: Row, side: str) -> Quote:
    names = ("doc_id", "start", "end", "text", "kind", "speaker", "cue")
    values: dict[str, Any] = {name: pair[f"{side}_{name}"] for name in names}
    return Quote(**values)


def _segment(pair: Row, side: str) -> Segment:
    return Segment(
        pair[f"{side}_doc_id"], pair["level"], pair[f"{side}_start"], pair[f"{side}_end"], pair[f"{side}_text"]
    )


def edge_row(link: Link, left_kind: str, right_kind: str) -> Row:
    """Return a link as a row of `EDGES`, the side that sorts first on the left."""
    left = (link.left, left_kind, link.speaker_left)
    right = (link.right, right_kind, link.speaker_right)
    if (link.right.doc_id, link.right.start) < (link.left.doc_id, link.left.start):
        left, right = right, left
    row: Row = {
        "level": link.left.level,
        "relation": link.relation,
        "grade": link.grade,
        "jaccard": link.match.jaccard,
        "containment": link.match.containment,
        "flags": list(link.flags),
    }
    for side, (segment, kind, speaker) in (("left", left), ("right", right)):
        row |= {
            f"{side}_id": identify_segment(segment.doc_id, segment.level, segment.start, segment.end),
            f"{side}_doc": segment.doc_id,
            f"{side}_start": segment.start,
            f"{side}_end": segment.end,
            f"{side}_kind": kind,
            f"{side}_speaker": speaker,
            # A document's text is in data/; repeating it in every link would square the output.
            f"{side}_text": "" if segment.level == "document" else segment.text,
        }
    return row
