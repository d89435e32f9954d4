"""The exact likeness of two shingle sets. Estimates find candidates; these numbers decide."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corpus_clean.similarity import backend
from corpus_clean.similarity.arrays import Offsets
from corpus_clean.similarity.shingle import Shingling
from corpus_clean.similarity.texts import NormalizedTexts, normalize_texts
from corpus_clean.types import Match

if TYPE_CHECKING:
    import pyarrow as pa


def jaccard(a: AbstractSet[str], b: AbstractSet[str]) -> float:
    """Return the resemblance |a ∩ b| / |a ∪ b| (Broder 1997); two empty sets resemble nothing.

    Example:
        >>> jaccard({"x", "y"}, {"y", "z"})
        0.3333333333333333
    """
    shared = len(a & b)
    return shared / (len(a) + len(b) - shared) if shared else 0.0


def containment(a: AbstractSet[str], b: AbstractSet[str]) -> float:
    """Return the share of the smaller set that the other one has: |a ∩ b| / min(|a|, |b|).

    Example:
        >>> containment({"x", "y"}, {"y"})
        1.0
    """
    shared = len(a & b)
    return shared / min(len(a), len(b)) if shared else 0.0


def compare_shingles(a: AbstractSet[str], b: AbstractSet[str]) -> Match:
    """Measure both at once.

    Example:
        >>> compare_shingles({"x", "y"}, {"y"})
        Match(jaccard=0.5, containment=1.0)
    """
    return Match(jaccard(a, b), containment(a, b))


def compare_pairs(
    left: "Iterable[str] | pa.Array", right: "Iterable[str] | pa.Array", shingling: Shingling
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Measure many pairs of texts: `left[i]` with `right[i]`, both of any form. A text is shingled once, however often.

    Shingles are compared as their 64-bit hashes, of which two different ones are equal once in 2⁶⁴.

    Returns:
        the resemblance and the containment of each pair, shape `(pairs,)`.

    Example:
        >>> likeness, share = compare_pairs(["a b c d", "x"], ["A B C", "y"], Shingling("word", 2))
        >>> likeness.round(2).tolist(), share.tolist()
        ([0.67, 0.0], [1.0, 0.0])
    """
    numbers: dict[str, int] = {}
    places = [
        np.array([numbers.setdefault(text, len(numbers)) for text in _strings(side)], np.int64)
        for side in (left, right)
    ]
    return compare_packed(normalize_texts(list(numbers)), places[0], places[1], shingling)


def compare_packed(
    packed: NormalizedTexts, left: Offsets, right: Offsets, shingling: Shingling
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Measure the pairs of texts `left[i]` and `right[i]`, numbers of the packed ones; see `compare_pairs`.

    Example:
        >>> packed = normalize_texts(["a b c", "b c d", "e"])
        >>> compare_packed(packed, np.array([0, 1]), np.array([1, 2]), Shingling("word", 2))[0].round(2).tolist()
        [0.33, 0.0]
    """
    half = backend.choose_backend(len(packed.buffer))
    hashes, bounds = half.hash_shingles(packed.buffer, packed.offsets, shingling.kind == "word", shingling.size)
    shared = half.count_shared(hashes, bounds, left, right)
    sizes = np.diff(bounds)
    a, b = sizes[left], sizes[right]
    return shared / np.maximum(a + b - shared, 1), shared / np.maximum(np.minimum(a, b), 1)


def _strings(texts: "Iterable[str] | pa.Array") -> Iterable[str]:
    if hasattr(texts, "to_pylist"):
        return (text or "" for text in texts.to_pylist())
    return texts
