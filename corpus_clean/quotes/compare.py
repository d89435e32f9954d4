"""Whether two quotes are one utterance, decided on their texts."""

import functools
from typing import NamedTuple

from rapidfuzz import fuzz

from corpus_clean.config import QuotesConfig
from corpus_clean.quotes.fold import count_words, find_numbers, fold_text, negations
from corpus_clean.quotes.formulas import share_formula_only
from corpus_clean.quotes.identity import NO_AFFILIATIONS, Affiliations, match_speakers
from corpus_clean.similarity.shingle import shingle_characters
from corpus_clean.types import Grade, Link, Match, Quote, Segment

SHINGLE = 4
VERBATIM_JACCARD = 0.60
OTHER_SPEAKER = 0.90
SHORT = 0.90
SHORT_WORDS = 6
IMPOSSIBLE = 2.0
_WINDOW_RATIO = 1.6
_WORTH_ALIGNING = 0.4
_WORTH_CUTTING = 1.2

Judgement = tuple[Grade, Match, tuple[str, ...]]
"""The grade of a link, how like its texts are, and what is odd about it."""


class Overlap(NamedTuple):
    """Two folded texts, how many character 4-shingles they share, and how many each of them has."""

    left: str
    right: str
    shared: int
    own: int
    other: int


def overlap_texts(left: str, right: str) -> Overlap:
    """Return what two folded texts share.

    Example:
        >>> overlap_texts("jalan itu", "jalan")[2:]
        (4, 8, 4)
    """
    own, other = _shingle(left), _shingle(right)
    return Overlap(left, right, len(own & other), len(own), len(other))


@functools.lru_cache(maxsize=4096)
def _shingle(folded: str) -> frozenset[str]:  # some 10 KB each
    return shingle_characters(folded, SHINGLE)


_PAIRS_KEPT = 1 << 14
"""Newsrooms that carry a quote carry the same words: what is known of two texts is asked for again and again."""


@functools.lru_cache(maxsize=_PAIRS_KEPT)
def match_texts(left: str, right: str) -> Match:
    """Measure two texts: Jaccard of their character 4-shingles, containment in the best window of the longer.

    Without the window, a long quote contains the letters of almost any short one somewhere.

    Example:
        >>> match = match_texts("Jalan itu dibuka lagi", "Kami lelah sekali. Tetapi jalan itu dibuka lagi, ya")
        >>> match.jaccard < 0.6 < match.containment
        True
    """
    return measure_overlap(overlap_texts(fold_text(left), fold_text(right)))


def measure_overlap(overlap: Overlap) -> Match:
    """Do what `match_texts` does where it is known what two folded texts share.

    Example:
        >>> measure_overlap(overlap_texts("jalan itu dibuka", "jalan itu ditutup")).jaccard
        0.4762
    """
    a, b, shared, own, other = overlap
    if a == b:
        return Match(1.0, 1.0) if a else Match(0.0, 0.0)
    if len(a) > len(b):
        a, b, own, other = b, a, other, own
    if not own:
        return Match(0.0, 0.0)
    contained = shared / own
    if contained >= _WORTH_ALIGNING and len(b) > _WINDOW_RATIO * len(a):
        contained = min(contained, _contain_in_window(a, b))
    return Match(round(shared / (own + other - shared) if shared else 0.0, 4), round(contained, 4))


