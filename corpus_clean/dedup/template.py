"""Same form, other facts: prayer times, volcano reports, court schedules.

Such pages resemble each other more than many a copy does, and none of them may be left out for another. What
gives them away is *where* they differ: in the numbers.
"""

# Copies that were edited differ in words; of the hand-labelled near-duplicates none replaces a single number.
LEAST_FIGURES = 3
_LEAST_SHARE = 0.5


def is_template(left: str, right: str) -> bool:
    """Tell whether two alike texts, both in normal form, differ mainly in their numbers.

    With fewer than `LEAST_FIGURES` numbers in either of them, or the same ones in both, they do not.

    Example:
        >>> monday = "senin subuh 04 31 zuhur 11 58 asar 15 20 magrib 17 55 isya 19 06 untuk kota seling"
        >>> sunday = "minggu subuh 04 30 zuhur 11 57 asar 15 19 magrib 17 54 isya 19 05 untuk kota seling"
        >>> is_template(monday, sunday)
        True
    """
    from rapidfuzz.distance import Levenshtein

    a, b = left.split(), right.split()
    changes = [step for step in Levenshtein.opcodes(a, b) if step.tag != "equal"]
    figures = sum(
        _has_figure(a[step.src_start : step.src_end]) and _has_figure(b[step.dest_start : step.dest_end])
        for step in changes
    )
    return figures >= LEAST_FIGURES and figures >= _LEAST_SHARE * len(changes)


def _has_figure(words: list[str]) -> bool:
    return any(word[0].isdecimal() for word in words)
