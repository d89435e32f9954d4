"""Which language a news text is written in, told by its function words.

A language wins when its words cover enough of the text and, against a close relative, when its own spellings
(bahwa, not bahawa) clearly outnumber the other's. Anything else is left open: a wrong code does more harm than none.
"""

import functools
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from corpus_clean.languages.lexicon import load_lexicons
from corpus_clean.languages.marks import blank_marks

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_SAMPLE_CHARACTERS = 6000
_MIN_WORDS = 8
_MIN_COVERAGE = 0.17
_MIN_LEAD = 1.3


@functools.cache
def _word_kinds() -> Mapping[str | bytes, str]:
    """Which languages know a word, such as `en id id*`; the star is of a language that calls it its *own*.

    A spelling shared by two tells nothing about either. Words of ASCII are there as bytes, too.
    """
    lexicons = load_lexicons()
    kinds: dict[str | bytes, str] = {}
    for code, lexicon in sorted(lexicons.items()):
        others = [other for other in lexicons.values() if other.language != code]
        own = lexicon.distinctive.difference(*(other.distinctive | other.common for other in others))
        for word in lexicon.common | own:
            kinds[word] = f"{kinds.get(word, '')} {code}{f' {code}*' if word in own else ''}"
    return kinds | {word.encode(): found for word, found in kinds.items() if isinstance(word, str) and word.isascii()}


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
    words = _split_words(text[:_SAMPLE_CHARACTERS])
    if len(words) < _MIN_WORDS:
        return ""
    counts: Counter[str] = Counter()
    for kinds, count in Counter(filter(None, map(_word_kinds().get, words))).items():
        for kind in kinds.split():
            counts[kind] += count
    eligible = [code for code in sorted(load_lexicons()) if counts[code] / len(words) >= _MIN_COVERAGE]
    if not eligible:
        return ""
    ranked = sorted(eligible, key=lambda code: (-counts[f"{code}*"], code))
    best, most = ranked[0], counts[f"{ranked[0]}*"]
    if most == 0 or (len(ranked) > 1 and most < _MIN_LEAD * counts[f"{ranked[1]}*"]):
        return ""
    return best


def _split_words(text: str) -> Sequence[str] | Sequence[bytes]:
    """Return what `_WORD` finds in the text in lower case, as bytes where that is ASCII but for the usual marks."""
    plain = blank_marks(text.replace("’", "'"))
    if not plain.isascii():
        return _WORD.findall(text.lower())
    letters = b" %b " % plain.encode().translate(_LETTERS)
    for joiner in b"-'":
        place = letters.find(joiner)
        while place >= 0:
            if letters[place - 1] in _NO_LETTERS or letters[place + 1] in _NO_LETTERS:
                letters = b"%b %b" % (letters[:place], letters[place + 1 :])
            place = letters.find(joiner, place + 1)
    return letters.split()


_NO_LETTERS = b" -'"
_LETTERS = bytes(
    ord(sign.lower()) if sign.isalpha() else code if code in _NO_LETTERS else ord(" ")
    for code in range(256)
    for sign in [chr(code) if code < 128 else " "]
)
"""For each byte of ASCII its lower case if it is a letter, itself if it joins them, and else a space."""
