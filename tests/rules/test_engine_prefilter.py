"""What makes the engine fast may hide nothing: literals, prefixes, anchors, and the patterns that need no clock."""

import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_clean.config import RulesConfig
from corpus_clean.errors import PackError
from corpus_clean.rules import probe
from corpus_clean.rules.anchor import find_anchor
from corpus_clean.rules.apply import apply_rules, compile_rules
from corpus_clean.rules.effort import find_safe_length
from corpus_clean.rules.gate import Whole, make_gate
from corpus_clean.rules.lines import split_lines, view_text
from corpus_clean.rules.literals import find_literals, fold_text
from corpus_clean.rules.pack import load_packs
from corpus_clean.rules.pattern import compile_pattern
from corpus_clean.rules.prefilter import Prefilter
from corpus_clean.rules.rule import Rule
from corpus_clean.rules.ruleset import EVERY_PORTAL
from corpus_clean.types import Document

PACKS = load_packs()
RULES = [rule for pack in PACKS for rule in pack.rules]


@pytest.mark.parametrize(
    ("pattern", "options", "expected"),
    [
        (r"baca\s+juga\s*:", {}, (("baca juga :", "baca juga:"),)),
        (r"baca juga", {"start": True, "end": True}, (("\nbaca juga\n",),)),
        (r"\(?(?:foto|video)\b.*", {"start": True}, (("\n(foto", "\n(video", "\nfoto", "\nvideo"),)),
        (r"(?:baca|simak)?", {}, ()),
        (r"baca|\d+", {}, ()),
        (r"(?!baca)\w+", {}, ()),
        (r"(?<=baca)\w+", {}, ()),
        (r"(?=.*whatsapp)\w+.*", {}, (("whatsapp",),)),
        (r"(?P<_a>foto):(?P=_a)", {}, (("foto:",),)),
        (r"x{3}", {}, (("xxx",),)),
        (r"[.)]\s?afp", {"end": True}, ((") afp\n", ")afp\n", ". afp\n", ".afp\n"),)),
        (r"pilih\s+saluran", {"across": True}, (("pilih",),)),
        (r"SIMAK", {}, (("simak",),)),
    ],
)
def test_the_rarest_literals_of_a_pattern(
    pattern: str, options: dict[str, bool], expected: tuple[tuple[str, ...], ...]
) -> None:
    assert find_literals(pattern, **options)[:1] == expected


def test_a_match_whatever_its_case_and_spaces_has_the_literals() -> None:
    for text in ("BACA  JUGA:", "Baca\u00a0Juga :", "baca \t juga:"):
        (line,) = split_lines(text).views
        assert any(literal in fold_text(line) for literal in find_literals(r"baca\s+juga\s*:")[0])
    assert fold_text("PAſTİK") == "pastik"
    assert compile_pattern("pastik").fullmatch("PAſTİK")


@pytest.mark.parametrize(
    ("pattern", "whole", "admitted", "refused"),
    [
        (r"baca\s+juga\s*:.*", "line", ["baca juga: banjir", "baca juga :"], ["ia baca juga: banjir", "baca"]),
        (r".*\(antara\)", "line", ["hujan (antara)"], ["hujan (antara) turun"]),
        (r"baca\s*juga", "line", ["bacajuga", "baca juga"], ["baca juga banjir"]),
        (r"(?:baca|simak)\b", "head", ["simak di sini"], ["mari simak"]),
        (r"\p{Han}{2,}\.com", "part", ["lihat 优游.com"], ["lihat banjir.com"]),
        (r"\s*[-*]?\s*baca", "line", ["baca", "- baca"], ["= baca"]),
        (r"\w+ juga", "line", ["apa juga"], []),
    ],
)
def test_a_gate_refuses_what_the_pattern_cannot_match(
    pattern: str, whole: Whole, admitted: list[str], refused: list[str]
) -> None:
    gate = make_gate(pattern, whole=whole)
    assert all(map(gate.admits, admitted))
    assert not any(map(gate.admits, refused))


def test_a_gate_knows_where_in_a_line_a_match_can_begin() -> None:
    gate = make_gate(r"\s*(?:ikuti|simak) kami", whole="part")
    line = "hujan. ikuti kami. diikuti."
    assert [start for start in range(len(line)) if gate.admits_at(line, start)] == [6, 7]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_gate_lets_through_whatever_a_rule_matches(rule: Rule) -> None:
    probe_ = probe.Probe(rule)
    pattern = probe_.pattern
    for text in [*rule.examples.remove, *(example.before for example in rule.examples.documents)]:
        lines = split_lines(text)
        for view, folded in zip(lines.views, lines.folded, strict=True):
            if rule.scope == "inline":
                assert probe_.admits(folded) or pattern.search(view) is None
            elif rule.scope != "frame":
                match = pattern.match if rule.scope == "head" else pattern.fullmatch
                assert probe_.admits(folded) or match(view) is None
        if rule.scope == "frame" and pattern.find_all(lines.view):
            assert probe_.may_begin(lines.folded)


@pytest.mark.parametrize(
    ("pattern", "anchor"),
    [
        (r"(?:^|(?<=[.!?])\s*(?=\S))ikuti", "[.!?]"),
        (r"(?:(?:^|(?<=[.!?])\s*)ikuti|(?<=[.!?])simak)", "[.!?]"),
        (r"^ikuti", ""),
        (r"(?:^)?ikuti", None),
        (r"ikuti|^simak", None),
        (r"(?<![.!?])ikuti", None),
        (r"(?<=[.!?])a|(?<=[,])b", None),
    ],
)
def test_the_anchor_of_a_pattern(pattern: str, anchor: str | None) -> None:
    assert find_anchor(pattern) == anchor


