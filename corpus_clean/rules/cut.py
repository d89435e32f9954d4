"""From claimed stretches to exact cuts: which line breaks and spaces go along, so that the text stays tidy.

A line that is wholly claimed goes with its own line break; two lines that stay are never joined.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus_clean.rules.lines import Lines


@dataclass(slots=True)
class Cut:
    """`start:end` of the text is replaced by `after`."""

    start: int
    end: int
    after: str = ""


def make_cuts(text: str, lines: Lines, spans: Sequence[tuple[int, int, int]], gone: frozenset[int]) -> list[Cut]:
    r"""Widen spans (sorted, apart) to cuts.

    Args:
        text: the text.
        lines: its lines.
        spans: what is to go, without white space around it, and the line each begins in.
        gone: the lines of which the spans leave nothing.

    Example:
        >>> from corpus_clean.rules.lines import split_lines
        >>> make_cuts("a\nb\nc", split_lines("a\nb\nc"), [(2, 3, 1)], frozenset({1}))
        [Cut(start=2, end=4, after='')]
    """
    cuts = [Cut(start, end) for start, end, _ in spans]
    _widen_within_lines(text, lines, cuts, [place for _, _, place in spans], gone)
    for first, last in _runs(lines, gone):
        _widen_run(text, lines, cuts, first, last)
    return cuts


def _runs(lines: Lines, gone: frozenset[int]) -> list[tuple[int, int]]:
    """Stretches of gone lines; blank lines between two gone ones belong to the run."""
    runs: list[tuple[int, int]] = []
    for index in sorted(gone):
        if runs and all(lines.is_blank(between) for between in range(runs[-1][1] + 1, index)):
            runs[-1] = (runs[-1][0], index)
        else:
            runs.append((index, index))
    return runs


def _widen_within_lines(text: str, lines: Lines, cuts: list[Cut], places: Sequence[int], gone: frozenset[int]) -> None:
    for number, (cut, place) in enumerate(zip(cuts, places, strict=True)):
        end_place = place if cut.end <= lines.rights[place] else lines.find(cut.end - 1)
        if place in gone and end_place in gone:
            continue
        before = cuts[number - 1].end if number else 0
        behind = cuts[number + 1].start if number + 1 < len(cuts) else len(text)
        left, stop = lines.lefts[place], lines.stops[end_place]
        ends_line = cut.end >= lines.ends[end_place]
        if place not in gone and end_place not in gone and place != end_place:
            # Both ends lie in lines that stay: one line break stays between them.
            cut.after = text[lines.stops[place] : lines.rights[place]]
            cut.start = _spaces_before(text, cut.start, max(before, left))
            cut.end = _spaces_after(text, cut.end, min(behind, stop))
        if ends_line:
            cut.start = _spaces_before(text, cut.start, max(before, left))
            cut.end = stop
        elif cut.start in {left, before} or text[cut.start - 1].isspace():
            cut.end = _spaces_after(text, cut.end, min(behind, stop))
        elif text[cut.start - 1].isalnum() and text[cut.end].isalnum() and not cut.after:
            cut.after = " "


def _spaces_before(text: str, at: int, bound: int) -> int:
    while at > bound and text[at - 1].isspace():
        at -= 1
    return at


def _spaces_after(text: str, at: int, bound: int) -> int:
    while at < bound and text[at].isspace():
        at += 1
    return at


def _widen_run(text: str, lines: Lines, cuts: list[Cut], first: int, last: int) -> None:
    start, end = lines.starts[first], lines.ends[last]
    inside = [cut for cut in cuts if cut.start < end and start < cut.end]
    blank_before = 0
    while first - blank_before > 0 and lines.is_blank(first - blank_before - 1):
        blank_before += 1
    blank_after = 0
    while last + blank_after + 1 < len(lines) and lines.is_blank(last + blank_after + 1):
        blank_after += 1
    kept_before = first - blank_before > 0
    kept_after = last + blank_after + 1 < len(lines)
    left, right = lines.lefts[first], lines.rights[last]
    if inside[0].start < left:
        # The first cut begins inside a line that stays; its line break is the run's last one.
        right = lines.stops[last]
    elif not kept_after:
        right = len(text)
        if kept_before:
            above = first - blank_before - 1
            # A text that ended with a line break still does; one that did not still does not.
            left = lines.rights[above] if lines.stops[-1] < lines.rights[-1] else lines.stops[above]
    elif not kept_before:
        right = lines.rights[last + blank_after]
    else:
        right = lines.rights[last + min(blank_before, blank_after)]
    inside[0].start = min(inside[0].start, left)
    for cut, following in pairwise(inside):
        cut.end = following.start
    inside[-1].end = max(inside[-1].end, right)
