"""From cleaned documents to verified links: segment, sign, pair, compare."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import xxhash

from corpus_clean.config import Config
from corpus_clean.dedup.relations import relate_documents, relate_passages
from corpus_clean.dedup.segment import segment_document, shingle_segment
from corpus_clean.pipeline.tables import EDGES, SEGMENTS, Row, make_batch, quote_from_row
from corpus_clean.quotes.compare import compare_quotes
from corpus_clean.quotes.context import link_quotes_in_context
from corpus_clean.quotes.features import quote_features
from corpus_clean.quotes.units import split_units
from corpus_clean.similarity.compare import compare_shingles
from corpus_clean.similarity.minhash import Banding, band_keys, choose_banding, sign, signed_64
from corpus_clean.similarity.normalize import normalize_text
from corpus_clean.similarity.shingle import shingle_characters
from corpus_clean.types import Document, Link, Quote, Segment

# Short units need a signature that sees characters, and bands that forgive: see docs/quotes.md for the measurement.
QUOTE_SHINGLE = 5
QUOTE_BANDING = Banding(bands=32, rows=4)
QUOTE_PERMUTATIONS = QUOTE_BANDING.bands * QUOTE_BANDING.rows


def identify_segment(doc_id: str, level: str, start: int, end: int) -> int:
    """Return the 64-bit id of a segment: the same in every run and on every engine.

    Example:
        >>> identify_segment("a.txt", "quote", 3, 9) == identify_segment("a.txt", "quote", 3, 9)
        True
    """
    return signed_64(xxhash.xxh3_64_intdigest(f"{doc_id}\0{level}\0{start}\0{end}".encode()))


@dataclass(frozen=True)
class SegmentKernel:
    """Cuts cleaned documents into segments and gives each the buckets in which it meets others."""

    config: Config

    schema = SEGMENTS

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield `SEGMENTS` rows for batches of `CLEANED`; rejected records have none."""
        for batch in batches:
            rows: list[Row] = []
            for cleaned in batch.select(["doc_id", "text", "quotes", "affiliations"]).to_pylist():
                if cleaned["text"] is not None:
                    rows += self._segment(cleaned)
            yield make_batch(rows, SEGMENTS)

    def _segment(self, cleaned: Row) -> Iterator[Row]:
        document = Document(cleaned["doc_id"], cleaned["text"])
        dedup = self.config.dedup
        banding = choose_banding(dedup.link_jaccard, dedup.permutations)
        lines: list[int] = []
        rows: list[Row] = []
        for segment in segment_document(document, dedup.passage_min_words):
            exact = _bucket(normalize_text(segment.text), segment.level)
            signature = sign(shingle_segment(segment.text), dedup.permutations)
            rows.append(_segment_row(segment, [exact, *band_keys(signature, banding, segment.level)]))
            if segment.level == "passage":
                lines.append(_bucket(normalize_text(segment.text), "line"))
        # An excerpt resembles the whole too little for its signature; the lines they share bring them together.
        rows[0]["features"] = sorted(set(lines))
        yield from rows
        for unit in _units(document.id, cleaned["quotes"]):
            yield _quote_row(unit) | {"affiliations": cleaned["affiliations"]}


def _quote_row(unit: Quote) -> Row:
    features = quote_features(unit)
    signature = sign(shingle_characters(features.text, QUOTE_SHINGLE), QUOTE_PERMUTATIONS)
    segment = Segment(unit.doc_id, "quote", unit.start, unit.end, unit.text)
    row = _segment_row(segment, band_keys(signature, QUOTE_BANDING, "quote"))
    return row | {"kind": unit.kind, "speaker": unit.speaker, "cue": unit.cue, "features": list(features.trigrams)}


def _segment_row(segment: Segment, buckets: list[int]) -> Row:
    return {
        "segment_id": identify_segment(segment.doc_id, segment.level, segment.start, segment.end),
        "doc_id": segment.doc_id,
        "level": segment.level,
        "start": segment.start,
        "end": segment.end,
        "kind": "",
        "speaker": "",
        "cue": "",
        "text": segment.text,
        "buckets": buckets,
        "features": [],
    }


def _bucket(text: str, space: str) -> int:
    return signed_64(xxhash.xxh3_64_intdigest(text.encode(), seed=xxhash.xxh3_64_intdigest(space.encode())))


PAIRS_SQL = """
    SELECT l.level AS level, r.level AS right_level, {columns}
    FROM candidates c
    JOIN segments l ON l.segment_id = c.left_id
    JOIN segments r ON r.segment_id = c.right_id
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

    schema = EDGES

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield `EDGES` rows for batches of pairs."""
        for batch in batches:
            # Asking for equal levels in SQL would have the planner join every segment with every other.
            pairs = (pair for pair in batch.to_pylist() if pair["level"] == pair["right_level"])
            compared = (self._compare(pair) for pair in pairs)
            yield make_batch([row for row in compared if row is not None], EDGES)

    def _compare(self, pair: Row) -> Row | None:
        if pair["level"] == "quote":
            known = _affiliations(pair)
            link = compare_quotes(_quote(pair, "left"), _quote(pair, "right"), self.config.quotes, known)
            return None if link is None else edge_row(link, pair["left_kind"], pair["right_kind"])
        left, right = pair["left_text"], pair["right_text"]
        match = compare_shingles(_shingles(left), _shingles(right))
        relate = relate_documents if pair["level"] == "document" else relate_passages
        relation = relate(left, right, match, self.config.dedup)
        if not relation:
            return None
        sides = (_segment(pair, "left"), _segment(pair, "right"))
        grade = "A" if match.jaccard >= self.config.dedup.threshold else "B"
        return edge_row(Link(*sides, relation, grade, match), "", "")


# Pairs come ordered by their left side, so a text's shingles are asked for again and again.
_shingles = functools.lru_cache(maxsize=512)(shingle_segment)


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


def _units(doc_id: str, rows: list[Row]) -> list[Quote]:
    return [unit for row in rows for unit in split_units(quote_from_row(doc_id, row))]


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
