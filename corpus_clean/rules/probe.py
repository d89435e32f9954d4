"""One rule held against one line, or one window of lines: from its pattern to what it claims."""

import functools
import re
import sys
from typing import TYPE_CHECKING, NamedTuple

import regex

from corpus_clean.rules.anchor import find_anchor
from corpus_clean.rules.effort import find_safe_length
from corpus_clean.rules.lines import Lines
from corpus_clean.rules.literals import find_prefixes, fold_text
from corpus_clean.rules.pattern import compile_pattern
from corpus_clean.rules.rule import SHAPES, Rule
from corpus_clean.rules.shape import has_shape

if TYPE_CHECKING:
    from collections.abc import Callable

# A pattern that is not linear is given up on a long line after this time, and the line is flagged.
TIMEOUT_SECONDS = 1.0

_FEW = 4

_Match = regex.Match[str]


class Claim(NamedTuple):
    """A stretch of the text that a rule claims, white space around it left out, and the values it holds."""

    start: int
    end: int
    rule: Rule
    values: tuple[tuple[str, str], ...] = ()
    timed_out: bool = False


class Pattern:
    """A compiled pattern that looks at the clock only where its worst case could be felt."""

    __slots__ = ("_anchor", "_prefixes", "compiled", "groups", "safe")

    def __init__(self, pattern: str, *, case: bool = False, multiline: bool = False, search: bool = False) -> None:
        """Compile; `search` says that a match may begin anywhere."""
        self.compiled = compile_pattern(pattern, case=case, multiline=multiline)
        self.safe = find_safe_length(pattern, case=case, search=search)
        self._anchor = find_anchor(pattern) if search and not multiline else None
        self._prefixes = find_prefixes(pattern) if self._anchor is not None else ()
        self.groups = tuple(self.compiled.groupindex)

    def fullmatch(self, view: str) -> _Match | None:
        """Match a whole line."""
        return self.compiled.fullmatch(view, timeout=self._limit(view))

    def match(self, view: str) -> _Match | None:
        """Match at a line's beginning."""
        return self.compiled.match(view, timeout=self._limit(view))

    def search(self, view: str) -> _Match | None:
        """Find the first match."""
        return self.compiled.search(view, timeout=self._limit(view))

    def find_all(self, view: str) -> list[_Match]:
        """Find all matches that do not overlap."""
        if self._anchor is None:
            return list(self.compiled.finditer(view, timeout=self._limit(view)))
        # Trying the few places where a match can begin is many times faster than searching for them.
        found = []
        reached = 0
        starts, folded = _find_starts(self._anchor, view)
        prefixes = self._prefixes if folded else ()
        for start in starts:
            if start < reached or (prefixes and not folded.startswith(prefixes, start)):
                continue
            if one := self.compiled.match(view, start, timeout=self._limit(view)):
                found.append(one)
                reached = one.end()
        return found

    def _limit(self, view: str) -> float | None:
        return None if len(view) <= self.safe else TIMEOUT_SECONDS


@functools.lru_cache(maxsize=16)
def _find_starts(anchor: str, view: str) -> tuple[tuple[int, ...], str]:
    """The beginning of a line and what comes after each character of a class; and the folded line, if as long."""
    folded = fold_text(view)
    starts = (0, *[found.end() for found in _compile_class(anchor).finditer(view)])
    return starts, folded if len(folded) == len(view) else ""


@functools.cache
def _compile_class(anchor: str) -> re.Pattern[str] | regex.Pattern[str]:
    try:
        return re.compile(anchor or "(?!)")
    except re.error:
        return regex.compile(anchor)


def _is_folded(literal: str) -> bool:
    """Whether a literal need not stand in a line as it is."""
    return any(char.isalpha() or char.isspace() for char in literal)


class Probe:
    """A rule ready to run. Its patterns are compiled when a line first calls for them."""

    __slots__ = ("_pattern", "_quick", "_safe", "_shapes", "_unless", "longest", "rule", "signs")

    def __init__(self, rule: Rule) -> None:
        """Take the rule."""
        self.rule = rule
        self.longest = rule.longest or sys.maxsize
        # Punctuation that a match holds: worth a look where the rule is not called by its literals.
        rarest = rule.triggers[0] if rule.triggers else ()
        self.signs = rarest if len(rarest) <= _FEW and not any(map(_is_folded, rarest)) else ()
        self._pattern: Pattern | None = None
        self._unless: Pattern | None = None
        self._shapes: tuple[tuple[str, str], ...] = ()
        self._quick: Callable[[str], object] = bool
        self._safe = -1

    @property
    def pattern(self) -> Pattern:
        """The rule's pattern."""
        if self._pattern is None:
            rule = self.rule
            search = rule.scope in {"inline", "frame"}
            pattern = Pattern(rule.pattern, case=rule.case, multiline=rule.scope == "frame", search=search)
            self._shapes = tuple((name, name[1:]) for name in pattern.groups if name[1:] in SHAPES)
            self._pattern = pattern
            if not search:
                self._safe = pattern.safe
                self._quick = pattern.compiled.match if rule.scope == "head" else pattern.compiled.fullmatch
        return self._pattern

    def may_claim(self, view: str) -> bool:
        """Tell at once of most lines that the rule claims nothing there."""
        return len(view) > self._safe or self._quick(view) is not None

    def find(self, lines: Lines, place: int) -> list[Claim]:
        """Return what the rule claims of one line."""
        scope = self.rule.scope
        pattern = self.pattern
        view = lines.views[place]
        if scope == "inline":
            founds = pattern.find_all(view)
        else:
            whole = pattern.match(view) if scope == "head" else pattern.fullmatch(view)
            founds = [whole] if whole is not None else []
        if not founds or self.spares(view):
            return []
        offset = lines.start(place)
        return [claim for found in founds if (claim := self._claim(found, offset))]

    def find_in(self, window: str, offset: int) -> list[Claim]:
        """Return what the rule claims of several lines, `offset` code points into the text."""
        return [claim for found in self.pattern.find_all(window) if (claim := self._claim(found, offset))]

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

    def _claim(self, found: _Match, offset: int) -> Claim | None:
        pattern = self.pattern
        start, end = found.span()
        values: tuple[tuple[str, str], ...] = ()
        if pattern.groups:
            groups = found.groupdict()
            if groups.get("cut") is not None:
                start, end = found.span("cut")
            # A group named after a shape (`_title`, `_name`, …) holds text of that shape.
            if any(
                groups[name] is not None and not has_shape(groups[name].strip(), shape) for name, shape in self._shapes
            ):
                return None
            values = tuple(
                (name, value) for name, value in groups.items() if value and name != "cut" and name[0] != "_"
            )
        text = found.string[start:end]
        content = text.strip()
        if not content:
            return None
        start += text.index(content)
        if self.rule.field:
            values = (*values, (self.rule.field, content))
        return Claim(offset + start, offset + start + len(content), self.rule, values)
