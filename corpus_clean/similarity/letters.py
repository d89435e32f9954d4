"""What each character is, where a text is cut into words and marks: bits in a table, as `cutting` reads them."""

import functools
from collections.abc import Iterable

import numpy as np

from corpus_clean.similarity.arrays import Bytes

WORD, ALNUM, DIGIT, UPPER, SPACE, STOP, JOINS_WORDS, JOINS_DIGITS = (1 << bit for bit in range(8))
"""Part of a word, which the underscore is, too, but no letter or digit; of these, a decimal digit or a capital; white
space but for line ends; what a sentence may end with, line ends among it; what joins words, and what joins digits."""

WATCHED_BITS = 14
SPREAD = 0x9E3779B97F4A7C15
"""A word's hash, of so many bits, tells whether to watch for it: each character in turn is added without carry, and the
sum multiplied by this."""

_SIGNS = {WORD: "_", STOP: ".!?…\n", JOINS_WORDS: "-'’", JOINS_DIGITS: ".,:/"}
_ENDLESS = (1 << 64) - 1
# Beyond are no letters, no digits, and no white space.
_ASSIGNED = 0x40000


@functools.cache
def classify_chars() -> Bytes:
    """Return the bits of all code points.

    Example:
        >>> bits = classify_chars()
        >>> int(bits[ord("A")]) == WORD | ALNUM | UPPER, int(bits[ord(".")]) == STOP | JOINS_DIGITS
        (True, True)
    """
    bits = np.zeros(0x110000, np.uint8)
    chars = np.arange(_ASSIGNED, dtype=np.uint32).view("U1")
    strings = np.strings
    for bit, found in (
        (WORD | ALNUM, strings.isalnum(chars)),
        (DIGIT, strings.isdecimal(chars)),
        (UPPER, strings.isupper(chars)),
        (SPACE, strings.isspace(chars)),
    ):
        bits[:_ASSIGNED] |= found * np.uint8(bit)
    for bit, signs in _SIGNS.items():
        bits[list(map(ord, signs))] |= bit
    bits[ord("\n")] = STOP
    return bits


def watch_words(words: Iterable[str]) -> Bytes:
    """Return a table of which words to watch for, in lower case, by their hash.

    Example:
        >>> int(watch_words(["kata", "ujar"]).sum())
        2
    """
    watched = np.zeros(1 << WATCHED_BITS, np.uint8)
    for word in words:
        key = 0
        for char in word:
            key = (key ^ ord(char)) * SPREAD & _ENDLESS
        watched[key >> 64 - WATCHED_BITS] = 1
    return watched
