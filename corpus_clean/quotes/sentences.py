"""Where the sentences of a text lie; a sentence and what is said in it; where its own words begin."""

import functools
from bisect import bisect_left
from typing import NamedTuple

from corpus_clean.languages.lexicon import load_lexicons
from corpus_clean.quotes.tokens import ENDS, MARKS, Tokens
from corpus_clean.types import Quote

_LONGEST_DATELINE = 14
DASHES = frozenset("-–—:")
"""What may stand behind a dateline."""

_CLOSERS = frozenset(")]’'") | MARKS


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
    words = tokens.words
    while first < last and words[first][0] == "\n":
        first += 1
    for index in range(first + 1, min(first + _LONGEST_DATELINE, last - 1)):
        if words[index] in DASHES:
            head = words[first:index]
            if any(word.isupper() and len(word) > 2 for word in head) or "com" in head or "id" in head:
                return index + 1
    return first


@functools.cache
def _abbreviations() -> frozenset[str]:
    return frozenset().union(*(lexicon.abbreviations for lexicon in load_lexicons().values()))


def split_sentences(tokens: Tokens, first: int, last: int, closed: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Cut the tokens `first:last` into sentences, never inside the token ranges `closed` (sorted).

    A line end closes a sentence unless the line was broken in mid-sentence, as scrapers do at links.

    Example:
        >>> from corpus_clean.quotes.tokens import tokenize
        >>> tokens = tokenize("Dr. Sarma pulang. Ia lelah.")
        >>> split_sentences(tokens, 0, len(tokens), [])
        [(0, 5), (5, 8)]
    """
    sentences: list[tuple[int, int]] = []
    begin = index = first
    words, stops = tokens.words, tokens.stops
    skip = iter(closed)
    inside = next(skip, None)
    for stop in [*stops[bisect_left(stops, first) : bisect_left(stops, last)], last]:
        while inside is not None and inside[0] < stop:
            if inside[1] > index:
                index = inside[1]
                if index < last and _quote_ends_sentence(tokens, index):
                    sentences.append((begin, index))
                    begin = index
            inside = next(skip, None)
        if stop < index or stop == last:
            continue
        if words[stop][0] != "\n":
            end = _sentence_end(tokens, stop, last)
        else:
            end = stop + 1 if _breaks_sentence(tokens, stop, first, last) else 0
        if end:
            if stop > begin or words[stop][0] != "\n":
                sentences.append((begin, end))
            begin = end
        index = end or stop + 1
    if begin < last:
        sentences.append((begin, last))
    return [pair for pair in sentences if words[pair[0]][0] != "\n" or not _is_empty(words, *pair)]


def _is_empty(words: list[str], first: int, last: int) -> bool:
    return all(word[0] == "\n" for word in words[first:last])


def _breaks_sentence(tokens: Tokens, index: int, first: int, last: int) -> bool:
    if len(tokens.words[index]) > 1 or index == first or index + 1 >= last:
        return True
    before, after = tokens.words[index - 1], tokens.words[index + 1]
    if before in ENDS or before == ":":
        return True
    return not (after[0].islower() or after[0] in ",.;)”")


def _quote_ends_sentence(tokens: Tokens, index: int) -> bool:
    """Whether the quote that closes before token `index` closes its sentence too: “Sudah.” Ia pulang."""
    inner = index - 1
    while inner > 0 and tokens.words[inner] in _CLOSERS:
        inner -= 1
    following = tokens.words[index]
    if following[0] == "\n":
        return False  # the line end decides
    return tokens.words[inner] in ENDS and (following[0].isupper() or following in MARKS)


def _sentence_end(tokens: Tokens, index: int, last: int) -> int:
    """The token after the sentence that the full stop at `index` closes, or 0 where it closes none."""
    words = tokens.words
    after = index + 1
    while after < last and (words[after] in ENDS):
        after += 1
    stop = after
    while stop < last and words[stop] in _CLOSERS and not tokens.spaced_before(stop):
        stop += 1
    if stop >= last or words[stop][0] == "\n":
        return stop
    following = words[stop]
    glued = not tokens.spaced_before(stop)
    if glued and not (following[0].isupper() and len(following) > 1 and following[1:2].islower()):
        return stop if following in MARKS and index > 0 else 0
    if following[0].islower():
        return 0
    if words[index] == "." and index > 0 and not tokens.spaced_before(index):
        previous = words[index - 1]
        if len(previous) == 1 and previous.isupper():
            return 0
        if previous.lower() in _abbreviations() and not previous.isdigit():
            return 0
    return stop
