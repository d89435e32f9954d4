"""The numbers of the Overview: where the documents and the characters went."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from corpus_clean.reports.html_tables import Row, read_lines, read_rows

if TYPE_CHECKING:
    import duckdb

MOST_GROUPS = 40
MOST_LISTED = 1000
_LONGEST_DETAIL = 300


@dataclass(frozen=True, slots=True)
class Portion:
    """A part of the characters that were read. `key` names it in the picture, `label` in words."""

    key: str
    label: str
    chars: int
    share: float


@dataclass(frozen=True, slots=True)
class Group:
    """The documents of one portal, format or language, in numbers. `noise` is what the rules took, in characters."""

    name: str
    documents: int
    duplicates: int
    rejected: int
    chars_in: int
    chars_out: int
    noise: int


@dataclass(frozen=True, slots=True)
class Overview:
    """All of it. `listed` rejections and skipped files are those a page has room for; `totals` count all."""

    kept: int
    duplicates: int
    rejected: int
    chars_in: int
    chars_out: int
    noise: int
    portions: Sequence[Portion]
    portals: Sequence[Group]
    formats: Sequence[Group]
    languages: Sequence[Group]
    quotes: int
    quote_clusters: int
    quote_links: int
    document_links: int
    passage_links: int
    edits: int
    flags: int
    rejections: Sequence[Row]
    reasons: Sequence[tuple[str, int]]
    skipped: Sequence[Row]
    skipped_count: int

    @property
    def documents(self) -> int:
        """How many documents were read."""
        return self.kept + self.duplicates + self.rejected

    @property
    def taken(self) -> int:
        """How many of the characters read are not in the clean corpus."""
        return self.chars_in - self.chars_out


_TAKEN = (
    ("rules", "noise", "Portal noise"),
    ("extract", "page", "Page furniture around the main text"),
    ("dedup", "duplicates", "Duplicates left out"),
    ("repair", "repair", "Encoding repaired"),
)


def read_overview(tables: "duckdb.DuckDBPyConnection", out: Path) -> Overview:
    """Add up OUT's tables.

    What is in the clean corpus is what was read less what each stage took. Records in quarantine have no text, so
    their characters are not counted.
    """
    taken = {
        row["stage"]: row["chars"]
        for row in read_rows(
            tables, "SELECT stage, SUM(LENGTH(before) - LENGTH(after))::BIGINT AS chars FROM edits GROUP BY stage"
        )
    }
    status = {row["status"]: row["n"] for row in read_rows(tables, "SELECT status, COUNT(*) AS n FROM docs GROUP BY 1")}
    chars_in = _count(tables, "SELECT SUM(chars_in)::BIGINT FROM docs")
    chars_out = chars_in - sum(taken.values())
    rejections = read_lines(out / "quarantine" / "rejections.jsonl")
    skipped = read_lines(out / "quarantine" / "skipped.jsonl")
    return Overview(
        kept=status.get("kept", 0),
        duplicates=status.get("duplicate", 0),
        rejected=status.get("rejected", 0),
        chars_in=chars_in,
        chars_out=chars_out,
        noise=taken.get("rules", 0),
        portions=_portions(chars_in, chars_out, taken),
        portals=_group(tables, "portal"),
        formats=_group(tables, "format"),
        languages=_group(tables, "language"),
        quotes=_count(tables, "SELECT COUNT(*) FROM quotes"),
        quote_clusters=_count(tables, "SELECT COUNT(DISTINCT cluster_id) FROM clusters WHERE level = 'quote'"),
        quote_links=_count(tables, "SELECT COUNT(*) FROM links WHERE level = 'quote'"),
        document_links=_count(tables, "SELECT COUNT(*) FROM links WHERE level = 'document'"),
        passage_links=_count(tables, "SELECT COUNT(*) FROM links WHERE level = 'passage'"),
        edits=_count(tables, "SELECT COUNT(*) FROM edits WHERE stage <> 'dedup' AND action <> 'flag'"),
        flags=_count(tables, "SELECT COUNT(*) FROM edits WHERE action = 'flag'"),
        rejections=[
            row | {"detail": _shorten(row["detail"])}
            for row in sorted(rejections, key=lambda row: (row["reason"], row["doc_id"]))[:MOST_LISTED]
        ],
        reasons=_count_reasons(rejections),
        skipped=sorted(skipped, key=lambda row: (row["reason"], row["path"]))[:MOST_LISTED],
        skipped_count=len(skipped),
    )


def _count(tables: "duckdb.DuckDBPyConnection", sql: str) -> int:
    row = tables.execute(sql).fetchone()
    return int(row[0] or 0) if row else 0


def _portions(chars_in: int, chars_out: int, taken: dict[str, int]) -> list[Portion]:
    whole = chars_in or 1
    portions = [Portion("kept", "In the clean corpus", chars_out, chars_out / whole)]
    for stage, key, label in _TAKEN:
        if taken.get(stage):
            portions.append(Portion(key, label, taken[stage], taken[stage] / whole))
    return portions


def _group(tables: "duckdb.DuckDBPyConnection", column: str) -> list[Group]:
    """Return the largest groups, the rest in one called `…`, and what has no name under an empty one."""
    rows = read_rows(
        tables,
        f"""WITH taken AS (
                SELECT doc_id, SUM(LENGTH(before) - LENGTH(after))::BIGINT AS all_stages,
                       SUM(CASE WHEN stage = 'rules' THEN LENGTH(before) - LENGTH(after) ELSE 0 END)::BIGINT AS noise
                FROM edits GROUP BY doc_id
            ),
            groups AS (
                SELECT d.{column} AS name, COUNT(*) AS documents,
                       COUNT(*) FILTER (WHERE d.status = 'duplicate') AS duplicates,
                       COUNT(*) FILTER (WHERE d.status = 'rejected') AS rejected,
                       COALESCE(SUM(d.chars_in), 0)::BIGINT AS chars_in,
                       COALESCE(SUM(d.chars_in - COALESCE(t.all_stages, 0)), 0)::BIGINT AS chars_out,
                       COALESCE(SUM(t.noise), 0)::BIGINT AS noise
                FROM docs d LEFT JOIN taken t ON t.doc_id = d.doc_id
                GROUP BY d.{column}
            ),
            placed AS (SELECT *, ROW_NUMBER() OVER (ORDER BY chars_in DESC, name) AS place FROM groups)
            SELECT CASE WHEN place <= {MOST_GROUPS} THEN name ELSE '…' END AS name,
                   SUM(documents)::BIGINT AS documents, SUM(duplicates)::BIGINT AS duplicates,
                   SUM(rejected)::BIGINT AS rejected, SUM(chars_in)::BIGINT AS chars_in,
                   SUM(chars_out)::BIGINT AS chars_out, SUM(noise)::BIGINT AS noise
            FROM placed GROUP BY 1, CASE WHEN place <= {MOST_GROUPS} THEN place ELSE {MOST_GROUPS + 1} END
            ORDER BY CASE WHEN MIN(place) <= {MOST_GROUPS} THEN 0 ELSE 1 END, chars_in DESC, name""",
    )
    return [Group(**row) for row in rows]


def _count_reasons(rejections: Sequence[Row]) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for row in rejections:
        counts[row["reason"]] = counts.get(row["reason"], 0) + 1
    return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST_DETAIL else text[:_LONGEST_DETAIL] + " …"
