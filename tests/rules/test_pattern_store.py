"""Patterns that an earlier process compiled match as if they were compiled anew."""

from pathlib import Path

import pytest
import regex

from corpus_clean.rules import pattern
from corpus_clean.rules.pack import load_packs

RULES = [rule for pack in load_packs() for rule in pack.rules]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    return tmp_path


def _compile_all() -> dict[str, regex.Pattern[str]]:
    """As one process would."""
    store = pattern._Store()
    return {rule.id: store.compile(rule.pattern, 0 if rule.case else regex.IGNORECASE) for rule in RULES}


def test_a_later_process_compiles_next_to_nothing(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = []
    compile_anew = regex.compile

    def count(*given: object) -> object:
        compiled.append(given)
        return compile_anew(*given)  # type: ignore[call-overload]

    monkeypatch.setattr(pattern.regex, "compile", count)
    for expected in (len(RULES), len(RULES) % pattern._BATCH):
        _compile_all()
        assert len(compiled) == expected
        compiled.clear()
    (file,) = store.iterdir()
    file.write_bytes(b"damaged" * 100)
    _compile_all()
    assert len(compiled) == len(RULES)


def test_loaded_patterns_match_as_they_did(store: Path) -> None:
    first, again = _compile_all(), _compile_all()
    for rule in RULES:
        one, other = first[rule.id], again[rule.id]
        assert (one.pattern, one.flags, one.groupindex) == (other.pattern, other.flags, other.groupindex)
        for text in (*rule.examples.remove, *rule.examples.keep):
            assert _find(one, text) == _find(other, text)


def _find(compiled: regex.Pattern[str], text: str) -> list[object]:
    return [(found.span(), found.groupdict()) for found in compiled.finditer(text, timeout=5)]
