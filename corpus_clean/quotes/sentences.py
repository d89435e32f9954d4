"""A sentence and what is said in it; where its own words begin."""

from bisect import bisect_left, bisect_right
from typing import NamedTuple

from corpus_clean.quotes.tokens import Tokens
from corpus_clean.types import Quote

_LONGEST_DATELINE = 14
_DASHES = frozenset("-–—:")


class Sentence(NamedTuple):
    """The tokens `first:last` of a sentence, and its quotes.

    `begin:end` are its own tokens: without dateline and line ends.
    """

    first: int
    last: int
    begin: int
    end: int
    quotes: tuple[Quote, ...]


def skip_dateline(tokens: Tokens, first: int, last: int) -> int:
    """Return the first token after line ends and a dateline.

    Example:
        >>> from corpus_clean.quotes.tokens import tokenize
        >>> tokens = tokenize("KYIV, BERITA.com - Hujan turun.")
        >>> tokens.words[skip_dateline(tokens, 0, len(tokens))]
        'Hujan'
    """
    words, others = tokens.words, tokens.others
    while first < last and words[first][0] == "\n":
        first += 1
    limit = min(first + _LONGEST_DATELINE, last - 1)
    for index in others[bisect_right(others, first) : bisect_left(others, limit)]:
        if words[index] in _DASHES:
            head = words[first:index]
            if any(word.isupper() and len(word) > 2 for word in head) or "com" in head or "id" in head:
                return index + 1
    return first
