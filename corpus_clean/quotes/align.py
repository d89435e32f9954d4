"""How one wording of a quote differs from another, word by word."""

import re
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import Levenshtein

_WORD = re.compile(r"\S+")

Change = Literal["kept", "added", "dropped", "swapped"]


@dataclass(frozen=True, slots=True)
class Run:
    """A run of words treated alike: `left` are the words of the first wording, `right` those of the second."""

    change: Change
    left: tuple[str, ...]
    right: tuple[str, ...]


def align_words(a: str, b: str) -> list[Run]:
    """Align two wordings; case and punctuation do not count as a difference.

    Example:
        >>> for run in align_words("telah tewas dalam perang", "telah terbunuh dalam perang ini"):
        ...     print(run.change, " ".join(run.left), "|", " ".join(run.right))
        kept telah | telah
        swapped tewas | terbunuh
        kept dalam perang | dalam perang
        added  | ini
    """
    left, right = _WORD.findall(a), _WORD.findall(b)
    runs: list[Run] = []
    for op in Levenshtein.opcodes([_bare(word) for word in left], [_bare(word) for word in right]):
        words = tuple(left[op.src_start : op.src_end]), tuple(right[op.dest_start : op.dest_end])
        runs.append(Run(_CHANGES[op.tag], *words))
    return runs


_CHANGES: dict[str, Change] = {"equal": "kept", "insert": "added", "delete": "dropped", "replace": "swapped"}


def _bare(word: str) -> str:
    return "".join(c for c in word.casefold() if c.isalnum()) or word
