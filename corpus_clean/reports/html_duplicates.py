"""What repeats what, as documents and as passages: the evidence of the Duplicates section."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from corpus_clean.reports.html_documents import DocumentIndex
from corpus_clean.reports.sampling import order_by_hash, take_in_turns
from corpus_clean.reports.tables import Row, read_rows
from corpus_clean.reports.texts import Texts

if TYPE_CHECKING:
    import duckdb

MOST_GROUPS = 500
MOST_MEMBERS = 40
LONGEST_TEXT = 12_000

Item = dict[str, Any]


def draw_duplicates(
    tables: "duckdb.DuckDBPyConnection", index: DocumentIndex, texts: Texts, threshold: float, budget: int
) -> dict[str, Any]:
    """Return groups of alike documents and pairs of alike passages, with their texts as far as the budget goes.

    Args:
        tables: OUT's tables.
        index: numbers the documents.
        texts: gives the clean texts.
        threshold: the resemblance from which a document is left out; what lies nearest to it comes first.
        budget: the size of the texts in bytes, about.

    The kinds, each in turn: groups whose copies were left out, the most borderline first and then by hash; pairs of
    documents that are linked and stay, nearest to the threshold first; repeated passages by hash.
    """
    total = _count_kinds(tables)
    strata = [
        *_removed(tables, threshold),
        _linked(tables, threshold),
        _passages(tables),
    ]
    items = list(_distinct(take_in_turns(strata, 2 * MOST_GROUPS)))
    shown, kept_texts = _add_texts(items, texts, budget)
    for item in shown:
        item["keeper"] = index.number(item["keeper"])
        for member in item["members"]:
            member[0] = index.number(member[0])
    return {
        "threshold": threshold,
        "total": total,
        "items": shown,
        "texts": {str(index.number(doc_id)): text for doc_id, text in kept_texts.items()},
    }


def _distinct(items: Iterable[Item]) -> Iterator[Item]:
    seen: set[str] = set()
    for item in items:
        if item["id"] not in seen:
            seen.add(item["id"])
            yield item


def _count_kinds(tables: "duckdb.DuckDBPyConnection") -> dict[str, int]:
    rows = read_rows(
        tables,
        """SELECT 'removed' AS kind, COUNT(DISTINCT cluster_id) AS n FROM clusters WHERE level = 'document'
           UNION ALL
           SELECT CASE WHEN level = 'document' THEN 'linked' ELSE 'passage' END, COUNT(*) FROM links
           WHERE level = 'passage' OR (level = 'document' AND relation NOT IN ('exact', 'near-duplicate'))
           GROUP BY 1""",
    )
    return {"removed": 0, "linked": 0, "passage": 0} | {row["kind"]: row["n"] for row in rows}


def _removed(tables: "duckdb.DuckDBPyConnection", threshold: float) -> tuple[list[Item], list[Item]]:
    """Groups around a keeper, once the most borderline and once the largest first.

    A member is `[document, jaccard, containment, relation, text]`.
    """
    hashed = order_by_hash("cluster_id")
    rows = read_rows(
        tables,
        f"""WITH chosen AS (
                SELECT cluster_id, size, ROW_NUMBER() OVER (ORDER BY nearest, {hashed}) AS borderline,
                       ROW_NUMBER() OVER (ORDER BY size DESC, {hashed}) AS largest
                FROM (SELECT cluster_id, COUNT(*) AS size, MIN(ABS(jaccard_to_keeper - {threshold})) AS nearest
                      FROM clusters WHERE level = 'document' AND NOT keeper GROUP BY cluster_id)
            ),
            pairs AS (
                SELECT doc_a AS x, doc_b AS y, relation, containment FROM links WHERE level = 'document'
                UNION ALL SELECT doc_b, doc_a, relation, containment FROM links WHERE level = 'document'
            ),
            members AS (
                SELECT s.borderline, s.largest, s.size, c.cluster_id, k.doc_id AS keeper_id, c.doc_id,
                       c.jaccard_to_keeper AS jaccard,
                       ROW_NUMBER() OVER (PARTITION BY c.cluster_id ORDER BY c.jaccard_to_keeper, c.doc_id) AS n
                FROM chosen s
                JOIN clusters c ON c.cluster_id = s.cluster_id AND NOT c.keeper
                JOIN clusters k ON k.cluster_id = s.cluster_id AND k.keeper
                WHERE s.borderline <= {MOST_GROUPS} OR s.largest <= {MOST_GROUPS}
            )
            SELECT m.*, p.relation, p.containment
            FROM members m LEFT JOIN pairs p ON p.x = m.keeper_id AND p.y = m.doc_id
            WHERE m.n <= {MOST_MEMBERS} ORDER BY m.cluster_id, m.n""",
    )
    items: dict[str, Item] = {}
    places: dict[str, dict[int, str]] = {"borderline": {}, "largest": {}}
    for row in rows:
        identity = row["cluster_id"]
        item = items.setdefault(identity, _item("removed", identity, row["keeper_id"], row["size"]))
        item["members"].append(
            [row["doc_id"], _rounded(row["jaccard"]), _rounded(row["containment"]), row["relation"] or "", ""]
        )
        for order, found in places.items():
            found[row[order]] = identity
    borderline, largest = ([items[found[place]] for place in sorted(found)[:MOST_GROUPS]] for found in places.values())
    return borderline, largest


def _linked(tables: "duckdb.DuckDBPyConnection", threshold: float) -> list[Item]:
    rows = read_rows(
        tables,
        f"""SELECT * FROM (
                SELECT doc_a, doc_b, relation, jaccard, containment,
                       ROW_NUMBER() OVER (PARTITION BY relation
                                          ORDER BY ABS(jaccard - {threshold}), doc_a, doc_b) AS place
                FROM links WHERE level = 'document' AND relation NOT IN ('exact', 'near-duplicate'))
            WHERE place <= {MOST_GROUPS} ORDER BY place, relation""",
    )
    return [_pair("linked", row, "") for row in rows]


def _passages(tables: "duckdb.DuckDBPyConnection") -> list[Item]:
    key = order_by_hash("doc_a", "start_a", "doc_b", "start_b")
    rows = read_rows(
        tables,
        f"""SELECT doc_a, start_a, text_a, doc_b, start_b, text_b, relation, jaccard, containment
            FROM links WHERE level = 'passage' AND LENGTH(text_a) + LENGTH(text_b) <= {LONGEST_TEXT}
            ORDER BY CASE WHEN relation = 'verbatim' THEN 1 ELSE 0 END, {key}, doc_a, start_a, doc_b, start_b
            LIMIT {MOST_GROUPS}""",
    )
    return [_pair("passage", row, row["text_b"]) | {"text": row["text_a"]} for row in rows]


def _pair(kind: str, row: Row, text: str) -> Item:
    place = f"{row.get('start_a', '')}:{row['doc_b']}:{row.get('start_b', '')}"
    member = [row["doc_b"], _rounded(row["jaccard"]), _rounded(row["containment"]), row["relation"], text]
    return _item(kind, f"{kind}:{row['doc_a']}:{place}", row["doc_a"], 1) | {"members": [member]}


def _item(kind: str, identity: str, keeper: str, size: int) -> Item:
    return {"kind": kind, "id": identity, "keeper": keeper, "size": size, "members": []}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _add_texts(items: list[Item], texts: Texts, budget: int) -> tuple[list[Item], dict[str, str]]:
    """Keep the items, in order, whose keeper and first copy can be read side by side within the budget."""
    wanted = {doc_id for item in items if item["kind"] != "passage" for doc_id in _first_pair(item)}
    found = {doc_id: _shorten(inputs["clean"]) for doc_id, inputs in texts(wanted) if inputs.get("clean")}
    shown: list[Item] = []
    kept: dict[str, str] = {}
    spent = 0
    for item in items:
        own = () if item["kind"] == "passage" else _first_pair(item)
        needed = {doc_id: found[doc_id] for doc_id in own if doc_id in found and doc_id not in kept}
        inside = sum(len(member[4].encode()) for member in item["members"]) + len(item.get("text", "").encode())
        cost = 120 * len(item["members"]) + inside + sum(len(text.encode()) for text in needed.values())
        if spent + cost > budget:
            continue
        spent += cost
        kept |= needed
        shown.append(item)
    more = {member[0] for item in shown if item["kind"] == "removed" for member in item["members"]} - kept.keys()
    for doc_id, inputs in sorted(texts(more)) if more else ():
        text = _shorten(inputs.get("clean", ""))
        spent += len(text.encode())
        if text and spent <= budget:
            kept[doc_id] = text
    return shown, kept


def _first_pair(item: Item) -> tuple[str, str]:
    return (item["keeper"], item["members"][0][0])


def _shorten(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + "\n…"
