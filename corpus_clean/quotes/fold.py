"""The form in which quotes are compared: case and marks folded, numbers whole, synonyms in one form."""

import functools
import re
from collections.abc import Iterable, Mapping

from corpus_clean.languages.lexicon import load_lexicons
from corpus_clean.similarity.normalize import normalize_text
from corpus_clean.similarity.texts import normalize_texts

_THOUSANDS = re.compile(r"(?<=\d)[.,](?=\d{3}(?!\d))")
_LONGEST_ALIAS = 4


@functools.cache
def _aliases() -> Mapping[str, str]:
    merged: dict[str, str] = {}
    for lexicon in load_lexicons().values():
        for word, replacement in lexicon.aliases.items():
            merged.setdefault(normalize_text(word), normalize_text(replacement))
    return merged


@functools.cache
def _alias_heads() -> Mapping[str, int]:
    """The longest alias by its first word, in words."""
    heads: dict[str, int] = {}
    for alias in _aliases():
        words = alias.split()
        heads[words[0]] = max(heads.get(words[0], 0), len(words))
    return heads


@functools.cache
def negations() -> frozenset[str]:
    """Return the words that negate, in any language, folded as `fold_text` folds."""
    return frozenset(fold_text(word) for lexicon in load_lexicons().values() for word in lexicon.negations)


@functools.cache
def _number_words() -> Mapping[str, str]:
    """Number words of all languages. "One" is left out: it is an article more often than a figure."""
    return {
        word: str(value) for lexicon in load_lexicons().values() for word, value in lexicon.numbers.items() if value > 1
    }


def find_numbers(words: Iterable[str]) -> frozenset[str]:
    """Return the figures among folded words, number words as digits.

    Example:
        >>> sorted(find_numbers(["tiga", "truk", "dan", "600000", "orang"]))
        ['3', '600000']
    """
    known = _number_words()
    return frozenset(known.get(word, word) for word in words if word in known or word[0].isdigit())


@functools.lru_cache(maxsize=65536)
def fold_text(text: str) -> str:
    """Return the text as it is compared with others.

    Example:
        >>> fold_text("Lebih dari 600.000 tentara Korut, kata dia")
        'lebih dari 600000 tentara korea utara kata dia'
    """
    return _replace_aliases(normalize_text(_THOUSANDS.sub("", text)))


def fold_texts(texts: Iterable[str]) -> list[str]:
    """Fold many texts; what `fold_text` does of each, in less time.

    Example:
        >>> fold_texts(["600.000 tentara Korut,", ""])
        ['600000 tentara korea utara', '']
    """
    plain = [_THOUSANDS.sub("", text) for text in texts]
    return [_replace_aliases(text) for text in normalize_texts(plain)]


def _replace_aliases(text: str) -> str:
    words = text.split()
    heads = _alias_heads()
    if heads.keys().isdisjoint(words):
        return text
    aliases = _aliases()
    folded: list[str] = []
    index = 0
    while index < len(words):
        longest = heads.get(words[index])
        if longest is None:
            folded.append(words[index])
            index += 1
            continue
        for width in range(min(longest, len(words) - index), 0, -1):
            replacement = aliases.get(" ".join(words[index : index + width]))
            if replacement is not None:
                folded.extend(replacement.split())
                index += width
                break
        else:
            folded.append(words[index])
            index += 1
    return " ".join(folded)


def count_words(folded: str) -> int:
    """Return the words of a folded text.

    Example:
        >>> count_words("jalan itu dibuka"), count_words("")
        (3, 0)
    """
    return folded.count(" ") + 1 if folded else 0
