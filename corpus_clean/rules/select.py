"""Which claims stand: vetoes first, then the longest, then the higher priority, then the rule's id."""

from bisect import bisect_left, insort
from collections.abc import Iterable
from itertools import pairwise
from operator import attrgetter

from corpus_clean.rules.probe import Claim

_START = attrgetter("start")


def drop_vetoed(claims: Iterable[Claim], vetoes: Iterable[Claim]) -> list[Claim]:
    """Return the claims that touch no stretch a keep rule protects."""
    protected = [(veto.start, veto.end) for veto in vetoes]
    if not protected:
        return list(claims)
    return [claim for claim in claims if not any(start < claim.end and claim.start < end for start, end in protected)]


def select_claims(claims: Iterable[Claim]) -> list[Claim]:
    """Return claims that do not overlap, in the order of the text; deterministic whatever the order given."""
    ordered = sorted(claims, key=_START)
    for claim, following in pairwise(ordered):
        if claim.end > following.start:
            return _select_longest(ordered)
    return ordered


def _select_longest(claims: list[Claim]) -> list[Claim]:
    ranked = sorted(
        claims, key=lambda claim: (claim.start - claim.end, -claim.rule.priority, claim.rule.id, claim.start)
    )
    taken: list[tuple[int, int]] = []
    chosen: list[Claim] = []
    for claim in ranked:
        at = bisect_left(taken, (claim.start, claim.end))
        if at and taken[at - 1][1] > claim.start:
            continue
        if at < len(taken) and taken[at][0] < claim.end:
            continue
        insort(taken, (claim.start, claim.end))
        chosen.append(claim)
    return sorted(chosen, key=_START)
