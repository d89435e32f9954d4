"""Finds, from a line's words alone, which rules can match there.

Each rule names groups of literals of which every match holds at least one each (derived from its pattern). A
line is cut into words; a word not seen before is searched once for all literals, and words without any are
remembered. So the cost per line is a set operation on its words, whatever the number of rules.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

_REMEMBERED = 300_000


class Prefilter:
    """From literals to the rules that need them. The memory of words never changes an answer."""

    __slots__ = ("_clean", "_complete", "_hot", "_literals", "_search")

    def __init__(self, triggers: Mapping[int, Sequence[Iterable[str]]]) -> None:
        """Take, for each rule's index, its groups of literals in lower case."""
        literals: dict[str, dict[int, int]] = {}
        for index, groups in triggers.items():
            for place, group in enumerate(groups):
                for word in group:
                    needed = literals.setdefault(word, {})
                    needed[index] = needed.get(index, 0) | 1 << place
        self._literals = {literal: tuple(sorted(literals[literal].items())) for literal in sorted(literals)}
        self._complete = {index: (1 << len(groups)) - 1 for index, groups in triggers.items()}
        # Any literal at all? Answers most words at once; only a hit is looked at literal by literal.
        self._search = re.compile("|".join(map(re.escape, self._literals)) or r"(?!)").search
        self._clean: set[str] = set()
        self._hot: dict[str, tuple[tuple[int, int], ...]] = {}

    def find(self, line: str) -> list[int]:
        """Return the rules whose literals the line has, in order.

        Example:
            >>> prefilter = Prefilter({0: [["baca"]], 1: [["simak"], ["juga", "pula"]]})
            >>> prefilter.find("Simak juga"), prefilter.find("Membaca"), prefilter.find("Simak!")
            ([1], [0], [])
        """
        words = set(line.lower().split())
        words -= self._clean
        if not words:
            return []
        hot = self._hot
        seen: dict[int, int] = {}
        for word in words:
            needs = hot.get(word)
            for index, bits in self._learn(word) if needs is None else needs:
                seen[index] = seen.get(index, 0) | bits
        complete = self._complete
        return sorted(index for index, bits in seen.items() if bits == complete[index])

    def _learn(self, word: str) -> tuple[tuple[int, int], ...]:
        if len(self._clean) + len(self._hot) >= _REMEMBERED:
            self._clean.clear()
            self._hot.clear()
        if self._search(word) is None:
            self._clean.add(word)
            return ()
        needs: dict[int, int] = {}
        for literal, rules in self._literals.items():
            if literal in word:
                for index, bits in rules:
                    needs[index] = needs.get(index, 0) | bits
        self._hot[word] = tuple(sorted(needs.items()))
        return self._hot[word]
