"""What each character is, where a text is cut into words and marks: bits in a table, as `cutting` reads them."""

import functools
import re
from collections.abc import Iterable
from itertools import compress

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
_LETTERS, _DIGITS, _SPACES = (re.compile(pattern) for pattern in (r"[^\W_]+", r"\d+", r"[^\S\n]"))
# Beyond are no letters and no digits, no capitals, and no white space.
_ENDLESS = (1 << 64) - 1
_ASSIGNED, _CASED, _SPACED = 0x40000, 0x20000, 0x4000


@functools.cache
def classify_chars() -> Bytes:
    """Return the bits of all code points.

    Example:
        >>> bits = classify_chars()
        >>> int(bits[ord("A")]) == WORD | ALNUM | UPPER, int(bits[ord(".")]) == STOP | JOINS_DIGITS
        (True, True)
    """
    bits = np.zeros(0x110000, np.uint8)
    chars = np.arange(_ASSIGNED, dtype=np.uint32).tobytes().decode("utf-32-le", "surrogatepass")
    for letters in _LETTERS.finditer(chars):
        bits[letters.start() : letters.end()] = WORD | ALNUM
        for digits in _DIGITS.finditer(chars, *letters.span()):
            bits[digits.start() : digits.end()] |= DIGIT
    bits[[*compress(range(_CASED), map(str.isupper, chars))]] |= UPPER
    bits[[space.start() for space in _SPACES.finditer(chars, 0, _SPACED)]] |= SPACE
    for bit, signs in _SIGNS.items():
        bits[list(map(ord, signs))] |= bit
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
