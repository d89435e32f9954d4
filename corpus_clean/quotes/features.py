"""What of quotes goes into the search for candidates, and the first, numeric look at what it finds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from corpus_clean.config import QuotesConfig
from corpus_clean.quotes.compare import SHINGLE, SHORT_WORDS, Overlap
from corpus_clean.quotes.fold import count_words, fold_texts
from corpus_clean.similarity.arrays import Keys
from corpus_clean.similarity.banding import Banding
from corpus_clean.similarity.minhash import band_keys_batch, sign_and_sample, sign_batch
from corpus_clean.similarity.sets import hash_sets
from corpus_clean.similarity.sheets import ROUNDING
from corpus_clean.similarity.shingle import Shingling
from corpus_clean.similarity.texts import pack_texts
from corpus_clean.types import Quote

SHARED = 2
"""Units meet over so many of one's rarest trigrams, or bands: one is shared by chance, the more so in a big corpus."""

# Short texts need a signature that sees characters, and bands that forgive: with 32 of 4 rows, a resemblance of .6
# shares two of them in 93 of 100 cases.
_SIGNED = Shingling("char", 5)
_BANDING = Banding(bands=32, rows=4)
_TRIGRAMS = Shingling("word", 3)


@dataclass(frozen=True, slots=True)
class Features:
    """Of each unit its folded text, the buckets of its signature, and the hashes of its word trigrams."""

    texts: Sequence[str]
    buckets: Sequence[Keys]
    trigrams: Sequence[Keys]


def find_features(units: Sequence[Quote]) -> Features:
    """Return the search features of units. Those too short to bring two articles together have none but their text.

    Example:
        >>> said = Quote("a", 0, 24, "Jalan itu akan dibuka lagi besok,", "direct")
        >>> features = find_features([said])
        >>> features.texts[0], len(features.buckets[0]), len(features.trigrams[0])
        ('jalan itu akan dibuka lagi besok', 32, 4)
    """
    if not units:
        return Features((), (), ())
    texts = fold_texts([unit.text for unit in units])
    packed = pack_texts(texts)
    buckets = band_keys_batch(sign_batch(packed, _SIGNED, _BANDING.bands * _BANDING.rows), _BANDING, "quote")
    found = sign_and_sample(packed, _TRIGRAMS, permutations=1, one_in=1)
    trigrams = np.split(found.sampled, found.bounds[1:-1])
    nothing = np.empty(0, np.int64)
    long = [count_words(text) >= SHORT_WORDS for text in texts]
    return Features(
        texts,
        [row if enough else nothing for row, enough in zip(buckets, long, strict=True)],
        [row if enough else nothing for row, enough in zip(trigrams, long, strict=True)],
    )


def screen_pairs(left: Sequence[str], right: Sequence[str], config: QuotesConfig) -> Iterator[tuple[int, Overlap]]:
    """Yield which pairs of folded texts share enough letters to be one utterance, whoever speaks, and what they share.

    What passes is judged in full; what does not, `judge_overlap` would refuse.

    Example:
        >>> said = "jalan itu dibuka lagi besok pagi"
        >>> pairs = [said, said], [said, "warga lelah menunggu jembatan selama ini"]
        >>> [(number, overlap.shared) for number, overlap in screen_pairs(*pairs, QuotesConfig())]
        [(0, 30)]
    """
    numbers: dict[str, int] = {}
    ones, others = (
        np.array([numbers.setdefault(text, len(numbers)) for text in side], np.int64) for side in (left, right)
    )
    sets = hash_sets(list(numbers), Shingling("char", SHINGLE))
    shared = sets.count_shared(ones, others)
    own, other = sets.sizes[ones], sets.sizes[others]
    least = min(config.same_speaker, config.unknown_speaker)
    for pair in np.flatnonzero(shared >= least * np.minimum(own, other) - ROUNDING).tolist():
        yield pair, Overlap(left[pair], right[pair], int(shared[pair]), int(own[pair]), int(other[pair]))
