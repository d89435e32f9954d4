"""The normal form that all comparison starts from."""

import functools

import regex


@functools.cache
def separators() -> "regex.Pattern[str]":
    """Return the pattern of what stands between words.

    Example:
        >>> separators().split("ia: pergi")
        ['ia', 'pergi']
    """
    # Marks belong to words: without \p{M} Arabic vowel signs and NFD accents would cut words in two.
    return regex.compile(r"[^\p{L}\p{M}\p{N}]+")


def normalize_text(text: str) -> str:
    """Fold case, keep Unicode letters, marks and digits, and put single spaces between words.

    Example:
        >>> normalize_text("“Kami TIDAK mundur,” kata dia (10.000 orang).")
        'kami tidak mundur kata dia 10 000 orang'
    """
    if text.isascii():
        return " ".join(text.translate(_ASCII).split())
    return str(separators().sub(" ", text.casefold())).strip()


_ASCII = "".join(sign.lower() if sign.isalnum() else " " for sign in map(chr, range(128)))
