"""A second look at families of copies.

A large bucket proposes a star, and bands miss a pair now and then; but a document may only be left out for a keeper
that it was compared with. So once families are known, whoever becomes a keeper is compared with the rest of its own.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus_clean.pipeline.decide import REMOVING
from corpus_clean.similarity.arrays import Keys
from corpus_clean.similarity.components import join_groups
from corpus_clean.storage.arrow import wrap_numbers

_CANDIDATES = pa.schema([("left_id", pa.int64()), ("right_id", pa.int64())])
# Families up to this size are compared all with all; in larger ones, so many keepers are compared with the others.
SMALL = 32
KEEPERS = 16
IN_MEMORY = 1_000_000
"""Links up to this number are settled in memory, more of them by the engine (`families`)."""

Key = TypeVar("Key", bound=Hashable)


def find_gaps(
    members: Sequence[Key], alike: Mapping[Key, Collection[Key]], knows: Callable[[Key, Key], bool]
) -> Iterator[tuple[Key, Key]]:
    """Yield the pairs of a family to compare next, none when all is known.

    Args:
        members: in the order in which they become keepers.
        alike: what each of them is known to be alike to.
        knows: tells whether two of them were compared.
    """
    if len(members) <= SMALL:
        yield from ((a, b) for a, b in combinations(members, 2) if not knows(a, b))
        return
    # What `assign_keepers` does, as far as it is known what it will do.
    free = dict.fromkeys(members)
    for _ in range(KEEPERS):
        keeper = next(iter(free), None)
        if keeper is None:
            return
        del free[keeper]
        gaps = [other for other in free if not knows(keeper, other)]
        if gaps:
            yield from ((keeper, other) for other in gaps)
            return
        for other in alike[keeper]:
            free.pop(other, None)


class Families:
    """Documents that near-duplicates connect, and which of them were compared.

    Copies of one text need one comparison; what it shows holds for all of them (`assign_keepers`).
    """

    def __init__(self, edges: pa.Table, candidates: pa.Table, order: Callable[[Sequence[str]], Sequence[str]]) -> None:
        """Find the families.

        Args:
            edges: verified links, rows of `EDGES`.
            candidates: the pairs that were compared, `left_id` and `right_id`, in their order.
            order: puts documents in the order in which they become keepers.
        """
        self._candidates = tuple(candidates.column(f"{side}_id").to_numpy() for side in ("left", "right"))
        self._alike: dict[str, set[str]] = defaultdict(set)
        self._compared: dict[str, set[str]] = defaultdict(set)
        self._ids: dict[str, int] = {}
        links = list(_read_removing(edges))
        exact = [(left, right) for left, right, *_, relation in links if relation == "exact"]
        self._text_of = join_groups(dict.fromkeys(doc_id for pair in exact for doc_id in pair), exact)
        self._connect(links)
        # Most families are two texts, which were compared: there is nothing to ask.
        several = {a for a, others in self._alike.items() if len(others) > 1}
        pairs = sorted(
            (a, b) for a, others in self._alike.items() for b in others if a < b and (a in several or b in several)
        )
        self._members: dict[str, list[str]] = defaultdict(list)
        families = join_groups(dict.fromkeys(text for pair in pairs for text in pair), pairs)
        for text, family in families.items():
            self._members[family].append(text)
        copies: dict[str, str] = {}
        for left, right, left_id, right_id, _ in links:
            for doc_id, segment_id in ((left, left_id), (right, right_id)):
                text = self._text_of.get(doc_id, doc_id)
                if text in families:
                    copies[doc_id] = text
                    self._ids[doc_id] = segment_id
        places: dict[str, int] = {}
        for place, doc_id in enumerate(order(sorted(copies))):
            places.setdefault(copies[doc_id], place)  # of copies the first becomes a keeper
        for members in self._members.values():
            members.sort(key=places.__getitem__)

    def _connect(self, links: Sequence[tuple[str, str, int, int, str]]) -> None:
        for left, right, *_ in links:
            a, b = self._text_of.get(left, left), self._text_of.get(right, right)
            if a != b:
                self._alike[a].add(b)
                self._alike[b].add(a)

    def learn(self, edges: pa.Table) -> None:
        """Take in what comparing the pairs last asked for has shown."""
        self._connect(list(_read_removing(edges)))

    def ask(self) -> pa.Table:
        """Return the pairs to compare next, as `left_id` and `right_id`; none when all is known."""
        while gaps := [
            pair for members in self._members.values() for pair in find_gaps(members, self._alike, self._knows)
        ]:
            for a, b in gaps:
                self._compared[a].add(b)
                self._compared[b].add(a)
            wanted = np.array(sorted(sorted((self._ids[a], self._ids[b])) for a, b in gaps), np.int64)
            fresh = wanted[~self._are_candidates(*wanted.T)]
            if len(fresh):
                return pa.table([wrap_numbers(side) for side in fresh.T], schema=_CANDIDATES)
        return _CANDIDATES.empty_table()

    def _are_candidates(self, left: Keys, right: Keys) -> NDArray[np.bool_]:
        """Tell which pairs were compared at first; what is not alike left no link."""
        lefts, rights = self._candidates
        start, end = np.searchsorted(lefts, left, "left"), np.searchsorted(lefts, left, "right")
        return np.array(
            [
                place < last and rights[place] == other
                for first, last, other in zip(start, end, right, strict=True)
                for place in [first + np.searchsorted(rights[first:last], other)]
            ],
            bool,
        )

    def _knows(self, a: str, b: str) -> bool:
        return b in self._alike[a] or b in self._compared[a]


def _read_removing(edges: pa.Table) -> Iterator[tuple[str, str, int, int, str]]:
    whole = pc.equal(edges.column("level"), "document")
    removing = edges.filter(pc.and_(whole, pc.is_in(edges.column("relation"), pa.array(REMOVING))))
    names = ("left_doc_id", "right_doc_id", "left_id", "right_id", "relation")
    yield from zip(*(removing.column(name).to_pylist() for name in names), strict=True)
