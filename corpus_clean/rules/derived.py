"""What is derived of the shipped patterns ahead of time: deriving takes seconds, looking up milliseconds.

`packs/derived.json` is written by `scripts/document`. What is not in it (a user's own pack, a pattern just changed) is
derived on the spot, so the file can make loading slow when it is old, but never wrong.
"""

import functools
import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, NamedTuple

import xxhash

from corpus_clean.rules.effort import find_safe_length
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


def look_up_safe_length(pattern: str, *, case: bool, search: bool) -> int:
    """Return what `find_safe_length` gives for a pattern.

    Example:
        >>> look_up_safe_length("ikuti kami", case=False, search=False) > 10**9
        True
    """
    known = _read_table().get(make_key(pattern, safe=True, case=case, search=search))
    return find_safe_length(pattern, case=case, search=search) if known is None else int(known)


def make_key(pattern: str, **asked: bool) -> str:
    """Return the name under which something derived of a pattern is kept.

    Example:
        >>> make_key("iklan", start=True, end=True, across=False)
        'start-end-d9e8687468aad5e9'
    """
    return "-".join([*(name for name, given in asked.items() if given), xxhash.xxh3_64_hexdigest(pattern.encode())])


@functools.cache
def _read_table() -> Mapping[str, Any]:
    file = files("corpus_clean.rules") / "packs" / "derived.json"
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else {}
