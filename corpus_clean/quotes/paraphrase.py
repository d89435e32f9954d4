"""How much of one sentence's content another one has, in whatever forms its words take.

Paraphrase keeps the rare words and changes their forms (penambahan, menambah; deploy, deployment), so words are matched
by the letters they share. That works for affixes in front and behind, without a stemmer and its errors.
"""

import functools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, log1p

from corpus_clean.languages.lexicon import load_lexicons
from corpus_clean.quotes.fold import fold_text

_SHARED = 0.55
_GRAM = 4
_LEAST_WORTH = 0.05
_BACKGROUND = 4


@functools.cache
def _function_words() -> frozenset[str]:
    words: set[str] = set()
    for lexicon in load_lexicons().values():
        for group in (
            lexicon.common,
            lexicon.openers,
            lexicon.pronouns,
            lexicon.name_ends,
            lexicon.before,
            lexicon.after,
            lexicon.complementizers,
            lexicon.demonstratives,
            lexicon.according_pronoun,
        ):
            words |= group
    return frozenset(words)


@functools.lru_cache(maxsize=65536)
def content_words(text: str) -> tuple[str, ...]:
    """Return the words of a text that carry its topic, folded, each once, in order.

    Example:
        >>> content_words("Ia mengatakan bahwa jalan itu akan dibuka lagi.")
        ('jalan', 'dibuka')
    """
    stop = _function_words()
    words = dict.fromkeys(fold_text(text).split())
    return tuple(word for word in words if word not in stop and (len(word) >= 3 or word.isdigit()))


@functools.lru_cache(maxsize=65536)
def _grams(word: str) -> frozenset[str]:
    if len(word) <= _GRAM:
        return frozenset([word])
    return frozenset(word[i : i + _GRAM] for i in range(len(word) - _GRAM + 1))


@functools.lru_cache(maxsize=262144)
def share_root(a: str, b: str) -> bool:
    """Whether two words share enough letters in a row to be forms of one word.

    Example:
        >>> share_root("penambahan", "menambah"), share_root("menunggu", "menyerang")
        (True, False)
    """
    if a == b:
        return True
    if a[0].isdigit() or b[0].isdigit() or min(len(a), len(b)) < _GRAM:
        return False
    x, y = _grams(a), _grams(b)
    return len(x & y) >= max(1.0, _SHARED * min(len(x), len(y)))


def count_shared(a: str, b: str) -> int:
    """Return how many content words of the text with fewer of them the other text has, in whatever form.

    Example:
        >>> count_shared("armada bus sekolah", "Warga menunggu penambahan armada bus")
        2
    """
    x, y = content_words(a), content_words(b)
    if len(x) > len(y):
        x, y = y, x
    exact = frozenset(y)
    return sum(word in exact or any(share_root(word, other) for other in y) for word in x)


def cover(a: str, b: str) -> float:
    """Return the share of the content of the text with less of it that the other text has, 0 to 1.

    Example:
        >>> cover("armada bus", "Warga menunggu penambahan armada bus")
        1.0
    """
    fewest = min(len(content_words(a)), len(content_words(b)))
    return count_shared(a, b) / fewest if fewest else 0.0


def _find_forms(word: str, by_gram: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The words that share a root with one (as `share_root` says), itself among them."""
    if word[0].isdigit() or len(word) < _GRAM:
        return frozenset([word])
    shared: dict[str, int] = {}
    grams = _grams(word)
    for gram in grams:
        for other in by_gram[gram]:
            shared[other] = shared.get(other, 0) + 1
    own = len(grams)
    return frozenset(
        other
        for other, count in shared.items()
        # Most words share one gram by chance: look at theirs only where that can be enough.
        if (count > 1 or own == 1 or len(other) == _GRAM)
        and count >= _SHARED * min(own, len(_grams(other)))
        and not other[0].isdigit()
    )


@dataclass(frozen=True, slots=True)
class Evidence:
    """What two texts share, in a context.

    `share` is the part of the lighter text's worth, 0 to 1; `likeness` is cosine-like and grows with what is shared.
    """

    share: float
    likeness: float


NO_EVIDENCE = Evidence(0.0, 0.0)


class Vocabulary:
    """The content words of two articles' quotes: what each is worth, and which are forms of one another.

    A word that half of the quotes hold is the topic, and says little of who repeats whom.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = tuple(texts)
        self._postings: dict[str, set[int]] = {}
        self._by_gram: dict[str, list[str]] = {}
        self._forms: dict[str, frozenset[str]] = {}
        self._worth: dict[str, float] = {}

    def _index(self) -> None:
        """Index all words. Most articles that share a quote share nothing else: done when first asked for."""
        postings: dict[str, set[int]] = defaultdict(set)
        for index, text in enumerate(self._texts):
            for word in content_words(text):
                postings[word].add(index)
        by_gram: dict[str, list[str]] = defaultdict(list)
        for word in postings:
            for gram in _grams(word):
                by_gram[gram].append(word)
        self._postings, self._by_gram = dict(postings), dict(by_gram)

    def _weigh(self, word: str) -> float:
        worth = self._worth.get(word)
        if worth is not None:
            return worth
        forms = frozenset[str]()
        worth = _LEAST_WORTH
        if word in self._postings:
            forms = _find_forms(word, self._by_gram)
            frequency = len(set().union(*(self._postings[form] for form in forms)))
            worth = max(_LEAST_WORTH, log((len(self._texts) + _BACKGROUND) / (1 + frequency))) ** 2
        self._forms[word], self._worth[word] = forms, worth
        return worth

    def compare(self, a: str, b: str) -> Evidence:
        """Return what two of the texts share.

        Example:
            >>> texts = ["unit bus akan ditambah", "penambahan unit bus", "bus penuh", "warga lelah menunggu"]
            >>> vocabulary = Vocabulary(texts)
            >>> vocabulary.compare(texts[0], texts[1]).likeness > vocabulary.compare(texts[0], texts[2]).likeness
            True
        """
        if not self._postings:
            self._index()
        x, y = content_words(a), content_words(b)
        if not x or not y:
            return NO_EVIDENCE
        all_x, all_y = sum(map(self._weigh, x)), sum(map(self._weigh, y))
        shared = min(self._shared(x, y), self._shared(y, x))
        if not shared:
            return NO_EVIDENCE
        return Evidence(round(shared / min(all_x, all_y), 4), round(shared / (all_x * all_y) ** 0.5 * log1p(shared), 4))

    def _shared(self, x: tuple[str, ...], y: tuple[str, ...]) -> float:
        others = frozenset(y)
        return sum(self._worth[word] for word in x if not others.isdisjoint(self._forms[word]))
