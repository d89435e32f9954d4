"""A text as lines, each with its offsets, and a view of it in which all white space looks alike."""

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

import regex

_BREAK = regex.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
# One character for one, so that offsets hold in the view: line breaks become \n, other spaces a space.
_ALIKE_ASCII = (*((char, " ") for char in "\t\x1c\x1d\x1e\x1f"), *((char, "\n") for char in "\r\v\f"))
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
    """The lines of a text; they cover it without gaps.

    `view` is the whole text with plain white space. `filled` is how many characters are not white space, `repeats`
    tells whether any line may have the same words as the one above. The others are the lines' fields, a list each.
    """

    __slots__ = ("_views", "ends", "filled", "lefts", "repeats", "rights", "starts", "stops", "view")

    def __init__(
        self,
        view: str,
        lefts: list[int],
        starts: list[int],
        ends: list[int],
        stops: list[int],
        rights: list[int],
        *,
        filled: int,
        repeats: bool = True,
    ) -> None:
        """Take the view, and the lines' offsets."""
        self.view, self.filled, self.repeats = view, filled, repeats
        self.lefts, self.starts, self.ends, self.stops, self.rights = lefts, starts, ends, stops, rights
        self._views: list[str] | None = None

    @property
    def views(self) -> list[str]:
        """The view of each line, trimmed; of most texts only a few are looked at, so they are cut when asked for."""
        if self._views is None:
            self._views = [self.view[start:end] for start, end in zip(self.starts, self.ends, strict=True)]
        return self._views

    def view_line(self, place: int) -> str:
        """Return the view of one line, trimmed."""
        return self.view[self.starts[place] : self.ends[place]]

    def is_blank(self, place: int) -> bool:
        """Tell whether there is nothing but white space in a line."""
        return self.starts[place] == self.ends[place]

    def list_filled(self) -> list[int]:
        """Return the places of the lines that are not blank."""
        ends = self.ends
        return [place for place, start in enumerate(self.starts) if start != ends[place]]

    def __len__(self) -> int:
        """How many lines there are."""
        return len(self.starts)

    def __getitem__(self, place: int) -> Line:
        """Return a line by its place, counted from the end if negative."""
        return Line(
            self.lefts[place], self.starts[place], self.ends[place], self.stops[place], self.rights[place],
            self.view_line(place),
        )  # fmt: skip

    def __iter__(self) -> Iterator[Line]:
        """Go through all lines."""
        return map(Line, self.lefts, self.starts, self.ends, self.stops, self.rights, self.views)

    def find(self, offset: int) -> int:
        """Return the place of the line that holds an offset."""
        return bisect_right(self.lefts, offset) - 1


ALIKE = (*_ALIKE_ASCII, *_ALIKE)
"""Each kind of white space that is not plain, and the plain one that a view has instead."""


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
    breaks = [found.span() for found in _BREAK.finditer(text)]
    if text and (not breaks or breaks[-1][1] < len(text)):
        breaks.append((len(text), len(text)))
    stops, rights = [stop for stop, _ in breaks], [right for _, right in breaks]
    lefts = [0, *rights][: len(breaks)]
    starts, ends = [], []
    for left, stop in zip(lefts, stops, strict=True):
        content = view[left:stop].strip()
        start = view.index(content, left) if content else left
        starts.append(start)
        ends.append(start + len(content))
    return Lines(view, lefts, starts, ends, stops, rights, filled=len(view) - view.count(" ") - view.count("\n"))
