"""MinHash signatures and the band keys under which alike segments meet.

The permutations are datasketch's `affine32` scheme over the upper 32 bits of xxh3-64, so a signature
made here equals the one datasketch makes of the same hashes.
"""

import functools
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import xxhash
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Banding:
    """How a signature is cut: `bands` bands of `rows` minima. Alike in one band means candidate."""

    bands: int
    rows: int

    def recall(self, jaccard: float) -> float:
        """Return the chance that a pair of this resemblance becomes a candidate: 1 - (1 - jʳ)ᵇ.

        Example:
            >>> round(Banding(32, 4).recall(0.6), 3)
            0.988
        """
        return float(1.0 - (1.0 - jaccard**self.rows) ** self.bands)


@functools.cache
def choose_banding(target: float, permutations: int, recall: float = 0.95) -> Banding:
    """Cut the signature so that a pair of resemblance `target` is found with at least this `recall`.

    datasketch's optimiser balances misses against needless candidates around a threshold; the threshold is
    lowered until the recall at the target holds. Needless candidates cost time, never correctness: all are verified.

    Example:
        >>> choose_banding(0.5, 128).recall(0.5) >= 0.95
        True
    """
    from datasketch import MinHashLSH  # imports SciPy, which costs most of a second

    banding = Banding(permutations, 1)
    for step in range(20):
        threshold = target - 0.05 * step
        if threshold <= 0:
            break
        lsh = MinHashLSH(threshold=threshold, num_perm=permutations)
        banding = Banding(lsh.b, lsh.r)
        if banding.recall(target) >= recall:
            break
    return banding


def sign(shingles: AbstractSet[str], permutations: int) -> NDArray[np.uint32]:
    """Return the minima of a shingle set under each permutation, shape `(permutations,)`.

    An empty set has the largest hash everywhere; give it no band keys.

    Example:
        >>> a, b = sign({"x", "y", "z"}, 64), sign({"x", "y", "w"}, 64)
        >>> a.shape, bool(0.2 < (a == b).mean() < 0.8)
        ((64,), True)
    """
    from datasketch import MinHash

    minhash = MinHash(permutations, scheme="affine32", hashfunc=int, permutations=_permutations(permutations))
    if shingles:
        hashes = np.fromiter(
            (xxhash.xxh3_64_intdigest(s.encode("utf-8", "surrogatepass")) >> 32 for s in shingles),
            dtype=np.uint32,
            count=len(shingles),
        )
        minhash.update_batch(hashes)
    values: NDArray[np.uint32] = minhash.hashvalues
    return values


@functools.cache
def _permutations(count: int) -> object:
    from datasketch import MinHash

    return MinHash(count, scheme="affine32").permutations


def band_keys(signature: NDArray[np.uint32], banding: Banding, space: str) -> list[int]:
    """Return one signed 64-bit key for each band; `space` keeps levels (document, passage, …) apart.

    Example:
        >>> len(band_keys(sign({"x"}, 128), Banding(32, 4), "quote"))
        32
    """
    seed = xxhash.xxh3_64_intdigest(space.encode())
    rows = banding.rows
    return [
        signed_64(xxhash.xxh3_64_intdigest(signature[i * rows : (i + 1) * rows].tobytes(), seed=(seed + i) % 2**64))
        for i in range(banding.bands)
    ]


def signed_64(value: int) -> int:
    """Fold an unsigned 64-bit hash into the signed range that SQL engines have.

    Example:
        >>> signed_64(2**64 - 1)
        -1
    """
    return value - 2**64 if value >= 2**63 else value
