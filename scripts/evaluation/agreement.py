"""How well two groupings of the same things agree."""

from collections import Counter
from collections.abc import Hashable, Mapping
from math import comb


def adjusted_rand_index(first: Mapping[str, Hashable], second: Mapping[str, Hashable]) -> float:
    """Return the adjusted Rand index (Hubert and Arabie 1985): 1 for the same grouping, about 0 for a random one.

    Example:
        >>> adjusted_rand_index({"a": 1, "b": 1, "c": 2}, {"a": 5, "b": 5, "c": 6})
        1.0
    """
    together = sum(comb(n, 2) for n in Counter((first[key], second[key]) for key in first).values())
    own, other = (sum(comb(n, 2) for n in Counter(groups.values()).values()) for groups in (first, second))
    expected = own * other / comb(len(first), 2)
    most = (own + other) / 2
    return 1.0 if most == expected else (together - expected) / (most - expected)
