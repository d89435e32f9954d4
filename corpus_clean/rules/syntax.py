"""The syntax of patterns as a tree, as far as the engine reasons about them: what must occur, and what it costs.

Only what decides that is told apart; a construct that is not known here becomes `Opaque`, of which nothing is assumed.
"""

import functools
from dataclasses import dataclass
from typing import TypeAlias

import regex

UNBOUNDED = 1 << 30


@dataclass(frozen=True, slots=True)
class Char:
    """One character: `text` if it can only be that one (in either case), else one of the class `source`."""

    source: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    r"""An assertion without width, such as `^`, `$` or `\b`."""

    source: str


@dataclass(frozen=True, slots=True)
class Look:
    """A look-around: `ahead` or behind, `wanted` or not."""

    item: "Node"
    ahead: bool
    wanted: bool


@dataclass(frozen=True, slots=True)
class Repeat:
    """`item` from `least` to `most` times."""

    item: "Node"
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Sequence:
    """One item after the other."""

    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the branches."""

    branches: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Cased:
    """`item`, in which letter case is ignored or counts, whatever holds around it."""

    item: "Node"
    ignored: bool


@dataclass(frozen=True, slots=True)
class Opaque:
    """Something of unknown width and content, such as a back-reference."""


Node: TypeAlias = Char | Edge | Look | Repeat | Sequence | Choice | Cased | Opaque

_OPENING = regex.compile(
    r"\((?:(?P<named>\?P?<(?![=!])\w+>)|\?(?P<look><?[=!])|(?P<flags>\?[a-zA-Z]*(?:-[a-zA-Z]+)?(?P<after>[:)]))|"
    r"(?P<odd>\?.))?"
)
_QUANTIFIER = regex.compile(r"(?:(?P<sign>[?*+])|\{(?P<least>\d*)(?P<range>,(?P<most>\d*))?\})[?+]?")
_ESCAPE = regex.compile(r"\\(?:[pP](?:\{[^}]*\}|.)|x..|u.{4}|U.{8}|N\{[^}]*\}|g<[^>]*>|.)", regex.DOTALL)
_CLASS = regex.compile(r"\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]", regex.DOTALL)
_BRACKET = regex.compile(r"\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|[()]", regex.DOTALL)
_SIGNS = {"?": (0, 1), "*": (0, UNBOUNDED), "+": (1, UNBOUNDED)}
_PLAIN_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


@functools.lru_cache(maxsize=1024)
def parse_pattern(pattern: str) -> Node:
    r"""Parse an expanded pattern that the `regex` module accepts.

    Groups spelled alike, such as the vocabulary's named parts, are parsed once and give the same node.

    Example:
        >>> parse_pattern(r"ab?")
        Sequence(items=(Char(source='a', text='a'), Repeat(item=Char(source='b', text='b'), least=0, most=1)))
    """
    return _Parser(pattern).choice(0, len(pattern))


@functools.cache
def _parse_group(text: str) -> Node:
    opening = _OPENING.match(text)
    if opening is None or opening["after"] == ")" or (opening["odd"] and opening["odd"] not in {"?>", "?|"}):
        return Opaque()
    node = _Parser(text).choice(opening.end(), len(text) - 1)
    if opening["look"]:
        return Look(node, ahead="<" not in opening["look"], wanted="=" in opening["look"])
    on, _, off = (opening["flags"] or "").strip("?:").partition("-")
    if (on + off).strip("i"):
        return Opaque()
    return Cased(node, "i" in on) if on + off else node


class _Parser:
    """Parses one pattern, of which it first finds where each group ends."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.ends: dict[int, int] = {}
        opened: list[int] = []
        for found in _BRACKET.finditer(pattern):
            if found.group() == "(":
                opened.append(found.start())
            elif found.group() == ")" and opened:
                self.ends[opened.pop()] = found.end()

    def choice(self, at: int, end: int) -> Node:
        branches = []
        while True:
            branch, at = self.sequence(at, end)
            branches.append(branch)
            if at >= end:
                return branches[0] if len(branches) == 1 else Choice(tuple(branches))
            at += 1

    def sequence(self, at: int, end: int) -> tuple[Node, int]:
        pattern = self.pattern
        items: list[Node] = []
        while at < end and pattern[at] != "|":
            item, at = self.atom(at)
            while at < end and pattern[at] in "?*+{" and (quantifier := _QUANTIFIER.match(pattern, at)):
                item = Repeat(item, *_bounds(quantifier))
                at = quantifier.end()
            items.append(item)
        return (items[0] if len(items) == 1 else Sequence(tuple(items))), at

    def atom(self, at: int) -> tuple[Node, int]:
        pattern = self.pattern
        char = pattern[at]
        if char == "(" and at in self.ends:
            return _parse_group(pattern[at : self.ends[at]]), self.ends[at]
        if char == "[" and (found := _CLASS.match(pattern, at)):
            return Char(found.group()), found.end()
        if char == "\\" and (found := _ESCAPE.match(pattern, at)):
            return _escape(found.group()), found.end()
        return _plain(char), at + 1


@functools.cache
def _plain(char: str) -> Node:
    if char in "^$":
        return Edge(char)
    return Char(char) if char == "." else Char(regex.escape(char), char)


def _bounds(quantifier: regex.Match[str]) -> tuple[int, int]:
    if quantifier["sign"]:
        return _SIGNS[quantifier["sign"]]
    least = int(quantifier["least"] or 0)
    if not quantifier["range"]:
        return least, least
    return least, int(quantifier["most"] or UNBOUNDED)


@functools.cache
def _escape(source: str) -> Node:
    letter = source[1]
    if letter in "bBAZzmMG":
        return Edge(source)
    if letter.isdigit() or letter in "gXRKL":
        return Opaque()
    if letter in _PLAIN_ESCAPES:
        return Char(source, _PLAIN_ESCAPES[letter])
    return Char(source) if letter.isalpha() else Char(source, letter)
