"""What of a document is compared: the whole of it, and each passage long enough to mean something."""

from collections.abc import Iterator

from corpus_clean.similarity.normalize import normalize_text
from corpus_clean.similarity.shingle import Shingling, shingle_words
from corpus_clean.types import Document, Segment

SHINGLING = Shingling("word", 5)
"""What documents and passages are compared by: runs of five words."""


def segment_document(document: Document, passage_min_words: int) -> Iterator[Segment]:
    r"""Yield the document itself, then its passages: the lines of at least `passage_min_words` words (0: none).

    Example:
        >>> text = "Banjir surut.\n" + "Warga mulai membersihkan rumah mereka " * 4
        >>> [(s.level, s.start) for s in segment_document(Document("a", text), 20)]
        [('document', 0), ('passage', 14)]
    """
    text = document.text
    yield Segment(document.id, "document", 0, len(text), text)
    if not passage_min_words:
        return
    start = 0
    for line in text.split("\n"):
        body = line.strip()
        if len(body.split()) >= passage_min_words:
            first = start + line.index(body)
            yield Segment(document.id, "passage", first, first + len(body), body)
        start += len(line) + 1


def shingle_segment(text: str) -> frozenset[str]:
    """Return the shingles by which documents and passages are compared: runs of five words of the normal form.

    Example:
        >>> sorted(shingle_segment("Air bah itu sudah surut, kata warga."))[0]
        'air bah itu sudah surut'
    """
    return shingle_words(normalize_text(text), SHINGLING.size)
