"""How much of the gold is in a text, and how much of the text is in the gold: the benchmarks' own measures."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

# Scripts without spaces would make one word of a clause; there, each character counts.
_TOKEN = re.compile(r"[぀-ヿ㐀-䶿一-鿿豈-﫿]|[^\W぀-ヿ㐀-䶿一-鿿豈-﫿]+")


@dataclass(frozen=True, slots=True)
class Shares:
    """Precision, recall and their harmonic mean."""

    precision: float
    recall: float
    f1: float


def compare_words(text: str, gold: str) -> Shares:
    """Compare the words of two texts, each as often as it occurs, case aside (WCXB, and waddle's `occ_eval`).

    Example:
        >>> compare_words("Air mulai surut. Bagikan", "Air mulai surut.").recall
        1.0
    """
    return _compare(Counter(_TOKEN.findall(text.lower())), Counter(_TOKEN.findall(gold.lower())))


def compare_shingles(text: str, gold: str, words: int = 4) -> Shares:
    """Compare the runs of four words of two texts (scrapinghub's article extraction benchmark).

    Example:
        >>> compare_shingles("Air mulai surut pagi ini.", "Air mulai surut pagi tadi.").precision
        0.5
    """
    return _compare(_count_runs(text, words), _count_runs(gold, words))


def _count_runs(text: str, words: int) -> Counter[tuple[str, ...]]:
    tokens = _TOKEN.findall(text)
    runs = (tuple(tokens[i : i + words]) for i in range(max(1, len(tokens) - words + 1)))
    return Counter(run for run in runs if run)


def _compare(found: Counter[tuple[str, ...]] | Counter[str], gold: Counter[tuple[str, ...]] | Counter[str]) -> Shares:
    shared = sum(min(count, gold[key]) for key, count in found.items())  # type: ignore[index]
    precision = shared / found.total() if found else float(not gold)
    recall = shared / gold.total() if gold else 1.0
    return Shares(precision, recall, harmonic_mean(precision, recall))


def harmonic_mean(precision: float, recall: float) -> float:
    """Return F1."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def average_pages(shares: Sequence[Shares]) -> Shares:
    """Average over pages: F1 is the mean of the pages' (WCXB)."""
    return Shares(*(fmean(getattr(share, name) for share in shares) for name in Shares.__slots__))


def average_shares(shares: Sequence[Shares]) -> Shares:
    """Average over pages: F1 is that of mean precision and mean recall (scrapinghub)."""
    precision, recall = (fmean(getattr(share, name) for share in shares) for name in ("precision", "recall"))
    return Shares(precision, recall, harmonic_mean(precision, recall))
