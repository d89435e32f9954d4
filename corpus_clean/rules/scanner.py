"""Finds which rules can match on which of a text's lines, in compiled code: what `prefilter` does in Python, and more.

Here all groups of literals of a rule are asked for, and with them what stands before and after a literal; each costs
nanoseconds. The tables are laid out for `similarity.scanning`, in one array that begins with where each of them begins.
"""

import threading
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain
from math import log2

import numpy as np

from corpus_clean.rules.folding import AFTER_SIGN, MARKS, WORD_EDGE
from corpus_clean.rules.literals import drop_longer
from corpus_clean.rules.prefilter import Call
from corpus_clean.rules.rarity import rate_char, rate_literals
from corpus_clean.similarity import machine
from corpus_clean.similarity import sections as layout
from corpus_clean.similarity.arrays import Minima, Offsets

_ROOM = 1 << 14
_RULE = (1 << layout.RULE_BITS) - 1
# A group that occurs more often than this per character is not asked for beside others.
_TOO_COMMON = 0.003
# Of groups of so many literals, so many characters of each tell enough.
_LARGE, _LONG = 16, 8


class Scanner:
    """The literals of all rules in one table."""

    def __init__(self, calls: Sequence[Call]) -> None:
        """Build the tables: milliseconds for hundreds of rules."""
        # Every line has the literal that every line begins with.
        asked = [_choose_groups(call.groups) for call in calls]
        groups = {group: number for number, group in enumerate(dict.fromkeys(group for one in asked for group in one))}
        signs = _number_signs(groups)
        by_literal: dict[bytes, list[tuple[int, list[int]]]] = {}
        for (literal, marks), members in signs.items():
            by_literal.setdefault(literal, []).append((marks, members))
        callers: list[list[int]] = [[] for _ in groups]
        for rule, own in enumerate(asked):
            callers[groups[own[0]]].append(rule)
        literals = sorted(by_literal)
        records = [
            *(_join_signs(by_literal[literal]) for literal in literals),
            *([len(rules), *rules] for rules in callers),
            *(_describe_rule(call, [groups[group] for group in own]) for call, own in zip(calls, asked, strict=True)),
        ]
        sizes = [1 << layout.GRAM_BITS - 5, 1 << 11, 8, 1 << layout.HEAD_BITS, layout.FIELDS * len(literals)]
        starts = list(accumulate([*sizes, len(groups), len(calls)], initial=layout.HEAD))
        places = list(accumulate(map(len, records), initial=starts[-1]))
        self._table = np.zeros(places[-1], np.uint32)
        self._table[: layout.HEAD] = starts[:-1]
        self._table[starts[layout.CALLERS] : starts[-1]] = places[len(literals) : -1]
        self._table[starts[-1] :] = np.fromiter(chain.from_iterable(records), np.uint32, places[-1] - starts[-1])
        fields = self._table[starts[layout.LITERALS] : starts[layout.CALLERS]].reshape(-1, layout.FIELDS)
        lengths = list(map(len, literals))
        fields[:, layout.PLACE] = list(accumulate(lengths, initial=0))[:-1]
        fields[:, layout.LENGTH] = lengths
        fields[:, layout.RECORD] = places[: len(literals)]
        self._data = np.frombuffer(b"".join(literals), np.uint8)
        machine.call("plant_literals", self._data, _weigh_bytes(), len(literals), self._table)
        self._groups = len(groups)
        self._memory = threading.local()

    def find(self, folded: str, active: bytes) -> list[tuple[int, int]]:
        r"""Return, in order, each line's place with the number of each rule that it calls.

        Args:
            folded: the lines, trimmed and folded, with a line break before and after each.
            active: for each rule, whether it is to be called.

        Example:
            >>> scanner = Scanner([Call([["baca"], ["\x01juga"]], 20), Call([], 3)])
            >>> scanner.find("\nia baca juga\nada\n", b"\1\1")
            [(0, 0), (1, 1)]
        """
        text = np.frombuffer(folded.encode("utf-8", "surrogatepass"), np.uint8)
        allowed = np.frombuffer(active, np.uint8)
        stamps, touched, calls = self._find_memory()
        machine.call("call_rules", text, self._table, self._data, allowed, stamps, touched, calls)
        if calls[0] >= len(calls):
            calls = self._memory.calls = np.empty(2 * int(calls[0]), np.int64)
            machine.call("call_rules", text, self._table, self._data, allowed, stamps, touched, calls)
        found = np.sort(calls[1 : int(calls[0]) + 1])
        return list(zip((found >> layout.RULE_BITS).tolist(), (found & _RULE).tolist(), strict=True))

    def _find_memory(self) -> tuple[Minima, Minima, Offsets]:
        memory = self._memory
        if not hasattr(memory, "stamps"):
            memory.stamps = np.empty(self._groups, np.uint32)
            memory.touched = np.empty(self._groups, np.uint32)
            memory.calls = np.empty(_ROOM, np.int64)
        return memory.stamps, memory.touched, memory.calls


def _choose_groups(groups: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """The first group, and others that are not too common; without any, what every line has."""
    if not groups:
        return [("\n",)]
    return [_shorten(groups[0]), *(_shorten(group) for group in groups[1:] if rate_literals(group) <= _TOO_COMMON)]


def _shorten(group: Sequence[str]) -> tuple[str, ...]:
    """A group of literals that begin as those of a large group do."""
    return tuple(group) if len(group) <= _LARGE else drop_longer(set(map(_cut, group)))


def _cut(literal: str) -> str:
    lead = len(literal) - len(literal.lstrip(MARKS + "\n"))
    return literal if len(literal.strip(MARKS)) <= _LONG else literal[: lead + _LONG]


def _number_signs(groups: dict[tuple[str, ...], int]) -> dict[tuple[bytes, int], list[int]]:
    """From a literal without its marks, and these, to the groups it is in."""
    signs: dict[tuple[bytes, int], list[int]] = {}
    for group, number in groups.items():
        for marked in group:
            plain = marked.strip(MARKS).encode("utf-8", "surrogatepass")
            marks = 0
            # Beside a literal's end that is no letter, a word's edge says the opposite, or nothing.
            if marked[0] == AFTER_SIGN:
                marks |= layout.SIGN_BEFORE
            elif marked[0] == WORD_EDGE and _is_word(plain[0]):
                marks |= layout.WORD_BEFORE
            if marked[-1] == WORD_EDGE and _is_word(plain[-1]):
                marks |= layout.WORD_AFTER
            signs.setdefault((plain, marks), []).append(number)
    return signs


def _is_word(char: int) -> bool:
    return char < 128 and (chr(char).isalnum() or char == ord("_"))


def _join_signs(signs: Iterable[tuple[int, list[int]]]) -> list[int]:
    """A literal's record."""
    ordered = sorted(signs)
    return [len(ordered), *chain.from_iterable((marks, len(groups), *groups) for marks, groups in ordered)]


def _describe_rule(call: Call, groups: Sequence[int]) -> list[int]:
    """A rule's record; its first group calls it."""
    return [min(call.longest, 0xFFFFFFFF), call.wide, len(groups) - 1, *groups[1:]]


def _weigh_bytes() -> Minima:
    """How rare each byte is: the lower its share of news, the greater."""
    return np.array([round(-16 * log2(rate_char(chr(byte)))) for byte in range(256)], np.uint32)
