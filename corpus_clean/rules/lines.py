"""A text as lines, each with its offsets, and a view of it in which all white space looks alike."""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

import regex

from corpus_clean.rules.folding import fold_text

_BREAK = regex.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
# One character for one, so that offsets hold in the view: line breaks become \n, other spaces a space.
_ALIKE_ASCII = (("\t", " "), ("\r", "\n"), ("\v", "\n"), ("\f", "\n"))
_ALIKE = tuple((char, "\n") for char in "\x85\u2028\u2029") + tuple(
    (char, " ")
    for char in "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u200b\u200e\u202f\u205f\u2060\u3000\ufeff"
)


class Line(NamedTuple):
    """A line of a text: `start:end` without the white space around it, `left:right` with its line break.

    `stop` is where the line's own characters end and its break begins. `view` is the trimmed text with all
    white space made plain.
    """

    left: int
    start: int
    end: int
    stop: int
    right: int
    view: str

    @property
    def blank(self) -> bool:
        """Whether there is nothing but white space."""
        return self.start == self.end


class Lines:
    """The lines of a text, each made when it is asked for; most never are. They cover the text without gaps.

    `view` is the whole text with plain white space, `views` its lines, trimmed; `folded` are these folded, with a line
    break before and after each.
    """

    __slots__ = ("_lefts", "_raws", "folded", "view", "views")

    def __init__(self, view: str, raws: list[str], lefts: list[int]) -> None:
        """Take the view, its lines without their breaks, and where each begins, with the text's end as the last."""
        self.view = view
        self.views = [raw.strip() for raw in raws]
        self.folded = fold_text("\n".join(["", *self.views, ""]))
        self._raws = raws
        self._lefts = lefts

    def __len__(self) -> int:
        """How many lines there are."""
        return len(self.views)

    def __getitem__(self, place: int) -> Line:
        """Return a line by its place, counted from the end if negative."""
        content, raw = self.views[place], self._raws[place]
        place = place if place >= 0 else place + len(self.views)
        left = self._lefts[place]
        start = left + raw.index(content) if content else left
        return Line(left, start, start + len(content), left + len(raw), self._lefts[place + 1], content)

    def __iter__(self) -> Iterator[Line]:
        """Go through all lines."""
        return (self[place] for place in range(len(self.views)))

    def start(self, place: int) -> int:
        """Return where a line's trimmed text begins."""
        return self._lefts[place] + self._raws[place].index(self.views[place])

    def find(self, offset: int) -> int:
        """Return the place of the line that holds an offset."""
        return bisect_right(self._lefts, offset, 0, len(self.views)) - 1


def view_text(text: str) -> str:
    r"""Return the text with one plain character for each kind of white space; offsets stay.

    Example:
        >>> view_text("a\u00a0b\r\nc")
        'a b\n\nc'
    """
    # A search for a character that is not there costs next to nothing; `translate` looks at each one there is.
    for char, plain in _ALIKE_ASCII:
        text = text.replace(char, plain)
    if not text.isascii():
        for char, plain in _ALIKE:
            text = text.replace(char, plain)
    return text


def split_lines(text: str) -> Lines:
    r"""Cut a text into lines at any kind of line break.

    Example:
        >>> [(line.left, line.view, line.right) for line in split_lines(" a\r\nb")]
        [(0, 'a', 4), (4, 'b', 5)]
    """
    view = view_text(text)
    if "\r\n" in text:
        breaks = [found.span() for found in _BREAK.finditer(text)]
        lefts = [0, *(right for _, right in breaks)]
        raws = [view[left:stop] for left, (stop, _) in zip(lefts, [*breaks, (len(text), 0)], strict=True)]
    else:
        raws = view.split("\n")
        lefts = [0, *accumulate([len(raw) + 1 for raw in raws])]
        lefts.pop()
    if not raws[-1]:
        raws.pop()
    else:
        lefts.append(len(text))
    return Lines(view, raws, lefts)