@pytest.mark.parametrize(
    ("pattern", "search", "linear"),
    [
        (r"baca\s+juga\s*:.*", False, True),
        (r"\([^)]*\)", False, True),
        (r"(?:foto|video|galeri)\s*:?", False, True),
        (r"baca", True, True),
        (r"\s*\s*x", False, False),
        (r".*a.*b", False, False),
        (r"\([^)]*\)", True, False),
        (r"(?:a|aa)+b", False, False),
        (r"(?:a*)*b", False, False),
        (r"(\w+)\1", False, False),
    ],
)
def test_which_patterns_are_linear(pattern: str, search: bool, linear: bool) -> None:
    assert (find_safe_length(pattern, case=False, search=search) == sys.maxsize) is linear


@pytest.mark.parametrize("pattern", [r"(?:a|aa)+b", r"(?:a*)*b", r"(?:\w+\s?)+x", r"(\w+)\1"])
def test_a_pattern_that_can_explode_is_never_run_without_a_clock(pattern: str) -> None:
    assert find_safe_length(pattern, case=False, search=False) <= 25


def test_a_linear_pattern_never_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "TIMEOUT_SECONDS", 1e-9)
    line = "baca juga: " + "a" * 3_000_000
    assert probe.Pattern(r"baca\s+juga\s*:[^x]*").fullmatch(line)
    with pytest.raises(TimeoutError):
        probe.Pattern(r"baca\s+juga\s*:.*a.*a[^x]*").fullmatch(line + "x")


def test_each_line_is_found_by_its_own_literals() -> None:
    prefilter = Prefilter([(("\nbaca", "\nsimak"),), (("(",), ("kami", "whatsapp")), (), (("x\n",),)])
    views = ["Baca  ini", "", "dia baca", "(IKUTI  kami)", "(ikuti saya)", "xx", "x y"]
    assert prefilter.find(list(map(fold_text, views))) == [(0, 0), (3, 1), (5, 3)]
    assert prefilter.find([]) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_whatever_a_rule_matches_has_its_literals(rule: Rule) -> None:
    """On the pack's own examples, line by line, or as a whole for what goes over lines."""
    if not rule.triggers:
        return
    pattern = compile_pattern(rule.pattern, case=rule.case, multiline=rule.scope == "frame")
    texts = [*rule.examples.remove, *(example.before for example in rule.examples.documents)]
    for text in texts:
        for view in [view_text(text)] if rule.scope == "frame" else split_lines(text).views:
            if _matches(rule, pattern, view):
                folded = "\n".join(["", *map(fold_text, split_lines(view).views), ""])
                assert all(any(literal in folded for literal in group) for group in rule.triggers)


def _matches(rule: Rule, pattern: regex.Pattern[str], view: str) -> bool:
    if rule.scope in {"inline", "frame"}:
        return pattern.search(view, timeout=5) is not None
    match = pattern.match if rule.scope == "head" else pattern.fullmatch
    return match(view, timeout=5) is not None


EXAMPLES = [example for rule in RULES[::3] for example in (*rule.examples.remove, *rule.examples.keep)]


def _without_literals(rule: Rule) -> Rule:
    """The rule, to be tried on every line; a frame, and a rule whose pack gives the literals, as it is."""
    anchored = rule.scope != "inline"
    derived = find_literals(rule.pattern, start=anchored, end=anchored and rule.scope != "head")
    return replace(rule, triggers=()) if rule.scope != "frame" and set(rule.triggers) == set(derived) else rule


PLAIN = compile_rules([replace(pack, rules=tuple(map(_without_literals, pack.rules))) for pack in PACKS], RulesConfig())


@settings(max_examples=25)
@given(
    st.lists(st.sampled_from(EXAMPLES), min_size=1, max_size=5), st.sampled_from(["\n", "\n\n", " ", ". ", "\u00a0  "])
)
def test_the_literals_change_no_result(pieces: list[str], glue: str) -> None:
    document = Document("d", glue.join(pieces), portal=EVERY_PORTAL)
    assert apply_rules(document, compile_rules(PACKS, RulesConfig())) == apply_rules(document, PLAIN)


def test_a_rule_that_would_search_every_line_is_refused(tmp_path: Path) -> None:
    text = """
[pack]
id = "own"
version = "1"
what = "w"
[[rule]]
id = "a"
scope = "line"
action = "delete"
what = "w"
why = "y"
match = '\\p{Lu}{4,}'
examples = { remove = ["ABCD"], keep = ["b"] }
"""
    file = tmp_path / "own.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PackError, match="every line would be searched; give `longest`"):
        load_packs([file])
    file.write_text(text + "longest = 20\n", encoding="utf-8")
    (own,) = [pack for pack in load_packs([file]) if pack.id == "own"]
    assert apply_rules(Document("d", f"ABCD\n{'A' * 21}"), compile_rules([own], RulesConfig())).text == "A" * 21


@given(st.text(alphabet=" \t\u00a0\n\r\v\f\x85\u2028\x1cabc.", max_size=40))
def test_the_lines_cover_the_text(text: str) -> None:
    lines = list(split_lines(text))
    assert "".join(text[line.left : line.right] for line in lines) == text
    for line in lines:
        assert line.left <= line.start <= line.end <= line.stop <= line.right
        assert view_text(text)[line.start : line.end] == line.view == line.view.strip()
    assert all(before.right == after.left for before, after in pairwise(lines))
