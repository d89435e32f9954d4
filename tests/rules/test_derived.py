"""What was derived ahead of time is what would be derived now."""

import pytest

from corpus_clean.rules import derived
from corpus_clean.rules.pack import load_packs
from corpus_clean.rules.packfile import read_place


def test_every_shipped_pattern_is_there_and_right(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [rule for pack in load_packs() for rule in pack.rules]
    derive = derived.derive_traits

    def missing(pattern: str, **_: bool) -> derived.Traits:
        raise AssertionError(f"not in literals.json; run scripts/document: {pattern[:80]}")

    monkeypatch.setattr(derived, "derive_traits", missing)
    for rule in rules:
        place = read_place(rule.scope)
        assert derived.look_up_traits(rule.pattern, **place) == derive(rule.pattern, **place), rule.id
