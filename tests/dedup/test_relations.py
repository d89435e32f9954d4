"""Which pairs are worth asking for their relation: every pair that has one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from corpus_clean.config import DedupConfig
from corpus_clean.dedup.relations import may_relate, name_relation, relate_passages
from corpus_clean.types import Match

SHARES = st.floats(0, 1)


@given(SHARES, SHARES, st.tuples(*[SHARES] * 5))
def test_what_may_not_relate_has_no_relation(jaccard: float, containment: float, bounds: tuple[float, ...]) -> None:
    names = ("threshold", "link_jaccard", "link_containment", "rewrite_containment", "reprint_jaccard")
    config = DedupConfig(**dict(zip(names, bounds, strict=True)))  # type: ignore[arg-type]
    match = Match(jaccard, containment)
    relations = (
        name_relation(match, config, equal=False, is_template=lambda: False),
        relate_passages(match, config, equal=False),
    )
    if any(relations):
        assert may_relate(np.array([jaccard]), np.array([containment]), config)[0]
