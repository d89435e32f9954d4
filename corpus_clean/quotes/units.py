"""The units that are compared: a quote, and each sentence of a quote of several; and the day they were printed."""

import functools
from dataclasses import replace
from datetime import date

from corpus_clean.quotes.sentences import split_sentences
from corpus_clean.quotes.tokens import tokenize
from corpus_clean.types import Quote

_SHORTEST_UNIT = 5
_EPOCH = date(1970, 1, 1).toordinal()


def split_units(quote: Quote) -> list[Quote]:
    """Return the quote itself, then its sentences where it has several of five or more words.

    A newspaper that prints the second of two sentences repeats that sentence, not the whole quote. Offsets stay
    those of the article.

    Example:
        >>> text = "Kami tidak mundur dari rencana ini. Jalan itu dibuka lagi pada hari Senin,"
        >>> quote = Quote("a", 10, 10 + len(text), text, "direct", "Sarma")
        >>> [(unit.start, unit.text) for unit in split_units(quote)][1:]
        [(10, 'Kami tidak mundur dari rencana ini.'), (46, 'Jalan itu dibuka lagi pada hari Senin,')]
    """
    return [
        quote,
        *(
            replace(quote, start=quote.start + start, end=quote.start + end, text=quote.text[start:end])
            for start, end in _cut_sentences(quote.text)
        ),
    ]


@functools.lru_cache(maxsize=1 << 14)
def _cut_sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Where the sentences of a text are that are worth comparing; nothing if it is but one."""
    if "." not in text and "?" not in text and "!" not in text:
        return ()
    tokens = tokenize(text)
    found = []
    for first, last in split_sentences(tokens, 0, len(tokens), []):
        begin, end = first, last
        while end > begin and tokens.is_break(end - 1):
            end -= 1
        while begin < end and tokens.is_break(begin):
            begin += 1
        if tokens.count_words(begin, end) >= _SHORTEST_UNIT:
            start, stop = tokens.starts[begin], tokens.ends[end - 1]
            if stop - start < len(text):
                found.append((start, stop))
    return tuple(found)


def count_days(published: str) -> int | None:
    """Return the day of an ISO 8601 date or date-time, counted from 1970; `None` where there is none.

    Example:
        >>> count_days("1970-01-03T08:30:00+07:00"), count_days("kemarin")
        (2, None)
    """
    try:
        return date.fromisoformat(published[:10]).toordinal() - _EPOCH
    except ValueError:
        return None
