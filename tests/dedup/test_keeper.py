"""Keepers: direct, independent of order, by the policy asked for."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_clean.dedup.keeper import Candidate, assign_keepers

CHAIN = {("a", "b"): 0.9, ("b", "c"): 0.9, ("c", "d"): 0.9}


def test_a_chain_is_not_one_cluster() -> None:
    candidates = [Candidate(key, 10 - place) for place, key in enumerate("abcd")]
    assert assign_keepers(candidates, CHAIN, "longest") == {"a": {"b": 0.9}, "c": {"d": 0.9}}


@given(st.dictionaries(st.tuples(st.sampled_from("abcdef"), st.sampled_from("ghijkl")), st.floats(0.8, 1.0)))
def test_every_copy_matches_its_keeper_and_belongs_to_one(likeness: dict[tuple[str, str], float]) -> None:
    candidates = [Candidate(key, ord(key) % 3) for key in "abcdefghijkl"]
    groups = assign_keepers(candidates, likeness, "longest")
    copies = [copy for group in groups.values() for copy in group]
    assert len(copies) == len(set(copies))
    assert not set(copies) & groups.keys()
    for keeper, group in groups.items():
        for copy, value in group.items():
            assert value == likeness.get((keeper, copy), likeness.get((copy, keeper)))


def test_the_order_of_the_candidates_does_not_matter() -> None:
    candidates = [Candidate("a", 5), Candidate("b", 7), Candidate("c", 7), Candidate("d", 1)]
    results = [assign_keepers(order, CHAIN, "longest") for order in itertools.permutations(candidates)]
    assert all(result == results[0] for result in results)


@pytest.mark.parametrize(
    ("policy", "kept"),
    [("longest", "long"), ("earliest", "early"), ("cleanest", "clean"), ("source:antara,kompas", "sourced")],
)
def test_policies(policy: str, kept: str) -> None:
    candidates = [
        Candidate("clean", 5, "2024-03-01", 0, "tribun"),
        Candidate("early", 6, "2024-01-01", 3, "tribun"),
        Candidate("long", 9, "2024-02-01", 2, "tribun"),
        Candidate("sourced", 4, "", 9, "antara"),
    ]
    names = [candidate.key for candidate in candidates]
    alike = dict.fromkeys(itertools.combinations(names, 2), 1.0)
    assert list(assign_keepers(candidates, alike, policy)) == [kept]
