"""The numbers and findings of a run, read from OUT's own tables."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus_clean.config import DedupConfig
from corpus_clean.reports.quote_clusters import QuoteCluster, read_quote_clusters
from corpus_clean.reports.removal_check import RemovalCheck, check_removals, restore_check
from corpus_clean.reports.tables import open_tables, read_lines, read_number, read_rows, read_taken
from corpus_clean.reports.texts import Texts
from corpus_clean.reports.wording import dump_json
from corpus_clean.storage.streams import write_file

if TYPE_CHECKING:
    import duckdb

NAME = "report.json"
SHOWN = 1000
"""How many clusters, rejections and skipped files a report lists one by one; the totals always count all."""

_REJECTIONS = "quarantine/rejections.jsonl"
_SKIPPED = "quarantine/skipped.jsonl"


@dataclass(frozen=True, slots=True)
class Group:
    """The documents of one portal, language or format, and their characters; `noise` is what the rules took."""

    name: str
    documents: int
    duplicates: int
    rejected: int
    chars_in: int
    chars_out: int
    noise: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a rule did something, in how many documents, and how many characters fewer there are for it."""

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
class Report:
    """All of it. `characters` has `in`, `out`, and what each stage took or added (negative: added).

    `links` counts by level and relation, `reasons` the records in quarantine. `removal_check` is null where OUT holds
    no texts to measure.
    """

    documents: Mapping[str, int]
    characters: Mapping[str, int]
    portals: Sequence[Group]
    languages: Sequence[Group]
    formats: Sequence[Group]
    rules: Sequence[Tally]
    flags: Sequence[Tally]
    links: Mapping[str, int]
    quotes: int
    removal_check: RemovalCheck | None
    duplicate_clusters: Sequence[DuplicateCluster]
    quote_clusters: Sequence[QuoteCluster]
    totals: Mapping[str, int]
    reasons: Mapping[str, int]
    rejections: Sequence[Mapping[str, str]]
    skipped: Sequence[Mapping[str, Any]]


def build_report(out: Path, texts: Texts | None = None, config: DedupConfig | None = None) -> Report:
    """Compute the report of a run.

    Args:
        out: the folder of a run.
        texts: gives the clean texts, to measure a sample of the removals on; without it, what `report.json` has of that
            is taken over.
        config: the thresholds to measure by.

    Raises:
        UsageError: `out` is no finished run.
    """
    with open_tables(out) as tables:
        return sum_up(tables, out, texts, config)


def sum_up(
    tables: "duckdb.DuckDBPyConnection", out: Path, texts: Texts | None = None, config: DedupConfig | None = None
) -> Report:
    """Do what `build_report` does with tables that are open."""
    check = check_removals(tables, texts, config or DedupConfig()) if texts else _recorded_check(out)
    duplicates = _duplicate_clusters(tables)
    quotes = read_quote_clusters(tables)
    groups = _group(tables)
    rules, flags = _tally(tables)
    return Report(
        documents=_count_statuses(tables),
        characters=_characters(tables),
        portals=groups["portals"],
        languages=groups["languages"],
        formats=groups["formats"],
        rules=rules,
        flags=flags,
        links={
            row["kind"]: row["n"]
            for row in read_rows(
                tables, "SELECT level || ' ' || relation AS kind, COUNT(*) AS n FROM links GROUP BY 1 ORDER BY 1"
            )
        },
        quotes=read_number(tables, "SELECT COUNT(*) FROM quotes"),
        removal_check=check,
        **list_findings(out, duplicates, quotes),
    )


def list_findings(out: Path, duplicates: Sequence[DuplicateCluster], quotes: Sequence[QuoteCluster]) -> dict[str, Any]:
    """Return the fields of a report that list things one by one, and how many there are of each."""
    rejections = sorted(read_lines(out / _REJECTIONS), key=lambda row: (row["reason"], row["doc_id"]))
    skipped = sorted(read_lines(out / _SKIPPED), key=lambda row: (row["reason"], row["path"]))
    lists = {
        "duplicate_clusters": duplicates,
        "quote_clusters": quotes,
        "rejections": rejections,
        "skipped": skipped,
    }
    return {
        **{name: found[:SHOWN] for name, found in lists.items()},
        "totals": {name: len(found) for name, found in lists.items()},
        "reasons": dict(Counter(row["reason"] for row in rejections).most_common()),
    }


def write_report(out: Path, report: Report | None = None) -> None:
    """Write `report.json` beside the tables it is made from."""
    write_file(out / NAME, format_json(report or build_report(out)).encode())


