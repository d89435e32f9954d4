"""A pattern as a deterministic automaton: nanoseconds a character to tell that a line cannot match.

It admits every line that the pattern matches; what it admits, the pattern has the last word on. Method: the subset
construction (Rabin and Scott 1959) with the guards' characters looked up on the way, and Moore's minimization. A
pattern of too many states is counted less exactly, and what still lies beyond the last state is admitted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from corpus_clean.rules.alphabet import Alphabet
from corpus_clean.rules.nfa import WORD, Bounds, Guard, Nfa, build_nfa
from corpus_clean.rules.syntax import Char, Look, Node, Sequence

Reach = Literal["whole", "begin", "after", "anywhere"]
"""What of a text a pattern is to match: all, its beginning, what begins here after whatever came before, or a part."""

DEAD, SURE = 0, 1
"""The states from which nothing is admitted any more, and all is."""

# How exactly repetitions are counted, and the most states; the last try takes what does not fit for admitted.
_TRIES = ((Bounds(12, 4), 2500), (Bounds(3, 1), 2500), (Bounds(1, 0), 2500), (Bounds(1, 0), 600))

NONE, ANY = -1, -2
"""Instead of the class of the character before: there is none, or it is not known."""

_State = frozenset[tuple[int, int]]


@dataclass(frozen=True)
class Automaton:
    """`table` has for each state and local class the next state; `classes` the local class of each of the alphabet's.

    A text that ends in a state above `DEAD` and below `ends` is admitted.
    """

    table: NDArray[np.uint16]
    classes: bytes
    start: int
    ends: int

    def admits(self, codes: Iterable[int]) -> bool:
        """Tell whether a text may match, given as classes of the alphabet.

        Example:
            >>> from corpus_clean.rules.alphabet import build_alphabet
            >>> from corpus_clean.rules.nfa import BREAK
            >>> alphabet = build_alphabet([("a", True), ("b", True), WORD, BREAK])
            >>> from corpus_clean.rules.syntax import parse_pattern
            >>> automaton = build_automaton(parse_pattern("ab"), alphabet, ignored=True, reach="begin")
            >>> [automaton.admits(alphabet.codes[list(map(ord, text))]) for text in ("abc", "bab")]
            [True, False]
        """
        state = self.start
        for code in codes:
            if state in {DEAD, SURE}:
                break
            state = int(self.table[state, self.classes[code]])
        return DEAD < state < self.ends


def list_demands(node: Node, reach: Reach) -> list[tuple[Node, Reach]]:
    r"""Return a pattern's tree, and a tree for each of its look-aheads with what comes before: a match has them all.

    Example:
        >>> from corpus_clean.rules.syntax import parse_pattern
        >>> [reach for _, reach in list_demands(parse_pattern(r"ia(?=.*\bkanal)(?=.*ini)\s\w+"), "whole")]
        ['whole', 'begin', 'begin']
    """
    items = _flatten(node)
    return [
        (node, reach),
        *(
            (Sequence((*items[:place], look.item)), "begin" if reach == "whole" else reach)
            for place, look in enumerate(items)
            if isinstance(look, Look) and look.ahead and look.wanted and not isinstance(look.item, Char)
        ),
    ]


def _flatten(node: Node) -> tuple[Node, ...]:
    return tuple(one for item in node.items for one in _flatten(item)) if isinstance(node, Sequence) else (node,)


def build_automaton(node: Node, alphabet: Alphabet, *, ignored: bool, reach: Reach) -> Automaton:
    """Build the automaton of a pattern's tree; `ignored` says whether letter case is.

    Raises:
        KeyError: the alphabet was not made for the pattern.

    Example:
        >>> from corpus_clean.rules.alphabet import build_alphabet
        >>> from corpus_clean.rules.nfa import BREAK
        >>> from corpus_clean.rules.syntax import parse_pattern
        >>> alphabet = build_alphabet([("a", True), WORD, BREAK])
        >>> build_automaton(parse_pattern("a*"), alphabet, ignored=True, reach="whole").ends
        3
    """
    for number, (bounds, most) in enumerate(_TRIES, 1):
        subsets = _Subsets(build_nfa(node, alphabet, ignored=ignored, bounds=bounds), alphabet, reach, most)
        if subsets.explore(last=number == len(_TRIES)):
            return _minimize(subsets)
    raise AssertionError(node)  # the last try always ends


class _Subsets:
    """The states of a nondeterministic automaton, taken together as they are reached."""

    def __init__(self, nfa: Nfa, alphabet: Alphabet, reach: Reach, most: int) -> None:
        self.nfa = nfa
        self.most = most
        self.search = reach == "anywhere"
        self.sticky = reach != "whole"
        self.parts = _split(nfa, alphabet)
        self.width = len(self.parts)
        local = {classes: self._localize(classes) for classes in _list_classes(nfa)}
        self.chars = [[(local[classes], target) for classes, target in ways] for ways in nfa.chars]
        self.guards = [[guard._replace(classes=local[guard.classes]) for guard in ways] for ways in nfa.guards]
        self.word = self._localize(alphabet.find_members(WORD))
        self.end = 1 << self.width
        self.any = (self.end << 1) - 1
        # Of the character before only that counts which a guard asks for.
        asked = {guard.classes for ways in self.guards for guard in ways if guard.side == "before"} | {self.word}
        self.kinds = [tuple(bool(one >> part & 1) for one in sorted(asked)) for part in range(self.width)]
        self.known: dict[tuple[frozenset[int], tuple[int, ...]], _State] = {}
        self.numbers: dict[_State, int] = {}
        self.states: list[_State] = []
        self.rows: list[list[int]] = []
        self.overflow = False
        self.start = self._number(frozenset({nfa.start}), ANY if reach == "after" else NONE)

    def explore(self, *, last: bool) -> bool:
        """Follow all ways; tell whether there was room for them, without which the `last` try admits what is left."""
        while len(self.rows) < len(self.states):
            if self.overflow and not last:
                return False
            self.rows.append(self._follow(self.states[len(self.rows)]))
        return True

    def ends(self, state: _State) -> bool:
        """Whether a text may end here."""
        return any(one == self.nfa.final and after & self.end for one, after in state)

    def _localize(self, classes: int) -> int:
        return sum(1 << number for number, part in enumerate(self.parts) if part & classes)

    def _follow(self, state: _State) -> list[int]:
        targets: list[list[int]] = [[] for _ in range(self.width)]
        sure = 0
        for one, after in state:
            if self.sticky and one == self.nfa.final:
                sure = after
            for classes, target in self.chars[one]:
                left = classes & after
                while left:
                    lowest = left & -left
                    targets[lowest.bit_length() - 1].append(target)
                    left ^= lowest
        again = [self.nfa.start] if self.search else []
        return [
            SURE if sure >> part & 1 else self._number(frozenset(reached + again), part)
            for part, reached in enumerate(targets)
        ]

    def _number(self, reached: frozenset[int], before: int) -> int:
        if not reached:
            return DEAD
        key = (reached, (before,) if before < 0 else self.kinds[before])
        state = self.known.get(key)
        if state is None:
            state = self.known[key] = self._close(reached, before)
        if self.sticky and (self.nfa.final, self.any) in state:
            return SURE
        if not state and not self.search:
            return DEAD
        if state not in self.numbers:
            if len(self.states) == self.most:
                self.overflow = True
                return SURE
            self.numbers[state] = len(self.states) + 2
            self.states.append(state)
        return self.numbers[state]

    def _close(self, reached: frozenset[int], before: int) -> _State:
        """Go all ways that need no character; each state is given with what may come after."""
        allowed: dict[int, int] = {}
        todo = [(state, self.any) for state in sorted(reached)]
        while todo:
            state, after = todo.pop()
            after |= allowed.get(state, 0)
            if after == allowed.get(state):
                continue
            allowed[state] = after
            todo += [(target, after) for target in self.nfa.free[state]]
            for guard in self.guards[state]:
                if left := self._pass(guard, before, after):
                    todo.append((guard.target, left))
        return frozenset(
            (state, after) for state, after in allowed.items() if self.chars[state] or state == self.nfa.final
        )

    def _pass(self, guard: Guard, before: int, after: int) -> int:
        """What may come after once a guard is passed."""
        if guard.side == "after":
            return after & (guard.classes | (self.end if guard.bare else 0))
        if before == ANY:
            return after
        if guard.side == "before":
            return after if (guard.bare if before == NONE else guard.classes >> before & 1) else 0
        inside = before != NONE and self.word >> before & 1
        return after & (~self.word if inside else self.word)


def _list_classes(nfa: Nfa) -> set[int]:
    return {classes for ways in nfa.chars for classes, _ in ways} | {
        guard.classes for ways in nfa.guards for guard in ways
    }


def _split(nfa: Nfa, alphabet: Alphabet) -> list[int]:
    """The alphabet's classes in parts that the automaton does not tell apart, by their first classes."""
    parts = [alphabet.all]
    for classes in sorted(_list_classes(nfa) | {alphabet.find_members(WORD)}):
        parts = [half for part in parts for half in (part & classes, part & ~classes) if half]
    return sorted(parts, key=lambda part: part & -part)


