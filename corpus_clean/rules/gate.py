r"""A quick look at a folded line before its pattern is tried: how it begins, how it ends, how long it is.

Most lines that have a rule's words are reporting that the pattern would turn down too, after a hundred times the work.
A gate never turns down what the pattern matches.
"""

from dataclasses import dataclass
from typing import Literal

import regex

from corpus_clean.rules.literals import find_ends
from corpus_clean.rules.syntax import UNBOUNDED, Char, Choice, Look, Node, Opaque, Repeat, Sequence, parse_pattern

_ASCII = "".join(map(chr, range(128)))

# No line holds a line break.
_NONE = ("\n",)

Whole = Literal["line", "head", "part"]
"""What of a line a pattern must match: all of it, its beginning, or any part."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What is known of all matches of a pattern.

    `anywhere` says that they need not begin where a line begins. `heads` and `tails` are the strings that one begins or
    ends with, by their first or last character; empty if unknown. `longest` is the greatest length of a match in folded
    characters, `wide` says that a match holds more than ASCII.
    """

    anywhere: bool
    heads: dict[str, tuple[str, ...]]
    tails: dict[str, tuple[str, ...]]
    longest: int
    wide: bool

    def admits(self, folded: str) -> bool:
        r"""Tell whether a folded line may match.

        Example:
            >>> gate = make_gate(r"baca\s+juga\s*:?", whole="line")
            >>> gate.admits("baca juga:"), gate.admits("baca juga: banjir"), gate.admits("ia baca")
            (True, False, False)
        """
        if len(folded) > self.longest or (self.wide and folded.isascii()):
            return False
        if self.heads and not self.anywhere and not folded.startswith(self.heads.get(folded[:1], _NONE)):
            return False
        return not self.tails or folded.endswith(self.tails.get(folded[-1:], _NONE))

    def admits_at(self, folded: str, start: int) -> bool:
        r"""Tell whether a match may begin at an offset of a folded line, or after the space there.

        Example:
            >>> make_gate(r"\s*ikuti", whole="part").admits_at("hujan. ikuti kami", 6)
            True
        """
        if not self.heads:
            return True
        start += folded[start : start + 1] == " "
        return folded.startswith(self.heads.get(folded[start : start + 1], _NONE), start)


def make_gate(pattern: str, *, whole: Whole, across: bool = False) -> Gate:
    r"""Derive the gate of an expanded pattern.

    Args:
        pattern: an expanded pattern.
        whole: what of a line it must match.
        across: a match may go over several lines, so that a space may stand for a line break.

    Example:
        >>> make_gate(r"(?:\()?(?:baca|simak)\s+juga.*", whole="head").heads["("]
        ('(baca juga', '(simak juga')
    """
    node = parse_pattern(pattern)
    begins, ends = find_ends(pattern, across=across)
    if whole == "part":
        # The space before a match is not looked at.
        begins = frozenset(begin.lstrip(" ") for begin in begins)
    return Gate(
        anywhere=whole == "part",
        heads=_by_character(begins, slice(None, 1)),
        tails=_by_character(ends, slice(-1, None)) if whole == "line" else {},
        longest=_measure(node) if whole == "line" else UNBOUNDED,
        wide=_is_wide(node),
    )


def _by_character(literals: frozenset[str], side: slice) -> dict[str, tuple[str, ...]]:
    if any(literal[side] in {"", "\n"} for literal in literals):
        return {}
    by_character: dict[str, list[str]] = {}
    for literal in sorted(literals, key=lambda literal: (len(literal), literal)):
        group = by_character.setdefault(literal[side], [])
        # What begins or ends with a shorter one adds nothing.
        if not any(literal.startswith(other) if side.start is None else literal.endswith(other) for other in group):
            group.append(literal)
    return {char: tuple(group) for char, group in by_character.items()}


def _measure(node: Node) -> int:
    """The greatest length of a match, in which a run of spaces counts as one."""
    match node:
        case Char():
            return 1
        case Sequence(items):
            return min(UNBOUNDED, sum(map(_measure, items)))
        case Choice(branches):
            return max(map(_measure, branches))
        case Repeat(item, _, most):
            most = min(most, 1) if isinstance(item, Char) and item.source in {r"\s", " ", "[ ]"} else most
            return min(UNBOUNDED, most * _measure(item))
        case Opaque():
            return UNBOUNDED
        case _:
            return 0


def _is_wide(node: Node) -> bool:
    """Whether every match holds a character that is not ASCII."""
    match node:
        case Char(source, text):
            return not text.isascii() if text else regex.search(source, _ASCII, regex.IGNORECASE) is None
        case Sequence(items):
            return any(map(_is_wide, items))
        case Choice(branches):
            return all(map(_is_wide, branches))
        case Repeat(item, least, _):
            return least > 0 and _is_wide(item)
        case Look(item, ahead, wanted):
            return ahead and wanted and _is_wide(item)
        case _:
            return False
