"""What two articles that share a quote have in common besides.

Two reports of one event repeat each other's quotes as fragments, in indirect speech, and in sentences of their own.
Between such articles weaker likeness is proof enough. It is weighed against what all their quotes have in common, for
the names and things of the event return in each of them.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from corpus_clean.config import QuotesConfig
from corpus_clean.quotes.articles import Articles, prepare_articles
from corpus_clean.quotes.compare import (
    Judgement,
    Overlap,
    find_conflicts,
    grade_match,
    judge_overlap,
    make_link,
    measure_overlap,
)
from corpus_clean.quotes.formulas import share_formula_only
from corpus_clean.quotes.identity import is_person, match_speakers
from corpus_clean.quotes.paraphrase import SHARED_GRAMS
from corpus_clean.quotes.spans import Reading
from corpus_clean.similarity.arrays import Offsets
from corpus_clean.similarity.backend import choose_backend
from corpus_clean.similarity.sheets import Links, Numbers, Weights
from corpus_clean.types import Link, Match, Quote

WEIGHTS = Weights(
    # Fitted on labelled pairs of articles, each pair left out once (docs/quotes.md): likeness weighs 1.
    containment=0.5,
    place=0.7,
    lead=0.35,
    partner=0.25,
    # Two papers that both quote the words quote the same words: what differs between marks is another sentence.
    both_direct=-1.25,
    # In two papers' own words, one event is told alike whoever speaks of it.
    both_indirect=-0.3,
    own=-0.7,
    # A quote with a firm partner is paraphrased only by what is like that partner.
    rival=0.30,
    rivals=-0.4,
    paraphrase=1.1,
    topic=0.35,
    least_worth=0.05,
    background=4,
    forms=SHARED_GRAMS,
)
# An organisation may speak through the person; of two people, one is seldom named wrongly.
_OTHER_SPEAKER = -0.4
_OTHER_PERSON = -1.3
_SHORTEST = 3
_ROUNDED = 0.5
"""Of a shingle: more than what rounding adds to containment."""

_Found = tuple[Quote, Quote, Link]


def link_quotes_in_context(left: Reading, right: Reading, config: QuotesConfig) -> list[Link]:
    """Return all links between the quotes of two articles; none if no quote links them beyond doubt.

    Example:
        >>> speech = "Jalan itu dibuka lagi pada hari Senin pekan ini setelah tiga bulan ditutup"
        >>> said = Quote("a", 0, 75, speech, "direct", "Sarma")
        >>> a = Reading((said, Quote("a", 90, 111, "sangat lelah menunggu", "fragment", "Sarma")))
        >>> more = Quote("b", 99, 149, "warga kota sudah sangat lelah menunggu begitu lama", "indirect", "Sarma")
        >>> b = Reading((Quote("b", 0, 75, speech, "direct", "Sarma"), more))
        >>> [(link.grade, link.left.text[:12]) for link in link_quotes_in_context(a, b, QuotesConfig())]
        [('A', 'Jalan itu di'), ('B', 'sangat lelah')]
    """
    return link_articles(prepare_articles([left, right]), [(0, 1)], config)


def link_articles(articles: Articles, pairs: Sequence[tuple[int, int]], config: QuotesConfig) -> list[Link]:
    """Return what `link_quotes_in_context` does for each pair of articles, one after the other."""
    return list(_Context(articles, pairs, config).link())


class _Context:
    """Pairs of articles, side by side."""

    def __init__(self, articles: Articles, pairs: Sequence[tuple[int, int]], config: QuotesConfig) -> None:
        self._articles = articles
        self._config = config
        self._lefts, self._rights = np.array(pairs, np.int64).reshape(-1, 2).T.copy()
        self._known = [articles.affiliations[left] | articles.affiliations[right] for left, right in pairs]
        sheets = articles.sheets
        self._owners = sheets.owners.tolist()
        self._lengths = sheets.lengths.tolist()
        self._sizes = np.diff(sheets.shingles).tolist()
        places = np.arange(len(sheets.kinds)) - np.repeat(sheets.statements[:-1], np.diff(sheets.statements))
        self._own = (places >= np.repeat(sheets.quotes, np.diff(sheets.statements))).tolist()

    def link(self) -> Iterator[Link]:
        """Yield all links, those of one pair of articles in the order of their places."""
        sheets, config = self._articles.sheets, self._config
        half = choose_backend(8 * len(sheets.hashes))
        least = min(config.same_speaker, config.unknown_speaker)
        near = half.find_near(sheets, self._lefts, self._rights, _SHORTEST, least)
        judged = [(pair, a, b, self._judge_closely(pair, a, b, shared)) for pair, a, b, shared in near.tolist()]
        close = [(pair, a, b, judgement) for pair, a, b, judgement in judged if judgement is not None]
        # All that is to know of a pair of articles without any close link is that it has none.
        told, numbers = np.unique(np.array([pair for pair, *_ in close], np.int64), return_inverse=True)
        kept, loose, scores = half.weigh(
            sheets,
            self._lefts[told],
            self._rights[told],
            Links(
                np.searchsorted(numbers, np.arange(len(told) + 1)),
                np.array([a for _, a, _, _ in close], np.int64),
                np.array([b for _, _, b, _ in close], np.int64),
                np.array([grade == "A" for *_, (grade, _, _) in close], np.bool_),
            ),
            _SHORTEST,
            config.min_words,
            WEIGHTS,
        )
        units, owners = self._articles.units, self._owners
        found: dict[int, dict[tuple[int, int], list[_Found]]] = defaultdict(lambda: defaultdict(list))
        for pair, a, b, judgement in itertools.compress(close, kept.tolist()):
            i, j = owners[a], owners[b]
            link = self._flag_own(make_link(units[a], units[b], *judgement), i, j)
            found[pair][i, j].append((units[a], units[b], link))
        loose[:, 0] = told[loose[:, 0]]
        shared = half.count_shared(sheets.hashes, sheets.shingles, loose[:, 3].copy(), loose[:, 4].copy())
        for (pair, i, j), link_found in self._link_loosely(loose, shared, scores):
            found[pair][i, j].append(link_found)
        for _, groups in sorted(found.items()):
            statements = self._articles.statements
            settled = [
                link
                for (i, j), group in sorted(groups.items())
                for link in _settle(statements[i], statements[j], group)
            ]
            yield from sorted(
                settled, key=lambda link: (link.left.start, link.left.end, link.right.start, link.right.end)
            )

    def _judge_closely(self, pair: int, a: int, b: int, shared: int) -> Judgement | None:
        """Judge two units as `compare_quotes` does, and short ones of one speaker, too."""
        one, other = self._articles.units[a], self._articles.units[b]
        same = match_speakers(one.speaker, other.speaker, self._known[pair])
        overlap = self._overlap(a, b, shared)
        judged = judge_overlap(overlap, same, self._config)
        if judged is None and same and min(self._lengths[a], self._lengths[b]) < self._config.min_words:
            judged = self._judge_short(overlap)
        return judged

    def _judge_short(self, overlap: Overlap) -> Judgement | None:
        match = measure_overlap(overlap)
        if match.containment < self._config.same_speaker or share_formula_only(overlap.left, overlap.right):
            return None
        return grade_match(match), match, find_conflicts(overlap.left, overlap.right)

    def _overlap(self, a: int, b: int, shared: int) -> Overlap:
        texts, sizes = self._articles.texts, self._sizes
        return Overlap(texts[a], texts[b], shared, sizes[a], sizes[b])

    def _flag_own(self, link: Link, i: int, j: int) -> Link:
        return replace(link, flags=(*link.flags, "unattributed")) if self._own[i] or self._own[j] else link

    def _link_loosely(
        self, loose: Offsets, shared: Offsets, scores: Numbers
    ) -> Iterator[tuple[tuple[int, int, int], _Found]]:
        """Link the best units of two statements if letters, words and their places together say paraphrase."""
        statements, units = self._articles.statements, self._articles.units
        rows = zip(loose.tolist(), shared.tolist(), scores.tolist(), strict=True)
        for (pair, i, j), group in itertools.groupby(rows, key=lambda row: tuple(row[0][:3])):
            one, another = statements[i], statements[j]
            other = match_speakers(one.speaker, another.speaker, self._known[pair]) is False
            persons = other and is_person(one.speaker) and is_person(another.speaker)
            against = (_OTHER_PERSON if persons else _OTHER_SPEAKER) if other else 0.0
            best: tuple[float, int, int, Match] | None = None
            for (*_, a, b), common, (support, likeness) in group:
                score = support + likeness + against
                overlap = self._overlap(a, b, common)
                most = (common + _ROUNDED) / max(1, min(overlap.own, overlap.other))
                if score + WEIGHTS.containment * min(1.0, most) < WEIGHTS.paraphrase:
                    continue
                match = measure_overlap(overlap)
                score += WEIGHTS.containment * match.containment
                if best is None or score > best[0]:
                    best = (score, a, b, match)
            if best is None or best[0] < WEIGHTS.paraphrase:
                continue
            _, a, b, match = best
            folded = self._articles.texts[a], self._articles.texts[b]
            flags = find_conflicts(*folded)
            if "number" in flags or share_formula_only(*folded):
                continue  # a paraphrase with other figures is no support
            flags = (*flags, "other-speaker") if other else flags
            link = make_link(units[a], units[b], "C", match, flags)
            yield (pair, i, j), (units[a], units[b], self._flag_own(link, i, j))


def _settle(left: Quote, right: Quote, found: list[_Found]) -> list[Link]:
    """Keep the links of two quotes that say most: the whole ones if near-verbatim, else the narrowest."""
    if len(found) == 1:
        return [found[0][2]]
    whole = [link for a, b, link in found if a == left and b == right]
    if whole and whole[0].grade == "A":
        return whole
    return [
        link
        for a, b, link in found
        if not any(
            (c, d) != (a, b)
            and a.start <= c.start
            and c.end <= a.end
            and b.start <= d.start
            and d.end <= b.end
            and other.grade <= link.grade
            for c, d, other in found
        )
    ]
