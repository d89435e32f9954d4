"""Attributions in English news (PolNeAR): how many are found, and whose they are."""

from collections import Counter
from dataclasses import dataclass, field

from corpus_clean.quotes.identity import match_speakers
from corpus_clean.quotes.spans import read_document
from corpus_clean.types import Document
from scripts.evaluation.data import read_rows

PRONOUNS = frozenset({"he", "she", "they", "it", "we", "i", "who", "him", "her", "his", "one"})
_HALF = 0.5


@dataclass(slots=True)
class PolnearScore:
    """By the label's kind: labels, those half covered, those of them with a named source, and with the right one.

    `predicted` and `confirmed` count by the kind of what is found; it is right if half of it lies in one label.
    """

    total: Counter[str] = field(default_factory=Counter)
    covered: Counter[str] = field(default_factory=Counter)
    named: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    predicted: Counter[str] = field(default_factory=Counter)
    confirmed: Counter[str] = field(default_factory=Counter)


def score_polnear() -> PolnearScore:
    """Score the English articles."""
    score = PolnearScore()
    for row in read_rows("quotes_en_polnear.jsonl.zst"):
        quotes = read_document(Document(row["id"], row["text"])).quotes
        for label in row["gold"]:
            kind, start, end = label["kind"], label["start"], label["end"]
            score.total[kind] += 1
            covered = {i for quote in quotes for i in range(max(quote.start, start), min(quote.end, end))}
            if len(covered) < _HALF * max(1, end - start):
                continue
            score.covered[kind] += 1
            if not label["source"] or label["source"][0].lower() in PRONOUNS:
                continue
            best = max(quotes, key=lambda quote: min(quote.end, end) - max(quote.start, start))
            score.named[kind] += 1
            score.right[kind] += _is_source(best.speaker, label["source"][0])
        for quote in quotes:
            score.predicted[quote.kind] += 1
            score.confirmed[quote.kind] += any(
                min(quote.end, label["end"]) - max(quote.start, label["start"]) >= _HALF * (quote.end - quote.start)
                for label in row["gold"]
            )
    return score


def _is_source(speaker: str, source: str) -> bool:
    """Whether a speaker is the labelled source, which is a noun phrase: "the company's founder, Sarah Willing"."""
    if not speaker:
        return False
    one, other = speaker.lower(), source.lower()
    return bool(match_speakers(source, speaker)) or one in other or other in one
