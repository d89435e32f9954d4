"""Words and marks of a text, each with its place. One pass; everything else looks things up here."""

import functools
import itertools
import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass

from corpus_clean.quotes.cues import cues_of
from corpus_clean.similarity.backend import spend_work

# Hyphens and apostrophes inside a word belong to it; numbers keep their separators; every mark is a token of its own.
# What is once matched is never given back (++): nothing has to be remembered for that.
_TOKEN = re.compile(r"(\d++(?:[.,:/]\d++)*+\w*+|\w++(?:[-'’]\w++)*+|``|''|\n++|[^\w\s])")

OPENING = frozenset("“„‟«‹〝「『")
CLOSING = frozenset("”»›〞」』")
STRAIGHT = frozenset(['"', "＂", "``", "''"])
MARKS = OPENING | CLOSING | STRAIGHT
ENDS = frozenset(".!?…")
_STOPS = ENDS | {"\n"}
# To cut a character is so much less work than what compiled code is loaded for elsewhere.
_LIGHT = 8

Columns = tuple[list[str], list[str], list[int], list[int], list[int], bytes, list[int], list[int], list[int]]
"""The columns of `Tokens`, in their order."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Parallel lists: the tokens' texts, their lower-case forms, and their offsets in `text` (half-open).

    `cues` are the numbers of those that are one in any language (`Cues.watched`).
    `capital` says which begin with a capital letter, `capitals` are the numbers of these; `others` are those that are
    neither words nor numbers, and `stops` are the line ends and the marks that end sentences.
    """

    text: str
    words: list[str]
    lower: list[str]
    starts: list[int]
    ends: list[int]
    cues: list[int]
    capital: bytes
    capitals: list[int]
    others: list[int]
    stops: list[int]

    def __len__(self) -> int:
        return len(self.words)

    def starts_upper(self, index: int) -> bool:
        """Whether the token begins with a capital letter."""
        return self.capital[index] == 1

    def is_word(self, index: int) -> bool:
        """Whether the token is a word or a number."""
        return self.words[index][0].isalnum()

    def count_words(self, first: int, last: int) -> int:
        """Return how many of the tokens `first:last` are words or numbers.

        Example:
            >>> tokenize("Ya, pulang!").count_words(0, 4)
            2
        """
        others = self.others
        return last - first - bisect_left(others, last) + bisect_left(others, first) if first < last else 0

    def is_break(self, index: int) -> bool:
        """Whether the token is one or more line ends."""
        return self.words[index][0] == "\n"

    def spaced_before(self, index: int) -> bool:
        """Whether white space, or the start of the text, stands before the token."""
        start = self.starts[index]
        return start == 0 or self.text[start - 1].isspace()

    def spaced_after(self, index: int) -> bool:
        """Whether white space, or the end of the text, stands after the token."""
        end = self.ends[index]
        return end >= len(self.text) or self.text[end].isspace()


def tokenize(text: str) -> Tokens:
    """Cut a text into words, numbers, marks and line ends.

    Example:
        >>> tokenize("“Kami 10.000 orang,” kata dia.").words
        ['“', 'Kami', '10.000', 'orang', ',', '”', 'kata', 'dia', '.']
    """
    cut = _load_cutter() if spend_work(len(text) // _LIGHT) else cut_by_pattern
    return Tokens(text, *cut(text))


@functools.cache
def _load_cutter() -> Callable[[str], Columns]:
    from corpus_clean.quotes.cutter import Cutter

    return Cutter().cut


def cut_by_pattern(text: str) -> Columns:
    """Return the columns of a text's tokens, without compiled code."""
    parts = _TOKEN.split(text)  # a token at each odd place, what lies between two of them at the even ones
    words = parts[1::2]
    reached = list(itertools.accumulate(map(len, parts)))
    first = [word[0] for word in words]
    capital = bytes(map(str.isupper, first))
    others = [index for index, letter in enumerate(first) if not letter.isalnum()]
    capitals = list(itertools.compress(range(len(words)), capital))
    stops = [index for index in others if first[index] in _STOPS]
    lower = list(map(str.lower, words))
    cues = list(itertools.compress(range(len(words)), map(cues_of("").watched.__contains__, lower)))
    return words, lower, reached[:-1:2], reached[1::2], cues, capital, capitals, others, stops
