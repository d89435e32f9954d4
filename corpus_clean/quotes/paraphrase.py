"""How much of one sentence's content another one has, in whatever forms its words take.

Paraphrase keeps the rare words and changes their forms (penambahan, menambah; deploy, deployment), so words are matched
by the letters they share. That works for affixes in front and behind, without a stemmer and its errors.
"""

import functools
from collections.abc import Iterable, Sequence

from corpus_clean.languages.lexicon import load_lexicons
from corpus_clean.quotes.fold import fold_text

SHARED_GRAMS = 0.55
GRAM = 4


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


def content_words(text: str) -> tuple[str, ...]:
    """Return the words of a text that carry its topic, folded, each once, in order.

    Example:
        >>> content_words("Ia mengatakan bahwa jalan itu akan dibuka lagi.")
        ('jalan', 'dibuka')
    """
    return pick_content(fold_text(text).split())


def pick_content(words: Iterable[str]) -> tuple[str, ...]:
    """Return those of folded words that carry a topic, each once, in order.

    Example:
        >>> pick_content("ia mengatakan bahwa jalan itu akan dibuka lagi".split())
        ('jalan', 'dibuka')
    """
    return tuple(filter(carries_topic, dict.fromkeys(words)))


def carries_topic(word: str) -> bool:
    """Tell whether a folded word is a number, or neither short nor one that any sentence may have.

    Example:
        >>> carries_topic("jalan"), carries_topic("akan"), carries_topic("7")
        (True, False, True)
    """
    return word not in _function_words() and (len(word) >= 3 or word.isdigit())


@functools.lru_cache(maxsize=65536)
def root_grams(word: str) -> frozenset[str]:
    """Return the runs of four letters that the forms of a word share; numbers and short words have none.

    Example:
        >>> sorted(root_grams("tambah")), sorted(root_grams("2024"))
        (['amba', 'mbah', 'tamb'], [])
    """
    if not _has_forms(word):
        return frozenset()
    return frozenset(word[i : i + GRAM] for i in range(len(word) - GRAM + 1))


@functools.lru_cache(maxsize=262144)
def share_root(a: str, b: str) -> bool:
    """Whether two words share enough letters in a row to be forms of one word.

    Example:
        >>> share_root("penambahan", "menambah"), share_root("menunggu", "menyerang")
        (True, False)
    """
    return _share_root(a, b)


def _share_root(a: str, b: str) -> bool:
    if a == b:
        return True
    x, y = root_grams(a), root_grams(b)
    return not x.isdisjoint(y) and len(x & y) >= SHARED_GRAMS * min(len(x), len(y))


def share_words(a: Sequence[str], b: Sequence[str], enough: float) -> bool:
    """Whether of two texts' content words so many of the one with fewer are in the other, in whatever form.

    Example:
        >>> share_words(content_words("armada bus sekolah"), content_words("Warga menunggu penambahan armada bus"), 2)
        True
    """
    x, y = (b, a) if len(a) > len(b) else (a, b)
    exact = frozenset(y)
    others = [word for word in x if word not in exact]
    missing = enough - len(x) + len(others)
    if missing <= 0:
        return True
    # Forms of one word have a run of letters in common at least; spaces are in none.
    forms = " ".join(filter(_has_forms, y))
    near = [
        word
        for word in filter(_has_forms, others)
        if any(word[i : i + GRAM] in forms for i in range(len(word) - GRAM + 1))
    ]
    return len(near) >= missing and sum(any(_share_root(word, other) for other in y) for word in near) >= missing


def _has_forms(word: str) -> bool:
    return len(word) >= GRAM and not word[0].isdigit()
