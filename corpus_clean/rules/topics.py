"""How much documents are about the same thing, by a small sample of their words (bottom-k sketch, Broder 1997).

What recurs because the news recurs stands in documents about one thing; what recurs because the page repeats it
stands in documents about anything.
"""

from collections.abc import Sequence
from itertools import combinations

import regex
import xxhash

Sketch = frozenset[int]

_KEPT = 96
# Long words carry the topic; short ones are mostly grammar.
_WORD = regex.compile(r"\p{L}{6,}")


def sketch_topic(text: str) -> Sketch:
    """Return the smallest hashes of a text's longer words.

    Example:
        >>> sketch_topic("Banjir melanda.") == sketch_topic("melanda BANJIR!")
        True
    """
    words = set(_WORD.findall(text.lower()))
    return frozenset(sorted(xxhash.xxh3_64_intdigest(word.encode()) for word in words)[:_KEPT])


def compare_topics(sketches: Sequence[Sketch]) -> float:
    """Return the mean estimated resemblance of all pairs; of fewer than two texts, 0.

    Example:
        >>> compare_topics([sketch_topic("banjir melanda"), sketch_topic("banjir melanda"), sketch_topic("konser")])
        0.3333333333333333
    """
    pairs = list(combinations(sketches, 2))
    return sum(_resemble(a, b) for a, b in pairs) / len(pairs) if pairs else 0.0


def _resemble(a: Sketch, b: Sketch) -> float:
    smallest = frozenset(sorted(a | b)[:_KEPT])
    return len(smallest & a & b) / len(smallest) if smallest else 0.0
