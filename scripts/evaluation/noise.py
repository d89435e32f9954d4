"""Noise rules on labelled lines: what they find, and what reporting they cost.

A labelled article is a list of lines, each content, noise, or either (left out). Characters that a filter removes are
counted without white space. Content loss is the share of content characters that are deleted; what is extracted
(datelines, bylines) is in the metadata and counted apart.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from corpus_clean.config import RulesConfig
from corpus_clean.rules.apply import apply_rules, compile_rules
from corpus_clean.rules.pack import load_packs
from corpus_clean.types import Document, Metadata
from scripts.evaluation.data import read_rows
from scripts.evaluation.table import format_table

# A noise line counts as found when this share of it is gone.
FOUND = 0.8


@dataclass(frozen=True, slots=True)
class Removed:
    """The characters of a text that a filter takes away: deleted, or moved to the metadata, with the rule."""

    deleted: dict[int, str]
    extracted: dict[int, str]


@dataclass(frozen=True, slots=True)
class Score:
    """Lines and characters, counted over some articles."""

    lines_found: int
    lines_noise: int
    lines_wrong: int
    chars_found: int
    chars_noise: int
    chars_lost: int
    chars_extracted: int
    chars_content: int

    @property
    def recall(self) -> float:
        """Share of noise lines found."""
        return self.lines_found / max(1, self.lines_noise)

    @property
    def precision(self) -> float:
        """Share of removed lines that are noise."""
        return self.lines_found / max(1, self.lines_found + self.lines_wrong)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, by line."""
        return 2 * self.precision * self.recall / max(1e-9, self.precision + self.recall)

    @property
    def char_recall(self) -> float:
        """Share of noise characters found."""
        return self.chars_found / max(1, self.chars_noise)

    @property
    def loss(self) -> float:
        """Share of content characters deleted."""
        return self.chars_lost / max(1, self.chars_content)


Filter = Callable[[Document], Removed]


def read_articles() -> list[dict[str, Any]]:
    """Return the labelled articles."""
    return read_rows("id_lines.jsonl")


def to_document(article: dict[str, Any]) -> Document:
    """Return an article as the pipeline would see it."""
    text = "\n".join(line["text"] for line in article["lines"])
    metadata = Metadata(title=article["title"] or "", url=article["url"] or "", published=article["date"] or "")
    return Document(article["id"], text, metadata=metadata)


def remove_by_rules(document: Document) -> Removed:
    """Filter with the shipped rules."""
    deleted: dict[int, str] = {}
    extracted: dict[int, str] = {}
    for edit in apply_rules(document, compile_rules(load_packs(), RulesConfig()), detect=True).edits:
        if edit.action != "flag":
            target = extracted if edit.action == "extract" else deleted
            target.update(dict.fromkeys(range(edit.start, edit.end), edit.rule_id))
    return Removed(deleted, extracted)


def _remove_lines(document: Document, is_noise: Callable[[str], bool], name: str) -> Removed:
    deleted: dict[int, str] = {}
    start = 0
    for line in document.text.split("\n"):
        if is_noise(line):
            deleted.update(dict.fromkeys(range(start, start + len(line)), name))
        start += len(line) + 1
    return Removed(deleted, {})


def remove_nothing(_: Document) -> Removed:
    """Leave everything as it is."""
    return Removed({}, {})


def remove_like_c4(document: Document) -> Removed:
    """Keep only lines of five words or more that end in terminal punctuation (Raffel et al. 2020)."""

    def is_noise(line: str) -> bool:
        return len(line.split()) < 5 or not re.search(r"""[.!?"”]$""", line.strip()) or "javascript" in line.lower()

    return _remove_lines(document, is_noise, "c4")


def remove_like_justext(document: Document) -> Removed:
    """Classify each line as jusText does a paragraph, with its Indonesian stop words."""
    import html

    import justext

    page = "<html><body>" + "".join(f"<p>{html.escape(line)}</p>" for line in document.text.split("\n"))
    paragraphs = justext.justext(page.encode(), justext.get_stoplist("Indonesian"), encoding="utf-8")
    bad = {paragraph.text for paragraph in paragraphs if paragraph.is_boilerplate}
    return _remove_lines(document, lambda line: " ".join(line.split()) in bad, "justext")