def format_json(report: Report) -> str:
    """Return the report as JSON, always in the same order."""
    return dump_json(report)


def _recorded_check(out: Path) -> RemovalCheck | None:
    try:
        return restore_check(json.loads((out / NAME).read_text(encoding="utf-8"))["removal_check"])
    except (OSError, ValueError, KeyError, TypeError):  # none written, or by another version
        return None


def _count_statuses(tables: "duckdb.DuckDBPyConnection") -> dict[str, int]:
    found = dict(tables.execute("SELECT status, COUNT(*) FROM documents GROUP BY status").fetchall())
    return {name: found.get(name, 0) for name in ("kept", "duplicate", "rejected")}


def _characters(tables: "duckdb.DuckDBPyConnection") -> dict[str, int]:
    """What is in the clean corpus is what was read less what each stage took."""
    taken = read_taken(tables)
    read = read_number(tables, "SELECT SUM(chars_in)::BIGINT FROM documents")
    return {"in": read, "out": read - sum(taken.values()), **taken}


def _group(tables: "duckdb.DuckDBPyConnection") -> dict[str, list[Group]]:
    """Return the groups of each kind, the largest first; what has no name is under an empty one."""
    rows = read_rows(
        tables,
        """SELECT GROUPING(d.portal, d.language, d.format) AS kind,
                  COALESCE(d.portal, d.language, d.format, '') AS name, COUNT(*) AS documents,
                  COUNT(*) FILTER (WHERE d.status = 'duplicate') AS duplicates,
                  COUNT(*) FILTER (WHERE d.status = 'rejected') AS rejected,
                  COALESCE(SUM(d.chars_in), 0)::BIGINT AS chars_in,
                  COALESCE(SUM(d.chars_in - COALESCE(t.chars, 0)), 0)::BIGINT AS chars_out,
                  COALESCE(SUM(t.noise), 0)::BIGINT AS noise
           FROM (SELECT doc_id, status, chars_in, COALESCE(portal, '') AS portal, COALESCE(language, '') AS language,
                        COALESCE(format, '') AS format FROM documents) d
           LEFT JOIN (SELECT doc_id, SUM(chars) AS chars, SUM(chars) FILTER (WHERE stage = 'rules') AS noise
                      FROM taken GROUP BY doc_id) t ON t.doc_id = d.doc_id
           GROUP BY GROUPING SETS (d.portal, d.language, d.format)
           ORDER BY chars_in DESC, documents DESC, name""",
    )
    groups: dict[str, list[Group]] = {"portals": [], "languages": [], "formats": []}
    kinds = {0b011: "portals", 0b101: "languages", 0b110: "formats"}
    for row in rows:
        groups[kinds[row.pop("kind")]].append(Group(**row))
    return groups


def _tally(tables: "duckdb.DuckDBPyConnection") -> tuple[list[Tally], list[Tally]]:
    """Return what the rules took out, and what they flagged."""
    rows = read_rows(
        tables,
        """SELECT rule_id AS name, action = 'flag' AS flag, COUNT(*) AS count, COUNT(DISTINCT doc_id) AS documents,
                  SUM(LENGTH(before) - LENGTH(after))::BIGINT AS chars
           FROM edits WHERE stage <> 'dedup' OR action = 'flag' GROUP BY 1, 2 ORDER BY chars DESC, count DESC, name""",
    )
    found: tuple[list[Tally], list[Tally]] = ([], [])
    for row in rows:
        found[row.pop("flag")].append(Tally(**row))
    return found


def _duplicate_clusters(tables: "duckdb.DuckDBPyConnection") -> list[DuplicateCluster]:
    sql = "SELECT cluster_id, doc_id, keeper, jaccard_to_keeper FROM clusters WHERE level = 'document' ORDER BY doc_id"
    return group_copies(tables.execute(sql).fetchall())


def group_copies(rows: Iterable[tuple[str, str, bool, float]]) -> list[DuplicateCluster]:
    """Return clusters, the largest first, from their members: cluster, document, whether it is kept, resemblance."""
    keepers: dict[str, str] = {}
    copies: dict[str, list[Copy]] = {}
    for cluster_id, doc_id, keeper, resemblance in rows:
        if keeper:
            keepers[cluster_id] = doc_id
        else:
            copies.setdefault(cluster_id, []).append(Copy(doc_id, round(resemblance, 4)))
    found = [DuplicateCluster(cluster_id, keeper, copies[cluster_id]) for cluster_id, keeper in keepers.items()]
    return sorted(found, key=lambda cluster: (-len(cluster.copies), cluster.keeper))
