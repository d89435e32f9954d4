"""Connected components of pairs that fit in memory."""

from collections.abc import Hashable, Iterable
from typing import Any, Protocol, TypeVar


class _Ordered(Hashable, Protocol):
    def __lt__(self, other: Any, /) -> bool: ...


Key = TypeVar("Key", bound=_Ordered)


def join_groups(keys: Iterable[Key], pairs: Iterable[tuple[Key, Key]]) -> dict[Key, Key]:
    """Return for each key the smallest key that pairs connect it with, directly or not.

    Example:
        >>> join_groups("abcd", [("c", "b"), ("d", "c")])
        {'a': 'a', 'b': 'b', 'c': 'b', 'd': 'b'}
    """
    parent = {key: key for key in keys}

    def root(key: Key) -> Key:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for left, right in pairs:
        low, high = sorted((root(left), root(right)))
        parent[high] = low
    return {key: root(key) for key in parent}
