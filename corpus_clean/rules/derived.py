"""What is derived of the shipped patterns ahead of time: deriving takes seconds, looking up milliseconds.

`packs/literals.json` is written by `scripts/document`. What is not in it (a user's own pack, a pattern just changed) is
derived on the spot, so the file can make loading slow when it is old, but never wrong.
"""

import functools
import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, NamedTuple

import xxhash

from corpus_clean.rules.literals import find_literals
from corpus_clean.rules.measure import measure_pattern


class Traits(NamedTuple):
    """What every match of a pattern is like: groups of literals (see `literals`), and its length."""

    groups: tuple[tuple[str, ...], ...]
    longest: int


def derive_traits(pattern: str, *, start: bool, end: bool, across: bool) -> Traits:
    """Derive what `literals` and `measure` tell of an expanded pattern.

    Example:
        >>> derive_traits("ikuti kami di kanal", start=False, end=False, across=False)
        Traits(groups=(('ikuti kami di kanal',),), longest=19)
    """
    groups = find_literals(pattern, start=start, end=end, across=across)
    return Traits(groups, measure_pattern(pattern))


def look_up_traits(pattern: str, *, start: bool, end: bool, across: bool) -> Traits:
    """Return what `derive_traits` gives for a pattern.

    Example:
        >>> look_up_traits("ikuti kami di kanal", start=False, end=False, across=False).longest
        19
    """
    known = _read_table().get(make_key(pattern, start=start, end=end, across=across))
    if known is None:
        return derive_traits(pattern, start=start, end=end, across=across)
    groups, longest = known
    return Traits(tuple(map(tuple, groups)), longest)


def make_key(pattern: str, *, start: bool, end: bool, across: bool) -> str:
    """Return the name under which a pattern's traits are kept.

    Example:
        >>> make_key("iklan", start=True, end=True, across=False)
        'TTF-d9e8687468aad5e9'
    """
    marks = "".join("T" if mark else "F" for mark in (start, end, across))
    return f"{marks}-{xxhash.xxh3_64_hexdigest(pattern.encode())}"


@functools.cache
def _read_table() -> Mapping[str, Sequence[Any]]:
    file = files("corpus_clean.rules") / "packs" / "literals.json"
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else {}
