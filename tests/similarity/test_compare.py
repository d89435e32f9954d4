from types import ModuleType

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus_clean.similarity.compare import compare_pairs, compare_shingles
from corpus_clean.similarity.normalize import normalize_text
from corpus_clean.similarity.shingle import Shingling, shingle_characters, shingle_words
from tests.similarity.texts import texts

on_both = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@on_both
@given(batch=texts.filter(len), data=st.data(), kind=st.sampled_from(["word", "char"]), size=st.integers(1, 4))
def test_pairs_are_measured_as_sets_of_shingles(
    half: ModuleType, batch: list[str], data: st.DataObject, kind: str, size: int
) -> None:
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(batch), st.sampled_from(batch)), max_size=12))
    left, right = [a for a, _ in pairs], [b for _, b in pairs]
    cut = shingle_words if kind == "word" else shingle_characters
    jaccards, containments = compare_pairs(left, right, Shingling(kind, size))  # type: ignore[arg-type]
    assert len(jaccards) == len(containments) == len(pairs)
    for (a, b), jaccard, containment in zip(pairs, jaccards, containments, strict=True):
        match = compare_shingles(cut(normalize_text(a), size), cut(normalize_text(b), size))
        assert (jaccard, containment) == (match.jaccard, match.containment)


def test_arrow_columns_are_compared_row_by_row(half: ModuleType) -> None:
    left = pa.array(["a b c", None, "x y"], pa.large_string())
    right = pa.chunked_array([["A, B, C!"], ["a b c", "y x"]])
    jaccards, containments = compare_pairs(left, right, Shingling("word", 1))
    assert jaccards.tolist() == [1.0, 0.0, 1.0]
    assert containments.tolist() == [1.0, 0.0, 1.0]


def test_repeated_shingles_count_once(half: ModuleType) -> None:
    jaccards, _ = compare_pairs(["ya ya ya ya"], ["ya"], Shingling("word", 1))
    assert jaccards.tolist() == [1.0]


@pytest.mark.parametrize("kind", ["word", "char"])
def test_no_pairs_give_no_numbers(half: ModuleType, kind: str) -> None:
    jaccards, containments = compare_pairs([], [], Shingling(kind, 5))  # type: ignore[arg-type]
    assert jaccards.tolist() == containments.tolist() == []
