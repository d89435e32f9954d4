"""What was derived ahead of time is what would be derived now."""

import pytest

from corpus_clean.rules import derived
from corpus_clean.rules.pack import load_packs
from corpus_clean.rules.packfile import read_place
from corpus_clean.rules.probe import list_patterns

RULES = [rule for pack in load_packs() for rule in pack.rules]


def _forbid(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def missing(pattern: str, **_: bool) -> None:
        raise AssertionError(f"not in derived.json; run scripts/document: {pattern[:80]}")

    monkeypatch.setattr(derived, name, missing)


def test_the_traits_of_every_shipped_pattern_are_there_and_right(monkeypatch: pytest.MonkeyPatch) -> None:
    derive = derived.derive_traits
    _forbid(monkeypatch, "derive_traits")
    for rule in RULES:
        place = read_place(rule.scope)
        assert derived.look_up_traits(rule.pattern, **place) == derive(rule.pattern, **place), rule.id


def test_the_safe_length_of_every_shipped_pattern_is_there_and_right(monkeypatch: pytest.MonkeyPatch) -> None:
    find = derived.find_safe_length
    _forbid(monkeypatch, "find_safe_length")
    for rule in RULES:
        for pattern, case, search in list_patterns(rule):
            known = derived.look_up_safe_length(pattern, case=case, search=search)
            assert known == find(pattern, case=case, search=search), rule.id
