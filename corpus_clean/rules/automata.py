"""The automata of the shipped rules, built ahead of time: building takes a minute, looking up nothing.

`packs/automata.npz` is written by `scripts/document`. A pattern that is not in it (a user's own pack, one just changed)
has no automaton: wherever its literals stand it is tried.
"""

import functools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from itertools import accumulate
from pathlib import Path

import numpy as np
import xxhash
from numpy.typing import NDArray

from corpus_clean.rules.alphabet import Alphabet, build_alphabet, find_sources
from corpus_clean.rules.anchor import find_anchor
from corpus_clean.rules.automaton import Automaton, Reach, build_automaton, list_demands
from corpus_clean.rules.nfa import BREAK, WORD
from corpus_clean.rules.rule import Rule, Scope
from corpus_clean.rules.syntax import parse_pattern

_REACH: dict[Scope, Reach] = {
    "line": "whole", "block": "whole", "tail": "whole", "head": "begin", "inline": "anywhere", "frame": "anywhere"
}  # fmt: skip
_PLACE = "automata.npz"


@dataclass(frozen=True)
class Automata:
    """Many automata in few arrays, as `similarity.scanning` reads them.

    `codes` has the class of each code point. `tables` has all tables' numbers, row after row; `classes` rows of 256
    numbers, from an alphabet's class to a table's. `records` has for each automaton where its table begins, how wide
    that is, the row of its classes, its first state and the number after the last state that admits; `places` says
    which records are a rule's, all of which admit what it matches. Where a match begins after one of some characters,
    and where the line does, `anchors` has the row of `classes` that says which, and automata admit what begins there.
    """

    codes: NDArray[np.uint8]
    tables: NDArray[np.uint16]
    classes: NDArray[np.uint8]
    records: NDArray[np.uint32]
    places: Mapping[int, range] = field(repr=False)
    anchors: Mapping[int, int] = field(repr=False)
    alphabet: tuple[str, str] = field(repr=False, default=("", ""))

    def find(self, rule: Rule) -> tuple[range, int | None]:
        """Return the numbers of a rule's records, and the row of the characters that a match begins after, if any.

        Example:
            >>> from corpus_clean.rules.pack import load_packs
            >>> len(load_automata().find(load_packs()[0].rules[0])[0]) > 0
            True
        """
        key = _make_key(rule)
        return self.places.get(key, range(0)), self.anchors.get(key)

    def unpack(self, number: int) -> Automaton:
        """Return an automaton by itself.

        Example:
            >>> load_automata().unpack(0).table.dtype.name
            'uint16'
        """
        place, width, row, start, ends = map(int, self.records[number])
        after = int(self.records[number + 1][0]) if number + 1 < len(self.records) else len(self.tables)
        return Automaton(self.tables[place:after].reshape(-1, width), bytes(self.classes[row]), start, ends)


def build_automata(rules: Iterable[Rule], known: Automata | None = None) -> Automata:
    """Build the automata of rules; of those already known, no pattern is gone through again.

    Example:
        >>> build_automata([]).places
        {}
    """
    by_key = {_make_key(rule): rule for rule in rules}
    sources = [find_sources(parse_pattern(rule.pattern), not rule.case) for rule in by_key.values()]
    anchored = {key: anchor for key, rule in by_key.items() if (anchor := _find_anchor(rule)) is not None}
    alphabet = build_alphabet({WORD, BREAK, *((anchor, False) for anchor in anchored.values())}.union(*sources))
    names = json.dumps(sorted(alphabet.sources), ensure_ascii=False), alphabet.firsts
    reusable = known if known is not None and known.alphabet == names else None
    places: dict[int, range] = {}
    built: list[Automaton] = []
    for key, rule in sorted(by_key.items()):
        own = _build(rule, key, alphabet, reusable)
        places[key] = range(len(built), len(built) + len(own))
        built += own
    after = {key: _list_members(anchor, alphabet) for key, anchor in anchored.items()}
    every = {one.classes for one in built} | set(after.values())
    rows = {classes: number for number, classes in enumerate(sorted(every))}
    records, place = [], 0
    for one in built:
        records.append((place, one.table.shape[1], rows[one.classes], one.start, one.ends))
        place += one.table.size
    return Automata(
        alphabet.codes,
        np.concatenate([np.empty(0, np.uint16), *(one.table.ravel() for one in built)]),
        np.array([np.frombuffer(classes.ljust(256, b"\0"), np.uint8) for classes in rows]).reshape(-1, 256),
        np.array(records, np.uint32).reshape(-1, 5),
        places,
        {key: rows[classes] for key, classes in sorted(after.items())},
        names,
    )


