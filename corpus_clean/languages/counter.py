"""The words of a text that languages know, counted in compiled code."""

from array import array
from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np

from corpus_clean.languages.marks import APOSTROPHE, JOINERS, MARKS
from corpus_clean.similarity import machine
from corpus_clean.similarity.arrays import Bytes


class WordCounter:
    """A vocabulary, laid out for `similarity.vocabulary`."""

    def __init__(self, vocabulary: Mapping[str, Sequence[str]]) -> None:
        """Build the tables; `vocabulary` says of which kinds a word is."""
        self._kinds = sorted(set(chain.from_iterable(vocabulary.values())))
        self._room = 8 * (len(self._kinds) + 1)
        words = [word for word in vocabulary if word.isascii()]
        own = [sum(1 << self._kinds.index(kind) for kind in vocabulary[word]) for word in words]
        ends = np.cumsum(list(map(len, words)), dtype=np.int64)
        # Four slots a word or more, so that few of them share one.
        hashes, kinds = np.zeros((2, 4 << len(words).bit_length()), np.uint64)
        letters = np.frombuffer("".join(words).encode(), np.uint8)
        machine.call("plant_words", letters, ends, np.array(own, np.uint64), hashes, kinds)
        self._tables = _list_signs(), hashes, kinds  # the function is told where these lie, so they must stay
        self._count = machine.prepare("count_words", *self._tables)

    def count(self, text: str) -> tuple[int, Mapping[str, int]] | None:
        """Return how many words there are, and how many of each kind; None if there is more than ASCII and marks.

        Example:
            >>> WordCounter({"ada": ["id"], "yang": ["id", "ms"]}).count("Ada yang… pulang, ada yang tidak.")
            (6, {'id': 4, 'ms': 2})
        """
        counts = array("q", bytes(self._room))  # of NumPy's arrays, it takes longer to learn where they are
        self._count(text.encode("utf-32-le", "surrogatepass"), len(text), *counts.buffer_info())
        total, *numbers = counts
        return None if total < 0 else (total, dict(zip(self._kinds, numbers, strict=True)))


def _list_signs() -> Bytes:
    """What each character is: a letter in lower case, a joiner, a space, or 0 where only Unicode knows."""
    signs = np.zeros(max(map(ord, MARKS)) + 1, np.uint8)
    for code in (*range(128), *map(ord, MARKS)):
        sign = chr(code).replace(APOSTROPHE, "'")
        signs[code] = ord(sign.lower() if sign.isascii() and sign.isalpha() else sign if sign in JOINERS else " ")
    return signs
