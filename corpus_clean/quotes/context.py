"""What two articles that share a quote have in common besides.

Two reports of one event repeat each other's quotes as fragments, in indirect speech, and in sentences of their own.
Between such articles weaker likeness is proof enough. It is weighed against what all their quotes have in common, for
the names and things of the event return in each of them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from corpus_clean.config import QuotesConfig
from corpus_clean.quotes.articles import Article, prepare_articles
from corpus_clean.quotes.compare import VERBATIM_JACCARD, find_conflicts, fold, judge_quotes, make_link, match_texts
from corpus_clean.quotes.evidence import Evidence, Numbers, weigh_evidence
from corpus_clean.quotes.formulas import share_formula_only
from corpus_clean.quotes.identity import is_person, match_speakers
from corpus_clean.quotes.spans import Reading
from corpus_clean.types import Grade, Link, Match, Quote

# Fitted on labelled pairs of articles, each pair left out once (docs/quotes.md): likeness weighs 1.
_CONTAINMENT = 0.5
_PLACE = 0.7
_LEAD_IN = 0.35
_PARTNER = 0.25
# Two papers that both quote the words quote the same words: what differs between marks is another sentence.
_BOTH_DIRECT = -1.25
# In two papers' own words, one event is told alike whoever speaks of it.
_BOTH_INDIRECT = -0.3
# An organisation may speak through the person; of two people, one is seldom named wrongly.
_OTHER_SPEAKER = -0.4
_OTHER_PERSON = -1.3
_OWN_WORDS = -0.7
_PARAPHRASE = 1.1
# A quote with a firm partner is paraphrased only by what is like that partner.
_RIVAL_LIKENESS = 0.30
_RIVALS = -0.4
_TOPIC_SHARE = 0.35
_SHORTEST = 3

_Pair = tuple[int, int]
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
    one, other = prepare_articles([left, right])
    return link_articles(one, other, config)


def link_articles(left: Article, right: Article, config: QuotesConfig) -> list[Link]:
    """Return what `link_quotes_in_context` does, of articles that were prepared together."""
    return _Context(left, right, config).link()


class _Context:
    """Two articles, side by side. Matrices have a row for each statement (or unit) of the left one."""

    def __init__(self, left: Article, right: Article, config: QuotesConfig) -> None:
        self._left = left
        self._right = right
        self._config = config
        self._speakers: dict[tuple[str, str], bool | None] = {}
        own = [np.arange(len(article.statements)) >= article.quotes for article in (left, right)]
        direct, indirect = (
            [np.array([said.kind == kind for said in article.statements], np.bool_) for article in (left, right)]
            for kind in ("direct", "indirect")
        )
        self._own = own[0][:, None] | own[1]
        # The paper's own sentence is compared with what the other one quotes.
        self._allowed = ~self._own | (own[0][:, None] & direct[1]) | (direct[0][:, None] & own[1])
        self._kinds = np.where(direct[0][:, None] & direct[1], _BOTH_DIRECT, 0.0)
        self._kinds += np.where(indirect[0][:, None] & indirect[1], _BOTH_INDIRECT, 0.0)
        self._kinds += np.where(self._own, _OWN_WORDS, 0.0)

    def link(self) -> list[Link]:
        """Return all links."""
        near = self._find_near()
        if not near:
            return []
        evidence = weigh_evidence(self._left.vocabulary, self._right.vocabulary)
        split = len(self._left.units)
        share = evidence.share[:split, split:]
        found: dict[_Pair, list[_Found]] = defaultdict(list)
        for a, b in near:
            link = self._link_closely(a, b, float(share[a, b]))
            if link is not None:
                pair = (int(self._left.owners[a]), int(self._right.owners[b]))
                found[pair].append((self._left.units[a], self._right.units[b], link))
        if not any(self._is_beyond_doubt(found, pair) for pair in found):
            return []
        support = self._support(sorted(found), evidence)
        likeness = evidence.likeness[:split, split:]
        for i, j, worth in support:
            loose = self._link_loosely(i, j, worth, likeness)
            if loose is not None:
                found[i, j].append(loose)
        settled = [
            link
            for (i, j), group in sorted(found.items())
            for link in _settle(self._left.statements[i], self._right.statements[j], group)
        ]
        return sorted(settled, key=lambda link: (link.left.start, link.left.end, link.right.start, link.right.end))

    def _find_near(self) -> list[_Pair]:
        """The pairs of units that share enough letters to be one utterance."""
        left, right = self._left, self._right
        if not left.quotes or not right.quotes:
            return []
        shared = left.sets.count_shared(left.place, right.place)
        sizes = [side.sets.sizes[side.place.start : side.place.stop] for side in (left, right)]
        words = np.minimum(left.words[:, None], right.words)
        least = min(self._config.same_speaker, self._config.unknown_speaker)
        near = shared >= least * np.minimum(sizes[0][:, None], sizes[1]) - 1e-9
        near &= (words >= _SHORTEST) & self._allowed[np.ix_(left.owners, right.owners)]
        return [(int(a), int(b)) for a, b in np.argwhere(near)]

    def _match(self, left: Quote, right: Quote) -> bool | None:
        names = (left.speaker, right.speaker)
        if names not in self._speakers:
            known = self._left.affiliations | self._right.affiliations
            self._speakers[names] = match_speakers(*names, known)
        return self._speakers[names]

    def _link_closely(self, a: int, b: int, share: float) -> Link | None:
        """Link two units as `compare_quotes` does, short ones of one speaker too, but not for the event's own words."""
        one, other = self._left.units[a], self._right.units[b]
        same = self._match(one, other)
        link = judge_quotes(one, other, same, self._config)
        words = min(self._left.words[a], self._right.words[b])
        if link is None and same and words < self._config.min_words:
            match = match_texts(one.text, other.text)
            if match.containment >= self._config.same_speaker and not share_formula_only(one.text, other.text):
                grade: Grade = "A" if match.jaccard >= VERBATIM_JACCARD else "B"
                link = make_link(one, other, match, grade, find_conflicts(one.text, other.text))
        if link is None or (link.grade != "A" and share < _TOPIC_SHARE):
            return None
        return self._flag_own(link, self._left.owners[a], self._right.owners[b])

    def _flag_own(self, link: Link, i: int, j: int) -> Link:
        return replace(link, flags=(*link.flags, "unattributed")) if self._own[i, j] else link

    def _is_beyond_doubt(self, found: Mapping[_Pair, Sequence[_Found]], pair: _Pair) -> bool:
        return not self._own[pair] and any(
            min(len(fold(a.text).words), len(fold(b.text).words)) >= self._config.min_words for a, b, _ in found[pair]
        )

    def _support(self, firm: Sequence[_Pair], evidence: Evidence) -> list[tuple[int, int, float]]:
        """The pairs of statements that may be paraphrases, with all that speaks for it but their own likeness."""
        left, right = self._left, self._right
        split = len(left.units)
        wholes = np.concatenate([left.starts, right.starts + split])
        whole = evidence.likeness[np.ix_(wholes, wholes)]
        count = len(left.starts)
        likeness = _highest(evidence.likeness[:split, split:], left.starts, right.starts)
        partner = np.zeros_like(likeness)
        rivals = np.zeros(likeness.shape, np.bool_)
        for i, j in firm:
            partner[i] = np.maximum(partner[i], whole[count:, count + j])
            partner[:, j] = np.maximum(partner[:, j], whole[:count, i])
            rivals[i], rivals[:, j] = True, True
        support = _PLACE * _compare_places(firm, left.rank, right.rank)
        support += _LEAD_IN * np.minimum(1.0, _follow_leads(likeness, left.leads, right.leads))
        support += _PARTNER * np.minimum(1.0, partner)
        support += np.where(rivals & (partner < _RIVAL_LIKENESS), _RIVALS, 0.0)
        support += self._kinds
        # What letters alone can add is bounded: spare the alignment, and the names, where that cannot be enough.
        open_pairs = self._allowed & (support + likeness + _CONTAINMENT >= _PARAPHRASE)
        open_pairs[tuple(np.array(firm).T)] = False
        return [(int(i), int(j), float(support[i, j])) for i, j in np.argwhere(open_pairs)]

    def _link_loosely(self, i: int, j: int, support: float, likeness: Numbers) -> _Found | None:
        """Link the best pair of units of two statements if letters, words and their places together say paraphrase."""
        left, right = self._left, self._right
        one, another = left.statements[i], right.statements[j]
        other = self._match(one, another) is False
        if other:
            support += _OTHER_PERSON if is_person(one.speaker) and is_person(another.speaker) else _OTHER_SPEAKER
        best: tuple[float, int, int, Match] | None = None
        for a in np.flatnonzero(left.owners == i).tolist():
            for b in np.flatnonzero(right.owners == j).tolist():
                score = support + float(likeness[a, b])
                if score + _CONTAINMENT < _PARAPHRASE or min(left.words[a], right.words[b]) < _SHORTEST:
                    continue
                match = match_texts(left.units[a].text, right.units[b].text)
                score += _CONTAINMENT * match.containment
                if best is None or score > best[0]:
                    best = (score, a, b, match)
        if best is None or best[0] < _PARAPHRASE:
            return None
        one, another, match = left.units[best[1]], right.units[best[2]], best[3]
        flags = find_conflicts(one.text, another.text)
        if "number" in flags or share_formula_only(one.text, another.text):
            return None  # a paraphrase with other figures is no support
        flags = (*flags, "other-speaker") if other else flags
        return one, another, self._flag_own(make_link(one, another, match, "C", flags), i, j)


