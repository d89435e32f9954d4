"""What of a text can recur: its lines, the sentences within long ones, labelled lines, and lines in a row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import regex

from corpus_clean.rules.generalize import count_literal, generalize
from corpus_clean.rules.lines import Line, split_lines
from corpus_clean.rules.shape import is_title

Kind = Literal["line", "sentence", "label", "run"]

_BREAKS = regex.compile(r"(?<=[.!?…][\"”’')\]]*)\s+(?=[\p{Lu}\p{N}\"“‘(\[])|(?<=\p{Ll}[.!?][\"”’]?)(?=\p{Lu}\p{Ll}+ )")
_SENTENCE_END = regex.compile(r"[.!?…:;][\"'”’)\]»]*$|[\"”’)\]»|]$")
_GOES_ON = regex.compile(r"[\p{Ll},.;:)!?’”]")
_LABEL = regex.compile(r"(?P<label>[^:]{2,40}?):\s*(?P<rest>\S.*)")
_LONGEST = 600
# Credits and labels are short; a long sentence with its names taken out says nothing.
_LONGEST_WIDE = 120
_SHORTEST_SENTENCE = 12
_LABEL_WORDS = 3


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch of a text that may recur on other pages.

    `head` and `tail` are how many lines (of a sentence: sentences) stand before and behind it. `broken_before` and
    `broken_after` say that a sentence goes on over that end, `quoted` that it stands inside quotation marks. `wide` is
    the template in which names are holes too, "" where that would leave too little.
    """

    kind: Kind
    text: str
    template: str
    wide: str
    head: int
    tail: int
    start: int
    end: int
    broken_before: bool
    broken_after: bool
    quoted: bool

    @property
    def broken(self) -> bool:
        """Whether the sentence goes on over either end."""
        return self.broken_before or self.broken_after


def find_units(text: str, known: Sequence[tuple[int, int]] = ()) -> Iterator[Unit]:
    r"""Yield the lines and sentences of a text that no stretch of `known` (sorted) touches.

    Example:
        >>> [(unit.kind, unit.template) for unit in find_units("Ikuti kami.\nSimak: Harga Cabai Naik Lagi")]
        [('line', 'ikuti kami'), ('line', 'simak: harga cabai naik lagi'), ('label', 'simak: {title}')]
    """
    lines = [line for line in split_lines(text) if line.view]
    open_marks = _count_open_marks(lines)
    sentences = [_split_sentences(line) for line in lines]
    all_sentences = sum(map(len, sentences))
    passed = 0
    for place, line in enumerate(lines):
        own = sentences[place]
        tail = len(lines) - place - 1
        if len(line.view) <= _LONGEST and not _touches(known, line.start, line.end):
            above = lines[place - 1].view if place else ""
            below = lines[place + 1].view if tail else ""
            ends = (is_broken(above, line.view), is_broken(line.view, below))
            yield _make("line", line.view, place, tail, line.start, ends, open_marks[place] or _opens(line.view))
            yield from _find_labels(line, place, tail, ends)
        if len(own) > 1:
            marks = open_marks[place]
            for number, (start, sentence) in enumerate(own):
                inside = marks or _opens(sentence)
                marks = _still_open(sentence, marks)
                fits = _SHORTEST_SENTENCE <= len(sentence) <= _LONGEST
                if fits and not _touches(known, start, start + len(sentence)):
                    head = passed + number
                    below = lines[place + 1].view if tail and number == len(own) - 1 else ""
                    ends = (False, is_broken(sentence, below))
                    yield _make("sentence", sentence, head, all_sentences - head - 1, start, ends, inside)
        passed += len(own)


def is_broken(line: str, below: str) -> bool:
    """Tell whether a sentence goes on from one line to the next, as where a scraper broke it at a link.

    Example:
        >>> is_broken("Koperasi Merah", ", dana itu cair."), is_broken("Hujan turun.", "Warga siaga.")
        (True, False)
    """
    if not line or not below or _SENTENCE_END.search(line):
        return False
    return _GOES_ON.match(below) is not None or _is_prose(line)


def _is_prose(line: str) -> bool:
    """Running text, not a heading: six words or more, most of them small."""
    words = line.split()
    return len(words) >= 6 and sum(word[0].islower() for word in words) > len(words) / 2


def _make(kind: Kind, text: str, head: int, tail: int, start: int, ends: tuple[bool, bool], quoted: bool) -> Unit:
    template = generalize(text)
    wide = generalize(text, names=True) if len(text) <= _LONGEST_WIDE else ""
    if wide == template or not _says_enough(wide):
        wide = ""
    return Unit(kind, text, template, wide, head, tail, start, start + len(text), *ends, quoted)


def _says_enough(wide: str) -> bool:
    """A template of holes alone is everything and nothing; a name in brackets is at least a form."""
    return count_literal(wide) >= 5 or wide in {"({name})", "({name}/{name})"}


def _find_labels(line: Line, head: int, tail: int, ends: tuple[bool, bool]) -> Iterator[Unit]:
    found = _LABEL.match(line.view)
    if found and is_title(found["rest"]) and len(found["label"].split()) <= _LABEL_WORDS:
        template = f"{generalize(found['label'])}: {{title}}"
        yield Unit("label", line.view, template, "", head, tail, line.start, line.end, *ends, False)


def _split_sentences(line: Line) -> list[tuple[int, str]]:
    """The sentences of a line with their offsets in the text."""
    found: list[tuple[int, str]] = []
    reached = 0
    for gap in [*_BREAKS.finditer(line.view), None]:
        end = gap.start() if gap else len(line.view)
        if end > reached:
            found.append((line.start + reached, line.view[reached:end]))
        reached = gap.end() if gap else end
    return found


def _touches(known: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    return any(left < end and start < right for left, right in known)


def _count_open_marks(lines: Sequence[Line]) -> list[bool]:
    """For each line, whether a quotation is open before it."""
    inside = False
    found: list[bool] = []
    for line in lines:
        found.append(inside)
        inside = _still_open(line.view, inside)
        if _SENTENCE_END.search(line.view) and "“" not in line.view and line.view.count('"') % 2:
            inside = False  # a lost mark must not swallow the rest of the page
    return found


def _opens(text: str) -> bool:
    return text[0] in '"“‘'


def _still_open(text: str, inside: bool) -> bool:
    opened, closed = text.rfind("“"), text.rfind("”")
    if opened != closed:
        return opened > closed
    return inside ^ (text.count('"') % 2 == 1)
