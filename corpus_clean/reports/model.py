"""The numbers and findings of a run, read from OUT's own tables."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus_clean.errors import UsageError

if TYPE_CHECKING:
    import duckdb

NAME = "report.json"
SHOWN = 1000
"""How many clusters, rejections and skipped files a report lists one by one; the totals always count all."""


_EDIT_COLUMNS = ("doc_id", "stage", "before", "after", "rule_id", "action")


@dataclass(frozen=True, slots=True)
class Tally:
    """How often something occurs, in how many documents, and how many characters it concerns."""

    name: str
    count: int
    documents: int
    chars: int


@dataclass(frozen=True, slots=True)
class Copy:
    """A document in a cluster of duplicates. `resemblance` is its Jaccard likeness to the keeper."""

    doc_id: str
    resemblance: float


@dataclass(frozen=True, slots=True)
class DuplicateCluster:
    """A document that was kept, and those left out for it."""

    cluster_id: str
    keeper: str
    copies: Sequence[Copy]


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


@dataclass(frozen=True, slots=True)
class Report:
    """All of it. `characters` has `in`, `out`, and what each stage took or added (negative: added)."""

    documents: Mapping[str, int]
    characters: Mapping[str, int]
    portals: Sequence[Tally]
    languages: Sequence[Tally]
    formats: Sequence[Tally]
    rules: Sequence[Tally]
    flags: Sequence[Tally]
    links: Mapping[str, int]
    quotes: int
    duplicate_clusters: Sequence[DuplicateCluster]
    quote_clusters: Sequence[QuoteCluster]
    totals: Mapping[str, int]
    rejections: Sequence[Mapping[str, str]]
    skipped: Sequence[Mapping[str, Any]]


def build_report(out: Path) -> Report:
    """Compute the report of a run.

    Raises:
        UsageError: `out` is no finished run.
    """
    import duckdb

    if not (out / "documents.parquet").is_file():
        raise UsageError(f"{out}: holds no documents.parquet; give the folder that `corpus-clean run` wrote")
    with duckdb.connect() as tables:
        for name in ("documents", "quotes", "links", "clusters", "ledger/edits"):
            # Files are handed over as Arrow data: DuckDB would take `[` or `*` in a path for a pattern.
            _open_table(tables, name.rpartition("/")[2], out / f"{name}.parquet")
        duplicates = _duplicate_clusters(tables)
        quotes = _quote_clusters(tables)
        rejections = _read_lines(out / "quarantine" / "rejections.jsonl")
        skipped = _read_lines(out / "quarantine" / "skipped.jsonl")
        status = dict(
            tables.execute("SELECT status, COUNT(*) FROM documents GROUP BY status ORDER BY status").fetchall()
        )
        return Report(
            documents={name: status.get(name, 0) for name in ("kept", "duplicate", "rejected")},
            characters=_characters(tables),
            portals=_tally_documents(tables, "portal"),
            languages=_tally_documents(tables, "language"),
            formats=_tally_documents(tables, "format"),
            rules=_tally_edits(tables, "stage IN ('repair', 'rules') AND action <> 'flag'"),
            flags=_tally_edits(tables, "action = 'flag'"),
            links=dict(
                tables.execute("SELECT level || ' ' || relation, COUNT(*) FROM links GROUP BY 1 ORDER BY 1").fetchall()
            ),
            quotes=_count(tables, "SELECT COUNT(*) FROM quotes"),
            duplicate_clusters=duplicates[:SHOWN],
            quote_clusters=quotes[:SHOWN],
            totals={
                "duplicate_clusters": len(duplicates),
                "quote_clusters": len(quotes),
                "rejections": len(rejections),
                "skipped": len(skipped),
            },
            rejections=rejections[:SHOWN],
            skipped=skipped[:SHOWN],
        )


def write_report(out: Path) -> None:
    """Write `report.json` beside the tables it is made from."""
    (out / NAME).write_text(format_json(build_report(out)), encoding="utf-8")


def format_json(report: Report) -> str:
    """Return the report as JSON, always in the same order."""
    return json.dumps(asdict(report), ensure_ascii=False, indent=1) + "\n"


def _open_table(tables: "duckdb.DuckDBPyConnection", name: str, path: Path) -> None:
    import pyarrow.dataset as ds

    if path.is_file():
        tables.register(name, ds.dataset(path))
    else:  # `dedup` edits nothing and looks for no quotes
        tables.execute(f"CREATE TABLE {name} ({', '.join(f'{column} VARCHAR' for column in _EDIT_COLUMNS)})")


def _count(tables: "duckdb.DuckDBPyConnection", sql: str) -> int:
    row = tables.execute(sql).fetchone()
    return int(row[0] or 0) if row else 0


def _characters(tables: "duckdb.DuckDBPyConnection") -> dict[str, int]:
    taken = tables.execute(
        "SELECT stage, SUM(LENGTH(before) - LENGTH(after))::BIGINT FROM edits GROUP BY stage ORDER BY stage"
    ).fetchall()
    return {
        "in": _count(tables, "SELECT SUM(chars_in)::BIGINT FROM documents"),
        "out": _count(tables, "SELECT SUM(chars_out)::BIGINT FROM documents WHERE status = 'kept'"),
        **{stage: int(count) for stage, count in taken},
    }


def _tally_documents(tables: "duckdb.DuckDBPyConnection", column: str) -> list[Tally]:
    rows = tables.execute(
        f"""SELECT COALESCE({column}, ''), COUNT(*), COUNT(*), COALESCE(SUM(chars_out), 0)::BIGINT
            FROM documents WHERE status <> 'rejected' GROUP BY 1 ORDER BY 2 DESC, 1"""
    ).fetchall()
    return [Tally(*row) for row in rows]


def _tally_edits(tables: "duckdb.DuckDBPyConnection", condition: str) -> list[Tally]:
    rows = tables.execute(
        f"""SELECT rule_id, COUNT(*), COUNT(DISTINCT doc_id), SUM(LENGTH(before))::BIGINT
            FROM edits WHERE {condition} GROUP BY rule_id ORDER BY 4 DESC, 1"""
    ).fetchall()
    return [Tally(*row) for row in rows]


def _duplicate_clusters(tables: "duckdb.DuckDBPyConnection") -> list[DuplicateCluster]:
    rows = tables.execute(
        """SELECT cluster_id, doc_id, keeper, jaccard_to_keeper FROM clusters
           WHERE level = 'document' ORDER BY cluster_id, keeper DESC, doc_id"""
    ).fetchall()
    clusters: dict[str, tuple[str, list[Copy]]] = {}
    for cluster_id, doc_id, keeper, resemblance in rows:
        if keeper:
            clusters[cluster_id] = (doc_id, [])
        else:
            clusters[cluster_id][1].append(Copy(doc_id, round(resemblance, 4)))
    found = [DuplicateCluster(cluster_id, keeper, copies) for cluster_id, (keeper, copies) in clusters.items()]
    return sorted(found, key=lambda cluster: (-len(cluster.copies), cluster.keeper))


def _quote_clusters(tables: "duckdb.DuckDBPyConnection") -> list[QuoteCluster]:
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
    flags: dict[str, set[str]] = {}
    for cluster_id, found in tables.execute("SELECT cluster_id, flags FROM links WHERE level = 'quote'").fetchall():
        flags.setdefault(cluster_id, set()).update(found)
    variants: dict[str, list[Variant]] = {}
    for cluster_id, doc_id, portal, published, speaker, text, keeper in rows:
        variant = Variant(doc_id, portal or "", published or "", speaker, text, keeper)
        found = variants.setdefault(cluster_id, [])
        # Where a quote and a sentence of it are both linked, the sentence is what the others repeat.
        if any(other.doc_id == doc_id and text in other.text for other in found):
            found[:] = [other for other in found if other.doc_id != doc_id or text not in other.text]
        if not any(other.doc_id == doc_id and other.text in text for other in found):
            found.append(variant)
    clusters = [
        QuoteCluster(key, _name_speaker(found), sorted(flags.get(key, ())), found) for key, found in variants.items()
    ]
    return sorted(clusters, key=lambda c: (-len({v.doc_id for v in c.variants}), -len(c.variants), c.cluster_id))


def _name_speaker(variants: Sequence[Variant]) -> str:
    """Return the speaker most variants name; of equally frequent names the longest, then the first."""
    names = [variant.speaker for variant in variants if variant.speaker]
    return max(sorted(set(names)), key=lambda name: (names.count(name), len(name)), default="")


def _read_lines(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_bytes().split(b"\n") if line]
