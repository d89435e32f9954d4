"""What class and id names say of an element's part in the page; the words are in `names.toml`."""

import functools
import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import ahocorasick_rs

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_START, _END = "\x02", "\x03"
_WEIGHT = 25


@dataclass(frozen=True, slots=True)
class Names:
    """What the class and id of one element say.

    `containers` has a bit for each kind of article container, `kinds` one for each kind of part. `discarded` parts are
    not the article; `discarded_anywhere` counts for any element, not only for containers. `weight` is Readability's.
    """

    containers: int
    kinds: int
    discarded: bool
    discarded_anywhere: bool
    comments: bool
    weight: int


@dataclass(frozen=True)
class _Words:
    """Finds the words of several lists in one pass; the result has a bit for each list that has one of them."""

    automaton: ahocorasick_rs.AhoCorasick
    bits: list[int]

    def find(self, text: str) -> int:
        found = 0
        for word, _, _ in self.automaton.find_matches_as_indexes(text, overlapping=True):
            found |= self.bits[word]
        return found


@dataclass(frozen=True)
class _Lists:
    containers: _Words
    parts: _Words
    kinds: tuple[str, ...]
    cues: _Words
    cue_names: tuple[str, ...]


NOTHING = Names(0, 0, False, False, False, 0)
_PARTS = ("discarded", "discarded_anywhere", "comments", "positive", "negative")


@functools.cache
def _load_lists() -> _Lists:
    table = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))
    kinds = table["kinds"]
    parts = [*(table[name] for name in _PARTS), *kinds.values()]
    cues = table["cues"]
    return _Lists(_build(table["containers"]), _build(parts), tuple(kinds), _build(cues.values()), tuple(cues))


def _build(lists: Iterable[list[str]]) -> _Words:
    bits: dict[str, int] = {}
    for place, words in enumerate(lists):
        for word in words:
            key = word.replace("^", _START).replace("$", _END)
            bits[key] = bits.get(key, 0) | 1 << place
    return _Words(ahocorasick_rs.AhoCorasick(list(bits)), list(bits.values()))


def list_kinds() -> tuple[str, ...]:
    """Return the kinds of parts, in the order of the bits of `Names.kinds`."""
    return _load_lists().kinds


def list_cues() -> tuple[str, ...]:
    """Return the kinds of cues, in the order of the bits of `read_cues`."""
    return _load_lists().cue_names


def read_cues(texts: Sequence[str]) -> list[int]:
    """Return what each text says that no article does, a bit for each kind of cue.

    Example:
        >>> [found] = read_cues(["Photo: Sari Dewi. Read more"])
        >>> [name for bit, name in enumerate(list_cues()) if found >> bit & 1]
        ['pointer', 'credit']
    """
    cues = _load_lists().cues
    lines = [text.lower() for text in texts]
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    found = [0] * len(lines)
    for word, start, _ in cues.automaton.find_matches_as_indexes("\n".join(lines), overlapping=True):
        found[bisect_right(starts, start) - 1] |= cues.bits[word]
    return found


@functools.lru_cache(maxsize=1 << 15)
def read_names(classes: str, element_id: str) -> Names:
    """Return what the class and the id of an element say.

    Example:
        >>> read_names("sidebar related-news", "").discarded, read_names("post-content", "").containers
        (True, 1)
    """
    if not classes and not element_id:
        return NOTHING
    lists = _load_lists()
    spelled = [_CAMEL.sub("-", text).lower().replace("_", "-") for text in (classes, element_id) if text]
    found = [lists.parts.find(f"{_START}{text}{_END}") for text in spelled]
    either = functools.reduce(int.__or__, found)
    positive, negative = (1 << _PARTS.index(name) for name in ("positive", "negative"))
    return Names(
        lists.containers.find("".join(f"{_START}{text.replace('-', '')}{_END}" for text in spelled)),
        either >> len(_PARTS),
        bool(either & 1),
        bool(either & 2),
        bool(either & 4),
        sum(_WEIGHT * (bool(each & positive) - bool(each & negative)) for each in found),
    )