@functools.lru_cache(maxsize=_PAIRS_KEPT)
def _contain_in_window(short: str, long: str) -> float:
    """The share of the short text's shingles in the stretch of the longer one that aligns best, and a margin of it."""
    own = _shingle(short)
    begin, end = _align(short, long)
    margin = max(12, len(short) // 4)
    window = long[max(0, begin - margin) : end + margin]
    return len(own & shingle_characters(window, SHINGLE)) / len(own)


@functools.lru_cache(maxsize=_PAIRS_KEPT)
def _align(short: str, long: str) -> tuple[int, int]:
    """Where the stretch of the longer text begins and ends that aligns best with the shorter one."""
    alignment = fuzz.partial_ratio_alignment(short, long)
    return (0, len(long)) if alignment is None else (alignment.dest_start, alignment.dest_end)


def compare_quotes(
    left: Quote, right: Quote, config: QuotesConfig, affiliations: Affiliations = NO_AFFILIATIONS
) -> Link | None:
    """Link two quotes of different articles if their texts say the same, or return `None`.

    More is asked where a speaker is not known, and most where they differ.

    Example:
        >>> one = Quote("a", 0, 47, "Jalan itu dibuka lagi pada hari Senin pekan ini", "direct", "Sarma Wirya")
        >>> two = Quote("b", 9, 59, "Jalan itu akan dibuka lagi pada Senin pekan ini,", "direct", "Wirya")
        >>> link = compare_quotes(one, two, QuotesConfig())
        >>> link.grade, link.relation
        ('A', 'quote')
    """
    if left.doc_id == right.doc_id:
        return None
    return judge_quotes(left, right, match_speakers(left.speaker, right.speaker, affiliations), config)


def judge_quotes(left: Quote, right: Quote, same: bool | None, config: QuotesConfig) -> Link | None:
    """Do what `compare_quotes` does where it is known whether the speakers are the same.

    Example:
        >>> one = Quote("a", 0, 47, "Jalan itu dibuka lagi pada hari Senin pekan ini", "direct", "Sarma Wirya")
        >>> judge_quotes(one, Quote("b", 9, 56, one.text, "direct", "Rina"), False, QuotesConfig()).flags
        ('other-speaker',)
    """
    judged = judge_overlap(overlap_texts(fold_text(left.text), fold_text(right.text)), same, config)
    return judged and make_link(left, right, *judged)


@functools.lru_cache(maxsize=_PAIRS_KEPT)
def judge_overlap(overlap: Overlap, same: bool | None, config: QuotesConfig) -> Judgement | None:
    """Say what the link of two folded texts is like, if they are to be linked.

    Example:
        >>> said = "jalan itu dibuka lagi pada hari senin pekan ini"
        >>> judge_overlap(overlap_texts(said, f"benar {said}"), None, QuotesConfig())[0]
        'A'
    """
    fewest = min(overlap.own, overlap.other)
    if overlap.shared < threshold(same, config) * fewest:
        return None
    needed = _needed(overlap, same, config)
    if needed > 1 or overlap.shared < needed * fewest:
        return None
    match = measure_overlap(overlap)
    if match.containment < needed or share_formula_only(overlap.left, overlap.right):
        return None
    flags = find_conflicts(overlap.left, overlap.right)
    if same is not True and flags:
        return None
    if same is False:
        flags = (*flags, "other-speaker")
    return grade_match(match), match, flags


def grade_match(match: Match) -> Grade:
    """Return the grade of what is no paraphrase.

    Example:
        >>> grade_match(Match(0.7, 0.9)), grade_match(Match(0.4, 0.9))
        ('A', 'B')
    """
    return "A" if match.jaccard >= VERBATIM_JACCARD else "B"


def _needed(overlap: Overlap, same: bool | None, config: QuotesConfig) -> float:
    """The containment asked of two texts; short ones are proof only in the same mouth and word for word."""
    words = min(count_words(overlap.left), count_words(overlap.right))
    needed = threshold(same, config)
    if words >= config.min_words:
        return needed
    return max(needed, SHORT) if same and words >= SHORT_WORDS else IMPOSSIBLE


def threshold(same_speaker: bool | None, config: QuotesConfig) -> float:
    """Return the containment that is asked for, by what is known of the speakers.

    Example:
        >>> threshold(True, QuotesConfig()) < threshold(None, QuotesConfig()) < threshold(False, QuotesConfig())
        True
    """
    if same_speaker is None:
        return config.unknown_speaker
    return config.same_speaker if same_speaker else max(OTHER_SPEAKER, config.unknown_speaker)


class _Details(NamedTuple):
    numbers: frozenset[str]
    negated: bool


@functools.lru_cache(maxsize=_PAIRS_KEPT)
def _find_details(folded: str) -> _Details:
    words = folded.split()
    return _Details(find_numbers(words), not negations().isdisjoint(words))


@functools.lru_cache(maxsize=_PAIRS_KEPT)
def find_conflicts(left: str, right: str) -> tuple[str, ...]:
    """Return "number" and "negation" where the aligned parts of two folded texts disagree in them.

    Example:
        >>> find_conflicts("terdakwa terbukti bersalah", "terdakwa tidak terbukti bersalah")
        ('negation',)
        >>> find_conflicts("lebih dari 600000 tentara tewas", "lebih dari 650000 tentara tewas")
        ('number',)
    """
    if left == right:
        return ()
    a, b = (left, right) if len(left) <= len(right) else (right, left)
    own, other = _find_details(a), _find_details(b)
    if len(b) > _WORTH_CUTTING * len(a) and ((own.numbers and other.numbers - own.numbers) or other.negated):
        other = _find_details(_cut_aligned(a, b))
    flags = []
    if own.numbers - other.numbers and other.numbers - own.numbers:
        flags.append("number")
    if own.negated != other.negated:
        flags.append("negation")
    return tuple(flags)


def _cut_aligned(short: str, long: str) -> str:
    """The words of the longer text that align best with the shorter one."""
    first, last = _align(short, long)
    begin = long.rfind(" ", 0, first + 1) + 1
    end = long.find(" ", max(last - 1, 0))
    return long[begin : len(long) if end < 0 else end]


def make_link(left: Quote, right: Quote, grade: Grade, match: Match, flags: tuple[str, ...] = ()) -> Link:
    """Return the link of two quotes, the one that sorts first on the left.

    Example:
        >>> one, two = Quote("b", 0, 2, "Ya", "direct"), Quote("a", 5, 7, "ya", "direct")
        >>> make_link(one, two, "A", Match(1.0, 1.0)).left.doc_id
        'a'
    """
    if (right.doc_id, right.start, right.end) < (left.doc_id, left.start, left.end):
        left, right = right, left
    return Link(
        left=Segment(left.doc_id, "quote", left.start, left.end, left.text),
        right=Segment(right.doc_id, "quote", right.start, right.end, right.text),
        relation="quote",
        grade=grade,
        match=match,
        speaker_left=left.speaker,
        speaker_right=right.speaker,
        flags=flags,
    )
