"""The literals that were derived ahead of time are those that would be derived now."""

import pytest

from corpus_clean.rules import derived
from corpus_clean.rules.literals import find_literals
from corpus_clean.rules.pack import load_packs
from corpus_clean.rules.packfile import read_place


def test_every_shipped_pattern_is_there_and_right(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [rule for pack in load_packs() for rule in pack.rules]

    def missing(pattern: str, **_: bool) -> derived.Groups:
        raise AssertionError(f"not in literals.json; run scripts/document: {pattern[:80]}")

    monkeypatch.setattr(derived, "find_literals", missing)
    for rule in rules:
        place = read_place(rule.scope)
        assert derived.look_up_literals(rule.pattern, **place) == find_literals(rule.pattern, **place), rule.id
