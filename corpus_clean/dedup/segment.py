"""What of a document is compared beside the whole of it: each passage long enough to mean something."""

from collections.abc import Iterator

from corpus_clean.similarity.normalize import normalize_text
from corpus_clean.similarity.shingle import Shingling, shingle_words

SHINGLING = Shingling("word", 5)
"""What documents and passages are compared by: runs of five words."""


def cut_passages(text: str, min_words: int) -> Iterator[tuple[int, int, str]]:
    r"""Yield start, end and text of a document's passages: its lines of at least `min_words` words (0: none).

    Example:
        >>> text = "Banjir surut.\n" + "Warga mulai membersihkan rumah mereka " * 4
        >>> [(start, end) for start, end, _ in cut_passages(text, 20)]
        [(14, 165)]
    """
    if not min_words:
        return
    start = 0
    for line in text.split("\n"):
        body = line.strip()
        # Words are not empty, nor are the gaps; behind as many words as it takes nobody counts.
        if len(body) >= 2 * min_words - 1 and len(body.split(None, min_words - 1)) == min_words:
            first = start + line.index(body)
            yield first, first + len(body), body
        start += len(line) + 1


def shingle_segment(text: str) -> frozenset[str]:
    """Return the shingles by which documents and passages are compared: runs of five words of the normal form.

    Example:
        >>> sorted(shingle_segment("Air bah itu sudah surut, kata warga."))[0]
        'air bah itu sudah surut'
    """
    return shingle_words(normalize_text(text), SHINGLING.size)
