"""The shingle sets of many texts, hashed once, to be compared in whatever pairs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus_clean.similarity import backend
from corpus_clean.similarity.arrays import Hashes, Offsets
from corpus_clean.similarity.shingle import Shingling
from corpus_clean.similarity.texts import pack_texts


@dataclass(frozen=True, slots=True)
class ShingleSets:
    """The distinct shingle hashes of text i are `hashes[bounds[i] : bounds[i + 1]]`, ascending."""

    hashes: Hashes
    bounds: Offsets

    @property
    def sizes(self) -> NDArray[np.int64]:
        """How many shingles each text has."""
        return np.diff(self.bounds)

    def count_shared(self, left: Offsets, right: Offsets) -> Offsets:
        """Return how many shingles each two texts share, those of the numbers `left[i]` and `right[i]`.

        Example:
            >>> sets = hash_sets(["abc", "abd", "xy"], Shingling("char", 2))
            >>> sets.count_shared(np.array([0, 0]), np.array([1, 2])).tolist()
            [2, 0]
        """
        half = backend.choose_backend(int(self.sizes[left].sum()))
        return half.count_shared(self.hashes, self.bounds, left, right)


def hash_sets(texts: Sequence[str], shingling: Shingling) -> ShingleSets:
    """Return the shingle sets of texts that are in a normal form already.

    Shingles are known by their 64-bit hashes (XXH64), of which two different ones are equal once in 2⁶⁴.

    Example:
        >>> hash_sets(["ia", ""], Shingling("char", 3)).sizes.tolist()
        [2, 0]
    """
    packed = pack_texts(texts)
    half = backend.choose_backend(len(packed.buffer))
    return ShingleSets(*half.hash_shingles(packed.buffer, packed.offsets, shingling.kind == "word", shingling.size))