def write_automata(automata: Automata, path: Path) -> None:
    """Write a file that `load_automata` reads; the same automata give the same bytes.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "a.npz"
        >>> write_automata(build_automata([]), path)
        >>> read_automata(path).places
        {}
    """
    np.savez_compressed(
        path,
        codes=automata.codes,
        tables=automata.tables,
        classes=automata.classes,
        records=automata.records,
        keys=np.fromiter(automata.places, np.uint64),
        counts=np.fromiter(map(len, automata.places.values()), np.int64),
        anchored=np.fromiter(automata.anchors, np.uint64),
        anchors=np.fromiter(automata.anchors.values(), np.int64),
        alphabet=np.array(automata.alphabet),
    )


def read_automata(path: Path) -> Automata:
    """Read what `write_automata` wrote.

    Example:
        >>> from importlib.resources import files
        >>> len(read_automata(Path(str(files("corpus_clean.rules") / "packs" / "automata.npz"))).places) > 500
        True
    """
    with np.load(path) as arrays:
        return Automata(
            arrays["codes"], arrays["tables"], arrays["classes"], arrays["records"],
            _count_places(arrays["keys"].tolist(), arrays["counts"].tolist()),
            dict(zip(arrays["anchored"].tolist(), arrays["anchors"].tolist(), strict=True)),
            tuple(arrays["alphabet"].tolist()),
        )  # fmt: skip


@functools.cache
def load_automata() -> Automata:
    """Return the automata that come with the packs.

    Example:
        >>> len(load_automata().places) > 500
        True
    """
    with as_file(files("corpus_clean.rules") / "packs" / _PLACE) as path:
        return read_automata(path)


def _count_places(keys: list[int], counts: list[int]) -> dict[int, range]:
    ends = accumulate(counts)
    return {key: range(end - count, end) for key, count, end in zip(keys, counts, ends, strict=True)}


def _make_key(rule: Rule) -> int:
    return xxhash.xxh3_64_intdigest(f"{_REACH[rule.scope]} {'Aa' if rule.case else 'a'} {rule.pattern}".encode())


def _find_anchor(rule: Rule) -> str | None:
    """The class of characters that matches begin after, and where the line does; none if they may begin anywhere."""
    anchor = find_anchor(rule.pattern) if rule.scope in {"inline", "frame"} else None
    if anchor is not None and rule.scope == "frame":
        return rf"{anchor}|\n" if anchor else r"\n"
    return r"(?!)." if anchor == "" else anchor


def _list_members(anchor: str, alphabet: Alphabet) -> bytes:
    members = alphabet.find_members((anchor, False))
    return bytes(members >> code & 1 for code in range(len(alphabet.firsts)))


def _build(rule: Rule, key: int, alphabet: Alphabet, known: Automata | None) -> list[Automaton]:
    if known is not None and key in known.places:
        return [known.unpack(number) for number in known.places[key]]
    reach = _REACH[rule.scope] if _find_anchor(rule) is None else "after"
    demands = list_demands(parse_pattern(rule.pattern), reach)
    return [build_automaton(node, alphabet, ignored=not rule.case, reach=one) for node, one in demands]
