"""Runs the examples that stand in the packs: each rule proves itself, and spares what every rule must spare."""

from collections.abc import Sequence

from corpus_clean.config import RulesConfig
from corpus_clean.rules.apply import Applied, apply_rules, compile_rules
from corpus_clean.rules.rule import Pack, Rule
from corpus_clean.rules.ruleset import EVERY_PORTAL, RuleSet
from corpus_clean.types import Document

# Surroundings for an example, so that it stands where its scope asks and stays below the cap.
_BODY = "\n".join(
    f"Pada hari ke-{day} warga desa itu menanam bibit mangrove di sepanjang muara, lalu mencatat tinggi air sungai."
    for day in range(1, 9)
)
# Examples are shorter than articles, so the cap would hide what a rule does.
_UNCAPPED = RulesConfig(max_removed=1.0)
_SENTENCE = "Warga desa itu menanam bibit mangrove di muara."


def check_pack(pack: Pack, packs: Sequence[Pack]) -> list[str]:
    """Run every example of `pack` and return what fails, one line each; empty if all is well.

    `remove`: the rule, alone and among all others, takes the text away from amid other text and nothing else.
    `keep`: no rule of any of `packs` changes it. `document`: the rules that apply to the pack's portal turn `in`
    into `out`.
    """
    rules = compile_rules(packs, _UNCAPPED)
    portal = pack.portals[0] if pack.portals else ""
    failures = []
    for rule in pack.rules:
        for example in rule.examples.remove:
            failures += _check_remove(rule, example, portal, rules)
        for example in rule.examples.keep:
            failures += _check_keep(rule, example, rules)
        for document in rule.examples.documents:
            applied = apply_rules(Document("example", document.before, portal=portal), rules)
            if applied.text != document.after:
                failures.append(f"{rule.id}: document example gives {applied.text!r}, not {document.after!r}")
    return failures


def _check_remove(rule: Rule, example: str, portal: str, rules: RuleSet) -> list[str]:
    if rule.action == "flag" or rule.safety == "unsafe":
        marked = any(
            edit.rule_id == rule.id
            for text in _surround(rule, example)
            for edit in _apply(text[0], portal, rules).edits
        )
        return [] if marked else [f"{rule.id}: does not flag {example!r}"]
    alone = compile_rules([Pack(id=rule.pack, version=rule.version, what="", source="", rules=(rule,))], _UNCAPPED)
    for text, expected in _surround(rule, example):
        if all(
            _apply(text, portal, ruleset).text.replace(rule.mask, "").split() == expected.split()
            for ruleset in (alone, rules)
        ):
            return []
    return [f"{rule.id}: does not remove {example!r}, or not only that"]


def _surround(rule: Rule, example: str) -> list[tuple[str, str]]:
    """Texts that hold the example, each with what must be left of it."""
    if rule.scope == "tail" or rule.last:
        return [(f"{_BODY}\n{example}", _BODY), (f"{_BODY}\n{_SENTENCE} {example}", f"{_BODY}\n{_SENTENCE}")]
    if rule.scope == "head" or rule.first:
        return [(f"{example} {_BODY}", _BODY), (f"{example}\n{_BODY}", _BODY)]
    texts = [(f"{_BODY}\n{example}\n{_BODY}", f"{_BODY}\n{_BODY}")]
    if rule.scope == "inline":
        texts.append((f"{_BODY}\n{_SENTENCE} {example}\n{_BODY}", f"{_BODY}\n{_SENTENCE}\n{_BODY}"))
    return texts


def _check_keep(rule: Rule, example: str, rules: RuleSet) -> list[str]:
    failures = []
    for text in (example, f"{_BODY}\n{example}\n{_BODY}", f"{_BODY}\n{example}"):
        applied = _apply(text, EVERY_PORTAL, rules)
        if applied.text != text:
            by = ", ".join(sorted({edit.rule_id for edit in applied.edits if edit.before != edit.after}))
            failures.append(f"{rule.id}: must keep {example!r}, but {by} changes it")
            break
    return failures


def _apply(text: str, portal: str, rules: RuleSet) -> Applied:
    return apply_rules(Document("example", text, portal=portal), rules)
