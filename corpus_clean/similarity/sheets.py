"""Articles laid out in arrays, so that many pairs of them can be held against each other in one go."""

import functools
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus_clean.similarity.arrays import Bytes, Hashes, Offsets

Numbers = NDArray[np.float64]

FRAGMENT, DIRECT, INDIRECT = range(3)
"""The kinds of statements."""

NEAR = 4
"""A near pair of units: the number of the pair of articles, the two units, and how many shingles they share."""

LOOSE = 5
"""What may be a paraphrase: the number of the pair of articles, two statements, and a unit of each."""


ROUNDING = 1e-9
"""Rounding must not refuse what the exact comparison takes."""


class Sheets(NamedTuple):
    """Articles: what is said in them, cut into units, and the words that these hold.

    Everything is numbered through all articles. A run of things is given by where it begins, with one entry more for
    where the last one ends. An article's quotes are the first of its statements; its own sentences follow. The first
    unit of a statement is the statement itself.

    Attributes:
        statements: where the statements of each article begin.
        quotes: how many of an article's statements are quotes.
        kinds: of each statement.
        ranks: the places of statements in their article, in half steps.
        leads: which statement each one sums up; -1 for none.
        units: where the units of each statement begin.
        owners: the statement that each unit is of.
        lengths: the words of each unit.
        telling: which units count when the frequency of a word is taken: whole quotes.
        shingles: where the shingles of each unit begin.
        hashes: of shingles.
        words: where the words of each article begin.
        holders: where the units that hold each word begin.
        held: the units that hold words.
        roots: where the grams of each word begin.
        grams: what the forms of a word have in common; words without any have one that stands for the whole word.
    """

    statements: Offsets
    quotes: Offsets
    kinds: Offsets
    ranks: Offsets
    leads: Offsets
    units: Offsets
    owners: Offsets
    lengths: Offsets
    telling: Bytes
    shingles: Offsets
    hashes: Hashes
    words: Offsets
    holders: Offsets
    held: Offsets
    roots: Offsets
    grams: Hashes


class Links(NamedTuple):
    """Pairs of units that say the same: those of each pair of articles from `runs` on, and which are the same words."""

    runs: Offsets
    ones: Offsets
    others: Offsets
    verbatim: NDArray[np.bool_]


class Weights(NamedTuple):
    """What speaks for it that two statements of two articles are one, and against it: see `quotes.context`."""

    containment: float
    place: float
    lead: float
    partner: float
    both_direct: float
    both_indirect: float
    own: float
    rival: float
    rivals: float
    paraphrase: float
    topic: float
    least_worth: float
    background: float
    forms: float


STEPS = 256
"""Of a table of `log1p`, in one. Between two of them it is taken for straight."""

FARTHEST = 512
"""Of the places of two statements, in quarters of a step."""

_LARGEST = 512


class Tables(NamedTuple):
    """Functions that the compiled code has no library for: logarithms of whole numbers, `log1p` in steps, and decay."""

    logs: Numbers
    growth: Numbers
    decay: Numbers


def make_tables(most: int) -> Tables:
    """Return the tables for numbers up to `most`; what shares more than 512, or lies farther apart than 128, is alike.

    Example:
        >>> tables = make_tables(3)
        >>> tables.logs.round(1).tolist()[1:], float(tables.growth[STEPS].round(1)), float(tables.decay[8].round(1))
        ([0.0, 0.7, 1.1], 0.7, 0.4)
    """
    logs = np.log(np.arange(1, most + 1))
    return Tables(np.concatenate([[0.0], logs]), *_draw_curves())


@functools.cache
def _draw_curves() -> tuple[Numbers, Numbers]:
    return np.log1p(np.arange(_LARGEST * STEPS + 2) / STEPS), np.exp(np.arange(FARTHEST) / -8)
