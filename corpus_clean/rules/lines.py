"""A text as lines, each with its offsets, and a view of it in which all white space looks alike."""

import functools
from dataclasses import dataclass

import regex

_BREAK = regex.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
# One character for one, so that offsets hold in the view: line breaks become \n, other spaces a space.
_ALIKE = {ord(char): "\n" for char in "\r\v\f\x85\u2028\u2029"} | {
    ord(char): " "
    for char in "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u200b\u200e\u202f\u205f\u2060\u3000\ufeff"
}


@dataclass(frozen=True, slots=True)
class Line:
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


@functools.lru_cache(maxsize=4)
def view_text(text: str) -> str:
    r"""Return the text with one plain character for each kind of white space; offsets stay.

    Example:
        >>> view_text("a\u00a0b\r\nc")
        'a b\n\nc'
    """
    return text.translate(_ALIKE) if not text.isascii() or "\r" in text or "\t" in text else text


def split_lines(text: str) -> tuple[Line, ...]:
    r"""Cut a text into lines at any kind of line break; the lines cover it without gaps.

    Example:
        >>> [(line.left, line.view, line.right) for line in split_lines(" a\r\nb")]
        [(0, 'a', 4), (4, 'b', 5)]
    """
    view = view_text(text)
    lines = []
    left = 0
    bounds = [(found.start(), found.end()) for found in _BREAK.finditer(text)]
    for stop, right in [*bounds, (len(text), len(text))]:
        if left == right:
            break
        raw = view[left:stop]
        content = raw.strip()
        start = left + len(raw) - len(raw.lstrip()) if content else left
        lines.append(Line(left, start, start + len(content), stop, right, content))
        left = right
    return tuple(lines)
