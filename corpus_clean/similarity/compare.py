"""The exact likeness of two shingle sets. Estimates find candidates; these numbers decide."""

from collections.abc import Set as AbstractSet

from corpus_clean.types import Match


def jaccard(a: AbstractSet[str], b: AbstractSet[str]) -> float:
    """Return the resemblance |a ∩ b| / |a ∪ b| (Broder 1997); two empty sets resemble nothing.

    Example:
        >>> jaccard({"x", "y"}, {"y", "z"})
        0.3333333333333333
    """
    shared = len(a & b)
    return shared / (len(a) + len(b) - shared) if shared else 0.0


def containment(a: AbstractSet[str], b: AbstractSet[str]) -> float:
    """Return the share of the smaller set that the other one has: |a ∩ b| / min(|a|, |b|).

    Example:
        >>> containment({"x", "y"}, {"y"})
        1.0
    """
    shared = len(a & b)
    return shared / min(len(a), len(b)) if shared else 0.0


def compare_shingles(a: AbstractSet[str], b: AbstractSet[str]) -> Match:
    """Measure both at once.

    Example:
        >>> compare_shingles({"x", "y"}, {"y"})
        Match(jaccard=0.5, containment=1.0)
    """
    return Match(jaccard(a, b), containment(a, b))
