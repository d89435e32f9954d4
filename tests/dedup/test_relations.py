"""Which pairs are worth asking for their relation: every pair that has one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_clean.config import DedupConfig
from corpus_clean.dedup.relations import may_relate, name_relation, name_relations, relate_passages
from corpus_clean.types import Match

SHARES = st.floats(0, 1)


@given(SHARES, SHARES, st.tuples(*[SHARES] * 5))
def test_what_may_not_relate_has_no_relation(jaccard: float, containment: float, bounds: tuple[float, ...]) -> None:
    names = ("threshold", "link_jaccard", "link_containment", "rewrite_containment", "reprint_jaccard")
    config = DedupConfig(**dict(zip(names, bounds, strict=True)))  # type: ignore[arg-type]
    likeness = np.array([jaccard]), np.array([containment])
    relations = (
        name_relation(Match(jaccard, containment), config, equal=False, is_template=lambda: False),
        relate_passages(*likeness, config, equal=np.array([False]))[0],
    )
    if any(relations):
        assert may_relate(*likeness, config)[0]


@pytest.mark.parametrize(
    ("jaccard", "containment", "equal", "template", "named"),
    [
        (0.0, 0.0, True, True, "exact"),
        (0.1, 0.1, False, True, ""),
        (0.9, 0.9, False, True, "template"),
        (0.9, 0.9, False, False, "near-duplicate"),
        (0.7, 0.8, False, False, "reprint"),
        (0.3, 0.9, False, False, "excerpt"),
        (0.3, 0.7, False, False, "rewrite"),
    ],
)
def test_one_and_many_are_named_alike(
    jaccard: float, containment: float, equal: bool, template: bool, named: str
) -> None:
    config = DedupConfig()
    one = name_relation(Match(jaccard, containment), config, equal=equal, is_template=lambda: template)
    columns = (np.array([value] * 2) for value in (jaccard, containment))
    flags = {"equal": np.array([equal] * 2), "template": np.array([template] * 2)}
    assert [one, *name_relations(*columns, config, **flags)] == [named] * 3
