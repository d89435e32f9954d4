"""What a line looks like without reading it: a headline, a label, a keyword, a name, an address.

Rules that take following lines along ask these; each is strict, because a missed headline is only noise left in.
"""

import functools
from collections.abc import Callable

import regex

# Words that headlines write small in Indonesian, Malay and English.
_SMALL_TEXT = """
    dan atau yang di ke dari untuk dengan pada dalam oleh serta hingga sampai saat usai agar bagi tak
    juga ini itu akan jadi soal demi vs karena tentang terhadap antara kepada sebagai secara para
    sebelum sesudah setelah lewat daripada seperti bila jika kalau kian lagi lalu nan pun per atas bawah
    tanpa sejak selama tapi tetapi namun adalah telah sudah bukan apa kah dgn yg utk pd ialah ketika
    manakala the a an of and or in on at to for with by from as is are was were be into over after
    before amid than
"""
_SMALL = frozenset(_SMALL_TEXT.split())
_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{N}'’.\-/%,]*")
_ENDS_SENTENCE = regex.compile(r"[.,;:…]['\"”’)]*$")
_REPORTED = regex.compile(
    r"[,\"”’]\s+(?:kata|ujar|ucap|tutur|ungkap|jelas|terang|tegas|tambah|imbuh|sebut|papar|kate|katanya|ujarnya|"
    r"said|says)\b",
    regex.IGNORECASE,
)
_LABEL = regex.compile(r"[\p{L}][\p{L}\p{N} .&/'-]{1,38}\s?:|[\p{Lu}][\p{Lu}\p{N} .&/'-]{2,38}")
_NAME = regex.compile(
    r"(?:\p{Lu}[\p{L}'’.-]*|bin|binti|van|de|al)(?: (?:\p{Lu}[\p{L}'’.-]*|bin|binti|van|de|al)){0,4},?"
)
_URL = regex.compile(r"(?:https?://|www\.)\S+|[\w-]+(?:\.[\w-]+)+/\S*", regex.IGNORECASE)


def has_shape(line: str, shape: str) -> bool:
    """Tell whether a trimmed line has the shape of that name.

    Example:
        >>> has_shape("KEYWORD :", "label"), has_shape("Dia pulang kemarin.", "title")
        (True, False)
    """
    return _SHAPES[shape](line)


@functools.lru_cache(maxsize=4096)
def is_title(line: str) -> bool:
    """Tell whether a line reads like a headline: most words capitalised, no end of a sentence, no reported speech.

    Example:
        >>> is_title("Harga Cabai di Pasar Kota Naik Dua Kali Lipat")
        True
        >>> is_title("Ia juga meminta warga tetap tenang")
        False
    """
    line = line.rstrip(" |")
    if not 16 <= len(line) <= 180 or _ENDS_SENTENCE.search(line) or _REPORTED.search(line):
        return False
    words = _WORD.findall(line)
    if not 3 <= len(words) <= 28 or not (words[0][0].isupper() or words[0][0].isdigit()):
        return False
    large = [word for word in words if word.lower() not in _SMALL]
    capital = sum(word[0].isupper() or word[0].isdigit() for word in large)
    return len(large) >= 2 and capital >= 0.75 * len(large)


def is_label(line: str) -> bool:
    """Tell whether a line is a short heading with a colon, or in capitals.

    Example:
        >>> is_label("Foto lainnya:"), is_label("PILIHAN EDITOR"), is_label("Ia pulang")
        (True, True, False)
    """
    return _LABEL.fullmatch(line) is not None


def is_keyword(line: str) -> bool:
    """Tell whether a line can be a tag: a few words, no punctuation at the end.

    Example:
        >>> is_keyword("#harga cabai"), is_keyword("Harga cabai naik.")
        (True, False)
    """
    return len(line) <= 50 and len(line.split()) <= 6 and regex.search(r"[.!?:;,\"”]$", line) is None


def is_name(line: str) -> bool:
    """Tell whether a line is one to five capitalised words.

    Example:
        >>> is_name("Sari Wulandari"), is_name("Sari pulang")
        (True, False)
    """
    return len(line) <= 60 and _NAME.fullmatch(line) is not None


def is_url(line: str) -> bool:
    """Tell whether a line is a web address and nothing else.

    Example:
        >>> is_url("https://example.org/a"), is_url("lihat example.org/a")
        (True, False)
    """
    return _URL.fullmatch(line) is not None


_SHAPES: dict[str, Callable[[str], bool]] = {
    "title": is_title,
    "label": is_label,
    "keyword": is_keyword,
    "name": is_name,
    "url": is_url,
}
