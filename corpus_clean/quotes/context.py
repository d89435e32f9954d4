"""The context pass: what two articles that share a quote have in common besides.

Two reports of one event repeat each other's quotes as fragments and in indirect speech too. Between such articles
weaker likeness is proof enough, if the speaker is the same: it is weighed against what all their quotes have in common,
for the names and things of the event return in each of them.
"""

from collections import defaultdict
from collections.abc import Sequence

from corpus_clean.config import QuotesConfig
from corpus_clean.quotes.compare import VERBATIM_JACCARD, compare_quotes, find_conflicts, fold, make_link, match_texts
from corpus_clean.quotes.formulas import share_formula_only
from corpus_clean.quotes.identity import NO_AFFILIATIONS, Affiliations, match_speakers
from corpus_clean.quotes.paraphrase import Vocabulary
from corpus_clean.quotes.units import split_units
from corpus_clean.types import Grade, Link, Match, Quote

# Fitted on labelled pairs of articles, each pair left out once (docs/quotes.md): likeness weighs 1.
_CONTAINMENT = 0.2
_LEAD_IN = 0.3
_NEIGHBOUR = 0.15
_PARTNER = 0.3
# Two papers that both quote the words quote the same words: what differs between marks is another sentence.
_BOTH_DIRECT = -0.7
_PARAPHRASE = 0.7
# A quote with a firm partner is paraphrased only by what is like that partner.
_RIVAL_LIKENESS = 0.30
_TOPIC_SHARE = 0.35
_SHORTEST = 3
_LEAD_IN_GAP = 24
_NEAR = (-1, 0, 1)

_Found = tuple[Quote, Quote, Link]


def link_quotes_in_context(
    left: Sequence[Quote],
    right: Sequence[Quote],
    config: QuotesConfig,
    affiliations: Affiliations = NO_AFFILIATIONS,
) -> list[Link]:
    """Return all links between the quotes of two articles; none if no quote links them beyond doubt.

    Args:
        left: the quotes of one article, as `find_quotes` gives them.
        right: the quotes of the other.
        config: the thresholds.
        affiliations: what is known of both articles' speakers (`spans.read_document`).

    Example:
        >>> speech = "Jalan itu dibuka lagi pada hari Senin pekan ini setelah tiga bulan ditutup"
        >>> a = [Quote("a", 0, 75, speech, "direct", "Sarma")]
        >>> a.append(Quote("a", 90, 111, "sangat lelah menunggu", "fragment", "Sarma"))
        >>> b = [Quote("b", 0, 75, speech, "direct", "Sarma")]
        >>> b.append(Quote("b", 99, 149, "warga kota sudah sangat lelah menunggu begitu lama", "indirect", "Sarma"))
        >>> [(link.grade, link.left.text[:12]) for link in link_quotes_in_context(a, b, QuotesConfig())]
        [('A', 'Jalan itu di'), ('B', 'sangat lelah')]
    """
    units_left = [split_units(quote) for quote in left]
    units_right = [split_units(quote) for quote in right]
    vocabulary = Vocabulary([quote.text for quote in (*left, *right)])
    found: dict[tuple[int, int], list[_Found]] = defaultdict(list)
    open_pairs: list[tuple[int, int]] = []
    for i, group in enumerate(units_left):
        for j, others in enumerate(units_right):
            same = match_speakers(left[i].speaker, right[j].speaker, affiliations)
            for a in group:
                for b in others:
                    link = _link_closely(a, b, same, config, affiliations, vocabulary)
                    if link is not None:
                        found[i, j].append((a, b, link))
            if same and (i, j) not in found:
                open_pairs.append((i, j))
    if not any(_is_beyond_doubt(a, b, config) for group in found.values() for a, b, _ in group):
        return []
    leads_left, leads_right = _lead_ins(left), _lead_ins(right)
    firm = frozenset(found)
    for i, j in open_pairs:
        lead = (leads_left.get(i, -1), j) in firm or (i, leads_right.get(j, -1)) in firm
        rivals = [(right[j], right[n]) for m, n in firm if m == i] + [(left[i], left[m]) for m, n in firm if n == j]
        partner = max((vocabulary.compare(a.text, b.text).likeness for a, b in rivals), default=0.0)
        if rivals and not lead and partner < _RIVAL_LIKENESS:
            continue
        support = _PARTNER * min(1.0, partner) + (_LEAD_IN if lead else 0.0)
        support += _NEIGHBOUR if any((i + m, j + n) in firm for m in _NEAR for n in _NEAR) else 0.0
        support += _BOTH_DIRECT if left[i].kind == right[j].kind == "direct" else 0.0
        loose = _link_loosely(units_left[i], units_right[j], support, vocabulary)
        if loose is not None:
            found[i, j].append(loose)
    settled = [link for (i, j), group in sorted(found.items()) for link in _settle(left[i], right[j], group)]
    return sorted(settled, key=lambda link: (link.left.start, link.left.end, link.right.start, link.right.end))


