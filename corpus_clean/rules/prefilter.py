"""Finds, in one native pass over a whole text, which rules can match on which of its lines.

Each rule has literals of which every match holds one (see `literals`). One Aho-Corasick automaton finds all
literals of all rules; lines without any cost nothing more, whatever the number of rules. `scanner` does the same in
compiled code, which a process that sees little text does without.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import TypeAlias

from corpus_clean.rules.folding import fold_text
from corpus_clean.rules.lines import Lines, split_lines
from corpus_clean.rules.rule import Rule
from corpus_clean.rules.syntax import UNBOUNDED


@dataclass(frozen=True, slots=True)
class Call:
    """What a line must have to call a rule: a literal of each group, and no more characters than allowed.

    `reach` is the most folded characters, `longest` the most there are in truth (0: any). A match may go over `around`
    lines up and down; in one line if 0.
    """

    groups: Sequence[Sequence[str]]
    reach: int
    longest: int = 0
    around: int = 0
    rule: Rule | None = None


Called: TypeAlias = tuple[int, int, Sequence[int] | None]
"""A line's place, the number of a rule that it calls, and where in the line a match may begin, if that is known."""

Sign: TypeAlias = tuple[int, int]
"""A line's place, and the number of a sign that it has."""

Choose: TypeAlias = Callable[[Lines, Sequence[Sign]], bytes]
"""From the lines, and what signs they have, to whether each rule may be called."""


class Prefilter:
    """From literals to the lines that have them."""

    __slots__ = ("_automaton", "_callers", "_calls", "_loose", "_needs", "_signs")

    def __init__(self, calls: Sequence[Call], signs: Sequence[Call] = ()) -> None:
        """Take what calls each rule, its rarest group of literals first; without any, every line short enough does."""
        from ahocorasick_rs import AhoCorasick

        self._calls = [*calls, *signs]
        self._signs = len(calls)
        asked = [call.groups for call in self._calls]
        literals = {literal: number for number, literal in enumerate(dict.fromkeys(_flatten(map(_flatten, asked))))}
        self._automaton = AhoCorasick(list(literals))
        self._loose = [rule for rule, groups in enumerate(asked) if not groups]
        # Its first group calls a rule, which then needs one of each of the others.
        callers: list[list[int]] = [[] for _ in literals]
        for rule, groups in enumerate(asked):
            for literal in groups[0] if groups else ():
                callers[literals[literal]].append(rule)
        self._callers = [tuple(rules) for rules in callers]
        self._needs = [tuple(frozenset(literals[one] for one in group) for group in groups[1:]) for groups in asked]

    def find(self, text: str, choose: Choose) -> tuple[Lines, list[Called]]:
        r"""Return a text's lines and, in order, what rules these call; see `Callers`.

        Example:
            >>> calls = [Call([["\nbaca"]], 20), Call([["juga", "pula"], ["dia mem"]], 20), Call([], 3)]
            >>> Prefilter(calls).find("baca juga\nada\n\ndia membaca pula", lambda lines, signs: b"\1\1\1")[1]
            [(0, 0, None), (1, 2, None), (3, 1, None)]
        """
        whole = split_lines(text)
        views, calls = whole.views, self._calls
        lines = fold_text("\n".join(views)).split("\n")
        called = [
            (place, rule) for rule in self._loose for place, line in enumerate(lines)
            if line and len(line) <= calls[rule].reach
        ]  # fmt: skip
        hits = self._automaton.find_matches_as_indexes("\n".join(["", *lines, ""]), overlapping=True)
        # Line 0 begins at offset 1, and a literal's leading break is its line's.
        begins = list(accumulate([len(line) + 1 for line in lines], initial=1))
        present: dict[int, set[int]] = {}
        for literal, start, _ in hits:
            present.setdefault(bisect_right(begins, start + 1) - 1, set()).add(literal)
        for place, literals in present.items():
            for rule in {rule for literal in literals for rule in self._callers[literal]}:
                if len(lines[place]) <= calls[rule].reach and not any(
                    need.isdisjoint(literals) for need in self._needs[rule]
                ):
                    called.append((place, rule))
        found = [
            (place, rule) for place, rule in sorted(called) if len(views[place]) <= (calls[rule].longest or UNBOUNDED)
        ]
        active = choose(whole, [(place, rule - self._signs) for place, rule in found if rule >= self._signs])
        return whole, [(place, rule, None) for place, rule in found if rule < self._signs and active[rule]]


def _flatten(parts: Iterable[Iterable[str]]) -> Iterable[str]:
    return chain.from_iterable(parts)
