"""Who is quoted by whom, and in which wordings: the evidence of the Quotes section."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from corpus_clean.reports.html_documents import DocumentIndex
from corpus_clean.reports.sampling import order_by_hash, take_in_turns
from corpus_clean.reports.tables import Row, read_number, read_rows

if TYPE_CHECKING:
    import duckdb

MOST_CLUSTERS = 6000
MOST_VARIANTS = 60
MOST_SPEAKERS = 400
MOST_OUTLETS = 200
MATRIX = 20

_TABLES = """
CREATE OR REPLACE TEMP TABLE sides AS
    SELECT doc_a AS doc_id, start_a AS start, end_a AS stop, MAX(speaker_a) AS speaker, MAX(text_a) AS text
    FROM (SELECT doc_a, start_a, end_a, speaker_a, text_a FROM links WHERE level = 'quote'
          UNION ALL SELECT doc_b, start_b, end_b, speaker_b, text_b FROM links WHERE level = 'quote')
    GROUP BY doc_a, start_a, end_a;
CREATE OR REPLACE TEMP TABLE members AS
    SELECT c.cluster_id, c.doc_id, c.start, c."end" AS stop, c.keeper, c.jaccard_to_keeper AS jaccard,
           s.speaker, s.text, d.outlet, d.published
    FROM clusters c
    JOIN sides s ON s.doc_id = c.doc_id AND s.start = c.start AND s.stop = c."end"
    JOIN docs d ON d.doc_id = c.doc_id
    WHERE c.level = 'quote';
CREATE OR REPLACE TEMP TABLE named AS
    SELECT cluster_id, speaker FROM (
        SELECT cluster_id, speaker,
               ROW_NUMBER() OVER (PARTITION BY cluster_id
                                  ORDER BY COUNT(*) DESC, LENGTH(speaker) DESC, speaker) AS place
        FROM members WHERE speaker <> '' GROUP BY cluster_id, speaker
    ) WHERE place = 1;
CREATE OR REPLACE TEMP TABLE flagged AS
    SELECT DISTINCT cluster_id, flag
    FROM (SELECT cluster_id, unnest(flags) AS flag FROM links WHERE level = 'quote' AND cluster_id <> '');
CREATE OR REPLACE TEMP TABLE groups AS
    SELECT m.cluster_id, COALESCE(MIN(n.speaker), '') AS speaker, COUNT(DISTINCT m.doc_id) AS documents,
           COUNT(DISTINCT CASE WHEN m.outlet <> '' THEN m.outlet END) AS outlets,
           COUNT(*) AS variants, MIN(CASE WHEN m.published <> '' THEN m.published[:10] END) AS first_day,
           COUNT(DISTINCT f.flag) AS flags
    FROM members m
    LEFT JOIN named n ON n.cluster_id = m.cluster_id
    LEFT JOIN flagged f ON f.cluster_id = m.cluster_id
    GROUP BY m.cluster_id;
CREATE OR REPLACE TEMP TABLE carried AS
    SELECT DISTINCT m.cluster_id, m.outlet, g.speaker,
           MAX(CASE WHEN m.published[:10] = g.first_day THEN 1 ELSE 0 END)
               OVER (PARTITION BY m.cluster_id, m.outlet) AS first
    FROM members m JOIN groups g ON g.cluster_id = m.cluster_id
