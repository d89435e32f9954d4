"""The quick way to a text's words, and what the quick look for mojibake rests on."""

import itertools

import pytest
from ftfy.badness import is_bad
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_clean.languages.counter import WordCounter
from corpus_clean.languages.detect import _WORD, _list_kinds, _load_counter, _split_words
from corpus_clean.languages.marks import MARKS


@settings(max_examples=400, deadline=None)
@given(st.text("abYZ -'’–“\xa0\xad\n1_.,", max_size=40) | st.text(max_size=20))
def test_words_are_those_of_the_pattern_whichever_way_they_are_found(text: str) -> None:
    found = [word if isinstance(word, str) else word.decode() for word in _split_words(text)]
    assert [word.replace("’", "'") for word in found] == [
        word.replace("’", "'") for word in _WORD.findall(text.lower())
    ]


TELLING = sorted(word for word in _list_kinds() if isinstance(word, str))


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from([*TELLING, "air", "laut", "-", "'", "’", "--", " ", "…", ", ", "1", "\n"])).map("".join)
)
def test_compiled_code_counts_the_words_that_the_pattern_finds(text: str) -> None:
    found = [word.replace("’", "'") for word in _WORD.findall(text.lower())]
    counts = {kind: sum(kind in _list_kinds().get(word, ()) for word in found) for kind in ("en", "id", "id*", "ms*")}
    counted = _load_counter().count(text.upper() if "…" in text else text)
    assert counted is not None
    assert counted[0] == len(found)
    assert {kind: counted[1][kind] for kind in counts} == counts


def test_a_text_with_other_letters_is_not_counted_in_compiled_code() -> None:
    assert [_load_counter().count(text) for text in ("kafé", "数", "\ud800")] == [None] * 3
    assert WordCounter({}).count("“Air” surut…") == (2, {})


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_belongs_to_no_word_and_has_no_other_case(mark: str) -> None:
    assert _WORD.findall(f"a{mark}b") == (["a’b"] if mark == "’" else ["a", "b"])
    assert mark.lower() == mark


def test_no_mojibake_is_made_of_marks_and_ascii_alone() -> None:
    assert not any(is_bad("".join(signs)) for signs in itertools.product(MARKS + "aA .1", repeat=3))
