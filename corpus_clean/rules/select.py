"""Which claims stand: vetoes first, then the longest, then the higher priority, then the rule's id."""

from bisect import bisect_left, insort
from collections.abc import Iterable

from corpus_clean.rules.probe import Claim


def drop_vetoed(claims: Iterable[Claim], vetoes: Iterable[Claim]) -> list[Claim]:
    """Return the claims that touch no stretch a keep rule protects."""
    protected = [(veto.start, veto.end) for veto in vetoes]
    if not protected:
        return list(claims)
    return [claim for claim in claims if not any(start < claim.end and claim.start < end for start, end in protected)]


def select_claims(claims: Iterable[Claim]) -> list[Claim]:
    """Return claims that do not overlap, in the order of the text; deterministic whatever the order given."""
    ranked = list(claims)
    if len(ranked) < 2:
        return ranked
    ranked.sort(key=lambda claim: (claim.start - claim.end, -claim.rule.priority, claim.rule.id, claim.start))
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
    return sorted(chosen, key=lambda claim: claim.start)
