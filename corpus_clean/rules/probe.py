"""One rule held against one line, or one window of lines: from its pattern to what it claims."""

import functools
import re
import sys
from collections.abc import Sequence
from typing import NamedTuple

import regex

from corpus_clean.rules.anchor import find_anchor
from corpus_clean.rules.derived import look_up_safe_length
from corpus_clean.rules.lines import Lines
from corpus_clean.rules.pattern import compile_pattern
from corpus_clean.rules.rule import SHAPES, Rule
from corpus_clean.rules.shape import has_shape

# A pattern that is not linear is given up on a long line after this time, and the line is flagged.
TIMEOUT_SECONDS = 1.0

_PARTS = frozenset({"inline", "frame"})
"""The scopes in which a match is a part of a line, or of several."""

_Match = regex.Match[str]


class Claim(NamedTuple):
    """A stretch of the text that a rule claims, white space around it left out, and the values it holds.

    `place` is that of the line in which it begins.
    """

    start: int
    end: int
    place: int
    rule: Rule
    values: tuple[tuple[str, str], ...] = ()
    timed_out: bool = False


class Pattern:
    """A compiled pattern that looks at the clock only where its worst case could be felt."""

    __slots__ = ("_anchor", "compiled", "cuts", "fields", "groups", "safe")

    def __init__(self, pattern: str, *, case: bool = False, multiline: bool = False, search: bool = False) -> None:
        """Compile; with `search` a match may be any part of a line."""
        self.compiled = compile_pattern(pattern, case=case, multiline=multiline)
        self.safe = look_up_safe_length(pattern, case=case, search=search)
        self.groups = tuple(self.compiled.groupindex)
        self.cuts = "cut" in self.groups
        self.fields = tuple(name for name in self.groups if name != "cut" and name[0] != "_")
        self._anchor = find_anchor(pattern) if search else None
        if multiline and self._anchor is not None:
            self._anchor = f"{self._anchor}|\n" if self._anchor else "\n"

    def fullmatch(self, view: str) -> _Match | None:
        """Match a whole line."""
        if len(view) <= self.safe:
            return self.compiled.fullmatch(view)
        return self.compiled.fullmatch(view, timeout=TIMEOUT_SECONDS)

    def match(self, view: str) -> _Match | None:
        """Match at a line's beginning."""
        if len(view) <= self.safe:
            return self.compiled.match(view)
        return self.compiled.match(view, timeout=TIMEOUT_SECONDS)

    def search(self, view: str) -> _Match | None:
        """Find the first match."""
        return self.compiled.search(view, timeout=self._limit(view))

    def find_all(self, view: str, starts: Sequence[int] | None = None) -> list[_Match]:
        """Find all matches that do not overlap; if it is known where one may begin, only `starts` are tried."""
        if self._anchor is None:
            return list(self.compiled.finditer(view, timeout=self._limit(view)))
        # Trying the few places where a match can begin is many times faster than searching for them.
        found = []
        reached, limit = 0, self._limit(view)
        for start in _list_starts(self._anchor, view) if starts is None else starts:
            if start < reached:
                continue
            if one := self.compiled.match(view, start, timeout=limit):
                found.append(one)
                reached = one.end()
        return found

    def _limit(self, view: str) -> float | None:
        return None if len(view) <= self.safe else TIMEOUT_SECONDS


@functools.lru_cache(maxsize=16)
def _list_starts(anchor: str, view: str) -> tuple[int, ...]:
    """The beginning of a line, and what comes after each character of a class."""
    return (0, *[found.end() for found in _compile_class(anchor).finditer(view)])


@functools.cache
def _compile_class(anchor: str) -> re.Pattern[str] | regex.Pattern[str]:
    try:
        return re.compile(anchor or "(?!)")
    except re.error:
        return regex.compile(anchor)


