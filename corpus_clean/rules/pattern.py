"""Patterns as packs write them: named parts, forgiving spaces, and the literals a match must contain.

In a pack's pattern a plain space stands for any run of white space (no-break spaces and, in frames, line
breaks too), ` ?` for an optional one, and `{name}` for a part that the vocabulary or the pack defines.
"""

import functools
from collections.abc import Mapping

import regex

_NAMED_PART = regex.compile(r"(?<!\\[pP])\{(?P<name>[a-z][a-z_]*)\}")
_DEEPEST = 8


def expand_pattern(match: str, parts: Mapping[str, str]) -> str:
    r"""Fill in the named parts and make spaces forgiving.

    Raises:
        KeyError: a part that is not defined.
        RecursionError: parts that contain each other.

    Example:
        >>> expand_pattern("baca {also} ?:", {"also": "juga|pula"})
        'baca\\s+(?:juga|pula)\\s*:'
    """
    for _ in range(_DEEPEST):
        filled = _NAMED_PART.sub(lambda found: f"(?:{parts[found['name']]})", match)
        if filled == match:
            return _forgive_spaces(match)
        match = filled
    raise RecursionError(match)


def _forgive_spaces(match: str) -> str:
    out: list[str] = []
    in_class = False
    position = 0
    while position < len(match):
        char = match[position]
        if char == "\\":
            out.append(match[position : position + 2])
            position += 2
            continue
        if char == "[":
            in_class = True
        elif char == "]":
            in_class = False
        if char == " " and not in_class:
            following = match[position + 1 : position + 2]
            out.append(r"\s*" if following in {"?", "*"} else r"\s+")
            position += 2 if following in {"?", "*", "+"} else 1
            continue
        out.append(char)
        position += 1
    return "".join(out)


@functools.cache
def compile_pattern(pattern: str, *, case: bool = False, multiline: bool = False) -> regex.Pattern[str]:
    """Compile an expanded pattern; letter case counts only with `case`, `^` and `$` mean lines with `multiline`.

    Raises:
        regex.error: a malformed pattern.

    Example:
        >>> bool(compile_pattern("baca").match("BACA"))
        True
    """
    return regex.compile(pattern, (0 if case else regex.IGNORECASE) | (regex.MULTILINE if multiline else 0))


def find_literals(pattern: str) -> tuple[tuple[str, ...], ...]:
    r"""Derive what a match cannot do without: groups of lower-case literals, of each of which one must occur.

    The literals never hold white space, so each lies within one word of the text. Of all groups the two most
    telling are given; short and frequent words tell little.

    Example:
        >>> find_literals(r"^(?:ikuti|follow)\s+kami\b.*whatsapp")
        (('follow', 'ikuti'), ('whatsapp',))
        >>> find_literals(r"baca|\d+")
        ()
    """
    groups, _ = _Reader(pattern).alternation(0)
    groups = list(dict.fromkeys(_shortest_only(group) for group in groups))
    telling = [group for group in groups if min(map(len, group)) >= _TELLING and not group & _FREQUENT]
    best = sorted(telling or groups, key=_worth)[-_GROUPS if telling else -1 :]
    return tuple(tuple(sorted(group)) for group in groups if group in best)


_TELLING = 3
_GROUPS = 2
# Words so frequent in Indonesian, Malay or English that asking for them rules nothing out.
_FREQUENT_TEXT = """
    ada agar akan anda baik bagi baru bisa bukan dalam dan dapat dari dengan hari harus ini itu jika
    juga kali kami karena kata kita lagi lain masih mereka namun oleh orang pada para pula saat salah
    sama satu saja sebut secara sudah tahun tak telah tengah terus tidak untuk yang about after and are
    for from has have his more new news not now our that the this was were will with you your
"""
_FREQUENT = frozenset(_FREQUENT_TEXT.split())


