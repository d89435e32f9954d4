"""The folded form of a text, in which rules look for their literals."""

import regex

_SPACES = regex.compile(" +")
_ODD = str.maketrans({"ſ": "s", "İ": "i"})


def fold_text(text: str) -> str:
    r"""Fold a text with plain spaces as literals are folded; every character gives one, runs of spaces give one.

    Example:
        >>> fold_text("BACA   Juga")
        'baca juga'
    """
    folded = text.lower() if text.isascii() else text.translate(_ODD).lower() if _has_odd(text) else text.lower()
    return _SPACES.sub(" ", folded) if "  " in folded else folded


def _has_odd(text: str) -> bool:
    return "ſ" in text or "İ" in text
