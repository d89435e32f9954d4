"""Mines what recurs on one portal across distinct documents, and judges whether it is noise or reporting.

Three passes over the documents: two of `recurrence`, and one that takes the contexts and topics of what looks like
noise. Nothing is applied: what comes out are proposals for a person.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from corpus_clean.rules.generalize import generalize
from corpus_clean.rules.judge import Evidence, judge
from corpus_clean.rules.lines import split_lines
from corpus_clean.rules.recurrence import (
    LINE_JOINT,
    Documents,
    Key,
    Lesson,
    Tally,
    count_templates,
    find_templates,
    hash_id,
    measure_templates,
)
from corpus_clean.rules.topics import Sketch, compare_topics, sketch_topic
from corpus_clean.rules.units import Kind, Unit

MOST_CANDIDATES = 2_000
_LEAST = 2
_ONE_IN = 1000
_BASELINE = 48
_CONTEXTS = 3
_CONTEXT_CHARS = 90
# A template with names as holes is worth having only where no single wording makes up nearly all of it.
_ONE_WORDING = 0.7
# What stands without the whole no more often than this, against the whole, is only a part of it.
_RARELY_ALONE = 1.25


@dataclass(frozen=True, slots=True)
class Context:
    """Where a template stands in one document: the lines around it."""

    doc_id: str
    before: str
    text: str
    after: str

    def show(self) -> str:
        """Return it on one line, the template's own words between » and «."""
        return " ".join(f"{self.before} » {self.text} « {self.after}".split())


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something that recurs and looks like noise, with what speaks for it. `texts` are its commonest wordings."""

    portal: str
    kind: Kind
    template: str
    texts: tuple[str, ...]
    evidence: Evidence
    score: float
    reasons: tuple[str, ...]
    contexts: tuple[Context, ...]


@dataclass(frozen=True, slots=True)
class Learned:
    """Proposals, the most useful first, and what was left out: how many for each reason."""

    proposals: tuple[Proposal, ...]
    documents: Mapping[str, int]
    left_out: Mapping[str, int]


def learn(
    documents: Documents,
    *,
    min_documents: int = 0,
    outlets: Mapping[str, frozenset[str]] | None = None,
    most: int = 100,
    boilerplate: Mapping[str, str] = MappingProxyType({}),
) -> Learned:
    r"""Propose what recurs on a portal and looks like noise.

    Args:
        documents: near-duplicates are left out before, or what they share would count each time.
        min_documents: how many distinct documents of a portal must have it; 0 is 2, or one in a thousand of the
            portal's documents where that is more.
        outlets: names of each portal in lower case; a line that names its own portal is rarely reporting.
        most: the largest number of proposals for a portal; how many more there are is told.
        boilerplate: lines that are known to be boilerplate, each with the name of its cluster, which is all wordings of
            one passage. This speaks for a template; clusters of which no line recurs are counted as left out.

    Example:
        >>> text = "Hujan turun di {}.\nIkuti kami di kanal ini"
        >>> pages = [Lesson(name, "muara", text.format(name)) for name in ("huma", "ladang", "rawa", "sawah")]
        >>> [(p.template, p.evidence.documents) for p in learn(lambda: pages).proposals]
        [('ikuti kami di kanal ini', 4)]
    """
    names = outlets or {}
    sizes, frequent, cut = count_templates(documents, min_documents or _LEAST)
    left_out: Counter[str] = Counter({"templates too rare for the table": cut})
    measured = measure_templates(documents, frequent, boilerplate)
    left_out["boilerplate passages in ever other words"] = _count_changing(documents, boilerplate, measured)
    tallies = {
        key: tally
        for key, tally in measured.items()
        if tally.documents >= (min_documents or max(_LEAST, sizes[key[0]] // _ONE_IN))
    }
    portals = Counter(template for _, _, template in tallies)
    evidence = {key: _weigh(tally, sizes[key[0]], portals[key[2]]) for key, tally in _drop_covered(tallies).items()}
    candidates = _choose_candidates(evidence, names, left_out)
    lifts, contexts = _inspect(documents, {key: tallies[key] for key in candidates})
    found: dict[str, list[Proposal]] = {}
    for key in candidates:
        full = evidence[key].with_topic(lifts[key])
        judgement = judge(full, names.get(key[0], frozenset()), final=True)
        if judgement.refused:
            left_out[judgement.refused] += 1
            continue
        texts = tuple(text for text, _ in tallies[key].texts.most_common(_CONTEXTS))
        found.setdefault(key[0], []).append(
            Proposal(key[0], full.kind, key[2], texts, full, judgement.score, judgement.reasons, contexts[key])
        )
    kept: list[Proposal] = []
    for portal in sorted(found):
        ranked = _drop_parts(sorted(found[portal], key=_rank))
        kept += ranked[:most]
        left_out["proposals beyond the most for a portal"] += len(ranked[most:])
    return Learned(
        tuple(sorted(kept, key=_rank)),
        dict(sorted(sizes.items())),
        {reason: count for reason, count in sorted(left_out.items()) if count},
    )


def _count_changing(documents: Documents, boilerplate: Mapping[str, str], measured: Mapping[Key, Tally]) -> int:
    """Count the boilerplate that is there, but of which no line recurs as it is: no template can be made of it."""
    if not boilerplate:
        return 0
    there = {
        boilerplate[line.view]: None
        for lesson in documents()
        for line in split_lines(lesson.text)
        if line.view in boilerplate
    }
    recurring = {
        boilerplate[text]: None
        for tally in measured.values()
        if tally.standing and tally.documents > 1
        for text in tally.texts
        if text in boilerplate
    }
    return len(there.keys() - recurring.keys())


def _rank(proposal: Proposal) -> tuple[float, int, str, str]:
    return -proposal.score, -proposal.evidence.documents, proposal.portal, proposal.template


def _choose_candidates(
    evidence: Mapping[Key, Evidence], outlets: Mapping[str, frozenset[str]], left_out: Counter[str]
) -> list[Key]:
    """What is worth a closer look, the best first; refusals are counted by their reason."""
    judged: list[tuple[float, Key]] = []
    for key, known in evidence.items():
        judgement = judge(known, outlets.get(key[0], frozenset()))
        if judgement.refused:
            left_out[judgement.refused] += 1
        else:
            judged.append((-judgement.score, key))
    judged.sort()
    left_out["templates beyond the best candidates"] = len(judged[MOST_CANDIDATES:])
    return [key for _, key in judged[:MOST_CANDIDATES]]


def _drop_covered(tallies: Mapping[Key, Tally]) -> dict[Key, Tally]:
    """Of a wording and the wider template that has it, keep the one that says it best."""
    kept = dict(tallies)
    for key, tally in tallies.items():
        if key[1] != "wide":
            continue
        commonest = tally.narrow.most_common(1)[0][1]
        same = (key[0], "text", key[2])
        if commonest >= _ONE_WORDING * tally.occurrences or same in tallies:
            del kept[key]
            continue
        for narrow in tally.narrow:
            kept.pop((key[0], "text", narrow), None)
    return kept


def _weigh(tally: Tally, size: int, portals: int) -> Evidence:
    total = tally.occurrences
    return Evidence(
        kind="sentence" if tally.glued else tally.kind,
        template=tally.template,
        example=tally.texts.most_common(1)[0][0],
        documents=tally.documents,
        occurrences=total,
        of_documents=size,
        portals=portals,
        first=_share(tally.heads, 3, total),
        last=_share(tally.tails, 3, total),
        steady=max([*tally.heads.values(), *tally.tails.values()]) / total,
        broken=tally.broken / total,
        quoted=tally.quoted / total,
        wide=tally.wide,
        topic=1.0,
        standing=tally.standing / total,
    )


def _share(places: Counter[int], below: int, total: int) -> float:
    return sum(count for place, count in places.items() if place < below) / total


def _inspect(
    documents: Documents, tallies: Mapping[Key, Tally]
) -> tuple[dict[Key, float], dict[Key, tuple[Context, ...]]]:
    """Look at the sampled documents again: what are they about, and what stands around the template?"""
    wanted: dict[str, list[Key]] = {}
    for key, tally in tallies.items():
        for _, doc_id in tally.sample:
            wanted.setdefault(doc_id, []).append(key)
    sketches: dict[str, Sketch] = {}
    baseline: dict[str, list[tuple[int, Sketch]]] = {}
    contexts: dict[Key, list[Context]] = {key: [] for key in tallies}
    candidates = {(key[0], part) for key in tallies for part in key[2].split(LINE_JOINT)}
    for lesson in documents():
        mark = hash_id(lesson.doc_id)
        random = baseline.setdefault(lesson.portal, [])
        in_baseline = len(random) < _BASELINE or mark < random[-1][0]
        if not in_baseline and lesson.doc_id not in wanted:
            continue
        body = [line for line in lesson.text.split("\n") if (lesson.portal, generalize(line.strip())) not in candidates]
        sketch = sketch_topic("\n".join(body))
        if in_baseline:
            random[:] = sorted([*random, (mark, sketch)])[:_BASELINE]
        if lesson.doc_id in wanted:
            sketches[lesson.doc_id] = sketch
            _take_contexts(lesson, wanted[lesson.doc_id], contexts)
    usual = {portal: compare_topics([sketch for _, sketch in random]) for portal, random in baseline.items()}
    lifts = {
        key: compare_topics([sketches[doc_id] for _, doc_id in tally.sample]) / max(usual[key[0]], 0.01)
        for key, tally in tallies.items()
    }
    return lifts, {key: tuple(found) for key, found in contexts.items()}


def _take_contexts(lesson: Lesson, keys: Sequence[Key], contexts: dict[Key, list[Context]]) -> None:
    needy = [key for key in keys if len(contexts[key]) < _CONTEXTS]
    if not needy:
        return
    places: dict[Key, Unit] = {}
    for key, unit in find_templates(lesson):
        places.setdefault(key, unit)
    for key in needy:
        start_key = key
        if key[1] == "run":
            parts = key[2].split(LINE_JOINT)
            start_key = (key[0], "pair", LINE_JOINT.join(parts[:2]))
        if start_key in places:
            unit = places[start_key]
            lines = key[2].count(LINE_JOINT) + 1
            contexts[key].append(_context(lesson, unit, lines))


def _context(lesson: Lesson, unit: Unit, lines: int) -> Context:
    start, end = unit.start, unit.end
    before = lesson.text[max(0, start - _CONTEXT_CHARS) : start].strip()
    for line in [line for line in split_lines(lesson.text) if line.start >= start and line.view][:lines]:
        end = line.end if lines > 1 else end
    return Context(lesson.doc_id, before, lesson.text[start:end], lesson.text[end : end + _CONTEXT_CHARS].strip())


def _drop_parts(ranked: Sequence[Proposal]) -> list[Proposal]:
    """Leave out what another proposal takes along: a line of a run, a sentence of a line, titles behind a label.

    A run of lines that mostly stand without each other is left out too, if each of them is proposed.
    """
    documents = {proposal.template: proposal.evidence.documents for proposal in ranked}
    kept: list[Proposal] = []
    for proposal in ranked:
        own = proposal.evidence.documents
        if proposal.kind == "run":
            parts = proposal.template.split(LINE_JOINT)
            needless = all(documents.get(part, 0) > _RARELY_ALONE * own for part in parts)
        else:
            needless = False
        if not needless and not any(
            _covers(other, proposal) and own <= _RARELY_ALONE * other.evidence.documents
            for other in ranked
            if other is not proposal
        ):
            kept.append(proposal)
    return kept


def _covers(whole: Proposal, part: Proposal) -> bool:
    if whole.kind == "label":
        return part.kind != "run" and part.template.startswith(whole.template.removesuffix("{title}").rstrip())
    if part.kind == "label":
        return False
    return len(part.template) < len(whole.template) and part.template in whole.template
