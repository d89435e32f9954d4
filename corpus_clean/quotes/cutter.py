"""Cuts texts into tokens in compiled code: what `tokens` does by a pattern."""

import threading

import numpy as np

from corpus_clean.quotes.cues import cues_of
from corpus_clean.quotes.tokens import Columns
from corpus_clean.similarity import machine
from corpus_clean.similarity.letters import classify_chars, watch_words

_COLUMNS = 7


class Cutter(threading.local):
    """The compiled function, and where it writes to; each thread has its own."""

    def __init__(self) -> None:
        """Load the function."""
        self._watched = cues_of("").watched
        self._tables = classify_chars(), watch_words(self._watched)
        self._cut = machine.prepare("cut_tokens", *self._tables)
        self._make_room(1 << 14)

    def _make_room(self, size: int) -> None:
        self._columns = np.empty((_COLUMNS, size + 1), np.uint32)
        self._capital = np.empty(size, np.uint8)
        self._places = *machine.locate(self._columns), *machine.locate(self._capital)

    def cut(self, text: str) -> Columns:
        """Return the columns of a text's tokens.

        Example:
            >>> Cutter().cut("Ya, pulang!")[:3]
            (['Ya', ',', 'pulang', '!'], ['ya', ',', 'pulang', '!'], [0, 2, 4, 10])
        """
        if len(text) > len(self._capital):
            self._make_room(len(text))
        self._cut(text.encode("utf-32-le", "surrogatepass"), len(text), *self._places)
        counts = self._columns[:, 0].tolist()
        starts, ends, cased, hits, *kinds = (
            column[1 : count + 1].tolist() for column, count in zip(self._columns, counts, strict=True)
        )
        words = [text[start:end] for start, end in zip(starts, ends, strict=True)]
        lower = words.copy()
        for index in cased:
            lower[index] = words[index].lower()
        cues = [index for index in hits if lower[index] in self._watched]
        return words, lower, starts, ends, cues, self._capital[: len(words)].tobytes(), *kinds