def _link_closely(
    a: Quote, b: Quote, same: bool | None, config: QuotesConfig, affiliations: Affiliations, vocabulary: Vocabulary
) -> Link | None:
    """Link two units as `compare_quotes` does, short ones of one speaker too, but not for the event's own words."""
    link = compare_quotes(a, b, config, affiliations)
    if (
        link is None
        and same
        and min(len(fold(a.text).words), len(fold(b.text).words)) in range(_SHORTEST, config.min_words)
    ):
        x, y = fold(a.text).shingles, fold(b.text).shingles
        if len(x & y) >= config.same_speaker * min(len(x), len(y)):
            match = match_texts(a.text, b.text)
            if match.containment >= config.same_speaker and not share_formula_only(a.text, b.text):
                grade: Grade = "A" if match.jaccard >= VERBATIM_JACCARD else "B"
                link = make_link(a, b, match, grade, find_conflicts(a.text, b.text))
    if link is None or link.grade == "A":
        return link
    return link if vocabulary.compare(a.text, b.text).share >= _TOPIC_SHARE else None


def _is_beyond_doubt(a: Quote, b: Quote, config: QuotesConfig) -> bool:
    return min(len(fold(a.text).words), len(fold(b.text).words)) >= config.min_words


def _lead_ins(quotes: Sequence[Quote]) -> dict[int, int]:
    """Indirect speech that stands straight before a quote of the same speaker: it sums that quote up."""
    leads = {}
    for index, quote in enumerate(quotes):
        if quote.kind == "direct":
            continue
        for other in range(index + 1, len(quotes)):
            gap = quotes[other].start - quote.end
            if gap < 0:
                continue
            if gap <= _LEAD_IN_GAP and quotes[other].kind == "direct" and quotes[other].speaker == quote.speaker:
                leads[index] = other
            break
    return leads


def _link_loosely(
    group: Sequence[Quote], others: Sequence[Quote], support: float, vocabulary: Vocabulary
) -> _Found | None:
    """Link the best pair of units of two quotes if letters, words and their places together say paraphrase."""
    best: tuple[float, Quote, Quote, Match] | None = None
    for a in group:
        for b in others:
            evidence = vocabulary.compare(a.text, b.text)
            # What letters alone can add is bounded: spare the alignment where that cannot be enough.
            score = support + evidence.likeness
            if score + _CONTAINMENT < _PARAPHRASE or min(len(fold(a.text).words), len(fold(b.text).words)) < _SHORTEST:
                continue
            match = match_texts(a.text, b.text)
            score += _CONTAINMENT * match.containment
            if best is None or score > best[0]:
                best = (score, a, b, match)
    if best is None or best[0] < _PARAPHRASE:
        return None
    _, a, b, match = best
    flags = find_conflicts(a.text, b.text)
    if "number" in flags or share_formula_only(a.text, b.text):
        return None  # a paraphrase with other figures is no support
    return a, b, make_link(a, b, match, "C", flags)


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