def _shortest_only(group: frozenset[str]) -> frozenset[str]:
    """A literal that contains another of its group adds nothing."""
    return frozenset(one for one in group if not any(other != one and other in one for other in group))


_Groups = list[frozenset[str]]


class _Reader:
    """Reads just enough of a pattern's syntax to know what a match cannot do without."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern

    def alternation(self, at: int) -> tuple[_Groups, int]:
        branches: list[_Groups] = []
        while True:
            groups, at = self.sequence(at)
            branches.append(groups)
            if self.pattern[at : at + 1] != "|":
                break
            at += 1
        if len(branches) == 1:
            return branches[0], at
        if not all(branches):
            return [], at
        # One of the branches matches, so one of their best groups has a literal in the match.
        return [frozenset().union(*(max(branch, key=_worth) for branch in branches))], at

    def sequence(self, at: int) -> tuple[_Groups, int]:
        found: _Groups = []
        run = ""
        while at < len(self.pattern) and self.pattern[at] not in "|)":
            literal, inner, at = self.atom(at)
            least, at = self.quantifier(at)
            if literal and least:
                run += literal.lower()
            if not literal or least != 1:
                if run:
                    found.append(frozenset({run}))
                run = ""
            if least:
                found += inner
        if run:
            found.append(frozenset({run}))
        return found, at

    def atom(self, at: int) -> tuple[str, _Groups, int]:
        char = self.pattern[at]
        if char == "\\":
            return self.escape(at)
        if char == "[":
            return "", [], self.class_end(at)
        if char == "(":
            return self.group(at)
        return ("", [], at + 1) if char in ".^$" else (char, [], at + 1)

    def escape(self, at: int) -> tuple[str, _Groups, int]:
        char = self.pattern[at + 1 : at + 2]
        if char in {"p", "P", "N", "x", "u", "U", "g", "k"} or char.isalnum():
            end = at + 2
            if self.pattern[end : end + 1] == "{":
                end = self.pattern.index("}", end) + 1
            elif char in {"x", "u", "U"}:
                end += {"x": 2, "u": 4, "U": 8}[char]
            return "", [], end
        return char, [], at + 2

    def class_end(self, at: int) -> int:
        at += 1
        if self.pattern[at : at + 1] == "^":
            at += 1
        if self.pattern[at : at + 1] == "]":
            at += 1
        while self.pattern[at] != "]":
            at += 2 if self.pattern[at] == "\\" else 1
        return at + 1

    def group(self, at: int) -> tuple[str, _Groups, int]:
        head = regex.compile(r"\((?:\?(?:P?<(?![=!])\w+>|P=\w+|[a-zA-Z]*(?:-[a-zA-Z]+)?[:)]|[:>|]|<?[=!]))?").match(
            self.pattern, at
        )
        opening = head.group() if head else "("
        if opening.startswith("(?P="):
            return "", [], at + len(opening) + 1
        if opening.endswith(")"):
            return "", [], at + len(opening)
        groups, end = self.alternation(at + len(opening))
        # What a positive look-ahead asks for must stand on the line too; a look-behind's may be cut off.
        if opening.endswith("!") or opening.startswith("(?<="):
            groups = []
        return "", groups, end + 1

    def quantifier(self, at: int) -> tuple[int, int]:
        char = self.pattern[at : at + 1]
        if char in {"?", "*", "+"}:
            least, end = (2 if char == "+" else 0), at + 1
        elif counted := regex.compile(r"\{(\d*)(?:,\d*)?\}").match(self.pattern, at):
            least, end = (2 if int(counted[1] or 0) else 0), counted.end()
        else:
            return 1, at
        return least, end + (self.pattern[end : end + 1] in {"?", "+"})


def _worth(literals: frozenset[str]) -> tuple[int, int, tuple[str, ...]]:
    shortest = min(len(literal) for literal in literals)
    return min(shortest, 7), -len(literals), tuple(sorted(literals))
