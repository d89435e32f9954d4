"""A second look at large families of copies.

A large bucket proposes a star, and bands miss a pair now and then; but a document may only be left out for a keeper
that it was compared with. So once families are known, whoever may become a keeper is compared with the rest of its own.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from corpus_clean.config import Config
from corpus_clean.pipeline.decide import REMOVING
from corpus_clean.pipeline.families import propose_pairs
from corpus_clean.pipeline.stages import Stages
from corpus_clean.pipeline.tables import Row
from corpus_clean.pipeline.verify import PAIRS_SQL, VerifyKernel
from corpus_clean.similarity.components import join_groups

_CANDIDATES = pa.schema([("left_id", pa.int64()), ("right_id", pa.int64())])
IN_MEMORY = 1_000_000
"""Links up to this number are grouped in memory, more of them in SQL."""
# Families up to this size are compared all with all, larger ones with their best members.
_SMALL = 32
_BEST = 16


def confirm_keepers(
    stages: Stages, edges: Path, rows: Sequence[Row], segments: Sequence[Path], config: Config
) -> list[Row]:
    """Compare within each family of near-duplicates what was not compared yet; return the further edges.

    Args:
        stages: where the work is done.
        edges: the stage of the verified links so far.
        rows: its rows.
        segments: the stages of segments, for their texts.
        config: the thresholds.
    """
    if len(rows) > IN_MEMORY:
        wanted = propose_pairs(stages, edges, REMOVING, _SMALL, _BEST)
    else:
        pairs = _propose_pairs(rows)
        if not pairs:
            return []
        wanted = stages.scratch / "confirm"
        wanted.mkdir()
        left, right = (pa.array(side, pa.int64()) for side in zip(*sorted(pairs), strict=True))
        pq.write_table(pa.table([left, right], schema=_CANDIDATES), wanted / "part-00000.parquet")
    confirmed = stages.query("confirm-pairs", PAIRS_SQL, candidates=wanted, segments=segments)
    return list(stages.read(stages.map("confirm-edges", VerifyKernel(config), confirmed)).to_pylist())


def _propose_pairs(edges: Sequence[Row]) -> list[tuple[int, ...]]:
    removing = [edge for edge in edges if edge["level"] == "document" and edge["relation"] in REMOVING]
    ids = {edge[f"{side}_doc"]: edge[f"{side}_id"] for edge in removing for side in ("left", "right")}
    lengths = {edge[f"{side}_doc"]: edge[f"{side}_end"] for edge in removing for side in ("left", "right")}
    exact = [(edge["left_doc"], edge["right_doc"]) for edge in removing if edge["relation"] == "exact"]
    # Copies of one text need one comparison; what it shows holds for all of them (`assign_keepers`).
    text_of = join_groups(sorted(ids), exact)
    pairs = {(text_of[edge["left_doc"]], text_of[edge["right_doc"]]) for edge in removing}
    families: dict[str, list[str]] = {}
    for doc_id, family in join_groups(sorted(set(text_of.values())), sorted(pairs)).items():
        families.setdefault(family, []).append(doc_id)
    known = {frozenset(pair) for pair in pairs}
    return [
        tuple(sorted((ids[a], ids[b])))
        for family in families.values()
        for a, b in _choose_pairs(sorted(family, key=lambda doc_id: (-lengths[doc_id], doc_id)))
        if frozenset((a, b)) not in known
    ]


def _choose_pairs(family: Sequence[str]) -> Iterable[tuple[str, str]]:
    if len(family) <= _SMALL:
        yield from combinations(family, 2)
        return
    for place, doc_id in enumerate(family[:_BEST]):
        for other in family[place + 1 :]:
            yield doc_id, other