def remove_frequent(articles: Sequence[dict[str, Any]]) -> Filter:
    """Return a filter of lines that stand in three or more articles of one outlet."""
    seen: Counter[tuple[str, str]] = Counter()
    for article in articles:
        seen.update({(article["outlet"], line["text"]) for line in article["lines"]})
    outlets = {article["id"]: article["outlet"] for article in articles}

    def remove(document: Document) -> Removed:
        return _remove_lines(document, lambda line: seen[outlets[document.id], line] >= 3, "frequency")

    return remove


def score(articles: Sequence[dict[str, Any]], remove: Filter) -> tuple[Score, list[str]]:
    """Score a filter, and list its mistakes in words."""
    counts: Counter[str] = Counter()
    mistakes: list[str] = []
    for article in articles:
        removed = remove(to_document(article))
        start = 0
        for line in article["lines"]:
            text = line["text"]
            places = [start + i for i, c in enumerate(text) if not c.isspace()]
            start += len(text) + 1
            if line["label"] == "either":
                continue
            noise = line.get("inline_noise") or ""
            begin = places[0] - len(text) + len(text.lstrip()) if places else 0
            inner = {begin + i for i in _find(text, noise)}
            gone = [place for place in places if place in removed.deleted or place in removed.extracted]
            if line["label"] == "noise":
                found = len(gone) >= FOUND * len(places)
                counts.update(noise=1, found=found, chars_noise=len(places), chars_found=len(gone))
                if not found:
                    mistakes.append(f"missed  {article['outlet']:<14} {line['category']:<9} {text[:100]}")
                continue
            content = [place for place in places if place not in inner]
            lost = [place for place in content if place in removed.deleted]
            extracted = [place for place in content if place in removed.extracted]
            counts.update(chars_content=len(content), chars_lost=len(lost), chars_extracted=len(extracted))
            counts.update(wrong=len(lost) >= FOUND * max(1, len(content)))
            if lost:
                rules = sorted({removed.deleted[place] for place in lost})
                words = "".join(text[place - begin] for place in lost[:100])
                mistakes.append(f"lost    {article['outlet']:<14} {','.join(rules)} {words}")
    return (
        Score(
            counts["found"],
            counts["noise"],
            counts["wrong"],
            counts["chars_found"],
            counts["chars_noise"],
            counts["chars_lost"],
            counts["chars_extracted"],
            counts["chars_content"],
        ),
        mistakes,
    )


def _find(text: str, part: str) -> range:
    place = text.find(part) if part else -1
    return range(place, place + len(part)) if place >= 0 else range(0)


def count_rules(articles: Sequence[dict[str, Any]]) -> list[tuple[str, int, int]]:
    """Return for each rule the labelled noise and content characters that it takes, most first."""
    found: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for article in articles:
        removed = remove_by_rules(to_document(article))
        start = 0
        for line in article["lines"]:
            for place in range(start, start + len(line["text"])):
                if place in removed.deleted:
                    (found if line["label"] != "content" else lost)[removed.deleted[place]] += 1
            start += len(line["text"]) + 1
    return [(rule, found[rule], lost[rule]) for rule, _ in (found + lost).most_common()]


def report() -> str:
    """Return the tables of this evaluation."""
    articles = read_articles()
    filters: list[tuple[str, Filter]] = [
        ("corpus-clean", remove_by_rules),
        ("nothing", remove_nothing),
        ("jusText, Indonesian stop words", remove_like_justext),
        ("C4's line filter", remove_like_c4),
        ("frequency (3 articles of an outlet)", remove_frequent(articles)),
    ]
    header = ["filter", "precision", "recall", "F1", "char recall", "content loss", "extracted"]
    rows = []
    for name, remove in filters:
        result, _ = score(articles, remove)
        share = result.chars_extracted / result.chars_content
        rows.append((name, result.precision, result.recall, result.f1, result.char_recall, result.loss, share))
    parts = [f"{len(articles)} articles", format_table(header, rows)]
    outlets = sorted({article["outlet"] for article in articles})
    rows = []
    for outlet in outlets:
        result, _ = score([article for article in articles if article["outlet"] == outlet], remove_by_rules)
        rows.append((outlet, result.lines_noise, result.precision, result.recall, result.char_recall, result.loss))
    parts.append(format_table(["outlet", "noise lines", "precision", "recall", "char recall", "content loss"], rows))
    parts.append(format_table(["rule", "noise chars", "content chars"], count_rules(articles)))
    _, mistakes = score(articles, remove_by_rules)
    parts.append("\n".join(mistakes))
    return "\n\n".join(parts)
