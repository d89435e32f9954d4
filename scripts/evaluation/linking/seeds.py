"""Five labelled articles: three on one event, two controls. Graded pairs, spans and speakers."""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from corpus_clean.quotes.identity import match_speakers
from corpus_clean.quotes.spans import Reading, read_document
from corpus_clean.quotes.units import split_units
from corpus_clean.types import Document, Link
from scripts.evaluation.data import SHARED
from scripts.evaluation.linking.overlap import Span, is_same, share, span_of
from scripts.evaluation.linking.rivals import Linker

CONTROLS = frozenset({"003", "004"})
_ALLOWED = "ABCX"


@dataclass(frozen=True, slots=True)
class SeedLinks:
    """Labelled pairs by grade, those found at intersection over union .5 and at seven tenths of the shorter, and rest.

    `precision` counts a link as right if it joins any labelled pair, also one marked as open to debate (grade X).
    """

    total: Counter[str]
    strict: Counter[str]
    loose: Counter[str]
    links: int
    precision: float
    controls: int


@dataclass(slots=True)
class SeedSpans:
    """Labelled units, those found at intersection over union .5, those of them with the right speaker, and errors."""

    units: int = 0
    spans: int = 0
    speakers: int = 0
    errors: list[str] = field(default_factory=list)


def read_texts() -> dict[str, str]:
    """Return the articles by number."""
    return {path.name[:3]: path.read_text(encoding="utf-8") for path in sorted((SHARED / "seeds").glob("*.txt"))}


def read_gold() -> list[dict[str, Any]]:
    """Return the labelled pairs."""
    rows: list[dict[str, Any]] = json.loads((SHARED / "gold" / "seed-quotes.json").read_text(encoding="utf-8"))
    return rows


def read_seeds() -> dict[str, Reading]:
    """Return what is found in the articles."""
    return {name: read_document(Document(name, text)) for name, text in read_texts().items()}


def score_links(readings: dict[str, Reading], link: Linker) -> SeedLinks:
    """Score a linker."""
    texts, gold, links = read_texts(), read_gold(), link(readings)
    found = {True: Counter[str](), False: Counter[str]()}
    right: set[int] = set()
    for pair in gold:
        for strict, hits in found.items():
            joined = [n for n, one in enumerate(links) if _joins(one, pair, texts, strict=strict)]
            hits[pair["grade"]] += bool(joined)
            if pair["grade"] in _ALLOWED and not strict:
                right.update(joined)
    controls = sum(bool({one.left.doc_id, one.right.doc_id} & CONTROLS) for one in links)
    total = Counter(pair["grade"] for pair in gold)
    return SeedLinks(total, found[True], found[False], len(links), len(right) / max(1, len(links)), controls)


def _place(text: str, said: str) -> Span:
    start = text.index(said)
    return (start, start + len(said))


def _joins(link: Link, pair: dict[str, Any], texts: dict[str, str], *, strict: bool) -> bool:
    a, b = pair["doc_a"], pair["doc_b"]
    places = _place(texts[a], pair["text_a"]), _place(texts[b], pair["text_b"])
    return any(
        (x.doc_id, y.doc_id) == (a, b)
        and is_same(span_of(x), places[0], strict=strict)
        and is_same(span_of(y), places[1], strict=strict)
        for x, y in ((link.left, link.right), (link.right, link.left))
    )


def score_spans(readings: dict[str, Reading]) -> SeedSpans:
    """Score the spans and speakers of the labelled units."""
    texts = read_texts()
    units = {
        (pair[f"doc_{side}"], pair[f"text_{side}"]): pair[f"speaker_{side}"] for pair in read_gold() for side in "ab"
    }
    score = SeedSpans(len(units))
    for (doc_id, said), speaker in sorted(units.items()):
        place = _place(texts[doc_id], said)
        found = [unit for quote in readings[doc_id].quotes for unit in split_units(quote)]
        best = max(found, key=lambda unit: share(span_of(unit), place, strict=True))
        span = is_same(span_of(best), place, strict=True)
        same = any(match_speakers(best.speaker, name) for name in speaker.split("/"))
        score.spans += span
        score.speakers += span and same
        if not span:
            score.errors.append(f"span     {doc_id} {said[:90]}")
        elif not same:
            score.errors.append(f"speaker  {doc_id} {speaker}: found {best.speaker}")
    return score
