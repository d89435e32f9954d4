"""Two wordings of one quote, with what differs marked."""

import re
from collections.abc import Iterator

from rich.text import Text

_PIECES = re.compile(r"\w+|\W+")


def mark_differences(reference: str, variant: str) -> Text:
    """Return the variant with the words that the reference does not have in that place in bold.

    Example:
        >>> text = mark_differences("telah tewas di sana", "telah terbunuh di sana")
        >>> text.plain, [text.plain[span.start : span.end] for span in text.spans]
        ('telah terbunuh di sana', ['terbunuh'])
    """
    pieces = _PIECES.findall(variant)
    text = Text()
    shared = set(_shared_words(reference, variant))
    place = 0
    for piece in pieces:
        is_word = piece[0].isalnum() or piece[0] == "_"
        text.append(piece, style="bold" if is_word and place not in shared else None)
        place += is_word
    return text


def _shared_words(reference: str, variant: str) -> Iterator[int]:
    from rapidfuzz.distance import LCSseq

    words = [[word.casefold() for word in re.findall(r"\w+", text)] for text in (reference, variant)]
    for block in LCSseq.opcodes(*words):
        if block.tag == "equal":
            yield from range(block.dest_start, block.dest_end)
