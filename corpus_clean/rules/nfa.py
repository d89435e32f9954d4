r"""A pattern as a nondeterministic automaton that admits every match, and little else.

Method: Thompson 1968. What one character before or after tells (`^`, `$`, `\b`, look-arounds of one character) are
guards on the way. Longer look-arounds are not looked at, back-references may be anything, and repetitions of large
numbers any number: what is left out only admits more.
"""

import functools
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from corpus_clean.rules.alphabet import Alphabet, Source
from corpus_clean.rules.syntax import Cased, Char, Choice, Edge, Look, Node, Opaque, Repeat, Sequence

WORD: Source = (r"\w", False)
BREAK: Source = (r"\n", False)


class Guard(NamedTuple):
    r"""A way without a character, open by what is beside: one of `classes`, or, with `bare`, the text's end.

    At an `edge` there must be a word on one side alone, as with `\b`.
    """

    side: Literal["before", "after", "edge"]
    classes: int
    bare: bool
    target: int


class Bounds(NamedTuple):
    """How far repetitions are counted: at most so many times at least, and so many more."""

    least: int
    more: int


@dataclass(slots=True)
class Nfa:
    """States, each with its ways on: by a character of some classes, past a guard, or freely."""

    chars: list[list[tuple[int, int]]] = field(default_factory=list)
    guards: list[list[Guard]] = field(default_factory=list)
    free: list[list[int]] = field(default_factory=list)
    start: int = 0
    final: int = 0

    def add(self) -> int:
        """Add a state without any ways on, and return its number."""
        self.chars.append([])
        self.guards.append([])
        self.free.append([])
        return len(self.free) - 1


def build_nfa(node: Node, alphabet: Alphabet, *, ignored: bool, bounds: Bounds) -> Nfa:
    """Build the automaton of a pattern's tree; its classes are those of an alphabet, one bit each.

    Raises:
        KeyError: the alphabet was not made for the pattern.

    Example:
        >>> from corpus_clean.rules.alphabet import build_alphabet
        >>> from corpus_clean.rules.syntax import parse_pattern
        >>> alphabet = build_alphabet([("a", True), ("b", True), WORD, BREAK])
        >>> len(build_nfa(parse_pattern("ab?"), alphabet, ignored=True, bounds=Bounds(4, 4)).free)
        4
    """
    nfa = Nfa()
    nfa.start = nfa.add()
    nfa.final = _Builder(nfa, alphabet, bounds).build(node, nfa.start, ignored)
    return nfa


@dataclass(frozen=True, slots=True)
class _Builder:
    nfa: Nfa
    alphabet: Alphabet
    bounds: Bounds

    def build(self, node: Node, begin: int, ignored: bool) -> int:
        """Add the part that a node is after a state, and return the state after it."""
        nfa = self.nfa
        match node:
            case Cased(item, inside):
                return self.build(item, begin, inside)
            case Sequence(items):
                return functools.reduce(lambda state, item: self.build(item, state, ignored), items, begin)
            case Choice(branches):
                end = nfa.add()
                for branch in branches:
                    nfa.free[self.build(branch, begin, ignored)].append(end)
                return end
            case Repeat():
                return self.repeat(node, begin, ignored)
            case Char(source):
                end = nfa.add()
                nfa.chars[begin].append((self.alphabet.find_members((source, ignored)), end))
                return end
            case Opaque():
                end = nfa.add()
                nfa.free[begin].append(end)
                nfa.chars[end].append((self.alphabet.all, end))
                return end
        end = nfa.add()
        if guard := self.guard(node, end, ignored):
            nfa.guards[begin].append(guard)
        else:
            nfa.free[begin].append(end)
        return end

    def repeat(self, node: Repeat, begin: int, ignored: bool) -> int:
        nfa = self.nfa
        sure = min(node.least, self.bounds.least)
        for _ in range(sure):
            begin = self.build(node.item, begin, ignored)
        end = nfa.add()
        if sure < node.least or node.most - sure > self.bounds.more:
            nfa.free[begin].append(end)
            nfa.free[self.build(node.item, end, ignored)].append(end)
            return end
        for _ in range(node.most - sure):
            nfa.free[begin].append(end)
            begin = self.build(node.item, begin, ignored)
        nfa.free[begin].append(end)
        return end

    def guard(self, node: Look | Edge, end: int, ignored: bool) -> Guard | None:
        match node:
            case Look(item, ahead, wanted):
                classes = self.one_of(item, ignored)
                if classes is None:
                    return None
                return Guard(
                    "after" if ahead else "before", classes if wanted else self.alphabet.all & ~classes, not wanted, end
                )
            case Edge("^"):
                return Guard("before", self.alphabet.find_members(BREAK), True, end)
            case Edge("$" | r"\Z"):
                return Guard("after", self.alphabet.find_members(BREAK), True, end)
            case Edge(r"\b"):
                return Guard("edge", 0, False, end)
            case _:
                return None

    def one_of(self, node: Node, ignored: bool) -> int | None:
        """The classes of a part that is one character always."""
        match node:
            case Char(source):
                return self.alphabet.find_members((source, ignored))
            case Cased(item, inside):
                return self.one_of(item, inside)
            case Choice(branches):
                each = [self.one_of(branch, ignored) for branch in branches]
                known = [classes for classes in each if classes is not None]
                return functools.reduce(int.__or__, known) if len(known) == len(each) else None
            case _:
                return None
