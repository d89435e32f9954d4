"""Whether two speakers are one: name variants, short forms, and people who speak for an organisation."""

import functools
import unicodedata
from collections.abc import Set as AbstractSet

from rapidfuzz import fuzz

from corpus_clean.languages.lexicon import load_lexicons
from corpus_clean.quotes.fold import fold_text

_SPELLING = 84.0
_SHORTEST_FUZZY = 5

Affiliations = AbstractSet[tuple[str, str]]
NO_AFFILIATIONS: Affiliations = frozenset()


def match_speakers(left: str, right: str, affiliations: Affiliations = NO_AFFILIATIONS) -> bool | None:
    """Return whether two names mean one speaker; `None` where one of them is not known, or only an office.

    Args:
        left: a speaker's name.
        right: another one's.
        affiliations: pairs (organisation, person), lower case, of both articles (`spans.read_document`).

    Example:
        >>> match_speakers("Volodymyr Zelenskyy", "Zelensky")
        True
        >>> match_speakers("NATO", "Mark Rutte", {("nato", "mark rutte")})
        True
        >>> match_speakers("Pentagon", "Mark Rutte"), match_speakers("Mark Rutte", "")
        (False, None)
        >>> match_speakers("Menteri Luar Negeri", "Rina Maharani") is None
        True
    """
    if not left or not right:
        return None
    same = _match_names(left, right)
    if same is not True and affiliations:
        a, b = _name_words(left), _name_words(right)
        if a and b and (_speaks_for(a, b, affiliations) or _speaks_for(b, a, affiliations)):
            return True
    return same


@functools.lru_cache(maxsize=1 << 15)
def _match_names(left: str, right: str) -> bool | None:
    a, b = _name_words(left), _name_words(right)
    if not a or not b:
        return None
    if a == b or _alike(a, b):
        return True
    return None if _is_office(left) != _is_office(right) else False


@functools.lru_cache(maxsize=16384)
def is_person(name: str) -> bool:
    """Whether a speaker is named as a person, not as an organisation ("KPK", "Bank Indonesia") or a role ("polisi").

    The first word tells: "Andi Agung" is a person, "Kejaksaan Agung" is none.

    Example:
        >>> [is_person(name) for name in ("Sarma Wirya", "Polisi", "KPK", "Kementerian Pertanian")]
        [True, False, False, False]
    """
    words = name.split()
    if not words or name[0].islower() or words[0].lower() in _institutions() | _roles():
        return False
    return not any(word.isupper() and len(word) > 1 for word in words)


@functools.lru_cache(maxsize=16384)
def _is_office(name: str) -> bool:
    """Whether a speaker is named by an office alone, which anybody may hold: Menteri Luar Negeri RI."""
    words = fold_text(name).split()
    titles = _titles()
    return any(word in titles for word in words) and all(word in titles or word in _institutions() for word in words)


@functools.cache
def _institutions() -> frozenset[str]:
    return frozenset().union(*(lexicon.institutions for lexicon in load_lexicons().values()))


@functools.cache
def _roles() -> frozenset[str]:
    return frozenset().union(*(lexicon.role_nouns for lexicon in load_lexicons().values()))


@functools.lru_cache(maxsize=16384)
def _name_words(name: str) -> tuple[str, ...]:
    folded = unicodedata.normalize("NFKD", fold_text(name))
    words = "".join(c for c in folded if not unicodedata.combining(c)).split()
    titles = _titles()
    kept = tuple(word for word in words if word not in titles)
    return kept or tuple(words)


@functools.cache
def _titles() -> frozenset[str]:
    return frozenset().union(*(lexicon.titles for lexicon in load_lexicons().values()))


def _alike(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """One name is the other's short form (any word of a person's name will do), or another spelling of it."""
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    if len(short) == 1:
        return any(_same_word(short[0], word) for word in long) if len(long) <= 4 else short[0] == long[-1]
    shared = sum(any(_same_word(word, other) for other in long) for word in short)
    return shared == len(short) or (
        shared >= 1 and _same_word(a[-1], b[-1]) and len(short) == 2 and shared * 2 > len(short)
    )


def _same_word(a: str, b: str) -> bool:
    if a == b:
        return True
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    if len(short) >= _SHORTEST_FUZZY and len(long) >= len(short) + 4:
        return long.startswith(short) or long.endswith(short)  # words that a scraper glued together
    return len(a) >= _SHORTEST_FUZZY and len(b) >= _SHORTEST_FUZZY and a[0] == b[0] and fuzz.ratio(a, b) >= _SPELLING


def _speaks_for(organisation: tuple[str, ...], person: tuple[str, ...], affiliations: Affiliations) -> bool:
    words = set(organisation)
    return any(set(fold_text(name).split()) <= words and _alike(_name_words(who), person) for name, who in affiliations)
