"""Counts what recurs: the templates of each portal's documents, in two passes and bounded memory.

The first pass is lossy counting (Manku & Motwani 2002): a table that is pruned every `PRUNE_AFTER` templates and
still never loses one that is frequent enough. The second measures the frequent ones exactly.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import xxhash

from corpus_clean.rules.units import Kind, Unit, find_units

PRUNE_AFTER = 2_000_000
MOST_TEMPLATES = 50_000
LINE_JOINT = " ⏎ "
_SAMPLE = 16
_VARIANTS = 32

Key = tuple[str, str, str]
"""Portal, kind of template (`text`, `wide`, `label`, `pair`, `run`) and template."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A document to learn from: its text after the known rules, and what in it (sorted spans) some rule flags."""

    doc_id: str
    portal: str
    text: str
    known: tuple[tuple[int, int], ...] = ()


Documents = Callable[[], Iterable[Lesson]]
"""Called once a pass, it gives the same documents in the same order."""


@dataclass(slots=True)
class Tally:
    """What the second pass gathers of one template on one portal; `standing` counts what is known as boilerplate."""

    kind: Kind
    template: str
    wide: bool
    documents: int = 0
    occurrences: int = 0
    last_doc: str = ""
    heads: Counter[int] = field(default_factory=Counter)
    tails: Counter[int] = field(default_factory=Counter)
    broken: int = 0
    quoted: int = 0
    glued: int = 0
    texts: Counter[str] = field(default_factory=Counter)
    narrow: Counter[str] = field(default_factory=Counter)
    sample: list[tuple[int, str]] = field(default_factory=list)
    standing: int = 0


def count_templates(documents: Documents, least: int) -> tuple[dict[str, int], frozenset[int], int]:
    """Count documents a portal, and find the templates that may be in `least` documents or more of one."""
    sizes: Counter[str] = Counter()
    counts: dict[int, tuple[int, int]] = {}
    added = 0
    for lesson in documents():
        sizes[lesson.portal] += 1
        for key in {_hash(key) for key, _ in find_templates(lesson)}:
            found = counts.get(key)
            counts[key] = (found[0] + 1, found[1]) if found else (1, added // PRUNE_AFTER)
            added += 1
            if added % PRUNE_AFTER == 0:
                now = added // PRUNE_AFTER
                counts = {key: value for key, value in counts.items() if sum(value) > now}
    frequent = sorted((-count, key) for key, (count, missed) in counts.items() if count + missed >= least)
    return dict(sizes), frozenset(key for _, key in frequent[:MOST_TEMPLATES]), max(0, len(frequent) - MOST_TEMPLATES)


def find_templates(lesson: Lesson) -> Iterator[tuple[Key, Unit]]:
    """All templates of a document, with the unit each comes from; of lines in a row, the first one's."""
    line_before: Unit | None = None
    for unit in find_units(lesson.text, lesson.known):
        if unit.kind == "label":
            yield (lesson.portal, "label", unit.template), unit
            continue
        yield (lesson.portal, "text", unit.template), unit
        if unit.wide:
            yield (lesson.portal, "wide", unit.wide), unit
        if unit.kind == "line":
            if line_before is not None and unit.head == line_before.head + 1:
                yield (lesson.portal, "pair", f"{line_before.template}{LINE_JOINT}{unit.template}"), line_before
            line_before = unit


def hash_id(doc_id: str) -> int:
    """Return the number by whose order documents are sampled: the same documents in every run."""
    return xxhash.xxh3_64_intdigest(doc_id.encode("utf-8", "surrogatepass"))


def _hash(key: Key) -> int:
    return xxhash.xxh3_64_intdigest("\0".join(key).encode("utf-8", "surrogatepass"))


def measure_templates(
    documents: Documents, frequent: frozenset[int], boilerplate: Container[str] = frozenset()
) -> dict[Key, Tally]:
    """Measure the templates that the first pass let through, exactly, and the runs of lines they make up.

    Lines that are `boilerplate` are counted as such.
    """
    tallies: dict[Key, Tally] = {}
    for lesson in documents():
        kept = [(key, unit) for key, unit in find_templates(lesson) if _hash(key) in frequent]
        for key, unit in kept:
            if key[1] != "pair":
                tally = _add(tallies, key, unit, lesson.doc_id)
                tally.standing += unit.text in boilerplate
        for run in _runs(lesson, kept):
            _add(tallies, (lesson.portal, "run", run.template), run, lesson.doc_id)
    return tallies


def _runs(lesson: Lesson, kept: Sequence[tuple[Key, Unit]]) -> Iterator[Unit]:
    """Lines in a row that often stand in this row: a sentence that a scraper broke at its links, or a box."""
    lines = {unit.head: unit for key, unit in kept if key[1] == "text" and unit.kind == "line"}
    joined = sorted({unit.head for key, unit in kept if key[1] == "pair"})
    groups: list[list[int]] = []
    for head in joined:
        if groups and groups[-1][-1] == head:
            groups[-1].append(head + 1)
        else:
            groups.append([head, head + 1])
    for group in groups:
        parts = [lines[head] for head in group if head in lines]
        if len(parts) < len(group):
            continue
        first, last = parts[0], parts[-1]
        template = LINE_JOINT.join(part.template for part in parts)
        text = "\n".join(part.text for part in parts)
        yield Unit(
            "run", text, template, "", first.head, last.tail, first.start, last.end,
            first.broken_before, last.broken_after, first.quoted,
        )  # fmt: skip


def _add(tallies: dict[Key, Tally], key: Key, unit: Unit, doc_id: str) -> Tally:
    tally = tallies.get(key)
    if tally is None:
        kind: Kind = unit.kind if key[1] in {"label", "run"} else "line"
        tally = tallies[key] = Tally(kind, key[2], key[1] == "wide")
    if tally.last_doc != doc_id:
        tally.last_doc = doc_id
        tally.documents += 1
        mark = hash_id(doc_id)
        if len(tally.sample) < _SAMPLE or mark < tally.sample[-1][0]:
            tally.sample = sorted([*tally.sample, (mark, doc_id)])[:_SAMPLE]
    tally.occurrences += 1
    tally.heads[min(unit.head, 50)] += 1
    tally.tails[min(unit.tail, 50)] += 1
    tally.broken += unit.broken
    tally.quoted += unit.quoted
    tally.glued += unit.kind == "sentence"
    if unit.text in tally.texts or len(tally.texts) < _VARIANTS:
        tally.texts[unit.text] += 1
    if unit.template in tally.narrow or len(tally.narrow) < _VARIANTS:
        tally.narrow[unit.template] += 1
    return tally
