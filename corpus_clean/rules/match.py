"""Where rules match: from a text's lines to the spans that rules claim. Nothing is decided or cut here."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import regex

from corpus_clean.rules.lines import Line
from corpus_clean.rules.pattern import compile_pattern
from corpus_clean.rules.rule import SHAPES, Absorb, Rule
from corpus_clean.rules.shape import has_shape

# A pattern that needs longer than this on one line is given up on that line, and the line is flagged.
TIMEOUT_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Claim:
    """A stretch of the text that a rule claims, white space around it left out, and the values it holds."""

    start: int
    end: int
    rule: Rule
    values: tuple[tuple[str, str], ...] = ()
    timed_out: bool = False


class Matcher:
    """Matches rules on the lines of one text (`view` is the whole text with plain white space)."""

    __slots__ = ("_filled", "_framed", "_left", "lines", "repeated", "view")

    def __init__(self, lines: tuple[Line, ...], view: str) -> None:
        """Take the text's lines and its view."""
        self.lines = lines
        self.view = view
        self._filled = [index for index, line in enumerate(lines) if line.view]
        self._left: tuple[frozenset[int], list[int]] = (frozenset(), self._filled)
        self._framed: set[tuple[str, int, int]] = set()
        above = [lines[index].view for index in self._filled]
        self.repeated = frozenset(
            index
            for index, before, view in zip(self._filled[1:], above, above[1:], strict=False)
            if before[:5] == view[:5] and before.split() == view.split()
        )

    def may_claim(self, rule: Rule, place: int, gone: frozenset[int]) -> bool:
        """Tell cheaply whether `rule` can claim anything at a line; `gone` are lines known to be noise."""
        if rule.longest and len(self.lines[place].view) > rule.longest:
            return False
        if rule.repeats and place not in self.repeated:
            return False
        return not (rule.first or rule.last) or self._in_bounds(rule, place, gone)

    def near_edges(self, calls: list[tuple[Rule, int]], gone: frozenset[int]) -> list[tuple[Rule, int]]:
        """Return the calls that can be within their rule's bounds, by the widest bounds of all."""
        left = [index for index in self._filled if index not in gone]
        most_first = max(rule.first for rule, _ in calls)
        most_last = max(rule.last for rule, _ in calls)
        if len(left) <= most_first + most_last:
            return calls
        first, last = left[most_first], left[-most_last - 1]
        return [(rule, place) for rule, place in calls if place <= first or place >= last]

    def claim(self, rule: Rule, place: int, gone: frozenset[int]) -> list[Claim]:
        """Return what `rule` claims at a line; `gone` are the lines already known to be noise."""
        if not self.may_claim(rule, place, gone):
            return []
        try:
            return list(self._claim(rule, place, gone))
        except TimeoutError:
            line = self.lines[place]
            return [Claim(line.start, line.end, rule, timed_out=True)]

    def _claim(self, rule: Rule, place: int, gone: frozenset[int]) -> Iterator[Claim]:
        line = self.lines[place]
        pattern = compile_pattern(rule.pattern, case=rule.case, multiline=rule.scope == "frame")
        if rule.scope == "frame":
            yield from self._claim_frames(rule, pattern, place)
            return
        if rule.scope == "inline":
            for found in pattern.finditer(line.view, timeout=TIMEOUT_SECONDS):
                if not _is_excepted(rule, line.view):
                    yield from self._found(rule, found, line.start)
            return
        match = pattern.match if rule.scope == "head" else pattern.fullmatch
        whole = match(line.view, timeout=TIMEOUT_SECONDS)
        if whole is None or _is_excepted(rule, line.view):
            return
        if rule.scope == "block" and rule.absorb is not None:
            yield from self._claim_block(rule, rule.absorb, place)
        elif rule.scope == "tail":
            yield from self._claim_tail(rule, place, gone)
        else:
            yield from self._found(rule, whole, line.start)

    def _found(self, rule: Rule, found: regex.Match[str], offset: int) -> Iterator[Claim]:
        groups = found.groupdict()
        start, end = found.span("cut") if groups.get("cut") is not None else found.span()
        text = found.string[start:end]
        start += len(text) - len(text.lstrip())
        end -= len(text) - len(text.rstrip())
        if start >= end:
            return
        if not _has_shapes(groups):
            return
        values = [(name, value) for name, value in groups.items() if value and name != "cut" and name[0] != "_"]
        if rule.field:
            values.append((rule.field, found.string[start:end]))
        yield Claim(offset + start, offset + end, rule, tuple(values))

    def _claim_frames(self, rule: Rule, pattern: regex.Pattern[str], place: int) -> Iterator[Claim]:
        first = self.lines[max(0, place - rule.lines + 1)]
        last = self.lines[min(len(self.lines), place + rule.lines) - 1]
        window = self.view[first.left : last.stop]
        for found in pattern.finditer(window, timeout=TIMEOUT_SECONDS):
            for claim in self._found(rule, found, first.left):
                key = (rule.id, claim.start, claim.end)
                inside = self.view[claim.start : claim.end]
                if key not in self._framed and not _is_excepted(rule, inside):
                    self._framed.add(key)
                    yield claim

    def _claim_block(self, rule: Rule, absorb: Absorb, place: int) -> Iterator[Claim]:
        taken: list[int] = []
        for index in self._filled_after(place):
            if len(taken) == absorb.most or not self._absorbs(absorb, self.lines[index].view):
                break
            taken.append(index)
        if len(taken) >= absorb.least and taken:
            yield Claim(self.lines[place].start, self.lines[taken[-1]].end, rule)

    def _absorbs(self, absorb: Absorb, view: str) -> bool:
        if len(view.split()) < absorb.words:
            return False
        if absorb.like:
            return has_shape(view, absorb.like)
        return compile_pattern(absorb.match).fullmatch(view, timeout=TIMEOUT_SECONDS) is not None

    def _claim_tail(self, rule: Rule, place: int, gone: frozenset[int]) -> Iterator[Claim]:
        line = self.lines[place]
        later = [index for index in self._filled_after(place) if not ("known" in rule.rest and index in gone)]
        unknown = sum(len(self.lines[index].view) for index in later) + len(line.view)
        if unknown > rule.share * sum(len(self.lines[index].view) for index in self._filled):
            return
        shapes = [shape for shape in rule.rest if shape != "known"]
        if all(any(has_shape(self.lines[index].view, shape) for shape in shapes) for index in later):
            end = self.lines[self._filled[-1]].end
            yield Claim(line.start, end, rule)

    def _filled_after(self, place: int) -> Iterable[int]:
        return (index for index in self._filled if index > place)

    def _in_bounds(self, rule: Rule, place: int, gone: frozenset[int]) -> bool:
        if self._left[0] is not gone:
            self._left = (gone, [index for index in self._filled if index not in gone])
        left = self._left[1]
        if rule.first and bisect_left(left, place) < rule.first:
            return True
        return bool(rule.last) and len(left) - bisect_right(left, place) < rule.last


def _is_excepted(rule: Rule, view: str) -> bool:
    return bool(rule.unless) and compile_pattern(rule.unless).search(view, timeout=TIMEOUT_SECONDS) is not None


def _has_shapes(groups: dict[str, str | None]) -> bool:
    """Whether each group that is named after a shape (`_title`, `_name`, …) holds text of that shape."""
    return all(
        value is None or has_shape(value.strip(), name[1:]) for name, value in groups.items() if name[1:] in SHAPES
    )


def covered_lines(lines: tuple[Line, ...], claims: Iterable[Claim]) -> frozenset[int]:
    """Return the lines of which claims, taken together, leave nothing."""
    spans = sorted((claim.start, claim.end) for claim in claims)
    covered = set()
    first = 0
    for index, line in enumerate(lines):
        if line.blank:
            continue
        reached = line.start
        while first < len(spans) and spans[first][1] <= line.left:
            first += 1
        for start, end in spans[first:]:
            if start >= line.end:
                break
            if start <= reached or not line.view[reached - line.start : start - line.start].strip():
                reached = max(reached, end)
        if reached >= line.end:
            covered.add(index)
    return frozenset(covered)
