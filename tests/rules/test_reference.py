"""The rule reference says what the packs say."""

from corpus_clean.rules.pack import load_packs
from corpus_clean.rules.reference import write_reference
from tests.conftest import ROOT


def test_the_rule_reference_is_up_to_date() -> None:
    page = (ROOT / "docs" / "rules-reference.md").read_text(encoding="utf-8")
    assert page == write_reference(load_packs()), "run scripts/document"


def test_the_reference_has_every_rule_with_its_reason() -> None:
    page = write_reference(load_packs())
    for pack in load_packs():
        for rule in pack.rules:
            assert page.count(f"\n### {rule.id}\n") == 1
            assert " ".join(rule.why.split()) in page
