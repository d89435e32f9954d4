"""Finds, in one native pass over a whole text, which rules can match on which of its lines.

Each rule has literals of which every match holds one (see `literals`). One Aho-Corasick automaton finds all
literals of all rules; lines without any cost nothing more, whatever the number of rules.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain

from corpus_clean.rules.literals import rate_literals

# A group that occurs more often than this per character is not asked for: finding it takes longer than it saves.
_TOO_COMMON = 0.002
# A group as rare as this needs no other beside it.
_RARE = 2e-5


class Prefilter:
    """From literals to the lines that have them."""

    __slots__ = ("_automaton", "_callers", "_needs")

    def __init__(self, triggers: Sequence[Sequence[Sequence[str]]]) -> None:
        """Take, for each rule, its groups of literals, the rarest first; a rule without any is never called."""
        from ahocorasick_rs import AhoCorasick

        asked = [_choose_groups(groups) for groups in triggers]
        literals = {literal: number for number, literal in enumerate(dict.fromkeys(_flatten(map(_flatten, asked))))}
        self._automaton = AhoCorasick(list(literals))
        # Its first group calls a rule, which then needs one of each of the others.
        callers: list[list[int]] = [[] for _ in literals]
        for rule, groups in enumerate(asked):
            for literal in groups[0] if groups else ():
                callers[literals[literal]].append(rule)
        self._callers = [tuple(rules) for rules in callers]
        self._needs = [tuple(frozenset(literals[one] for one in group) for group in groups[1:]) for groups in asked]

    def find(self, lines: Sequence[str]) -> list[tuple[int, int]]:
        r"""Return, in order, each line's place with the number of each rule whose literals it has.

        Args:
            lines: the text's lines, trimmed and folded.

        Example:
            >>> prefilter = Prefilter([[["\nbaca"]], [["juga", "pula"], ["dia mem"]]])
            >>> prefilter.find(["baca juga", "", "dia membaca pula"])
            [(0, 0), (2, 1)]
        """
        hits = self._automaton.find_matches_as_indexes("\n".join(["", *lines, ""]), overlapping=True)
        if not hits:
            return []
        # Line 0 begins at offset 1, and a literal's leading break is its line's.
        begins = list(accumulate([len(line) + 1 for line in lines], initial=1))
        present: dict[int, set[int]] = {}
        for literal, start, _ in hits:
            present.setdefault(bisect_right(begins, start + 1) - 1, set()).add(literal)
        callers, needs = self._callers, self._needs
        called = set()
        for place, literals in present.items():
            for literal in literals:
                for rule in callers[literal]:
                    for need in needs[rule]:
                        if need.isdisjoint(literals):
                            break
                    else:
                        called.add((place, rule))
        return sorted(called)


def _choose_groups(groups: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """The first group; and unless that is rare, others that are not too common."""
    if not groups or rate_literals(groups[0]) <= _RARE:
        return list(groups[:1])
    return [groups[0], *(group for group in groups[1:] if rate_literals(group) <= _TOO_COMMON)]


def _flatten(parts: Iterable[Iterable[str]]) -> Iterable[str]:
    return chain.from_iterable(parts)
