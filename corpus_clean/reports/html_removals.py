"""What was taken out, each piece in its context: the evidence of the Removals section."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corpus_clean.reports.explanation import Description
from corpus_clean.reports.html_documents import DocumentIndex
from corpus_clean.reports.sampling import order_by_hash
from corpus_clean.reports.tables import Row, read_rows
from corpus_clean.reports.texts import Texts

if TYPE_CHECKING:
    import duckdb

AT_RANDOM = 20
"""So many removals of each rule are in every report, drawn by hash."""

MOST_ROWS = 2_000
CONTEXT = 100
LONGEST, _HEAD, _TAIL = 1200, 800, 300
_PAGE_LONGEST, _PAGE_HEAD, _PAGE_TAIL = 400, 240, 120  # of a page's source, nobody reads more
_ROW_COST = 80 + 2 * CONTEXT


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule, what it says of itself, and what it did."""

    id: str
    version: str
    action: str
    stage: str
    what: str
    why: str
    safety: str
    count: int
    documents: int
    chars: int


def list_rules(tables: "duckdb.DuckDBPyConnection", descriptions: Mapping[str, Description]) -> list[RuleRow]:
    """Return every rule that made an edit, stage by stage, the one that took most characters first.

    What was left out as a duplicate was taken by no rule.
    """
    rows = read_rows(
        tables,
        """SELECT rule_id, MAX(rule_version) AS version, MIN(action) AS action, MIN(stage) AS stage,
                  COUNT(*) AS count, COUNT(DISTINCT doc_id) AS documents,
                  SUM(LENGTH(before) - LENGTH(after))::BIGINT AS chars
           FROM edits WHERE stage <> 'dedup' GROUP BY rule_id
           ORDER BY CASE MIN(stage) WHEN 'rules' THEN 0 WHEN 'repair' THEN 1 ELSE 2 END,
                    chars DESC, count DESC, rule_id""",
    )
    rules = []
    for row in rows:
        words = descriptions.get(row["rule_id"].partition(":")[0], Description(""))
        rules.append(RuleRow(id=row.pop("rule_id"), what=words.what, why=words.why, safety=words.safety, **row))
    return rules


def draw_removals(
    tables: "duckdb.DuckDBPyConnection", rules: list[RuleRow], index: DocumentIndex, texts: Texts, budget: int
) -> dict[str, Any]:
    """Return the rules and, for each, a sample of its edits in context.

    Args:
        tables: OUT's tables.
        rules: what `list_rules` found.
        index: numbers the documents.
        texts: gives the texts around the edits.
        budget: the sample's size in bytes of JSON, about; twenty of each rule are taken all the same.

    The rows of a rule are `[document, start, end, before, head, left out, tail, after, instead, confidence]`: the
    removal between its context; of a very long one the head, how many characters are left out, and the tail; and
    what stands there now.
    """
    drawn = _draw(tables, budget)
    contexts = _cut_contexts(drawn, texts)
    rows: dict[str, list[list[Any]]] = {rule.id: [] for rule in rules}
    for edit, (before, after) in zip(drawn, contexts, strict=True):
        instead = " … ".join(part for part in (edit["after_head"], edit["after_tail"]) if part)
        rows[edit["rule_id"]].append(
            [
                index.number(edit["doc_id"]),
                edit["start"],
                edit["end"],
                before,
                edit["head"],
                edit["length"] - len(edit["head"]) - len(edit["tail"]),
                edit["tail"],
                after,
                instead,
                round(edit["confidence"], 3),
            ]
        )
    return {
        "atRandom": AT_RANDOM,
        "rules": [
            [r.id, r.version, r.action, r.stage, r.what, r.why, r.safety, r.count, r.documents, r.chars] for r in rules
        ],
        "rows": [rows[rule.id] for rule in rules],
    }


def _draw(tables: "duckdb.DuckDBPyConnection", budget: int) -> list[Row]:
    """Each rule in turn gives its next edit, in the order of a hash, until the budget is used up."""
    key = ("doc_id", "stage", "start", '"end"', "rule_id")
    tables.execute(
        f"""CREATE OR REPLACE TEMP TABLE drawn AS
            SELECT {", ".join(key)}, place FROM (
                SELECT {", ".join(key)}, place,
                       ROW_NUMBER() OVER (ORDER BY place, rule_id) AS taken,
                       SUM(cost) OVER (ORDER BY place, rule_id) AS spent
                FROM (
                    SELECT {", ".join(key)}, cost,
                           ROW_NUMBER() OVER (PARTITION BY rule_id ORDER BY hash, doc_id, stage, start, "end") AS place
                    FROM (
                        SELECT {", ".join(key)}, MIN({order_by_hash(*key)}) AS hash,
                               {_ROW_COST} + MAX(CASE WHEN LENGTH(before) < {LONGEST} THEN LENGTH(before)
                                                      ELSE {LONGEST} END) AS cost
                        FROM edits WHERE stage <> 'dedup' GROUP BY {", ".join(key)}
                    )
                )
            ) WHERE place <= {AT_RANDOM} OR (taken <= {MOST_ROWS} AND spent <= {budget})"""
    )
    same = " AND ".join(f"e.{column} = d.{column}" for column in key)
    return read_rows(
        tables,
        f"""SELECT e.doc_id, e.stage, e.start, e."end", e.rule_id, e.confidence,
                   LENGTH(e.before) AS length, {_ends("e.before")},
                   {_ends("e.after", "after_")}
            FROM edits e JOIN drawn d ON {same}
            ORDER BY e.rule_id, d.place""",
    )


def _ends(column: str, prefix: str = "") -> str:
    longest = f"CASE WHEN e.stage = 'extract' THEN {_PAGE_LONGEST} ELSE {LONGEST} END"
    head = f"CASE WHEN e.stage = 'extract' THEN {_PAGE_HEAD} ELSE {_HEAD} END"
    tail = f"CASE WHEN e.stage = 'extract' THEN {_PAGE_TAIL} ELSE {_TAIL} END"
    fits = f"LENGTH({column}) <= {longest}"
    return f"""CASE WHEN {fits} THEN {column} ELSE SUBSTR({column}, 1, {head}) END AS {prefix}head,
               CASE WHEN {fits} THEN '' ELSE RIGHT({column}, {tail}) END AS {prefix}tail"""


def _cut_contexts(drawn: list[Row], texts: Texts) -> list[tuple[str, str]]:
    places: dict[str, list[int]] = {}
    for place, edit in enumerate(drawn):
        places.setdefault(edit["doc_id"], []).append(place)
    contexts = [("", "")] * len(drawn)
    for doc_id, inputs in texts(places.keys()):
        for place in places.get(doc_id, ()):
            edit = drawn[place]
            source = inputs.get(edit["stage"], "")
            contexts[place] = (_before(source, edit["start"]), _after(source, edit["end"]))
    return contexts


def _before(source: str, start: int) -> str:
    context = source[max(0, start - CONTEXT) : start]
    if start <= CONTEXT:
        return context
    # A word cut in two is no context.
    return "… " + (context.partition(" ")[2] if " " in context[:40] else context)


def _after(source: str, end: int) -> str:
    context = source[end : end + CONTEXT]
    if end + CONTEXT >= len(source):
        return context
    return (context.rpartition(" ")[0] if " " in context[-40:] else context) + " …"
