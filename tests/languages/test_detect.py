"""The quick way to a text's words, and what the quick look for mojibake rests on."""

import itertools

import pytest
from ftfy.badness import is_bad
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_clean.languages.detect import _WORD, _split_words
from corpus_clean.languages.marks import MARKS


@settings(max_examples=400, deadline=None)
@given(st.text("abYZ -'’–“\xa0\xad\n1_.,", max_size=40) | st.text(max_size=20))
def test_words_are_those_of_the_pattern_whichever_way_they_are_found(text: str) -> None:
    found = [word if isinstance(word, str) else word.decode() for word in _split_words(text)]
    assert [word.replace("’", "'") for word in found] == [
        word.replace("’", "'") for word in _WORD.findall(text.lower())
    ]


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_belongs_to_no_word_and_has_no_other_case(mark: str) -> None:
    assert _WORD.findall(f"a{mark}b") == (["a’b"] if mark == "’" else ["a", "b"])
    assert mark.lower() == mark


def test_no_mojibake_is_made_of_marks_and_ascii_alone() -> None:
    assert not any(is_bad("".join(signs)) for signs in itertools.product(MARKS + "aA .1", repeat=3))
