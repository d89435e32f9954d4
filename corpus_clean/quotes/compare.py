"""Whether two quotes are one utterance, decided on their texts."""

import functools
from dataclasses import dataclass

from rapidfuzz import fuzz

from corpus_clean.config import QuotesConfig
from corpus_clean.quotes.fold import find_numbers, fold_text, negations
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


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in its folded form, with its words."""

    text: str
    words: tuple[str, ...]

    @property
    def shingles(self) -> frozenset[str]:
        """The runs of characters that it is compared by."""
        return _shingle(self.text)


@functools.lru_cache(maxsize=16384)
def fold(text: str) -> Folded:
    """Fold a text for comparison; the last results are kept, as each quote meets several others.

    Example:
        >>> fold("Ia pulang.").words
        ('ia', 'pulang')
    """
    folded = fold_text(text)
    return Folded(folded, tuple(folded.split()))


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
    a, b = fold(left), fold(right)
    if a.text == b.text:
        return Match(1.0, 1.0) if a.text else Match(0.0, 0.0)
    if len(a.text) > len(b.text):
        a, b = b, a
    own, other = a.shingles, b.shingles
    if not own:
        return Match(0.0, 0.0)
    shared, _ = _share(left, right)
    contained = shared / len(own)
    if contained >= _WORTH_ALIGNING and len(b.text) > _WINDOW_RATIO * len(a.text):
        window = shingle_characters(_window(a.text, b.text), SHINGLE)
        contained = min(contained, len(own & window) / len(own))
    return Match(round(shared / (len(own) + len(other) - shared) if shared else 0.0, 4), round(contained, 4))


@functools.lru_cache(maxsize=_PAIRS_KEPT)
def _share(left: str, right: str) -> tuple[int, int]:
    """How many shingles two texts share, and how many the text with fewer of them has."""
    a, b = fold(left).shingles, fold(right).shingles
    return len(a & b), min(len(a), len(b))


def _window(short: str, long: str) -> str:
    """The stretch of the longer text that aligns best with the shorter one, with a margin on both sides."""
    alignment = fuzz.partial_ratio_alignment(short, long)
    if alignment is None:
        return long
    margin = max(12, len(short) // 4)
    return long[max(0, alignment.dest_start - margin) : alignment.dest_end + margin]


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
    needed = _needed(left, right, same, config)
    if needed > 1:
        return None
    if left.text != right.text:
        shared, fewest = _share(left.text, right.text)
        if shared < needed * fewest:
            return None
    match = match_texts(left.text, right.text)
    if match.containment < needed or share_formula_only(left.text, right.text):
        return None
    flags = find_conflicts(left.text, right.text)
    if same is not True and flags:
        return None
    if same is False:
        flags = (*flags, "other-speaker")
    return make_link(left, right, match, "A" if match.jaccard >= VERBATIM_JACCARD else "B", flags)


def _needed(left: Quote, right: Quote, same: bool | None, config: QuotesConfig) -> float:
    """The containment asked of two quotes; short ones are proof only in the same mouth and word for word."""
    words = min(len(fold(left.text).words), len(fold(right.text).words))
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


@functools.lru_cache(maxsize=_PAIRS_KEPT)
def find_conflicts(left: str, right: str) -> tuple[str, ...]:
    """Return "number" and "negation" where the aligned parts of two texts disagree in them.

    Example:
        >>> find_conflicts("terdakwa terbukti bersalah", "terdakwa tidak terbukti bersalah")
        ('negation',)
        >>> find_conflicts("lebih dari 600.000 tentara tewas", "lebih dari 650.000 tentara tewas")
        ('number',)
    """
    a, b = fold(left), fold(right)
    if a.text == b.text:
        return ()
    if len(a.text) > len(b.text):
        a, b = b, a
    window = b.words
    if len(b.text) > 1.2 * len(a.text):
        alignment = fuzz.partial_ratio_alignment(a.text, b.text)
        if alignment is not None:
            begin = b.text.rfind(" ", 0, alignment.dest_start + 1) + 1
            end = b.text.find(" ", max(alignment.dest_end - 1, 0))
            window = tuple(b.text[begin : len(b.text) if end < 0 else end].split())
    flags = []
    numbers_a, numbers_b = (find_numbers(words) for words in (a.words, window))
    if numbers_a - numbers_b and numbers_b - numbers_a:
        flags.append("number")
    negators = negations()
    if any(word in negators for word in a.words) != any(word in negators for word in window):
        flags.append("negation")
    return tuple(flags)


def make_link(left: Quote, right: Quote, match: Match, grade: Grade, flags: tuple[str, ...] = ()) -> Link:
    """Return the link of two quotes, the one that sorts first on the left.

    Example:
        >>> one, two = Quote("b", 0, 2, "Ya", "direct"), Quote("a", 5, 7, "ya", "direct")
        >>> make_link(one, two, Match(1.0, 1.0), "A").left.doc_id
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
