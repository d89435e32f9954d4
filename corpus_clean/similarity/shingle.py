"""Shingles: the overlapping runs of words or characters that a text is compared by (Broder 1997)."""


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
    return frozenset(padded[i : i + size] for i in range(len(padded) - size + 1))
