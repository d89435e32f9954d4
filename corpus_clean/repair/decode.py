"""Bytes to text, and the same bytes back.

The order is byte order mark, UTF-8, the charset a page declares, then a guess. A guess counts only when encoding the
text again gives the same bytes.
"""

import codecs
import re
from dataclasses import dataclass

from corpus_clean.errors import RejectedRecordError

# UTF-32 first: its little-endian mark begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
# Guesses that differ from windows-1252 only in letters that Indonesian, Malay and English do not have.
_WESTERN = {"cp1250", "cp1252", "cp1254", "cp1257", "latin_1", "iso8859_15", "iso8859_9", "iso8859_3", "iso8859_10"}
_NOT_GUESSED = ["utf_7", "utf_8", "utf_8_sig", "utf_16", "utf_16_be", "utf_16_le", "utf_32", "utf_32_be", "utf_32_le"]
_GUESS_BYTES = 1 << 16
_CONTROL = re.compile(r"[\0-\x08\x0e-\x1a\x1c-\x1f]")
_SPARSE = 0.1
_FEW = 32


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and how it was decoded. A byte order mark is still the first code point of `text`."""

    text: str
    codec: str


def decode(payload: bytes, *, page: bool = False, charset: str = "") -> Decoded:
    """Decode bytes to text.

    Args:
        payload: the bytes.
        page: they are an HTML page, whose `<meta charset>` is heard.
        charset: what the container says of them; it is heard before the page.

    Raises:
        RejectedRecordError: the bytes are no text, or in no charset that gives the bytes back.

    Example:
        >>> decode("Kafe “Café” yang lama itu tutup.".encode("cp1252"))
        Decoded(text='Kafe “Café” yang lama itu tutup.', codec='cp1252')
    """
    for mark, codec in _MARKS:
        if payload.startswith(mark):
            return _decode_strictly(payload, codec)
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError:
        text = None
    if text is not None and "\0" not in text:
        return Decoded(text, "utf-8")
    wide = _guess_wide(payload)
    if wide:
        return _decode_strictly(payload, wide)
    if b"\0" in payload:
        raise RejectedRecordError("decode", "binary", "holds NUL bytes; not a text in any charset known here")
    for declared in (_look_up(charset), _find_declared(payload) if page else ""):
        try:
            if declared:
                return _decode_strictly(payload, declared)
        except RejectedRecordError:
            pass  # servers and pages lie about their charset; then it is guessed like any other
    return _guess(payload)


def _decode_strictly(payload: bytes, codec: str) -> Decoded:
    try:
        text = payload.decode(codec)
        if text.encode(codec) == payload:
            return Decoded(text, codec)
        detail = f"decoding as {codec} and encoding again does not give the same bytes"
    except UnicodeError as error:
        detail = f"not valid {codec}: {error}"
    raise RejectedRecordError("decode", "undecodable", detail)


def _guess_wide(payload: bytes) -> str:
    """Recognise UTF-32 and UTF-16 without a mark.

    In UTF-32 the first of four bytes is NUL, and the second at most 16; in UTF-16 every second one of a Latin text is.
    """
    sample = payload[: _GUESS_BYTES & ~3]
    if len(sample) < 4 or len(payload) % 2:
        return ""
    if len(sample) >= 8 and len(payload) % 4 == 0:
        for codec, first, second in (("utf-32-le", 3, 2), ("utf-32-be", 0, 1)):
            fits = not any(sample[first::4]) and max(sample[second::4]) <= 0x10
            if fits and not _CONTROL.search(sample.decode(codec, "replace")):  # small numbers look alike
                return codec
    half = len(sample) // 2
    if sample[1::2].count(0) > 0.7 * half and sample[0::2].count(0) < 0.05 * half:
        return "utf-16-le"
    if sample[0::2].count(0) > 0.7 * half and sample[1::2].count(0) < 0.05 * half:
        return "utf-16-be"
    return ""


def _find_declared(payload: bytes) -> str:
    found = _DECLARED.search(payload[:4096])
    return _look_up(found.group(1).decode("ascii")) if found else ""


def _look_up(charset: str) -> str:
    try:
        codec = codecs.lookup(charset) if charset else None
    except (LookupError, ValueError):
        return ""
    # Python also lists transformations such as rot13 and zlib there.
    return codec.name if codec is not None and codec._is_text_encoding else ""


def _guess(payload: bytes) -> Decoded:
    from charset_normalizer import from_bytes

    sample = payload[:_GUESS_BYTES]
    # A few high bytes in ASCII are quotes, dashes and é, too little for statistics: windows-1252 until shown otherwise.
    high = sum(byte >= 0x80 for byte in sample)
    sparse = high < _FEW and high < _SPARSE * len(sample)
    best = None if sparse else from_bytes(sample, cp_exclusion=_NOT_GUESSED).best()
    if sparse or (best is not None and (best.encoding in _WESTERN or best.encoding.startswith("mac_"))):
        try:
            return _decode_strictly(payload, "cp1252")
        except RejectedRecordError:  # five bytes are undefined there
            best = best or from_bytes(sample, cp_exclusion=_NOT_GUESSED).best()
    if best is None:
        raise RejectedRecordError("decode", "unknown charset", "not UTF-8, and no charset makes sense of it")
    return _decode_strictly(payload, best.encoding)