def _highest(units: Numbers, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Numbers:
    """The highest value among the units of each two statements."""
    return np.maximum.reduceat(np.maximum.reduceat(units, rows, axis=0), columns, axis=1)


def _compare_places(firm: Sequence[_Pair], left: Numbers, right: Numbers) -> Numbers:
    """How well two statements' places agree, seen from the firmly linked pair that is nearest: there it is 1."""
    gap = np.full((len(left), len(right)), np.inf)
    for i, j in firm:
        rows, columns = (left - left[i])[:, None], right - right[j]
        gap = np.minimum(gap, np.abs(rows - columns) + np.minimum(np.abs(rows), np.abs(columns)) / 2)
    return np.asarray(np.exp(-gap / 2), np.float64)


def _follow_leads(likeness: Numbers, left: Mapping[int, int], right: Mapping[int, int]) -> Numbers:
    """How like what one of two statements sums up, or is summed up by, is to the other one."""
    found = np.zeros_like(likeness)
    for lead, said in left.items():
        found[lead] = np.maximum(found[lead], likeness[said])
        found[said] = np.maximum(found[said], likeness[lead])
    for lead, said in right.items():
        found[:, lead] = np.maximum(found[:, lead], likeness[:, said])
        found[:, said] = np.maximum(found[:, said], likeness[:, lead])
    return found


def _settle(left: Quote, right: Quote, found: list[_Found]) -> list[Link]:
    """Keep the links of two quotes that say most: the whole ones if near-verbatim, else the narrowest."""
    whole = [link for a, b, link in found if a == left and b == right]
    if whole and (whole[0].grade == "A" or len(found) == 1):
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
