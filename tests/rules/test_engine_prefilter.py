"""What makes the engine fast may hide nothing: literals, prefixes, anchors, and the patterns that need no clock."""

import sys
from collections.abc import Sequence
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
from corpus_clean.rules.derived import derive_traits
from corpus_clean.rules.effort import find_safe_length
from corpus_clean.rules.examples import check_pack
from corpus_clean.rules.folding import fold_text
from corpus_clean.rules.lines import Lines, split_lines, view_text
from corpus_clean.rules.literals import find_literals
from corpus_clean.rules.measure import measure_pattern
from corpus_clean.rules.pack import load_packs
from corpus_clean.rules.packfile import read_place
from corpus_clean.rules.pattern import compile_pattern
from corpus_clean.rules.prefilter import Call, Prefilter, Sign
from corpus_clean.rules.rule import Rule
from corpus_clean.rules.ruleset import EVERY_PORTAL
from corpus_clean.rules.scanner import Scanner
from corpus_clean.rules.syntax import UNBOUNDED
from corpus_clean.similarity.backend import load_kernel
from corpus_clean.types import Document

PACKS = load_packs()
RULES = [rule for pack in PACKS for rule in pack.rules]


@pytest.mark.parametrize(
    ("pattern", "options", "expected"),
    [
        (r"baca\s+juga\s*:", {}, (("baca juga :", "baca juga:"),)),
        (r"baca juga", {"start": True, "end": True}, (("\nbaca juga\n",),)),
        (
            r"\(?(?:foto|video)\b.*",
            {"start": True},
            (("\n(foto", "\n(video", "\nfoto", "\nvideo"),),
        ),
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
        (r"\bikuti\b\s+kami", {}, (("ikuti kami",),)),
        (r"(?:^|(?<=[.!?])\s*)ikuti", {}, (("ikuti",),)),
        (r"(?<=[.a])ikuti", {}, (("ikuti",),)),
        (r"ikuti$", {}, (("ikuti\n",),)),
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
    ("pattern", "longest"),
    [
        (r"baca\s+juga\s*:.*", UNBOUNDED),
        (r"baca\s*juga|simak", 9),
        (r"(?:ab?){2}", 4),
        (r"\p{Han}{2,}\.com", UNBOUNDED),
        (r"[»›]\s+baca|“baca”", 6),
        (r"(?i:»?baca)", 5),
        (r"(?!é)a", 1),
    ],
)
def test_how_long_the_matches_of_a_pattern_are(pattern: str, longest: int) -> None:
    assert measure_pattern(pattern) == longest


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


WAYS = {"Python": Prefilter, "compiled": Scanner}


def _find(way: str, calls: list[Call], lines: list[str], active: bytes = b"") -> list[tuple[int, int]]:
    _, called = WAYS[way](calls).find("\n".join(lines), lambda *_: active or b"\1" * len(calls))
    return [(place, rule) for place, rule, _ in called]


@pytest.mark.parametrize("way", WAYS)
def test_each_line_calls_the_rules_whose_literals_it_has(way: str) -> None:
    calls = [
        Call([["\nbaca", "\nsimak"]], UNBOUNDED),
        Call([["("], ["kami", "whatsapp"]], UNBOUNDED),
        Call([["x\n"]], UNBOUNDED),
        Call([["baca"]], 8),
        Call([], 3),
    ]
    lines = ["Baca  ini", "", "dia baca", "(IKUTI  kami)", "(ikuti saya)", "xx", "x y"]
    found = [(0, 0), (0, 3), (2, 3), (3, 1), (5, 2), (5, 4), (6, 4)]
    assert [call for call in _find(way, calls, lines) if lines[call[0]]] == found
    assert _find(way, calls, lines, b"\1\0\0\0\0") == [(0, 0)]


@settings(max_examples=60)
@given(
    st.lists(st.lists(st.lists(st.text("ab.é", min_size=1, max_size=6), min_size=1), max_size=3), max_size=5),
    st.lists(st.text("ab.é ", max_size=12).map(str.strip), max_size=6),
    st.integers(0, 12),
)
def test_both_ways_call_what_a_search_for_each_literal_would(
    groups: list[list[list[str]]], lines: list[str], longest: int
) -> None:
    calls = [Call(own, longest) for own in groups]
    needed = {
        (place, rule)
        for place, line in enumerate(lines)
        for rule, call in enumerate(calls)
        if line and len(line) <= longest and all(any(one in line for one in group) for group in call.groups)
    }
    for way in WAYS:
        assert needed <= set(_find(way, calls, lines))


@pytest.mark.parametrize("way", WAYS)
def test_the_signs_that_lines_have_decide_which_rules_are_called(way: str) -> None:
    finder = WAYS[way](
        [Call([["baca"]], UNBOUNDED), Call([], UNBOUNDED)], [Call([["muara"]], 9), Call([["warta"]], 99)]
    )
    seen: list[tuple[int, int]] = []

    def choose(lines: Lines, signs: Sequence[Sign]) -> bytes:
        seen.extend(signs)
        return bytes([lines.views[0] == "Warta  Muara", 0])

    assert finder.find("Warta  Muara\nmuara\nbaca", choose)[1] == [(2, 0, None)]
    assert seen == [(0, 1), (1, 0)]
    assert finder.find("baca", choose)[1] == []
    assert len(seen) == 2


@pytest.mark.parametrize("literal", ["ikuti kanal", "kanal", "wa", "©"])
def test_literals_are_found_wherever_in_a_long_line_they_stand(literal: str) -> None:
    scanner = Scanner([Call([[literal]], UNBOUNDED)])
    for before in (4080, *range(4096 - 12, 4096 + 2), 8190, 8191, 8192):
        line = "x" * before + literal + "x" * 5000
        assert scanner.find(line, lambda *_: b"\1")[1] == [(0, 0, None)], before
    assert scanner.find("x" * 9000, lambda *_: b"\1")[1] == []


def test_more_signs_than_there_is_room_for_are_all_found() -> None:
    signs: list[Sign] = []
    scanner = Scanner([], [Call([["baca"]], UNBOUNDED)] * 150)
    scanner.find("\n".join(["baca"] * 200), lambda _, found: (signs.extend(found), b"")[1])
    assert signs == [(place, sign) for place in range(200) for sign in range(150)]


def test_more_calls_than_there_is_room_for_are_all_found() -> None:
    lines = ["baca"] * 200
    found = _find("compiled", [Call([["baca"]], UNBOUNDED)] * 150, lines)
    assert len(found) == 200 * 150
    assert found == sorted(found)


RULESET = compile_rules(PACKS, RulesConfig())
FINDERS = {name: way(RULESET.callers.calls) for name, way in WAYS.items()}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_whatever_a_rule_matches_calls_it(rule: Rule) -> None:
    """On the pack's own examples, line by line, or as a whole for what goes over lines."""
    number = RULESET.rules.index(rule)
    active = bytes(other is rule for other in RULESET.rules)
    pattern = compile_pattern(rule.pattern, case=rule.case, multiline=rule.scope == "frame")
    for text in [*rule.examples.remove, *(example.before for example in rule.examples.documents)]:
        lines = split_lines(text)
        if rule.scope == "frame":
            expected = [set(range(len(lines)))] if _matches(rule, pattern, lines.view[: lines.stops[-1]]) else []
        else:
            expected = [{place} for place, view in enumerate(lines.views) if view and _matches(rule, pattern, view)]
        compiled, plain = (
            {place for place, _, _ in finder.find(text, lambda *_: active)[1]} for finder in FINDERS.values()
        )
        for places in expected:
            if rule.longest and all(len(lines.views[place]) > rule.longest for place in places):
                continue
            assert compiled & places, (number, text)
            assert plain & places, (number, text)


def _matches(rule: Rule, pattern: regex.Pattern[str], view: str) -> bool:
    if rule.scope in {"inline", "frame"}:
        return pattern.search(view, timeout=5) is not None
    match = pattern.match if rule.scope == "head" else pattern.fullmatch
    return match(view, timeout=5) is not None


EXAMPLES = [example for rule in RULES[::3] for example in (*rule.examples.remove, *rule.examples.keep)]


def _without_literals(rule: Rule) -> Rule:
    """The rule, to be tried on every line; a frame, and a rule whose pack gives the literals, as it is."""
    derived = derive_traits(rule.pattern, **read_place(rule.scope)).groups
    if rule.scope == "frame" or set(rule.triggers) != set(derived):
        return rule
    return replace(rule, triggers=(), reach=UNBOUNDED)


PLAIN = compile_rules([replace(pack, rules=tuple(map(_without_literals, pack.rules))) for pack in PACKS], RulesConfig())


@settings(max_examples=25)
@given(
    st.lists(st.sampled_from(EXAMPLES), min_size=1, max_size=5), st.sampled_from(["\n", "\n\n", " ", ". ", "\u00a0  "])
)
def test_the_literals_change_no_result(pieces: list[str], glue: str) -> None:
    document = Document("d", glue.join(pieces), portal=EVERY_PORTAL)
    plain = apply_rules(document, PLAIN)
    assert apply_rules(document, RULESET) == plain
    load_kernel()
    assert apply_rules(document, RULESET) == plain


# No rule is left out for another where any call is taken for one of a frame.
TRYING = replace(RULESET, frames=frozenset(range(len(RULESET.rules))))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(EXAMPLES), st.text(max_size=20)), min_size=1, max_size=8),
    st.sampled_from(["\n", "\n\n", " ", ". "]),
)
def test_leaving_out_what_is_sure_to_lose_changes_nothing(pieces: list[str], glue: str) -> None:
    document = Document("d", glue.join(pieces), portal=EVERY_PORTAL)
    assert apply_rules(document, RULESET) == apply_rules(document, TRYING)


