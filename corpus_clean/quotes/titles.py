"""A run of capitals divided at the person's name: titles, offices and organisations before it, odd words cut first."""

import functools
import re
from collections.abc import Sequence

from corpus_clean.quotes.cues import Cues

_GLUED = re.compile(
    r"(?<=[^\W\d_A-Z]{3})(?=[A-Z][^\W\d_A-Z]{3})|(?<=[^\W\d_A-Z]{5})(?=[A-Z]{3})|(?<=[A-Z]{2})(?=[A-Z][^\W\d_A-Z]{4})"
)
_POSSESSIVE = re.compile(r"['’]s?$")
_KNOWN_WORDS = 1 << 14
PART, _OFFICIAL, _ODD = range(3)
"""What a word is to a name; an odd one is cut up, or cut short, first."""

Name = tuple[str, ...]
Divided = tuple[Name, Name, Name]
"""The words of a run as a name, and what `strip_titles` makes of it."""


class WordKinds(dict[str, int]):
    """What words are to a name. It is found out when it is first asked for."""

    def __init__(self, cues: Cues) -> None:
        """Know no word yet."""
        super().__init__()
        self.cues = cues

    def __missing__(self, word: str) -> int:
        if len(self) == _KNOWN_WORDS:
            self.clear()
        self[word] = kind = (
            _ODD if _read_word(word) != (word,) else _OFFICIAL if _is_official(word, self.cues) else PART
        )
        return kind


word_kinds = functools.cache(WordKinds)
"""The kinds for each cues."""


@functools.lru_cache(maxsize=1 << 12)
def _read_word(word: str) -> Name:
    if not word[0].isalnum():
        return ()
    plain = _POSSESSIVE.sub("", word) if word[-1] in "s'’" else word
    return (plain,) if len(plain) < 8 or plain[1:].islower() else tuple(_GLUED.sub(" ", plain).split())


def _is_official(word: str, cues: Cues) -> bool:
    """Whether a word of a name is one of an office or an organisation, an abbreviation, or joins such words."""
    return word.lower() in cues.offices or word in cues.joiners or (2 <= len(word) <= 8 and word.isupper())


def divide_words(words: Sequence[str], kinds: WordKinds) -> Divided:
    """Return the words of a run as a name, cut up where they are glued, and what `strip_titles` makes of it.

    Example:
        >>> from corpus_clean.quotes.cues import cues_of
        >>> divide_words(["BupatiSarma", "Wirya's"], word_kinds(cues_of("id")))
        (('Bupati', 'Sarma', 'Wirya'), ('Bupati',), ('Sarma', 'Wirya'))
    """
    found = [*map(kinds.__getitem__, words)]
    if _ODD in found:
        name = tuple(part for word in words for part in _read_word(word))
        return name, *strip_titles(name, kinds.cues)
    name = tuple(words)
    if _OFFICIAL not in found:
        return name, (), name
    return name, *_divide_at_titles(name, found, kinds.cues)


def strip_titles(name: Name, cues: Cues) -> tuple[Name, Name]:
    """Split a run into what stands before the person's name and the name; the name is empty for an organisation.

    Example:
        >>> from corpus_clean.quotes.cues import cues_of
        >>> strip_titles(("Sekretaris", "Jenderal", "NATO", "Mark", "Rutte"), cues_of("id"))
        (('Sekretaris', 'Jenderal', 'NATO'), ('Mark', 'Rutte'))
        >>> strip_titles(("Kementerian", "Kesehatan"), cues_of("id"))
        (('Kementerian', 'Kesehatan'), ())
    """
    return _divide_at_titles(name, [_is_official(word, cues) for word in name], cues)


def _divide_at_titles(name: Name, official: Sequence[int], cues: Cues) -> tuple[Name, Name]:
    if False not in official:
        return name, ()
    if True not in official:
        return (), name
    last = len(name) - 1 - official[::-1].index(True)
    if last == len(name) - 1:
        # The run ends in an organisation's word: "Andi Agung" is a person, "Badan Gizi Nasional" is not.
        lead = official.index(False)
        return (name, ()) if name[0].lower() in cues.institutions else (name[:lead], name[lead:])
    if last == len(name) - 2 and name[0].lower() in cues.institutions and any(word in cues.joiners for word in name):
        return name, ()  # Kementerian Energi dan Sumber Daya Alam
    return name[: last + 1], name[last + 1 :]
