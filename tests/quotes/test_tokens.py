"""Both ways to cut a text into tokens, each held against the other."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_clean.quotes import tokens
from corpus_clean.quotes.tokens import Tokens, tokenize

_PIECES = [
    "Bupati",
    "10.000",
    "3/4",
    "x",
    "É",
    "ß",
    "_",
    "1",
    "٣",
    "½",
    "'",
    "''",
    "``",
    "’",
    "-",
    "“",
    "…",
    ".",
    ":",
    ",",
]
_SPACES = [" ", "\n", "\r", "\x85", "\u2028", "\xa0"]
texts = st.lists(st.sampled_from(_PIECES + _SPACES) | st.characters(), max_size=40).map("".join)


def _cut(text: str, compiled: bool) -> Tokens:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens, "spend_work", lambda size: compiled)
        return tokenize(text)


@settings(deadline=None)
@given(text=texts)
def test_compiled_code_cuts_as_the_pattern_does(text: str) -> None:
    assert _cut(text, compiled=True) == _cut(text, compiled=False)


@pytest.mark.parametrize("frame", ["{}", "a{}b", "1{}2", "{}{}"])
def test_every_code_point_is_cut_alike(frame: str) -> None:
    for low in range(0, 0x110000, 0x8000):
        text = " ".join(frame.replace("{}", chr(point)) for point in range(low, low + 0x8000))
        assert _cut(text, compiled=True) == _cut(text, compiled=False)


def test_a_text_longer_than_any_before_is_cut_whole() -> None:
    text = "Warga menunggu. " * 5000
    assert _cut(text, compiled=True) == _cut(text, compiled=False)
    assert len(_cut(text, compiled=True)) == 15000
