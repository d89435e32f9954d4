"""What each character is, where a text is cut into words and marks: bits in a table, as `cutting` reads them."""

import functools
import re

import numpy as np

from corpus_clean.similarity.arrays import Bytes

WORD, ALNUM, DIGIT, UPPER, SPACE, STOP, JOINS_WORDS, JOINS_DIGITS = (1 << bit for bit in range(8))
"""Part of a word, which the underscore is, too, but no letter or digit; of these, a decimal digit or a capital; white
space but for line ends; what a sentence may end with, line ends among it; what joins words, and what joins digits."""

_JOINERS = {JOINS_WORDS: "-'’", JOINS_DIGITS: ".,:/"}
_STOPS = ".!?…\n"
_RUNS = ((WORD, re.compile(r"\w+")), (ALNUM, re.compile(r"[^\W_]+")), (DIGIT, re.compile(r"\d+")))
# Beyond are no letters, no digits and no white space, and nothing beyond the other has a capital form.
_ASSIGNED = 0x40000
_CASED = 0x20000


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
    for bit, pattern in _RUNS:
        for run in pattern.finditer(chars):
            bits[run.start() : run.end()] |= bit
    bits[:_CASED] |= np.fromiter(map(str.isupper, chars[:_CASED]), np.uint8) * np.uint8(UPPER)
    for bit, signs in ((SPACE, re.findall(r"[^\S\n]", chars)), (STOP, _STOPS), *_JOINERS.items()):
        bits[list(map(ord, signs))] |= bit
    return bits
