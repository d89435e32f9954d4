"""What the statements of two articles share, weighed: the event's own names and things return in all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from corpus_clean.quotes.paraphrase import GRAM, SHARED_GRAMS, content_words

_LEAST_WORTH = 0.05
_BACKGROUND = 4

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Grams:
    """The runs of four letters of words, ascending, the number of the word each is in, and how many each word has."""

    keys: NDArray[np.int64]
    words: Places
    counts: Places


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The content words of an article's texts.

    `holds[word, text]` says where they stand, `telling[text]` which texts count when a word's frequency is taken, and
    `forms` are pairs of words that are forms of one another, shape `(pairs, 2)`.
    """

    words: Sequence[str]
    holds: NDArray[np.bool_]
    telling: NDArray[np.bool_]
    grams: _Grams
    forms: Places


@dataclass(frozen=True, slots=True)
class Evidence:
    """For each two texts of two articles (first those of the left, then those of the right), shape `(texts, texts)`.

    `share` is the part of the lighter text's worth, 0 to 1; `likeness` is cosine-like and grows with what is shared.
    """

    share: Numbers
    likeness: Numbers


def read_vocabulary(texts: Sequence[str], telling: ArrayLike) -> Vocabulary:
    """Return the content words of an article's texts.

    Example:
        >>> vocabulary = read_vocabulary(["pertambahan unit", "penambahan bus"], [True, True])
        >>> vocabulary.words, vocabulary.forms.tolist()
        (['pertambahan', 'unit', 'penambahan', 'bus'], [[2, 0]])
    """
    numbers: dict[str, int] = {}
    rows = [[numbers.setdefault(word, len(numbers)) for word in content_words(text)] for text in texts]
    words = list(numbers)
    holds = np.zeros((len(words), len(texts)), np.bool_)
    holds[
        np.fromiter((word for row in rows for word in row), np.int64),
        np.repeat(np.arange(len(texts)), [len(row) for row in rows]),
    ] = True
    grams = _find_grams(words)
    forms = _pair_forms(grams, grams)
    return Vocabulary(words, holds, np.array(telling, np.bool_), grams, forms[forms[:, 0] > forms[:, 1]])


def _find_grams(words: Sequence[str]) -> _Grams:
    """The runs of all words in one pass: four UTF-16 units are one 64-bit number."""
    units = np.frombuffer("\0".join(["", *words, ""]).encode("utf-16-le", "surrogatepass"), np.uint16).astype(np.int64)
    ends = units == 0
    owner = np.cumsum(ends) - 1
    inside = len(units) - GRAM + 1
    if inside < 1:
        return _Grams(np.empty(0, np.int64), np.empty(0, np.int64), np.zeros(len(words), np.int64))
    keys, whole = np.zeros(inside, np.int64), np.ones(inside, np.bool_)
    for place in range(GRAM):
        keys |= units[place : place + inside] << (16 * place)
        whole &= ~ends[place : place + inside]
    whole &= ~np.array([*(word[0].isdigit() for word in words), True])[owner[:inside]]
    keys, owner = keys[whole], owner[:inside][whole]
    order = np.lexsort((owner, keys))
    keys, owner = keys[order], owner[order]
    fresh = np.ones(len(keys), np.bool_)
    fresh[1:] = (np.diff(keys) != 0) | (np.diff(owner) != 0)
    keys, owner = keys[fresh], owner[fresh]
    return _Grams(keys, owner, np.bincount(owner, minlength=len(words)))


def _pair_forms(left: _Grams, right: _Grams) -> Places:
    """The pairs of words that share a root, as `share_root` says, shape `(pairs, 2)`."""
    low, high = (np.searchsorted(right.keys, left.keys, side) for side in ("left", "right"))
    shared = high - low
    at = np.repeat(np.arange(len(left.keys)), shared)
    other = np.arange(len(at)) + np.repeat(low - np.cumsum(shared) + shared, shared)
    width = len(right.counts) + 1
    codes, counts = np.unique(left.words[at] * width + right.words[other], return_counts=True)
    one, another = codes // width, codes % width
    enough = counts >= SHARED_GRAMS * np.minimum(left.counts[one], right.counts[another])
    return np.stack([one[enough], another[enough]], axis=1)


def weigh_evidence(left: Vocabulary, right: Vocabulary) -> Evidence:
    """Return what the texts of two articles share: a word counts less, the more of their quotes hold it.

    Example:
        >>> left = read_vocabulary(["pertambahan unit bus", "bus penuh"], [True, True])
        >>> right = read_vocabulary(["penambahan unit bus", "warga menunggu bus"], [True, True])
        >>> likeness = weigh_evidence(left, right).likeness
        >>> bool(likeness[0, 2] > likeness[0, 3] > 0)
        True
    """
    numbers = {word: number for number, word in enumerate(left.words)}
    place = np.array([numbers.setdefault(word, len(numbers)) for word in right.words], np.int64)
    split = left.holds.shape[1]
    holds = np.zeros((len(numbers), split + right.holds.shape[1]), np.bool_)
    holds[: len(left.words), :split] = left.holds
    holds[place, split:] = right.holds
    across = _pair_forms(left.grams, right.grams)
    across[:, 1] = place[across[:, 1]]
    reaches = _reach(holds, np.concatenate([left.forms, place[right.forms], across[across[:, 0] != across[:, 1]]]))
    telling = np.concatenate([left.telling, right.telling])
    frequency = reaches[:, telling].sum(axis=1)
    worth = np.maximum(_LEAST_WORTH, np.log((telling.sum() + _BACKGROUND) / (1 + frequency))) ** 2
    texts, places = np.nonzero(holds.T)
    owners, first = np.unique(texts, return_index=True)
    whole = np.zeros(holds.shape[1])
    whole[owners] = np.add.reduceat(worth[places], first)
    shared = np.zeros((holds.shape[1], holds.shape[1]))
    # Not a matrix product: few words stand in many texts, and a library's threads would change the last digits.
    shared[owners] = np.add.reduceat(reaches[places] * worth[places, None], first, axis=0)
    shared = np.minimum(shared, shared.T)
    lighter = np.maximum(np.minimum(whole[:, None], whole), _LEAST_WORTH**2)
    both = np.sqrt(np.maximum(whole[:, None] * whole, _LEAST_WORTH**4))
    return Evidence(shared / lighter, shared / both * np.log1p(shared))


def _reach(holds: NDArray[np.bool_], forms: Places) -> NDArray[np.bool_]:
    """Which texts hold a word in any form."""
    if not len(forms):
        return holds
    words, others = np.concatenate([forms, forms[:, ::-1]]).T
    order = np.argsort(words, kind="stable")
    first = np.flatnonzero(np.diff(words[order], prepend=-1))
    reaches = holds.copy()
    reaches[words[order][first]] |= np.logical_or.reduceat(holds[others[order]], first, axis=0)
    return reaches
