"""Words, marks and sentences of a text, each with its place. One pass; everything else looks things up here."""

import functools
import itertools
import re
from bisect import bisect_left
from dataclasses import dataclass

from corpus_clean.languages.lexicon import load_lexicons

# Hyphens and apostrophes inside a word belong to it; numbers keep their separators; every mark is a token of its own.
# What is once matched is never given back (++): nothing has to be remembered for that.
_TOKEN = re.compile(r"(\d++(?:[.,:/]\d++)*+\w*+|\w++(?:[-'’]\w++)*+|``|''|\n++|[^\w\s])")

OPENING = frozenset("“„‟«‹〝「『")
CLOSING = frozenset("”»›〞」』")
STRAIGHT = frozenset(['"', "＂", "``", "''"])
MARKS = OPENING | CLOSING | STRAIGHT
ENDS = frozenset(".!?…")
_STOPS = ENDS | {"\n"}
_CLOSERS = frozenset(")]’'") | MARKS


@dataclass(frozen=True, slots=True)
class Tokens:
    """Parallel lists: the tokens' texts, their lower-case forms, and their offsets in `text` (half-open).

    `capital` says which begin with a capital letter, `capitals` are the numbers of these; `others` are those that are
    neither words nor numbers, and `stops` are the line ends and the marks that end sentences.
    """

    text: str
    words: list[str]
    lower: list[str]
    starts: list[int]
    ends: list[int]
    capital: list[bool]
    capitals: list[int]
    others: list[int]
    stops: list[int]

    def __len__(self) -> int:
        return len(self.words)

    def starts_upper(self, index: int) -> bool:
        """Whether the token begins with a capital letter."""
        return self.capital[index]

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


@functools.cache
def _abbreviations() -> frozenset[str]:
    return frozenset().union(*(lexicon.abbreviations for lexicon in load_lexicons().values()))


def tokenize(text: str) -> Tokens:
    """Cut a text into words, numbers, marks and line ends.

    Example:
        >>> tokenize("“Kami 10.000 orang,” kata dia.").words
        ['“', 'Kami', '10.000', 'orang', ',', '”', 'kata', 'dia', '.']
    """
    parts = _TOKEN.split(text)  # a token at each odd place, what lies between two of them at the even ones
    words = parts[1::2]
    reached = list(itertools.accumulate(map(len, parts)))
    first = [word[0] for word in words]
    capital = list(map(str.isupper, first))
    others = [index for index, letter in enumerate(first) if not letter.isalnum()]
    return Tokens(
        text,
        words,
        list(map(str.lower, words)),
        reached[:-1:2],
        reached[1::2],
        capital,
        list(itertools.compress(range(len(words)), capital)),
        others,
        [index for index in others if first[index] in _STOPS],
    )


def split_sentences(tokens: Tokens, first: int, last: int, closed: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Cut the tokens `first:last` into sentences, never inside the token ranges `closed` (sorted).

    A line end closes a sentence unless the line was broken in mid-sentence, as scrapers do at links.

    Example:
        >>> tokens = tokenize("Dr. Sarma pulang. Ia lelah.")
        >>> split_sentences(tokens, 0, len(tokens), [])
        [(0, 5), (5, 8)]
    """
    sentences: list[tuple[int, int]] = []
    begin = first
    index = first
    words, stops = tokens.words, tokens.stops
    skip = iter(closed)
    inside = next(skip, None)
    while index < last:
        while inside is not None and inside[1] <= index:
            inside = next(skip, None)
        if inside is not None and inside[0] <= index:
            index = inside[1]
            if index < last and _quote_ends_sentence(tokens, index):
                sentences.append((begin, index))
                begin = index
            continue
        place = bisect_left(stops, index)
        stop = stops[place] if place < len(stops) else last
        if inside is not None and inside[0] < stop:
            index = inside[0]
            continue
        if stop >= last:
            break
        index = stop
        if words[index][0] != "\n":
            end = _sentence_end(tokens, index, last)
        else:
            end = index + 1 if _breaks_sentence(tokens, index, first, last) else 0
        if end:
            sentences.append((begin, end))
            begin = end
            index = end
        else:
            index += 1
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
