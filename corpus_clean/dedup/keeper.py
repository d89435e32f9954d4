"""Which copy stays, and which others it stands for."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from corpus_clean.errors import ConfigError
from corpus_clean.similarity.components import join_groups


class Candidate(NamedTuple):  # there may be millions, and a tuple is made in a quarter of the time of a dataclass
    """What the keeping policy looks at.

    `published` is ISO 8601 or "", `removed` the characters of noise; an `earlier` document was kept before and stays.
    """

    key: str
    length: int
    published: str = ""
    removed: int = 0
    source: str = ""
    earlier: bool = False


def choose_policy(policy: str) -> Callable[[Candidate], str | int] | None:
    """Return by what a policy puts candidates in order; the least is kept. Equals go by length, longest first.

    Args:
        policy: `longest`, `earliest`, `cleanest`, or `source:a,b` (portals in order of preference).

    Returns:
        the sort key, or nothing where the length alone decides.

    Example:
        >>> rank = choose_policy("earliest")
        >>> rank(Candidate("x", 9)) > rank(Candidate("y", 5, "2024-10-28"))
        True
    """
    if policy == "longest":
        return None
    if policy == "earliest":
        return lambda c: c.published or "9999"
    if policy == "cleanest":
        return lambda c: c.removed
    if policy.startswith("source:"):
        names = [name.strip() for name in policy.removeprefix("source:").split(",")]
        order = {name: place for place, name in reversed(list(enumerate(names)))}
        return lambda c: order.get(c.source, len(names))
    raise ConfigError(f"dedup.keep: `{policy}` is unknown; use longest, earliest, cleanest or source:a,b")


def order_candidates(candidates: Iterable[Candidate], policy: str) -> list[Candidate]:
    """Return candidates in the order in which they become keepers: earlier documents first.

    Example:
        >>> candidates = [Candidate("x", 9), Candidate("y", 12), Candidate("z", 1, earlier=True)]
        >>> [candidate.key for candidate in order_candidates(candidates, "longest")]
        ['z', 'y', 'x']
    """
    rank = choose_policy(policy)
    # Sorts keep the order of equals, and by one plain value each they take a fraction of one by tuples.
    ordered = sorted(candidates, key=lambda c: c.key)
    ordered.sort(key=lambda c: -c.length)
    if rank:
        ordered.sort(key=rank)
    ordered.sort(key=lambda c: not c.earlier)
    return ordered


def assign_keepers(
    candidates: Iterable[Candidate],
    likeness: Mapping[tuple[str, str], float],
    policy: str,
    copies: Iterable[tuple[str, str]] = (),
) -> dict[str, dict[str, float]]:
    """Group candidates around keepers that each of them resembles *directly*.

    Taken in the policy's order, earlier documents first, whoever is still free becomes a keeper and takes the free
    ones that are like it. A chain a ~ b ~ c with a ≁ c therefore never makes c a copy of a.

    Args:
        candidates: what may be kept or left out.
        likeness: verified resemblance of pairs that are alike enough, keys in either order.
        policy: see `choose_policy`.
        copies: pairs of equal texts. What is measured for one of them holds for all that are equal to it.

    Returns:
        for each keeper with copies, the copies with their resemblance to it.

    Example:
        >>> alike = {("a", "b"): 0.9, ("b", "c"): 0.9}
        >>> assign_keepers([Candidate("a", 3), Candidate("b", 2), Candidate("c", 1)], alike, "longest")
        {'a': {'b': 0.9}}
        >>> assign_keepers([Candidate("a", 3), Candidate("b", 2), Candidate("c", 1)], alike, "longest", [("c", "b")])
        {'a': {'b': 0.9, 'c': 0.9}}
    """
    ordered = order_candidates(candidates, policy)
    pairs = list(copies)
    group_of = join_groups(dict.fromkeys(key for pair in pairs for key in pair), pairs)
    members: dict[str, list[str]] = {}
    for candidate in ordered:
        members.setdefault(group_of.get(candidate.key, candidate.key), []).append(candidate.key)
    neighbours: dict[str, dict[str, float]] = {}
    for (left, right), value in likeness.items():
        a, b = group_of.get(left, left), group_of.get(right, right)
        if a != b:
            neighbours.setdefault(a, {})[b] = value
            neighbours.setdefault(b, {})[a] = value
    taken: set[str] = set()
    keepers: dict[str, dict[str, float]] = {}
    for group, (keeper, *equal) in members.items():
        if group in taken:
            continue
        taken.add(group)
        alike = {other: value for other, value in neighbours.get(group, {}).items() if other not in taken}
        taken.update(alike)
        found = dict.fromkeys(equal, 1.0) | {key: value for other, value in alike.items() for key in members[other]}
        if found:
            keepers[keeper] = dict(sorted(found.items())) if len(found) > 1 else found
    return keepers
