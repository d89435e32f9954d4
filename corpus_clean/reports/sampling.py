"""Samples that every run draws alike: the order is a hash of what is drawn, never chance."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def order_by_hash(*columns: str) -> str:
    """Return an SQL expression to order rows by: as good as random, and the same in every run.

    Example:
        >>> order_by_hash("doc_id", "start")
        "md5(concat_ws(':', doc_id, start))"
    """
    return f"md5(concat_ws(':', {', '.join(columns)}))"


def take_in_turns(strata: Sequence[Iterable[T]], most: int) -> Iterator[T]:
    """Yield one item of each stratum after the other, until all are used up or `most` are taken.

    Example:
        >>> list(take_in_turns(["aaaa", "b", "cc"], 6))
        ['a', 'b', 'c', 'a', 'c', 'a']
    """
    waiting = [iter(stratum) for stratum in strata]
    taken = 0
    while waiting:
        left = []
        for stratum in waiting:
            for item in stratum:
                if taken == most:
                    return
                yield item
                taken += 1
                left.append(stratum)
                break
        waiting = left