def _minimize(subsets: _Subsets) -> Automaton:
    """Take states together from which the same is admitted, and put those first where a text may end."""
    width = subsets.width
    table = np.array([[DEAD] * width, [SURE] * width, *subsets.rows])
    ends = np.array([False, True, *map(subsets.ends, subsets.states)])
    groups = np.where(ends, 1, 0)
    groups[SURE], groups[DEAD] = 2, 3
    count, before = len(np.unique(groups)), 0
    while before < count:
        groups = np.unique(np.column_stack([groups, groups[table]]), axis=0, return_inverse=True)[1].ravel()
        before, count = count, int(groups.max()) + 1
    _, firsts = np.unique(groups, return_index=True)
    special = [groups[DEAD], groups[SURE]]
    order = sorted(range(len(firsts)), key=lambda group: (group not in special, not ends[firsts[group]], firsts[group]))
    order = [*special, *(group for group in order if group not in special)]
    numbers = np.empty(len(order), np.uint16)
    numbers[order] = np.arange(len(order))
    classes = bytearray(max(map(int.bit_length, subsets.parts)))
    for number, part in enumerate(subsets.parts):
        for code in range(part.bit_length()):
            if part >> code & 1:
                classes[code] = number
    return Automaton(
        table=numbers[groups[table[firsts[order]]]].astype(np.uint16),
        classes=bytes(classes),
        start=int(numbers[groups[subsets.start]]),
        ends=1 + max(number for number, group in enumerate(order) if ends[firsts[group]]),
    )
