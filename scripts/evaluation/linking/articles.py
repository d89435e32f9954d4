"""Whole articles of different outlets in labelled pairs: quotes, speakers, links by grade, and traps.

All quotes between marks are labelled; indirect speech only where it answers the other article. So a link between two
labelled units is judged; one that touches other indirect speech is counted apart.
"""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from corpus_clean.quotes.identity import match_speakers
from corpus_clean.quotes.spans import Reading, read_document
from corpus_clean.types import Document, Link, Segment
from scripts.evaluation.data import SHARED, read_rows
from scripts.evaluation.linking.overlap import is_same, share, span_of
from scripts.evaluation.linking.rivals import Linker

Unit = dict[str, Any]


@dataclass(slots=True)
class ArticleLinks:
    """Labelled and found links by grade; predicted ones that are right, wrong, a trap, or touch what is unlabelled.

    `elsewhere` are links between articles that are no labelled pair: they report other events.
    """

    total: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    right: int = 0
    wrong: int = 0
    traps: int = 0
    unlabelled: int = 0
    elsewhere: int = 0
    errors: list[str] = field(default_factory=list)

    def recall(self, grades: str) -> float:
        """Share of the labelled links of these grades that are found."""
        return sum(self.found[grade] for grade in grades) / sum(self.total[grade] for grade in grades)

    @property
    def precision(self) -> float:
        """Share of the judged links that are right."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def strict_precision(self) -> float:
        """The same with every link that touches something unlabelled counted as wrong."""
        return self.right / max(1, self.right + self.wrong + self.unlabelled)


@dataclass(slots=True)
class ArticleSpans:
    """By kind: labelled units, found ones, found ones whose speaker is labelled, and those with the right one.

    `predicted` and `confirmed` count the quotes between marks that are found, and those of them that are labelled.
    """

    total: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    named: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    predicted: int = 0
    confirmed: int = 0
    errors: list[str] = field(default_factory=list)


def read_pairs() -> list[dict[str, Any]]:
    """Return the labelled pairs."""
    path = SHARED / "data" / "quotes_id_articles_pairs.json"
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return rows


def read_articles() -> dict[str, Reading]:
    """Return what is found in the articles."""
    rows = read_rows("quotes_id_articles.jsonl")
    return {row["id"]: read_document(Document(row["id"], row["text"])) for row in rows}


def score_links(readings: dict[str, Reading], link: Linker) -> ArticleLinks:
    """Score a linker that sees all articles at once."""
    pairs = read_pairs()
    by_pair: dict[frozenset[str], list[Link]] = defaultdict(list)
    for one in link(readings):
        by_pair[frozenset((one.left.doc_id, one.right.doc_id))].append(one)
    score = ArticleLinks()
    for pair in pairs:
        _score_pair(pair, by_pair.pop(frozenset((pair["doc_a"], pair["doc_b"])), []), score)
    score.elsewhere = sum(map(len, by_pair.values()))
    return score


def _score_pair(pair: dict[str, Any], links: list[Link], score: ArticleLinks) -> None:
    right: set[int] = set()
    for gold in pair["links"]:
        joined = [n for n, link in enumerate(links) if _joins(link, pair, gold)]
        right.update(joined)
        score.total[gold["grade"]] += 1
        score.found[gold["grade"]] += bool(joined)
        if not joined:
            texts = pair["units_a"][gold["a_index"]]["text"], pair["units_b"][gold["b_index"]]["text"]
            score.errors.append(f"missed {gold['grade']}  {texts[0]} || {texts[1]}")
    open_to_debate = [trap for trap in pair["traps"] if trap["note"].startswith("AMBIGUOUS")]
    traps = [trap for trap in pair["traps"] if trap not in open_to_debate]
    for n, link in enumerate(links):
        if n in right:
            score.right += 1
            continue
        if any(_joins(link, pair, trap) for trap in open_to_debate):
            continue
        left, other = _sides(link, pair)
        labelled = _is_labelled(left, pair["units_a"]) and _is_labelled(other, pair["units_b"])
        trap = any(_joins(link, pair, trap) for trap in traps)
        score.traps += trap
        score.wrong += labelled or trap
        score.unlabelled += not (labelled or trap)
        kind = "trap" if trap else "wrong" if labelled else "unlabelled"
        score.errors.append(f"{kind} {link.grade}  {left.text} || {other.text}")


def _sides(link: Link, pair: dict[str, Any]) -> tuple[Segment, Segment]:
    return (link.left, link.right) if link.left.doc_id == pair["doc_a"] else (link.right, link.left)


def _joins(link: Link, pair: dict[str, Any], label: dict[str, Any]) -> bool:
    left, right = _sides(link, pair)
    a, b = pair["units_a"][label["a_index"]], pair["units_b"][label["b_index"]]
    return is_same(span_of(left), _place(a), strict=False) and is_same(span_of(right), _place(b), strict=False)


def _place(unit: Unit) -> tuple[int, int]:
    return (unit["start"], unit["end"])


def _is_labelled(segment: Segment, units: list[Unit]) -> bool:
    return any(is_same(span_of(segment), _place(unit), strict=False) for unit in units)


def score_spans(readings: dict[str, Reading]) -> ArticleSpans:
    """Score spans at intersection over union .5, and the speakers of those found."""
    labelled: dict[str, dict[tuple[int, int], Unit]] = defaultdict(dict)
    for pair in read_pairs():
        for side in "ab":
            labelled[pair[f"doc_{side}"]].update({_place(unit): unit for unit in pair[f"units_{side}"]})
    score = ArticleSpans()
    for doc_id, units in sorted(labelled.items()):
        quotes = readings[doc_id].quotes
        for place, unit in sorted(units.items()):
            kind = unit["kind"]
            score.total[kind] += 1
            best = max(quotes, key=lambda quote: share(span_of(quote), place, strict=True), default=None)
            if best is None or not is_same(span_of(best), place, strict=True):
                score.errors.append(f"span     {kind}  {unit['text'][:90]}")
                continue
            score.found[kind] += 1
            if unit["speaker"]:
                score.named[kind] += 1
                if match_speakers(unit["speaker"], best.speaker):
                    score.right[kind] += 1
                else:
                    score.errors.append(f"speaker  {kind}  {unit['speaker']}: found {best.speaker}")
        marked = [quote for quote in quotes if quote.kind != "indirect"]
        score.predicted += len(marked)
        score.confirmed += sum(any(is_same(span_of(quote), place, strict=True) for place in units) for quote in marked)
    return score
