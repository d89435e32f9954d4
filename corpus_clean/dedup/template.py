"""Same form, other facts: prayer times, volcano reports, court schedules.

Such pages resemble each other more than many a copy does, and none of them may be left out for another. What
gives them away is *where* they differ: in the numbers.
"""

import re

_WORDS = re.compile(r"\w+")
_NUMBERS = re.compile(r"\d+")
# Copies that were edited differ in words; of the hand-labelled near-duplicates none replaces a single number.
_LEAST_NUMBERS = 3
_LEAST_SHARE = 0.5


def is_template(left: str, right: str) -> bool:
    """Tell whether two alike texts differ mainly in their numbers.

    Example:
        >>> monday = "Senin: Subuh 04.31, Zuhur 11.58, Asar 15.20, Magrib 17.55, Isya 19.06 untuk Kota Seling."
        >>> sunday = "Minggu: Subuh 04.30, Zuhur 11.57, Asar 15.19, Magrib 17.54, Isya 19.05 untuk Kota Seling."
        >>> is_template(monday, sunday)
        True
    """
    if _NUMBERS.findall(left) == _NUMBERS.findall(right):
        return False  # most pairs end here, before the alignment
    from rapidfuzz.distance import Levenshtein

    a, b = (_WORDS.findall(text.casefold()) for text in (left, right))
    changes = [step for step in Levenshtein.opcodes(a, b) if step.tag != "equal"]
    numbers = sum(
        _has_number(a[step.src_start : step.src_end]) and _has_number(b[step.dest_start : step.dest_end])
        for step in changes
    )
    return numbers >= _LEAST_NUMBERS and numbers >= _LEAST_SHARE * len(changes)


def _has_number(words: list[str]) -> bool:
    return any(word[0].isdigit() for word in words)