def list_patterns(rule: Rule) -> list[tuple[str, bool, bool]]:
    """Return the patterns of a rule, each with whether letter case counts, and whether it may match within a line.

    Example:
        >>> from corpus_clean.rules.pack import load_packs
        >>> list_patterns(load_packs()[0].rules[0])[0][1:]
        (False, False)
    """
    patterns = [(rule.pattern, rule.case, rule.scope in _PARTS)]
    if rule.unless:
        patterns.append((rule.unless, False, True))
    if rule.absorb and rule.absorb.match:
        patterns.append((rule.absorb.match, False, False))
    return patterns


class Probe:
    """A rule ready to run. Its patterns are compiled when a line first calls for them."""

    __slots__ = ("_pattern", "_shapes", "_unless", "cuts_lines", "longest", "rule")

    def __init__(self, rule: Rule) -> None:
        """Take the rule."""
        self.rule = rule
        self.longest = rule.longest or sys.maxsize
        self.cuts_lines = rule.action in {"delete", "flag"} and rule.scope in {"line", "head", "inline"}
        self._pattern: Pattern | None = None
        self._unless: Pattern | None = None
        self._shapes: tuple[tuple[str, str], ...] = ()

    @property
    def pattern(self) -> Pattern:
        """The rule's pattern."""
        if self._pattern is None:
            rule = self.rule
            pattern = Pattern(
                rule.pattern, case=rule.case, multiline=rule.scope == "frame", search=rule.scope in _PARTS
            )
            self._shapes = tuple((name, name[1:]) for name in pattern.groups if name[1:] in SHAPES)
            self._pattern = pattern
        return self._pattern

    def find(self, lines: Lines, place: int, starts: Sequence[int] | None = None) -> list[Claim]:
        """Return what the rule claims of one line; if `starts` are given, a match begins at one of them."""
        scope = self.rule.scope
        pattern = self._pattern or self.pattern
        view = lines.view_line(place)
        offset = lines.starts[place]
        if scope == "inline":
            founds = pattern.find_all(view, starts)
            if not founds or self.spares(view):
                return []
            return [claim for found in founds if (claim := self._claim(found, offset, place))]
        found = pattern.match(view) if scope == "head" else pattern.fullmatch(view)
        if found is None or self.spares(view):
            return []
        if scope == "line" and not pattern.groups:
            return [Claim(offset, lines.ends[place], place, self.rule, self._fill(view))]
        claim = self._claim(found, offset, place)
        return [claim] if claim else []

    def find_in(self, lines: Lines, above: int, below: int, starts: Sequence[int] | None = None) -> list[Claim]:
        """Return what the rule claims of the lines from one to another, that among them; `starts` as with `find`."""
        offset = lines.lefts[above]
        claims = []
        for found in self.pattern.find_all(lines.view[offset : lines.stops[below]], starts):
            if claim := self._claim(found, offset, above):
                claims.append(claim._replace(place=lines.find(claim.start)))
        return claims

    def marks(self, view: str) -> bool:
        """Tell whether a line is the rule's marker."""
        return self.pattern.fullmatch(view) is not None and not self.spares(view)

    def spares(self, view: str) -> bool:
        """Tell whether the rule's exception holds for a text."""
        if not self.rule.unless:
            return False
        if self._unless is None:
            self._unless = Pattern(self.rule.unless, search=True)
        return self._unless.search(view) is not None

    def _claim(self, found: _Match, offset: int, place: int) -> Claim | None:
        pattern = self.pattern
        start, end = found.span()
        values: tuple[tuple[str, str], ...] = ()
        if pattern.groups:
            if pattern.cuts and found["cut"] is not None:
                start, end = found.span("cut")
            # A group named after a shape (`_title`, `_name`, …) holds text of that shape.
            for name, shape in self._shapes:
                if (text := found[name]) is not None and not has_shape(text.strip(), shape):
                    return None
            values = tuple([(name, value) for name in pattern.fields if (value := found[name])])
        text = found.string[start:end]
        content = text.strip()
        if not content:
            return None
        start += text.index(content)
        return Claim(offset + start, offset + start + len(content), place, self.rule, values + self._fill(content))

    def _fill(self, content: str) -> tuple[tuple[str, str], ...]:
        return ((self.rule.field, content),) if self.rule.field else ()
