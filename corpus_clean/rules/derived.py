"""Literals of the shipped patterns, derived ahead of time: deriving takes seconds, looking up milliseconds.

`packs/literals.json` is written by `scripts/document`. What is not in it (a user's own pack, a pattern just changed) is
derived on the spot, so the file can make loading slow when it is old, but never wrong.
"""

import functools
import json
from collections.abc import Mapping
from importlib.resources import files

import xxhash

from corpus_clean.rules.literals import find_literals

Groups = tuple[tuple[str, ...], ...]


def look_up_literals(pattern: str, *, start: bool, end: bool, across: bool) -> Groups:
    """Return what `literals.find_literals` gives for a pattern.

    Example:
        >>> look_up_literals("ikuti kami di kanal", start=False, end=False, across=False)
        (('ikuti kami di kanal',),)
    """
    known = _read_table().get(make_key(pattern, start=start, end=end, across=across))
    if known is None:
        return find_literals(pattern, start=start, end=end, across=across)
    return tuple(tuple(group) for group in known)


def make_key(pattern: str, *, start: bool, end: bool, across: bool) -> str:
    """Return the name under which a pattern's literals are kept.

    Example:
        >>> make_key("iklan", start=True, end=True, across=False)
        'TTF-d9e8687468aad5e9'
    """
    marks = "".join("T" if mark else "F" for mark in (start, end, across))
    return f"{marks}-{xxhash.xxh3_64_hexdigest(pattern.encode())}"


@functools.cache
def _read_table() -> Mapping[str, list[list[str]]]:
    file = files("corpus_clean.rules") / "packs" / "literals.json"
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else {}
