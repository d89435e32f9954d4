"""Edits undo what they did, whatever they did."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_clean.errors import IntegrityError
from corpus_clean.ledger.replay import apply_edits, undo_edits, undo_stages
from corpus_clean.types import Edit


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    text = draw(st.text(max_size=60))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    return text, [Edit("d", "rules", a, b, text[a:b], draw(st.text(max_size=5)), "r", "1", "mask") for a, b in spans]


@given(edited())
def test_undoing_gives_the_input_back(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    assert undo_edits(apply_edits(text, edits), edits) == text


def test_flags_change_nothing() -> None:
    flag = Edit("d", "rules", 0, 5, "Hujan", "Hujan", "r", "1", "flag")
    assert undo_stages("Hujan.", [flag]) == "Hujan."


def test_an_output_that_does_not_fit_is_an_error() -> None:
    edit = Edit("d", "rules", 9, 10, "x", "yy", "r", "1", "mask")
    with pytest.raises(IntegrityError):
        undo_edits("pendek", [edit])
