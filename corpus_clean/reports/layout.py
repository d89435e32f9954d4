"""Lines for a terminal of any width, or for a pipe: hanging indents, no trailing spaces, nothing that steers it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions
from rich.text import Text

from corpus_clean.reports.wording import escape_controls

_BULLET = 4
"""A label this short always has the words beside it."""

_NARROWEST = 8


def style_words(*parts: str | tuple[str, str]) -> Text:
    r"""Return words, each part plain or with its style. All words of the corpus come through here.

    Example:
        >>> style_words("pagi\x1b[2J ", ("[/b]", "dim")).plain
        'pagi\\u001b[2J [/b]'
    """
    return Text.assemble(*(escape_controls(p) if isinstance(p, str) else (escape_controls(p[0]), p[1]) for p in parts))


@dataclass(frozen=True, slots=True)
class Hanging:
    """Words that hang from a label: wrapped lines begin where the first one does.

    Where the longest word does not fit beside the label, all go below it.
    """

    words: Text
    indent: int = 0
    label: Text = field(default_factory=Text)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterable[Text]:
        """Yield the lines."""
        start = self.indent + self.label.cell_len
        longest = max((cell_len(word) for word in self.words.plain.split()), default=0)
        below = self.label.cell_len > _BULLET and longest > options.max_width - start
        if below:
            start = self.indent + _BULLET
        lines = self.words.wrap(console, max(_NARROWEST, options.max_width - start), overflow="fold")
        label = Text(" " * self.indent) + self.label
        if below:
            yield _trimmed(label)
        for place, line in enumerate(lines):
            yield _trimmed((label if place == 0 and not below else Text(" " * start)) + line)


def _trimmed(line: Text) -> Text:
    line.rstrip()
    return line
