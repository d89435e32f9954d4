"""MinHash signatures and the band keys under which alike segments meet.

The permutations are datasketch's `affine32` scheme over the upper 32 bits of each shingle's hash, so a signature made
here equals the one datasketch makes of the same hashes.
"""

import functools
import random
from dataclasses import dataclass

import numpy as np
import xxhash

from corpus_clean.similarity import backend
from corpus_clean.similarity.arrays import Keys, Minima, Offsets
from corpus_clean.similarity.banding import Banding
from corpus_clean.similarity.shingle import Shingling
from corpus_clean.similarity.texts import Texts, normalize_texts

ONE_IN = 16


def sign_batch(texts: Texts, shingling: Shingling, permutations: int) -> Minima:
    """Return the minima of each text's shingles under each permutation, shape `(texts, permutations)`.

    The text is put in normal form, each shingle hashed (`hashing`), and the upper 32 bits of that permuted. A text
    without words has the largest hash everywhere; give it no band keys.

    Example:
        >>> a, b = sign_batch(["Air bah itu surut.", "Air bah itu naik."], Shingling("char", 3), 64)
        >>> a.shape, bool(0.2 < (a == b).mean() < 0.9)
        ((64,), True)
    """
    return sign_and_sample(texts, shingling, permutations, 0).minima


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """What `sign_and_sample` finds out about texts.

    Attributes:
        minima: the signatures of `sign_batch`.
        sampled: of each text, in `bounds`, the hashes of its shingles that `one_in` divides, ascending and distinct.
        bounds: text i has `sampled[bounds[i]:bounds[i + 1]]`.
        figures: how many words begin with a digit, and a hash of these words; shape `(texts, 2)`.
    """

    minima: Minima
    sampled: Keys
    bounds: Offsets
    figures: Keys


def sign_and_sample(texts: Texts, shingling: Shingling, permutations: int, one_in: int = ONE_IN) -> Fingerprints:
    """Return signatures, and a sample of each text's shingles that all texts sample alike (Broder's modulo sketch).

    Two texts that share many shingles share some of the sampled ones, however much longer one of them is: this finds
    the excerpt inside the long article, which resembles it too little for bands. With m shared shingles, two texts
    miss each other with probability (1 - 1/one_in)^m. With `one_in` 0 there is no sample.

    Example:
        >>> whole = " ".join(f"kata{n}" for n in range(900))
        >>> found = sign_and_sample([whole, whole[: len(whole) // 2]], Shingling("word", 5), 16)
        >>> first, second = np.split(found.sampled, found.bounds[1:-1])
        >>> set(second.tolist()) < set(first.tolist())
        True
    """
    packed = normalize_texts(texts)
    half = backend.choose_backend(len(packed.buffer))
    drawn = draw_permutations(permutations)
    minima, sampled, bounds, figures = half.sign(
        packed.buffer, packed.offsets, shingling.kind == "word", shingling.size, *drawn, one_in
    )
    return Fingerprints(minima, sampled.view(np.int64), bounds, figures.view(np.int64))


@functools.cache
def draw_permutations(count: int) -> tuple[Minima, Minima]:
    """Return the factors and shifts that datasketch's `MinHash(count, seed=1, scheme="affine32")` draws.

    They are drawn here because importing datasketch brings in SciPy, and with Python's own Mersenne Twister because
    importing NumPy's generators takes longer than a small corpus.

    Example:
        >>> factors, shifts = draw_permutations(128)
        >>> factors.dtype, bool((factors % 2).all())
        (dtype('uint32'), True)
    """
    state = [1]
    for place in range(1, 624):  # the seeding of Matsumoto and Nishimura (2002), which NumPy's `RandomState` has
        state.append((1812433253 * (state[-1] ^ (state[-1] >> 30)) + place) % 2**32)
    generator = random.Random()
    generator.setstate((3, (*state, 624), None))
    factors = [generator.getrandbits(32) % 2**31 * 2 + 1 for _ in range(count)]
    shifts = [generator.getrandbits(32) for _ in range(count)]
    return np.array(factors, np.uint32), np.array(shifts, np.uint32)


def band_keys_batch(signatures: Minima, banding: Banding, space: str) -> Keys:
    """Return one signed 64-bit key for each band of each signature, shape `(texts, bands)`.

    A key hashes the band's minima, its number and `space`, which keeps levels (document, passage, …) apart.

    Example:
        >>> keys = band_keys_batch(sign_batch(["a b", "A, B", "c"], Shingling("word", 2), 8), Banding(4, 2), "quote")
        >>> keys.shape, bool((keys[0] == keys[1]).all()), bool((keys[0] == keys[2]).any())
        ((3, 4), True, False)
    """
    if signatures.shape[1] < banding.bands * banding.rows:
        raise ValueError(f"{signatures.shape[1]} minima cannot be cut into {banding.bands} bands of {banding.rows}")
    seed = xxhash.xxh3_64_intdigest(space.encode())
    return backend.choose_backend(0).key_bands(signatures, banding.bands, banding.rows, seed)


def signed_64(value: int) -> int:
    """Fold an unsigned 64-bit hash into the signed range that SQL engines have.

    Example:
        >>> signed_64(2**64 - 1)
        -1
    """
    return value - 2**64 if value >= 2**63 else value
