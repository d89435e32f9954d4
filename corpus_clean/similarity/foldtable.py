"""What becomes of each code point in the normal form, as a table for the kernel.

It is read off `str.casefold` and the pattern of `normalize`, so that the two cannot disagree, whatever version of
Unicode either knows.
"""

import functools
import re
import unicodedata
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus_clean.similarity.normalize import separators

EXPANDS = np.uint32(1 << 31)
FEW = 0x10000
"""The code points that a text without four-byte characters can have."""
ALL = 0x110000
_SPACE = 0x20
_BLOCK = 256


class FoldTable(NamedTuple):
    """`points[c]` is what c becomes: a code point, a space, or `EXPANDS` and a place in `expansions`.

    There stands a length, then as many code points. No text's UTF-8 grows by more than `growth` times.
    """

    points: NDArray[np.uint32]
    expansions: NDArray[np.uint32]
    growth: int


@functools.cache
def build_fold_table(count: int = ALL) -> FoldTable:
    """Return the table of the first `count` code points; for `ALL` it takes some 30 ms, for `FEW` two.

    Example:
        >>> table = build_fold_table()
        >>> chr(table.points[ord("Q")]), chr(table.points[ord("!")])
        ('q', ' ')
    """
    points = np.arange(count, dtype=np.uint32)
    every = points.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    for run in separators().finditer(every):
        points[run.start() : run.end()] = _SPACE
    kept = points != _SPACE
    expansions: list[int] = []
    growth = 1
    for first in range(0, count, _BLOCK):
        block = every[first : first + _BLOCK]
        if block.casefold() == block:
            continue
        for character in block:
            folded = character.casefold()
            if folded == character:
                continue
            parts = [ord(part) if kept[ord(part)] else _SPACE for part in folded]
            if len(parts) == 1:
                points[ord(character)] = parts[0]
            else:
                points[ord(character)] = EXPANDS | np.uint32(len(expansions))
                expansions += [len(parts), *parts]
            growth = max(growth, -(-len(folded.encode()) // len(character.encode())))
    return FoldTable(points, np.array(expansions, np.uint32), growth)


@functools.cache
def find_zeros() -> NDArray[np.uint32]:
    """Return the code points of every script's digit zero, ascending; the nine that follow are its other digits.

    Example:
        >>> [chr(point) for point in find_zeros()[:2]]
        ['0', '٠']
    """
    # All of them are even, and all scripts' digits lie in the first two planes.
    every = np.arange(0, 0x20000, 2, dtype=np.uint32).astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    points = [2 * digit.start() for digit in re.finditer(r"\d", every) if unicodedata.decimal(digit[0]) == 0]
    return np.array(points, np.uint32)
