"""MinHash signatures and the band keys under which alike segments meet.

The permutations are datasketch's `affine32` scheme over the upper 32 bits of XXH64, so a signature made here equals
the one datasketch makes of the same hashes.
"""

import functools
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import xxhash

from corpus_clean.similarity import backend
from corpus_clean.similarity.arrays import Keys, Minima
from corpus_clean.similarity.reference import minimize
from corpus_clean.similarity.shingle import Shingling
from corpus_clean.similarity.texts import Texts, normalize_texts


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


def sign_batch(texts: Texts, shingling: Shingling, permutations: int) -> Minima:
    """Return the minima of each text's shingles under each permutation, shape `(texts, permutations)`.

    The text is put in normal form, each shingle hashed with XXH64, and the upper 32 bits of that permuted. A text
    without words has the largest hash everywhere; give it no band keys.

    Example:
        >>> a, b = sign_batch(["Air bah itu surut.", "Air bah itu naik."], Shingling("char", 3), 64)
        >>> a.shape, bool(0.2 < (a == b).mean() < 0.9)
        ((64,), True)
    """
    packed = normalize_texts(texts)
    half = backend.choose_backend(len(packed.buffer))
    return half.sign(
        packed.buffer, packed.offsets, shingling.kind == "word", shingling.size, *draw_permutations(permutations)
    )


def sign(shingles: AbstractSet[str], permutations: int) -> Minima:
    """Return the minima of one shingle set, shape `(permutations,)`: the row that `sign_batch` gives its text.

    Example:
        >>> row = sign_batch(["kami tidak akan"], Shingling("word", 2), 64)[0]
        >>> bool((sign({"kami tidak", "tidak akan"}, 64) == row).all())
        True
    """
    hashes = (xxhash.xxh64_intdigest(shingle.encode("utf-8", "surrogatepass")) for shingle in shingles)
    return minimize(np.fromiter(hashes, np.uint64, len(shingles)), *draw_permutations(permutations))


@functools.cache
def draw_permutations(count: int) -> tuple[Minima, Minima]:
    """Return the factors and shifts that datasketch's `MinHash(count, seed=1, scheme="affine32")` draws.

    They are drawn here because importing datasketch brings in SciPy, which takes longer than any small corpus.

    Example:
        >>> factors, shifts = draw_permutations(128)
        >>> factors.dtype, bool((factors % 2).all())
        (dtype('uint32'), True)
    """
    generator = np.random.RandomState(1)  # its stream is frozen: the same numbers in every version of NumPy
    factors = generator.randint(0, 1 << 31, count, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    return factors, generator.randint(0, 1 << 32, count, dtype=np.uint32)


def band_keys_batch(signatures: Minima, banding: Banding, space: str) -> Keys:
    """Return one signed 64-bit key for each band of each signature, shape `(texts, bands)`.

    A key is XXH64 of the band's minima, seeded with the band's number and the hash of `space`, which keeps levels
    (document, passage, …) apart.

    Example:
        >>> keys = band_keys_batch(sign_batch(["a b", "A, B", "c"], Shingling("word", 2), 8), Banding(4, 2), "quote")
        >>> keys.shape, bool((keys[0] == keys[1]).all()), bool((keys[0] == keys[2]).any())
        ((3, 4), True, False)
    """
    if signatures.shape[1] < banding.bands * banding.rows:
        raise ValueError(f"{signatures.shape[1]} minima cannot be cut into {banding.bands} bands of {banding.rows}")
    seed = xxhash.xxh3_64_intdigest(space.encode())
    return backend.choose_backend(0).key_bands(signatures, banding.bands, banding.rows, seed)


def band_keys(signature: Minima, banding: Banding, space: str) -> list[int]:
    """Return the row that `band_keys_batch` gives one signature.

    Example:
        >>> len(band_keys(sign({"x"}, 128), Banding(32, 4), "quote"))
        32
    """
    keys: list[int] = band_keys_batch(signature[None, :], banding, space)[0].tolist()
    return keys


def signed_64(value: int) -> int:
    """Fold an unsigned 64-bit hash into the signed range that SQL engines have.

    Example:
        >>> signed_64(2**64 - 1)
        -1
    """
    return value - 2**64 if value >= 2**63 else value
