"""Families of near-duplicates where links do not fit in memory: what `confirm` asks there, asked by the same function.

SQL finds the families and gathers what is known of each into one row; a kernel asks, family by family. Within them a
text goes by its place in the order of keepers.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from corpus_clean.pipeline.confirm import find_gaps
from corpus_clean.pipeline.decide import REMOVING
from corpus_clean.pipeline.stages import Stages
from corpus_clean.similarity.components import label_components
from corpus_clean.storage.parts import read_parts

ORDER = pa.schema([("doc_id", pa.string()), ("place", pa.int64())])
"""Documents in the order in which they become keepers."""
_ASKED = pa.schema([("family", pa.int64()), ("left_place", pa.int64()), ("right_place", pa.int64())])
_SHIFT = 1 << 32
"""A pair of places in one number: the lesser one times this, the other one twice, and 1 if it was asked for before."""

_IS_REMOVING = f"e.level = 'document' AND e.relation IN {REMOVING}"
_ENDS = f"""
    SELECT DISTINCT s.id AS id, s.doc_id AS doc_id FROM (
        SELECT e.left_id AS id, e.left_doc_id AS doc_id FROM edges e WHERE {_IS_REMOVING}
        UNION ALL
        SELECT e.right_id AS id, e.right_doc_id AS doc_id FROM edges e WHERE {_IS_REMOVING}
    ) s
"""
_EQUAL = "SELECT e.left_id AS left_id, e.right_id AS right_id FROM edges e WHERE e.relation = 'exact'"
_ROOTS = """
    SELECT e.id AS id, e.doc_id AS doc_id, CASE WHEN c.target IS NULL THEN e.id ELSE c.target END AS root
    FROM ends e LEFT JOIN copies c ON e.id = c.source
"""
# Equal texts are one: the one of the least document stands for all of them.
_TEXTS = """
    SELECT g.id AS id, f.id AS text_id, g.doc_id AS doc_id FROM roots g JOIN (
        SELECT r.root AS root, r.id AS id FROM roots r
        JOIN (SELECT root, MIN(doc_id) AS doc_id FROM roots GROUP BY root) m ON m.root = r.root AND m.doc_id = r.doc_id
    ) f ON g.root = f.root
"""
_PLACES = """
    SELECT t.text_id AS text_id, MIN(o.place) AS place FROM texts t JOIN ranks o ON o.doc_id = t.doc_id
    GROUP BY t.text_id
"""
_LINKED = f"""
    SELECT DISTINCT l.text_id AS left_id, r.text_id AS right_id
    FROM edges e JOIN texts l ON l.id = e.left_id JOIN texts r ON r.id = e.right_id
    WHERE {_IS_REMOVING} AND l.text_id <> r.text_id
"""
_MEMBERS = """
    SELECT p.text_id AS text_id, p.place AS place, CASE WHEN f.target IS NULL THEN p.text_id ELSE f.target END AS family
    FROM places p LEFT JOIN families f ON f.source = p.text_id
"""
_ALIKE = f"""
    SELECT DISTINCT a.family AS family, CASE WHEN a.place < b.place THEN a.place * {_SHIFT} + b.place * 2
                                             ELSE b.place * {_SHIFT} + a.place * 2 END AS pair
    FROM linked e JOIN members a ON a.text_id = e.left_id JOIN members b ON b.text_id = e.right_id
"""
_GROUPED = "SELECT k.family AS family, array_agg(k.pair) AS pairs FROM ({known}) k {asking} GROUP BY k.family"
_ONLY_ASKING = "JOIN (SELECT DISTINCT family FROM asking) q ON q.family = k.family"
_COMPARED = f"SELECT family, left_place * {_SHIFT} + right_place * 2 + 1 AS pair FROM asked"
_WANTED = """
    SELECT w.left_id AS left_id, w.right_id AS right_id FROM (
        SELECT CASE WHEN a.text_id < b.text_id THEN a.text_id ELSE b.text_id END AS left_id,
               CASE WHEN a.text_id < b.text_id THEN b.text_id ELSE a.text_id END AS right_id
        FROM asking q JOIN places a ON a.place = q.left_place JOIN places b ON b.place = q.right_place
    ) w LEFT JOIN candidates c ON c.left_id = w.left_id AND c.right_id = w.right_id
    WHERE c.left_id IS NULL
    ORDER BY w.left_id, w.right_id
"""


@dataclass(frozen=True)
class AskKernel:
    """Asks which members of a family are to be compared next; a row holds all that is known of one."""

    schema = _ASKED

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield pairs of places for batches of families."""
        for batch in batches:
            rows = [
                (family, left, right)
                for family, pairs in zip(*(column.to_pylist() for column in batch.columns), strict=True)
                for left, right in _ask(pairs)
            ]
            columns = zip(*rows, strict=True) if rows else ((), (), ())
            yield pa.RecordBatch.from_arrays([pa.array(column, pa.int64()) for column in columns], schema=_ASKED)


def _ask(pairs: Sequence[int]) -> Iterator[tuple[int, int]]:
    alike: dict[int, set[int]] = defaultdict(set)
    compared: set[tuple[int, int]] = set()
    for pair in pairs:
        left, right = pair // _SHIFT, pair % _SHIFT // 2
        if pair % 2:
            compared.add((left, right))
        else:
            alike[left].add(right)
            alike[right].add(left)
    yield from find_gaps(sorted(alike), alike, lambda a, b: b in alike[a] or (a, b) in compared)


def confirm_families(
    stages: Stages,
    edges: Path,
    candidates: Path,
    order: pa.Table,
    compare: Callable[[str, Path], Path],
) -> list[Path]:
    """Have compared what keepers need; return the further stages of `EDGES`.

    Args:
        stages: where the work is done.
        edges: a stage of `EDGES`.
        candidates: the pairs that were compared for it.
        order: the documents concerned, as `ORDER`.
        compare: makes edges of a stage of pairs, under a name.
    """
    ends = stages.query("ends", _ENDS, edges=edges)
    copies = label_components(stages, "copies-of", stages.query("equal", _EQUAL, edges=edges))
    roots = stages.query("roots", _ROOTS, ends=ends, copies=copies)
    texts = stages.query("texts", _TEXTS, roots=roots)
    places = stages.query("places", _PLACES, texts=texts, ranks=stages.put("keeper-order", order))
    linked = stages.query("linked", _LINKED, edges=edges, texts=texts)
    families = label_components(stages, "family", linked)
    members = stages.query("members", _MEMBERS, places=places, families=families)
    known = [stages.query("alike", _ALIKE, linked=linked, members=members)]
    found: list[Path] = []
    asking: list[Path] = []
    while True:
        name = f"confirm-{len(found)}"
        gather = _GROUPED.format(known="SELECT family, pair FROM known", asking=_ONLY_ASKING if asking else "")
        sources = {"asking": asking[-1]} if asking else {}
        grouped = stages.query(f"{name}-known", gather, known=known, **sources)
        asked = stages.map(f"{name}-asked", AskKernel(), grouped)
        if not sum(part.rows for part in read_parts(asked)):
            return found
        asking.append(asked)
        wanted = stages.query(f"{name}-wanted", _WANTED, asking=asked, places=places, candidates=candidates)
        found.append(compare(name, wanted))
        linked = stages.query(f"{name}-linked", _LINKED, edges=found[-1], texts=texts)
        known.append(stages.query(f"{name}-compared", _COMPARED, asked=asked))
        known.append(stages.query(f"{name}-alike", _ALIKE, linked=linked, members=members))
