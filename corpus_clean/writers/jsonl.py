r"""JSON lines: the text goes back between its quotes, escaped the way `json.dumps` does."""

import json
from json.decoder import scanstring  # type: ignore[attr-defined]  # public in CPython, not in the stubs
from json.encoder import encode_basestring, encode_basestring_ascii

from orjson import dumps

from corpus_clean.types import Record
from corpus_clean.writers.text import choose_codec, join, name_output

__all__ = ["choose_codec", "choose_form", "join", "name_output", "unwrap", "wrap"]


def choose_form(record: Record, codec: str) -> str:
    r"""Return "ascii" where what is not ASCII is to be escaped, else "".

    Beside `\u` escapes, and in a line that is not UTF-8, only ASCII is safe.

    Example:
        >>> choose_form(Record("a#0", "a", 0, "jsonl", b"caf\\u00e9"), "utf-8")
        'ascii'
    """
    escaped = b"\\u" in record.payload and record.payload.isascii()
    return "ascii" if codec != "utf-8" or escaped else ""


def unwrap(decoded: str, form: str) -> str:
    r"""Return the text of a JSON string without its quotes.

    Example:
        >>> unwrap("Halo \\u00e9.", "")
        'Halo é.'
    """
    quoted = f'"{decoded}"'
    text, end = scanstring(quoted, 1, True)
    return str(text if end == len(quoted) else json.loads(quoted))  # which says what is wrong


def wrap(text: str, form: str) -> str:
    r"""Return the text as a JSON string without its quotes.

    Example:
        >>> wrap("Halo é.", "ascii")
        'Halo \\u00e9.'
    """
    if form == "ascii":
        return str(encode_basestring_ascii(text))[1:-1]
    try:
        return dumps(text)[1:-1].decode()  # escapes the same characters the same way, in a quarter of the time
    except TypeError:  # half of a surrogate pair
        return str(encode_basestring(text))[1:-1]
