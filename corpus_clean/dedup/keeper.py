"""Which copy stays, and which others it stands for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from corpus_clean.errors import ConfigError

Rank = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the keeping policy looks at. `published` is ISO 8601 or "", `removed` the characters of noise."""

    key: str
    length: int
    published: str = ""
    removed: int = 0
    source: str = ""


def choose_policy(policy: str) -> Callable[[Candidate], Rank]:
    """Return the sort key of a policy; the first in its order is kept. Ties go to the smaller key.

    Args:
        policy: `longest`, `earliest`, `cleanest`, or `source:a,b` (portals in order of preference).

    Example:
        >>> rank = choose_policy("earliest")
        >>> min([Candidate("x", 9), Candidate("y", 5, "2024-10-28")], key=rank).key
        'y'
    """
    if policy == "longest":
        return lambda c: (-c.length, c.key)
    if policy == "earliest":
        return lambda c: (c.published or "9999", -c.length, c.key)
    if policy == "cleanest":
        return lambda c: (c.removed, -c.length, c.key)
    if policy.startswith("source:"):
        order = [name.strip() for name in policy.removeprefix("source:").split(",")]
        return lambda c: (order.index(c.source) if c.source in order else len(order), -c.length, c.key)
    raise ConfigError(f"dedup.keep: `{policy}` is unknown; use longest, earliest, cleanest or source:a,b")


def assign_keepers(
    candidates: Iterable[Candidate], likeness: Mapping[tuple[str, str], float], policy: str
) -> dict[str, dict[str, float]]:
    """Group candidates around keepers that each of them resembles *directly*.

    Taken in the policy's order, whoever is still free becomes a keeper and takes the free ones that are like it.
    A chain a ~ b ~ c with a ≁ c therefore never makes c a copy of a.

    Args:
        candidates: what may be kept or left out.
        likeness: verified resemblance of pairs that are alike enough, keys in either order.
        policy: see `choose_policy`.

    Returns:
        for each keeper with copies, the copies with their resemblance to it.

    Example:
        >>> copies = {("a", "b"): 0.9, ("b", "c"): 0.9}
        >>> assign_keepers([Candidate("a", 3), Candidate("b", 2), Candidate("c", 1)], copies, "longest")
        {'a': {'b': 0.9}}
    """
    neighbours: dict[str, dict[str, float]] = {}
    for (left, right), value in likeness.items():
        neighbours.setdefault(left, {})[right] = value
        neighbours.setdefault(right, {})[left] = value
    ordered: Sequence[Candidate] = sorted(candidates, key=choose_policy(policy))
    taken: set[str] = set()
    groups: dict[str, dict[str, float]] = {}
    for candidate in ordered:
        if candidate.key in taken:
            continue
        taken.add(candidate.key)
        copies = {key: value for key, value in sorted(neighbours.get(candidate.key, {}).items()) if key not in taken}
        if copies:
            groups[candidate.key] = copies
            taken.update(copies)
    return groups
