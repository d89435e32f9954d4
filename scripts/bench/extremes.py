"""Corpora that are all of one kind: copies of one text, lines under one footer, chains of texts like the next one."""

import random
from collections.abc import Callable, Iterator, Mapping

_WORDS = [a + b for a in ("ba", "ci", "du", "ke", "la", "mu", "no") for b in ("rang", "lam", "tik", "sur", "ngan")]


def write_words(seed: int, count: int) -> list[str]:
    """Return invented words, always the same for a seed."""
    draw = random.Random(seed)
    return [f"{draw.choice(_WORDS)}{draw.randrange(1000)}" for _ in range(count)]


def copy_one(count: int) -> Iterator[str]:
    """Yield one text so many times."""
    text = " ".join(write_words(1, 400))
    return (text for _ in range(count))


def share_footer(count: int) -> Iterator[str]:
    """Yield short lines, each with the same footer under it."""
    footer = " ".join(write_words(-1, 20))
    return (f"{' '.join(write_words(number, 8))}\n{footer}" for number in range(count))


def chain(count: int) -> Iterator[str]:
    """Yield chains of twenty texts, each shifted by four words against the one before."""
    for first in range(0, count, 20):
        words = write_words(first, 200)
        for place in range(min(20, count - first)):
            yield " ".join(words[4 * place : 4 * place + 120])


EXTREMES: Mapping[str, Callable[[int], Iterator[str]]] = {
    "copies of one text": copy_one,
    "short lines, one footer": share_footer,
    "chains of twenty": chain,
}
