"""Automata admit whatever their patterns match: tried on patterns of every kind, and on all that are shipped."""

from contextlib import suppress
from dataclasses import replace
from typing import get_args

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_clean.config import RulesConfig
from corpus_clean.rules.alphabet import Alphabet, build_alphabet, find_sources
from corpus_clean.rules.apply import compile_rules
from corpus_clean.rules.automata import build_automata, load_automata
from corpus_clean.rules.automaton import Automaton, Reach, build_automaton, list_demands
from corpus_clean.rules.match import _Matcher
from corpus_clean.rules.nfa import BREAK, WORD
from corpus_clean.rules.pack import load_packs
from corpus_clean.rules.prefilter import Call, Prefilter
from corpus_clean.rules.ruleset import EVERY_PORTAL
from corpus_clean.rules.scanner import Scanner
from corpus_clean.rules.syntax import UNBOUNDED, parse_pattern

RULESET = compile_rules(load_packs(), RulesConfig())
SCANNER = Scanner(RULESET.callers.calls)
TRIED = Prefilter([Call([], UNBOUNDED) for _ in RULESET.rules])

LETTERS = "aAbß. \n-é1"
ATOMS = [
    "a", "B", r"\.", ".", r"\s", r"\d", r"\w", "[^a]", "[a-b.]", "é", "(?i:b)", "(?-i:A)", "^", "$", r"\b", "(?=a)",
    "(?!a)", "(?<=a)", "(?<!b)", "(?=ab)", "(?!ab)", "(?<=ab)", r"(?=\w+\.)",
]  # fmt: skip
PATTERNS = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{2}", "{0,2}", "{3,9}", "{0,40}", "{14,}"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
    ),
    max_leaves=8,
)


def _make_alphabet(*patterns: str) -> Alphabet:
    sources = [find_sources(parse_pattern(pattern), ignored) for pattern in patterns for ignored in (True, False)]
    return build_alphabet({WORD, BREAK}.union(*sources))


ALPHABET = _make_alphabet(*ATOMS)


def _build(pattern: str, reach: Reach, alphabet: Alphabet, *, ignored: bool = True) -> list[Automaton]:
    demands = list_demands(parse_pattern(pattern), reach)
    return [build_automaton(one, alphabet, ignored=ignored, reach=where) for one, where in demands]


def _encode(text: str, alphabet: Alphabet) -> list[int]:
    return [int(alphabet.codes[ord(char)]) for char in text]


def _admitted(pattern: str, reach: Reach, texts: list[str]) -> list[str]:
    alphabet = _make_alphabet(pattern)
    automata = _build(pattern, reach, alphabet)
    return [text for text in texts if all(automaton.admits(_encode(text, alphabet)) for automaton in automata)]


@settings(max_examples=150, deadline=None)
@given(PATTERNS, st.lists(st.text(LETTERS, max_size=7), min_size=1, max_size=8), st.booleans())
def test_what_a_pattern_matches_is_admitted(pattern: str, texts: list[str], ignored: bool) -> None:
    compiled = regex.compile(pattern, regex.MULTILINE | (regex.IGNORECASE if ignored else 0))
    tries = {"whole": compiled.fullmatch, "begin": compiled.match, "anywhere": compiled.search, "after": compiled.match}
    for reach in get_args(Reach):
        automata = _build(pattern, reach, ALPHABET, ignored=ignored)
        for text in texts:
            for start in range(len(text)) if reach == "after" else [0]:
                with suppress(TimeoutError):  # of what the pattern itself gives up on nothing is asked
                    if tries[reach](text, start, timeout=0.1):
                        codes = _encode(text[start:], ALPHABET)
                        assert all(automaton.admits(codes) for automaton in automata), (reach, text, start)


@pytest.mark.parametrize(
    ("pattern", "reach", "admitted", "refused"),
    [
        (r"baca\s+juga:?", "whole", ["BACA  juga:", "baca juga"], ["baca juga: x", "bacajuga", ""]),
        (r"(?-i:Baca) juga", "whole", ["Baca JUGA"], ["baca juga"]),
        (r"\bikuti\b", "anywhere", ["mari ikuti", "ikuti!"], ["diikuti", "ikutilah"]),
        (r"^a$", "anywhere", ["x\na\ny"], ["x\nab", "ba"]),
        (r"a(?!b)", "begin", ["a", "ac"], ["ab"]),
        (r"(?<=\.)a", "anywhere", [".a"], ["a", "xa"]),
        (r"(?=.*kanal)ia(?=.*kami) \w+", "begin", ["ia di kanal kami"], ["ia di kanal", "ia kami"]),
        (r"a{2,3}", "whole", ["aa", "aaa"], ["a", "aaaa"]),
        (r"[^\n]{0,300}x", "whole", ["x", "y" * 300 + "x"], ["y"]),
        (r"(\w)\1", "whole", ["aa", "ab"], []),
        (r"(?<=[.])\s*ikuti", "after", [" ikuti", "ikuti"], ["kuti"]),
    ],
)
def test_little_else_is_admitted(pattern: str, reach: Reach, admitted: list[str], refused: list[str]) -> None:
    assert _admitted(pattern, reach, [*admitted, *refused]) == admitted


