"""What is safe to print."""

import json
import unicodedata
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from corpus_clean.reports.wording import dump_json, escape_controls, escape_name

ANY = st.text(st.characters(codec=None))
DIRECTION = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@given(ANY)
def test_text_holds_nothing_that_steers(text: str) -> None:
    shown = escape_controls(text)
    for character in shown:
        assert character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"}
        assert unicodedata.bidirectional(character) not in DIRECTION
    assert escape_controls(shown) == shown


@given(ANY)
def test_names_are_one_printable_line(name: str) -> None:
    assert escape_name(name).isprintable()


@given(st.text())
def test_json_means_the_same(text: str) -> None:
    assert json.loads(dump_json({"text": text})) == {"text": text}


def test_objects_with_names_that_are_not_utf_8_are_written_as_others_are() -> None:
    for path in ("a", "a\udc80"):
        assert dump_json([FileOf(path)]) == f'[\n  {{\n    "path": {json.dumps(path)}\n  }}\n]\n'


@dataclass(frozen=True)
class FileOf:
    path: str


def test_scripts_that_need_joiners_keep_them() -> None:
    persian = "می\u200cخواهم"
    assert escape_controls(persian) == persian
