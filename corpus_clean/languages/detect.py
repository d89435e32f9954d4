"""Which language a news text is written in, told by its function words.

A language wins when its words cover enough of the text and, against a close relative, when its own spellings
(bahwa, not bahawa) clearly outnumber the other's. Anything else is left open: a wrong code does more harm than none.
"""

import functools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from corpus_clean.languages.lexicon import load_lexicons
from corpus_clean.languages.marks import APOSTROPHE, JOINERS, blank_marks
from corpus_clean.similarity.backend import spend_work

if TYPE_CHECKING:
    from corpus_clean.languages.counter import WordCounter

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_SAMPLE_CHARACTERS = 6000
_MIN_WORDS = 8
_MIN_COVERAGE = 0.17
_MIN_LEAD = 1.3


def detect_language(text: str) -> str:
    """Return "id", "ms" or "en", or "" where the text is too short, mixed, or in another language.

    Only the first 6,000 characters are read.

    Example:
        >>> detect_language("Polisi mengatakan bahwa korban sudah pulang karena tidak ada lagi yang perlu diperiksa.")
        'id'
        >>> detect_language("Polis berkata bahawa mangsa sudah pulang kerana tidak ada lagi yang perlu diperiksa.")
        'ms'
        >>> detect_language("La policía dijo que la víctima ya había vuelto a su casa.")
        ''
    """
    words, counts = _count_words(text[:_SAMPLE_CHARACTERS])
    if words < _MIN_WORDS:
        return ""
    eligible = [code for code in load_lexicons() if counts.get(code, 0) / words >= _MIN_COVERAGE]
    if not eligible:
        return ""
    ranked = sorted(eligible, key=lambda code: (-counts.get(f"{code}*", 0), code))
    best, *others = (counts.get(f"{code}*", 0) for code in ranked)
    if best == 0 or (others and best < _MIN_LEAD * others[0]):
        return ""
    return ranked[0]


def _count_words(text: str) -> tuple[int, Mapping[str, int]]:
    """Return how many words there are, and how many of each kind: in compiled code as soon as that is worth it."""
    found = _load_counter().count(text) if spend_work(len(text)) else None
    if found is not None:
        return found
    words = _split_words(text)
    counts: Counter[str] = Counter()
    for kinds, count in Counter(filter(None, map(_list_kinds().get, words))).items():
        for kind in kinds:
            counts[kind] += count
    return len(words), counts


@functools.cache
def _load_counter() -> "WordCounter":
    from corpus_clean.languages.counter import WordCounter

    return WordCounter({word: kinds for word, kinds in _list_kinds().items() if isinstance(word, str)})


@functools.cache
def _list_kinds() -> Mapping[str | bytes, tuple[str, ...]]:
    """Which languages know a word, such as `en`, `id` and `id*`; the star is of one that calls it its *own*.

    A spelling shared by two tells nothing about either. Words of ASCII are there as bytes, too.
    """
    lexicons = load_lexicons()
    kinds: dict[str | bytes, tuple[str, ...]] = {}
    for code, lexicon in sorted(lexicons.items()):
        others = [other for other in lexicons.values() if other.language != code]
        own = lexicon.distinctive.difference(*(other.distinctive | other.common for other in others))
        for word in sorted(lexicon.common | own):
            kinds[word] = (*kinds.get(word, ()), code, *([f"{code}*"] if word in own else []))
    return kinds | {word.encode(): found for word, found in kinds.items() if isinstance(word, str) and word.isascii()}


def _split_words(text: str) -> Sequence[str] | Sequence[bytes]:
    """Return what `_WORD` finds in the text in lower case, as bytes where that is ASCII but for the usual marks."""
    plain = blank_marks(text.replace(APOSTROPHE, "'"))
    if not plain.isascii():
        return _WORD.findall(text.lower())
    letters = b" %b " % plain.encode().translate(_LETTERS)
    for joiner in JOINERS.encode():
        place = letters.find(joiner)
        while place >= 0:
            if letters[place - 1] in _NO_LETTERS or letters[place + 1] in _NO_LETTERS:
                letters = b"%b %b" % (letters[:place], letters[place + 1 :])
            place = letters.find(joiner, place + 1)
    return letters.split()


_NO_LETTERS = f" {JOINERS}".encode()
_LETTERS = bytes(
    ord(sign.lower()) if sign.isalpha() else code if code in _NO_LETTERS else ord(" ")
    for code in range(256)
    for sign in [chr(code) if code < 128 else " "]
)
"""For each byte of ASCII its lower case if it is a letter, itself if it joins them, and else a space."""
