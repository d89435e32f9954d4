"""Which language a news text is written in, told by its function words.

A language wins when its words cover enough of the text and, against a close relative, when its own spellings
(bahwa, not bahawa) clearly outnumber the other's. Anything else is left open: a wrong code does more harm than none.
"""

import functools
import re
from collections.abc import Mapping, Sequence

from corpus_clean.languages.lexicon import load_lexicons

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_SAMPLE_CHARACTERS = 6000
_MIN_WORDS = 8
_MIN_COVERAGE = 0.17
_MIN_LEAD = 1.3


@functools.cache
def _word_lists() -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
    """All known and *own* words of each language: a spelling shared by two tells nothing about either."""
    lexicons = load_lexicons()
    lists = {}
    for code, lexicon in lexicons.items():
        others = [other for other in lexicons.values() if other.language != code]
        shared = {word for other in others for word in other.distinctive | other.common}
        own = lexicon.distinctive - shared
        lists[code] = (lexicon.common | own, own)
    return lists


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
    found = _WORD.findall(text[:_SAMPLE_CHARACTERS].lower())
    total = len(found)
    if total < _MIN_WORDS:
        return ""
    lists = _word_lists()
    coverage = {code: _count(found, known) / total for code, (known, _) in lists.items()}
    eligible = [code for code in sorted(lists) if coverage[code] >= _MIN_COVERAGE]
    if not eligible:
        return ""
    own = {code: _count(found, lists[code][1]) for code in eligible}
    ranked = sorted(eligible, key=lambda code: (-own[code], code))
    best = ranked[0]
    if own[best] == 0:
        return ""
    if len(ranked) > 1 and own[best] < _MIN_LEAD * own[ranked[1]]:
        return ""
    return best


def _count(words: Sequence[str], known: frozenset[str]) -> int:
    return sum(map(known.__contains__, words))
