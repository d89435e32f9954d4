"""Families of near-duplicates in SQL, for links that do not fit in memory: the same pairs as `confirm` finds in it."""

from collections.abc import Sequence
from pathlib import Path

from corpus_clean.pipeline.stages import Stages
from corpus_clean.similarity.components import label_components

_REMOVING = """
    SELECT left_id, left_doc_id, left_end, right_id, right_doc_id, right_end, relation
    FROM edges WHERE level = 'document' AND relation IN ({relations})
"""
_ENDS = """
    SELECT DISTINCT e.id AS id, e.doc AS doc, e.length AS length FROM (
        SELECT left_id AS id, left_doc_id AS doc, left_end AS length FROM removing
        UNION ALL
        SELECT right_id AS id, right_doc_id AS doc, right_end AS length FROM removing
    ) e
"""
# Equal texts are one: the one of the least document stands for all of them.
_TEXTS = """
    SELECT g.id AS id, f.id AS text_id FROM (
        SELECT e.id AS id, CASE WHEN c.target IS NULL THEN e.id ELSE c.target END AS root
        FROM ends e LEFT JOIN copies c ON e.id = c.source
    ) g JOIN (
        SELECT r.root AS root, e.id AS id FROM (
            SELECT h.root AS root, MIN(h.doc) AS doc FROM (
                SELECT e.doc AS doc, CASE WHEN c.target IS NULL THEN e.id ELSE c.target END AS root
                FROM ends e LEFT JOIN copies c ON e.id = c.source
            ) h GROUP BY h.root
        ) r JOIN ends e ON e.doc = r.doc
    ) f ON g.root = f.root
"""
_PAIRS = """
    SELECT DISTINCT CASE WHEN l.text_id < r.text_id THEN l.text_id ELSE r.text_id END AS left_id,
                    CASE WHEN l.text_id < r.text_id THEN r.text_id ELSE l.text_id END AS right_id
    FROM removing x JOIN texts l ON l.id = x.left_id JOIN texts r ON r.id = x.right_id
    WHERE l.text_id <> r.text_id
"""
_RANKED = """
    SELECT m.id AS id, m.family AS family,
           ROW_NUMBER() OVER (PARTITION BY m.family ORDER BY e.length DESC, e.doc) AS place,
           COUNT(*) OVER (PARTITION BY m.family) AS size
    FROM (
        SELECT source AS id, target AS family FROM families
        UNION ALL
        SELECT DISTINCT target AS id, target AS family FROM families
    ) m JOIN ends e ON e.id = m.id
"""
_WANTED = """
    SELECT w.left_id AS left_id, w.right_id AS right_id FROM (
        SELECT CASE WHEN a.id < b.id THEN a.id ELSE b.id END AS left_id,
               CASE WHEN a.id < b.id THEN b.id ELSE a.id END AS right_id
        FROM (SELECT id, family, place FROM ranked WHERE size <= {small} OR place <= {best}) a
        JOIN ranked b ON a.family = b.family WHERE a.place < b.place
    ) w LEFT JOIN known k ON k.left_id = w.left_id AND k.right_id = w.right_id
    WHERE k.left_id IS NULL
    ORDER BY w.left_id, w.right_id
"""


def propose_pairs(stages: Stages, edges: Path, relations: Sequence[str], small: int, best: int) -> Path:
    """Return `(left_id, right_id)` of what was not compared yet in each family of near-duplicates.

    Args:
        stages: where the work is done.
        edges: a stage of `EDGES`.
        relations: those that make a family.
        small: up to this size all members are compared with all.
        best: in larger families so many are, with all the others.
    """
    names = ", ".join(f"'{relation}'" for relation in relations)
    removing = stages.query("removing", _REMOVING.format(relations=names), edges=edges)
    ends = stages.query("ends", _ENDS, removing=removing)
    equal = stages.query("equal", "SELECT left_id, right_id FROM removing WHERE relation = 'exact'", removing=removing)
    copies = label_components(stages, "copies-of", equal)
    texts = stages.query("texts", _TEXTS, ends=ends, copies=copies)
    known = stages.query("known", _PAIRS, removing=removing, texts=texts)
    families = label_components(stages, "family", known)
    ranked = stages.query("ranked", _RANKED, ends=ends, families=families)
    return stages.query("confirm", _WANTED.format(small=small, best=best), ranked=ranked, known=known)