OWN = """
[pack]
id = "own"
version = "1"
what = "w"
[[rule]]
id = "a"
scope = "SCOPE"
action = "delete"
what = "w"
why = "y"
match = 'MATCH'
examples = { remove = ["TEXT"], keep = ["Hujan turun."] }
"""


@pytest.mark.parametrize(
    ("scope", "match", "text"),
    [
        ("inline", "^Ikuti kanal kami$", "Ikuti kanal kami"),
        ("frame", r"^Topik hari ini:$\n\w+$", r"Topik hari ini:\nbanjir"),
        ("frame", f"^{'ikuti kanal kami dan ' * 6}bagikan$", f"{'ikuti kanal kami dan ' * 6}bagikan"),
    ],
)
def test_what_begins_and_ends_with_its_lines_is_found(tmp_path: Path, scope: str, match: str, text: str) -> None:
    file = tmp_path / "own.toml"
    file.write_text(OWN.replace("SCOPE", scope).replace("MATCH", match).replace("TEXT", text), encoding="utf-8")
    (own,) = [pack for pack in load_packs([file]) if pack.id == "own"]
    assert check_pack(own, [own]) == []


@pytest.mark.parametrize("line", ['triggers = [""]', 'triggers = ["ikuti", " "]'])
def test_nothing_is_no_trigger(tmp_path: Path, line: str) -> None:
    file = tmp_path / "own.toml"
    text = OWN.replace("SCOPE", "inline").replace("MATCH", "ikuti").replace("TEXT", "ikuti")
    file.write_text(text.replace("examples =", f"{line}\nexamples ="), encoding="utf-8")
    with pytest.raises(PackError, match="`triggers` holds an empty text"):
        load_packs([file])


def test_a_rule_that_would_search_every_line_is_refused(tmp_path: Path) -> None:
    text = OWN.replace("SCOPE", "line").replace("MATCH", r"\p{Lu}{4,}").replace("TEXT", "ABCD")
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
