"""A sample of a text's shingles that every other text samples alike (Broder's modulo sketch).

Two texts that share many shingles share some of the sampled ones, however much longer one of them is: this finds the
excerpt inside the long article, which resembles it too little for MinHash bands.
"""

import numpy as np

from corpus_clean.similarity import backend
from corpus_clean.similarity.arrays import Keys
from corpus_clean.similarity.shingle import Shingling
from corpus_clean.similarity.texts import Texts, normalize_texts

ONE_IN = 32


def sample_shingles(texts: Texts, shingling: Shingling, one_in: int = ONE_IN) -> list[Keys]:
    """Return for each text the hashes of its shingles that are multiples of `one_in`, as signed 64-bit keys.

    With m shared shingles, two texts miss each other with probability (1 - 1/one_in)^m.

    Example:
        >>> whole = " ".join(f"kata{n}" for n in range(900))
        >>> a, b = sample_shingles([whole, whole[: len(whole) // 2]], Shingling("word", 5))
        >>> 0 < len(b) < len(a), set(b.tolist()) <= set(a.tolist())
        (True, True)
    """
    packed = normalize_texts(texts)
    half = backend.choose_backend(len(packed.buffer))
    hashes, bounds = half.hash_shingles(packed.buffer, packed.offsets, shingling.kind == "word", shingling.size)
    chosen = hashes % np.uint64(one_in) == 0
    counts = np.concatenate(([0], np.cumsum(chosen)))[bounds[1:-1]]
    return list(np.split(hashes[chosen].view(np.int64), counts))
