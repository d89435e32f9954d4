"""Quotes that more than one document carries, in all their wordings."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Variant:
    """One wording of a quote, and who carried it when."""

    doc_id: str
    portal: str
    published: str
    speaker: str
    text: str
    keeper: bool


@dataclass(frozen=True, slots=True)
class QuoteCluster:
    """A quote in all its wordings."""

    cluster_id: str
    speaker: str
    flags: Sequence[str]
    variants: Sequence[Variant]


def read_quote_clusters(tables: "duckdb.DuckDBPyConnection") -> list[QuoteCluster]:
    """Return every cluster of OUT's tables, the most widely carried first."""
    rows = tables.execute(
        """SELECT c.cluster_id, c.doc_id, d.portal, d.published, l.speaker, l.text, c.keeper
           FROM clusters c
           JOIN documents d ON d.doc_id = c.doc_id
           JOIN (SELECT doc_a AS doc, start_a AS s, end_a AS e, speaker_a AS speaker, text_a AS text
                 FROM links WHERE level = 'quote'
                 UNION SELECT doc_b, start_b, end_b, speaker_b, text_b FROM links WHERE level = 'quote') l
             ON l.doc = c.doc_id AND l.s = c.start AND l.e = c."end"
           WHERE c.level = 'quote' ORDER BY c.cluster_id, c.keeper DESC, d.published, c.doc_id, c.start"""
    ).fetchall()
    clusters: dict[str, dict[str, list[Variant]]] = {}
    for cluster_id, doc_id, portal, published, speaker, text, keeper in rows:
        carriers = clusters.setdefault(cluster_id, {})
        _add_variant(
            carriers.setdefault(doc_id, []), Variant(doc_id, portal or "", published or "", speaker, text, keeper)
        )
    flags = _read_flags(tables)
    found = []
    for cluster_id, carriers in clusters.items():
        variants = [variant for own in carriers.values() for variant in own]
        found.append(QuoteCluster(cluster_id, _name_speaker(variants), sorted(flags.get(cluster_id, ())), variants))
    return sorted(found, key=lambda c: (-len(clusters[c.cluster_id]), -len(c.variants), c.cluster_id))


def _add_variant(own: list[Variant], new: Variant) -> None:
    """Where a document has a quote and a sentence of it, keep the sentence: it is what the others repeat."""
    if longer := [variant for variant in own if new.text in variant.text]:
        own[:] = [variant for variant in own if variant not in longer]
        own.append(replace(new, keeper=any(variant.keeper for variant in longer)))
    elif not any(variant.text in new.text for variant in own):
        own.append(new)


def _read_flags(tables: "duckdb.DuckDBPyConnection") -> dict[str, set[str]]:
    flags: dict[str, set[str]] = {}
    for cluster_id, found in tables.execute("SELECT cluster_id, flags FROM links WHERE level = 'quote'").fetchall():
        flags.setdefault(cluster_id, set()).update(found)
    return flags


def _name_speaker(variants: Sequence[Variant]) -> str:
    """Return the speaker most variants name; of equally frequent names the longest, then the first."""
    names = [variant.speaker for variant in variants if variant.speaker]
    return max(sorted(set(names)), key=lambda name: (names.count(name), len(name)), default="")