"""
"""`members`: the linked quotes in their clusters; `groups`: a row a cluster; `carried`: which outlet has which."""

_NOTHING_CARRIED = "CREATE OR REPLACE TEMP TABLE carried (cluster_id VARCHAR, outlet VARCHAR, first INTEGER)"


def draw_quotes(tables: "duckdb.DuckDBPyConnection", index: DocumentIndex, budget: int) -> dict[str, Any]:
    """Return quote clusters with their wordings as far as the budget goes, and the views over all of them.

    Args:
        tables: OUT's tables.
        index: numbers the documents.
        budget: the size of the clusters in bytes of JSON, about.

    Taken in turns: the most widely carried clusters, those with flags, and the rest by hash. The tables of speakers
    and outlets and the matrix count every cluster.
    """
    if not read_number(tables, "SELECT COUNT(*) FROM links WHERE level = 'quote'"):
        tables.execute(_NOTHING_CARRIED)
        nobody: dict[str, Any] = {"total": 0, "rows": []}
        matrix: dict[str, Any] = {"outlets": [], "cells": []}
        return {"total": 0, "clusters": [], "speakers": nobody, "outlets": _outlets(tables), "matrix": matrix}
    tables.execute(_TABLES)
    return {
        "total": read_number(tables, "SELECT COUNT(*) FROM groups"),
        "clusters": list(_clusters(tables, index, budget)),
        "speakers": _speakers(tables),
        "outlets": _outlets(tables),
        "matrix": _matrix(tables),
    }


def _clusters(tables: "duckdb.DuckDBPyConnection", index: DocumentIndex, budget: int) -> Iterator[dict[str, Any]]:
    hashed = f"{order_by_hash('cluster_id')}, cluster_id"
    widest = f"ORDER BY outlets DESC, documents DESC, {hashed} LIMIT {MOST_CLUSTERS}"
    strata = [
        [row["cluster_id"] for row in read_rows(tables, f"SELECT cluster_id FROM groups {where}")]
        for where in (widest, f"WHERE flags > 0 {widest}", f"ORDER BY {hashed} LIMIT {MOST_CLUSTERS}")
    ]
    chosen = list(dict.fromkeys(take_in_turns(strata, 3 * MOST_CLUSTERS)))[:MOST_CLUSTERS]
    place = {cluster_id: number for number, cluster_id in enumerate(chosen)}
    import pyarrow as pa

    tables.register("chosen", pa.table({"cluster_id": pa.array(chosen, pa.string())}))
    members = _grouped(
        read_rows(
            tables,
            f"""SELECT * FROM (
                    SELECT m.*, ROW_NUMBER() OVER (
                        PARTITION BY m.cluster_id ORDER BY m.keeper DESC, m.jaccard DESC, m.doc_id, m.start) AS place
                    FROM members m JOIN chosen c ON c.cluster_id = m.cluster_id)
                WHERE place <= {3 * MOST_VARIANTS} ORDER BY cluster_id, place""",
        )
    )
    links = _grouped(
        read_rows(
            tables,
            """SELECT l.cluster_id, doc_a, start_a, end_a, doc_b, start_b, end_b, grade, jaccard, containment, flags
               FROM links l JOIN chosen c ON c.cluster_id = l.cluster_id
               WHERE l.level = 'quote' ORDER BY l.cluster_id, doc_a, start_a, doc_b, start_b, end_a, end_b""",
        )
    )
    groups = {
        row["cluster_id"]: row
        for row in read_rows(tables, "SELECT g.* FROM groups g JOIN chosen c ON c.cluster_id = g.cluster_id")
    }
    spent = 0
    for cluster_id in sorted(chosen, key=lambda c: place[c]):
        group = groups[cluster_id]
        variants = _drop_overlapping(members[cluster_id])[:MOST_VARIANTS]
        cost = 120 + sum(90 + len(variant["text"].encode()) for variant in variants)
        if spent + cost > budget:
            continue
        spent += cost
        yield _cluster(group, variants, links.get(cluster_id, []), index)


def _grouped(rows: Sequence[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["cluster_id"], []).append(row)
    return groups


def _drop_overlapping(members: Sequence[Row]) -> list[Row]:
    """Of a quote and a sentence of it in one document, keep the one that is more like the keeper."""
    kept: list[Row] = []
    for member in members:  # the keeper and the most alike come first
        if not any(
            other["doc_id"] == member["doc_id"] and other["start"] < member["stop"] and member["start"] < other["stop"]
            for other in kept
        ):
            kept.append(member)
    return kept


def _cluster(group: Row, variants: Sequence[Row], links: Sequence[Row], index: DocumentIndex) -> dict[str, Any]:
    """A variant is `[document, start, end, speaker, text, keeper, grade, jaccard, containment, flags]`."""
    keeper = next((v for v in variants if v["keeper"]), variants[0])
    rows = []
    for variant in variants:
        link = _best_link(variant, keeper, links) or {"grade": "", "jaccard": None, "containment": None, "flags": []}
        own = [] if variant is keeper else [link["grade"], link["jaccard"], link["containment"], link["flags"]]
        rows.append(
            [
                index.number(variant["doc_id"]),
                variant["start"],
                variant["stop"],
                variant["speaker"],
                variant["text"],
                int(variant is keeper),
                *(own or ["", None, None, []]),
            ]
        )
    return {
        "id": group["cluster_id"],
        "speaker": group["speaker"],
        "documents": group["documents"],
        "firstDay": group["first_day"] or "",
        "flags": sorted({flag for link in links for flag in link["flags"]}),
        "grades": {grade: sum(link["grade"] == grade for link in links) for grade in "ABC"},
        "variants": rows,
    }


def _best_link(variant: Row, keeper: Row, links: Sequence[Row]) -> Row | None:
    """The link with the keeper; where there is none, the surest one the variant has."""

    def sides(link: Row) -> tuple[tuple[object, ...], tuple[object, ...]]:
        return (link["doc_a"], link["start_a"], link["end_a"]), (link["doc_b"], link["start_b"], link["end_b"])

    own = (variant["doc_id"], variant["start"], variant["stop"])
    anchor = (keeper["doc_id"], keeper["start"], keeper["stop"])
    touching = [link for link in links if own in sides(link)]
    return min(
        touching, key=lambda link: (anchor not in sides(link), link["grade"], -link["containment"]), default=None
    )


def _speakers(tables: "duckdb.DuckDBPyConnection") -> dict[str, Any]:
    """Rows are `[speaker, clusters, documents, outlets, quotes in all, first day, last day]`."""
    rows = read_rows(
        tables,
        f"""SELECT g.speaker, COUNT(DISTINCT g.cluster_id) AS clusters, COUNT(DISTINCT m.doc_id) AS documents,
                   COUNT(DISTINCT CASE WHEN m.outlet <> '' THEN m.outlet END) AS outlets, COUNT(*) AS variants,
                   MIN(CASE WHEN m.published <> '' THEN m.published[:10] END) AS first_day,
                   MAX(CASE WHEN m.published <> '' THEN m.published[:10] END) AS last_day
            FROM groups g JOIN members m ON m.cluster_id = g.cluster_id
            WHERE g.speaker <> '' GROUP BY g.speaker
            ORDER BY clusters DESC, documents DESC, g.speaker LIMIT {MOST_SPEAKERS}""",
    )
    total = read_number(tables, "SELECT COUNT(DISTINCT speaker) FROM groups WHERE speaker <> ''")
    return {"total": total, "rows": [[v if v is not None else "" for v in row.values()] for row in rows]}


def _outlets(tables: "duckdb.DuckDBPyConnection") -> dict[str, Any]:
    """Rows are `[outlet, documents, quotes found, clusters carried, clusters carried on their first day]`."""
    rows = read_rows(
        tables,
        f"""SELECT d.outlet, d.documents, COALESCE(q.quotes, 0) AS quotes, COALESCE(c.clusters, 0) AS clusters,
                   COALESCE(c.first, 0)::BIGINT AS first
            FROM (SELECT outlet, COUNT(*) AS documents FROM docs WHERE status <> 'rejected' GROUP BY outlet) d
            LEFT JOIN (SELECT t.outlet, COUNT(*) AS quotes FROM quotes u JOIN docs t ON t.doc_id = u.doc_id
                       GROUP BY t.outlet) q ON q.outlet = d.outlet
            LEFT JOIN (SELECT outlet, COUNT(*) AS clusters, SUM(first) AS first FROM carried GROUP BY outlet) c
                      ON c.outlet = d.outlet
            ORDER BY clusters DESC, quotes DESC, d.documents DESC, d.outlet LIMIT {MOST_OUTLETS}""",
    )
    total = read_rows(tables, "SELECT COUNT(DISTINCT outlet) AS n FROM docs WHERE status <> 'rejected'")[0]["n"]
    return {"total": total, "rows": [list(row.values()) for row in rows]}


def _matrix(tables: "duckdb.DuckDBPyConnection") -> dict[str, Any]:
    """How many clusters each two of the outlets with most clusters both carry; the diagonal is their own number."""
    names = [
        row["outlet"]
        for row in read_rows(
            tables,
            f"""SELECT outlet, COUNT(*) AS n FROM carried WHERE outlet <> ''
                GROUP BY outlet ORDER BY n DESC, outlet LIMIT {MATRIX}""",
        )
    ]
    place = {name: number for number, name in enumerate(names)}
    cells = [[0] * len(names) for _ in names]
    import pyarrow as pa

    tables.register("largest", pa.table({"outlet": pa.array(names, pa.string())}))
    for row in read_rows(
        tables,
        """SELECT a.outlet AS x, b.outlet AS y, COUNT(*) AS n
           FROM carried a JOIN carried b ON b.cluster_id = a.cluster_id
           JOIN largest s ON s.outlet = a.outlet JOIN largest t ON t.outlet = b.outlet GROUP BY 1, 2""",
    ):
        cells[place[row["x"]]][place[row["y"]]] = row["n"]
    return {"outlets": names, "cells": cells}
