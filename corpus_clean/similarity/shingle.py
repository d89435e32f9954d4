"""Shingles: the overlapping runs of words or characters that a text is compared by (Broder 1997)."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Shingling:
    """Runs of `size` words, or of `size` characters."""

    kind: Literal["word", "char"]
    size: int

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ValueError(f"a shingle has at least one {self.kind}, not {self.size}")


def shingle_words(text: str, size: int) -> frozenset[str]:
    """Return the runs of `size` words of a *normalised* text; a shorter text is one shingle, no text none.

    Example:
        >>> sorted(shingle_words("kami tidak akan mundur", 3))
        ['kami tidak akan', 'tidak akan mundur']
    """
    words = text.split()
    if len(words) <= size:
        return frozenset([" ".join(words)] if words else [])
    return frozenset(" ".join(words[i : i + size]) for i in range(len(words) - size + 1))


def shingle_characters(text: str, size: int) -> frozenset[str]:
    """Return the runs of `size` characters of a *normalised* text, with a space at both ends.

    The spaces make the first and last letters of words count as such.

    Example:
        >>> sorted(shingle_characters("ia", 3))
        [' ia', 'ia ']
    """
    if not text:
        return frozenset()
    padded = f" {text} "
    if len(padded) <= size:
        return frozenset([padded])
    return frozenset([padded[i : i + size] for i in range(len(padded) - size + 1)])