def test_a_pattern_of_too_many_states_admits_what_lies_beyond_them() -> None:
    words = [f"{first}{second}{first * 9}{second * 9}" for first in "abcdefghijklm" for second in "nopqrstuvwxyz"]
    pattern = f"(?:{'|'.join(words)}) ini"
    (automaton,) = _build(pattern, "whole", _make_alphabet(pattern))
    assert len(automaton.table) < 1500
    texts = [f"{word} ini" for word in words[::20]]
    assert _admitted(pattern, "whole", [*texts, "xx"]) == texts


def test_a_class_that_an_alphabet_was_not_made_for_is_refused() -> None:
    with pytest.raises(KeyError):
        build_automaton(parse_pattern("b"), build_alphabet([("a", True), WORD, BREAK]), ignored=True, reach="whole")


def test_the_shipped_automata_are_those_of_the_shipped_rules() -> None:
    """All have the right names; of every twenty-fourth the automata are built anew."""
    shipped = load_automata()
    rules = RULESET.rules
    assert all(shipped.find(rule)[0] for rule in rules), "run scripts/document"
    assert build_automata(rules, shipped).places == shipped.places
    fresh = build_automata(rules[::24])
    for rule in rules[::24]:
        (ours, anchor), (theirs, other) = fresh.find(rule), shipped.find(rule)
        assert (len(ours), anchor is None) == (len(theirs), other is None), rule.id
        for one, two in zip(map(fresh.unpack, ours), map(shipped.unpack, theirs), strict=True):
            assert one.table.shape[0] == two.table.shape[0], rule.id


def test_a_pattern_without_automata_is_called_wherever_its_literals_stand() -> None:
    ikuti = replace(RULESET.rules[0], pattern=r"\Aikuti kanal zz", scope="inline", triggers=(("kanal zz",),), longest=0)
    scanner = Scanner([Call(ikuti.triggers, UNBOUNDED, rule=ikuti), *RULESET.callers.calls])
    _, calls = scanner.find("mari ikuti kanal ZZ\nhujan", lambda *_: b"\1" + bytes(len(RULESET.rules)))
    assert calls == [(0, 0, None)]


# Further than automata look.
LONG = ["kata " * 150, f"Ikuti {'kabar ' * 100}di kanal WhatsApp kami."]
EXAMPLES = [example for rule in RULESET.rules for example in (*rule.examples.remove, *rule.examples.keep)]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from([*EXAMPLES, *LONG]), st.text(max_size=20)), min_size=1, max_size=6),
    st.sampled_from(["\n", "\n \n", " ", ". ", "\u00a0 ", "\r\n", "\u2028", ".", "\x1c"]),
)
def test_the_scanner_calls_every_rule_that_claims_something(pieces: list[str], glue: str) -> None:
    """Against all rules tried on all lines."""
    text = glue.join(pieces)
    active = RULESET.active_for(EVERY_PORTAL).called
    lines, calls = SCANNER.find(text, lambda *_: active)
    plain, tried = TRIED.find(text, lambda *_: active)
    names = {*type(lines).__slots__, "views"} - {"repeats", "_views"}
    assert all(getattr(lines, name) == getattr(plain, name) for name in names)
    assert lines.repeats or not _Matcher(plain, RULESET).find_repeated()
    called = {(place, number): starts for place, number, starts in calls}
    for place, number, _ in tried:
        rule, probe = RULESET.rules[number], RULESET.probes[number]
        if rule.longest and len(lines.views[place]) > rule.longest:
            continue
        claims = _Matcher(lines, RULESET).claim_all([(place, probe, None)])
        if rule.scope in {"frame", "block", "tail"}:
            # A frame is found from any of its lines that has its literals.
            continue
        if claims:
            assert (place, number) in called, (rule.id, lines.views[place])
        if (place, number) in called:
            assert _Matcher(lines, RULESET).claim_all([(place, probe, called[place, number])]) == claims, rule.id
