"""A second look at large families of copies.

A large bucket proposes a star, and bands miss a pair now and then; but a document may only be left out for a keeper
that it was compared with. So once families are known, whoever may become a keeper is compared with the rest of its own.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpus_clean.pipeline.decide import REMOVING
from corpus_clean.similarity.components import join_groups

_CANDIDATES = pa.schema([("left_id", pa.int64()), ("right_id", pa.int64())])
# Families up to this size are compared all with all, larger ones with their best members.
SMALL = 32
BEST = 16
IN_MEMORY = 1_000_000
"""Links up to this number are grouped in memory, more of them in SQL (`families`): the pairs are the same."""


def choose_confirmations(edges: pa.Table) -> pa.Table:
    """Return the pairs within families of near-duplicates that were not compared yet, as `left_id` and `right_id`.

    Args:
        edges: the verified links so far, rows of `EDGES`.
    """
    whole = pc.equal(edges.column("level"), "document")
    removing = edges.filter(pc.and_(whole, pc.is_in(edges.column("relation"), pa.array(REMOVING))))
    ids: dict[str, int] = {}
    lengths: dict[str, int] = {}
    for side in ("left", "right"):
        doc_ids = removing.column(f"{side}_doc_id").to_pylist()
        ids.update(zip(doc_ids, removing.column(f"{side}_id").to_pylist(), strict=True))
        lengths.update(zip(doc_ids, removing.column(f"{side}_end").to_pylist(), strict=True))
    columns = [removing.column(name).to_pylist() for name in ("left_doc_id", "right_doc_id", "relation")]
    # Copies of one text need one comparison; what it shows holds for all of them (`assign_keepers`).
    exact = [(left, right) for left, right, relation in zip(*columns, strict=True) if relation == "exact"]
    text_of = join_groups(sorted(ids), exact)
    pairs = {_sort(text_of[left], text_of[right]) for left, right, _ in zip(*columns, strict=True)}
    families: dict[str, list[str]] = {}
    for doc_id, family in join_groups(sorted(set(text_of.values())), sorted(pairs)).items():
        families.setdefault(family, []).append(doc_id)
    wanted = sorted(
        _sort(ids[a], ids[b])
        for family in families.values()
        for a, b in _choose_pairs(sorted(family, key=lambda doc_id: (-lengths[doc_id], doc_id)))
        if _sort(a, b) not in pairs
    )
    left, right = zip(*wanted, strict=True) if wanted else ((), ())
    return pa.table([pa.array(left, pa.int64()), pa.array(right, pa.int64())], schema=_CANDIDATES)


def _sort(a: Any, b: Any) -> tuple[Any, Any]:
    return (a, b) if a <= b else (b, a)


def _choose_pairs(family: Sequence[str]) -> Iterable[tuple[str, str]]:
    if len(family) <= SMALL:
        yield from combinations(family, 2)
        return
    for place, doc_id in enumerate(family[:BEST]):
        for other in family[place + 1 :]:
            yield doc_id, other
