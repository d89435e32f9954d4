"""What of a quote goes into the search for candidates."""

from dataclasses import dataclass

import xxhash

from corpus_clean.quotes.fold import fold_text
from corpus_clean.similarity.shingle import shingle_words
from corpus_clean.types import Quote

TRIGRAM = 3
RAREST = 8
LARGEST_FREQUENCY = 50


@dataclass(frozen=True, slots=True)
class QuoteFeatures:
    """`text` is shingled by five characters for MinHash; `trigrams` are signed 64-bit hashes of its word trigrams."""

    text: str
    trigrams: tuple[int, ...]


def quote_features(quote: Quote) -> QuoteFeatures:
    """Return the search features of a unit.

    Example:
        >>> features = quote_features(Quote("a", 0, 24, "Jalan itu dibuka lagi,", "direct"))
        >>> features.text, len(features.trigrams)
        ('jalan itu dibuka lagi', 2)
    """
    text = fold_text(quote.text)
    return QuoteFeatures(text, tuple(sorted(hash_shingle(s) for s in shingle_words(text, TRIGRAM))))


def hash_shingle(shingle: str) -> int:
    """Return the signed 64-bit hash that SQL stores.

    Example:
        >>> -(2**63) <= hash_shingle("jalan itu dibuka") < 2**63
        True
    """
    value = int(xxhash.xxh3_64_intdigest(shingle.encode()))
    return value - 2**64 if value >= 2**63 else value
