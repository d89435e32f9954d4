"""Noise or reporting? What speaks for and against a template that recurs, added up.

The weights were set by reading proposals on scraped Indonesian and Malay news; docs/rules.md has the precision.
"""

import math
from dataclasses import dataclass, replace

import regex

from corpus_clean.rules.generalize import count_literal
from corpus_clean.rules.signs import find_signs, is_reported
from corpus_clean.rules.units import Kind

THRESHOLD = 2.0
_SENTENCE = regex.compile(r"\p{Ll}.*[.!?][\"”’)]*$")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was measured of a template on one portal.

    `first`, `last`, `broken` and `quoted` are shares of its occurrences: within three lines of the beginning or
    end, a piece of a longer sentence, inside quotation marks. `steady` is the share at its commonest place, counted
    from either end. `topic` is how much more alike its documents are than any documents of the portal. `standing` is
    the share that a finished run calls boilerplate: passages of many documents that have little else in common.
    """

    kind: Kind
    template: str
    example: str
    documents: int
    occurrences: int
    of_documents: int
    portals: int
    first: float
    last: float
    steady: float
    broken: float
    quoted: float
    wide: bool
    topic: float
    standing: float = 0.0

    def with_topic(self, topic: float) -> "Evidence":
        """Return the same with the topic measured."""
        return replace(self, topic=topic)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The sum, what made it up, and, where nothing is to be proposed, why."""

    score: float
    reasons: tuple[str, ...]
    refused: str = ""


def judge(evidence: Evidence, outlets: frozenset[str], *, final: bool = False) -> Judgement:
    """Weigh the evidence; only a `final` judgement asks for the whole score, since the topic comes last."""
    if refused := _refuse(evidence):
        return Judgement(0.0, (), refused)
    signs = find_signs(evidence.example, outlets)
    share = evidence.documents / evidence.of_documents
    parts = [
        ("signs: " + ", ".join(signs), min(len(signs), 3) * 1.0),
        ("names the portal", 1.0 if "outlet" in signs else 0.0),
        (f"in {share:.0%} of the documents", max(0.0, 2.0 + math.log10(share))),
        ("at the end", 1.5 * evidence.last if evidence.last >= 0.6 else 0.0),
        ("at the beginning", 1.0 * evidence.first if evidence.first >= 0.6 else 0.0),
        ("always at one place", 0.5 if evidence.steady >= 0.6 else 0.0),
        (f"on {evidence.portals} portals", 1.0 if evidence.portals > 1 else 0.0),
        ("lines in a row", 0.5 if evidence.kind == "run" else 0.0),
        ("boilerplate in a finished run", 2.0 * evidence.standing),
        ("long and unchanged", 0.5 if count_literal(evidence.template) >= 25 else 0.0),
        ("reads like a sentence", -1.0 if _SENTENCE.search(evidence.example) and len(signs) < 2 else 0.0),
        ("a few words without a sign", -1.0 if not signs and len(evidence.example.split()) <= 3 else 0.0),
        ("pieces of sentences", -4.0 * evidence.broken),
        ("in quotation marks", -3.0 * evidence.quoted),
        ("in documents about anything", 1.0 if final and evidence.documents >= 5 and evidence.topic <= 1.3 else 0.0),
        (
            f"in documents {evidence.topic:.1f} times as alike as usual",
            -max(0.5, 2.0 - 0.75 * len(signs)) * max(0.0, evidence.topic - 1.8),
        ),
    ]
    score = sum(value for _, value in parts)
    reasons = tuple(f"{name} ({value:+.1f})" for name, value in parts if abs(value) >= 0.05)
    refused = "looks more like reporting than noise" if final and score < THRESHOLD else ""
    return Judgement(round(score, 3), reasons, refused)


def _refuse(evidence: Evidence) -> str:
    if evidence.broken >= 0.5:
        return "pieces of sentences"
    if evidence.kind == "run" and any(_is_prose(line) for line in evidence.example.split("\n")):
        return "rows with a whole sentence among them"
    if evidence.quoted >= 0.5:
        return "inside quotation marks"
    if is_reported(evidence.example):
        return "reported speech"
    if count_literal(evidence.template) < 3 and evidence.last < 0.8:
        return "nothing but numbers, dates, names or marks"
    return ""


def _is_prose(line: str) -> bool:
    return _SENTENCE.search(line) is not None and len(line.split()) >= 5 and not find_signs(line)
