"""From candidate pairs to verified links: every pair is compared on its texts."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from corpus_clean.config import Config
from corpus_clean.dedup.relations import relate_documents, relate_passages
from corpus_clean.dedup.segment import SHINGLING
from corpus_clean.pipeline.segments import identify_segment
from corpus_clean.pipeline.tables import EDGES, Row, make_batch
from corpus_clean.similarity.backend import load_kernel
from corpus_clean.similarity.compare import compare_pairs
from corpus_clean.types import Link, Match, Segment

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
        for column in ("segment_id", "doc_id", "start", '"end"', "text")
    ).replace('_"end"', "_end")
)
"""Candidates joined to their texts, one row a pair."""


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
            yield make_batch([*self._compare_texts(pairs)], EDGES)

    def _compare_texts(self, pairs: list[Row]) -> Iterator[Row]:
        sides = ([pair["left_text"] for pair in pairs], [pair["right_text"] for pair in pairs])
        for pair, jaccard, containment in zip(pairs, *compare_pairs(*sides, SHINGLING), strict=True):
            match = Match(float(jaccard), float(containment))
            relate = relate_documents if pair["level"] == "document" else relate_passages
            relation = relate(pair["left_text"], pair["right_text"], match, self.config.dedup)
            if relation:
                grade = "A" if match.jaccard >= self.config.dedup.threshold else "B"
                yield edge_row(Link(_segment(pair, "left"), _segment(pair, "right"), relation, grade, match))


def _segment(pair: Row, side: str) -> Segment:
    return Segment(
        pair[f"{side}_doc_id"], pair["level"], pair[f"{side}_start"], pair[f"{side}_end"], pair[f"{side}_text"]
    )


def edge_row(link: Link) -> Row:
    """Return a link as a row of `EDGES`, the side that sorts first on the left."""
    left, right = link.left, link.right
    if (right.doc_id, right.start) < (left.doc_id, left.start):
        left, right = right, left
    row: Row = {
        "level": link.left.level,
        "relation": link.relation,
        "grade": link.grade,
        "jaccard": link.match.jaccard,
        "containment": link.match.containment,
    }
    for side, segment in (("left", left), ("right", right)):
        row |= {
            f"{side}_id": identify_segment(segment.doc_id, segment.level, segment.start, segment.end),
            f"{side}_doc": segment.doc_id,
            f"{side}_start": segment.start,
            f"{side}_end": segment.end,
            # A document's text is in data/; repeating it in every link would square the output.
            f"{side}_text": "" if segment.level == "document" else segment.text,
        }
    return row
