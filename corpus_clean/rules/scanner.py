"""From a text to its lines, and to the rules that these call, in compiled code: what `prefilter` does, and more.

Here a line that has a literal of a rule is held against the rule's automaton, too (see `automata`), so that few rules
are called in vain. The tables are laid out for `similarity.scanning`.
"""

import functools
import threading
from collections.abc import Mapping, Sequence
from itertools import accumulate, chain
from math import log2
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus_clean.rules.alphabet import ALL_CHARS
from corpus_clean.rules.automata import load_automata
from corpus_clean.rules.lines import ALIKE, Lines, view_text
from corpus_clean.rules.prefilter import Call, Called, Choose
from corpus_clean.rules.rarity import rate_char
from corpus_clean.similarity import machine
from corpus_clean.similarity import sections as layout
from corpus_clean.similarity.arrays import Bytes, Minima

_RULE = (1 << layout.RULE_BITS) - 1
_ENDLESS = 0xFFFFFFFF
_ASCII = 128
# So much of a line is searched for literals, or for where matches may begin, before what was found is looked at.
_SPOTS = 4096
# What is written about a text, and how much there is room for at first.
_ROOMS: Mapping[str, type[Any]] = {
    "lines": np.uint32, "classes": np.uint8, "folded": np.uint8, "called": np.uint64,
    "given": np.uint64, "calls": np.int64,
}  # fmt: skip
_ROOM = 1 << 14
# No character beyond has a small form.
_CASED = 0x20000
# What every line has.
_EVERY_LINE = (("\n",),)


class Scanner:
    """The literals and automata of all rules, in tables."""

    def __init__(self, calls: Sequence[Call], signs: Sequence[Call] = ()) -> None:
        """Build the tables: milliseconds for hundreds of rules."""
        automata = load_automata()
        every = [*calls, *signs]
        rules = np.fromiter(chain.from_iterable(map(_describe, every)), np.uint32)
        tables = _fold_all(), _view_codes(), *_plant_literals(every), rules, len(calls)
        admitting = rules, automata.records.ravel(), automata.tables, automata.classes.ravel()
        self._signs = len(calls)
        self._workspace = _Workspace(tables, admitting, len(every))

    def find(self, text: str, choose: Choose) -> tuple[Lines, list[Called]]:
        r"""Return a text's lines and, in order, what rules these call; see `Callers`.

        Example:
            >>> scanner = Scanner([Call([["baca juga"]], 20), Call([], 3)])
            >>> scanner.find("ia baca juga\nada\n", lambda lines, signs: b"\1\1")[1]
            [(0, 0, None), (1, 1, None)]
        """
        workspace = self._workspace
        odd, repeats, filled, given, rows = workspace.scan(text)
        columns = [rows[field :: layout.LINE] for field in range(layout.FOLD)]
        found = Lines(view_text(text) if odd else text, *columns, filled=filled, repeats=bool(repeats))
        signs = [(sign >> layout.RULE_BITS, (sign & _RULE) - self._signs) for sign in given]
        return found, _join_calls(workspace.call(choose(found, signs)))


class _Workspace(threading.local):
    """The compiled functions, and where they write to; each thread has its own."""

    def __init__(self, tables: Sequence[Any], admitting: Sequence[Any], rules: int) -> None:
        self._tables, self._admitting = tables, admitting
        self._notes = np.zeros(rules, np.uint8), np.zeros(rules + 1, np.uint32), np.empty(_SPOTS, np.uint64)
        self._begins = np.empty(_SPOTS, np.uint32)
        self._rooms = {name: np.empty(_ROOM, kind) for name, kind in _ROOMS.items()}
        self._prepare()

    def scan(self, text: str) -> tuple[int, int, int, list[int], list[int]]:
        """Return whether white space is odd, whether lines repeat, how much is not white, signs, and lines' rows."""
        if len(text) > self._longest:
            self._fit(classes=len(text), folded=len(text) + 2)
        source = text.encode("utf-32-le", "surrogatepass")
        self._scan(source, len(text))
        count, odd, repeats, filled, called, given = self._lines[: layout.LINE].tolist()
        size = (count + 2) * layout.LINE
        if not self._fit(lines=size, called=called + 1, given=given + 1):
            return self.scan(text)
        signs = self._given[1 : given + 1].tolist() if given else []
        return odd, repeats, filled, signs, self._lines[layout.LINE : size - layout.LINE].tolist()

    def call(self, active: bytes) -> list[int]:
        """Return the calls of the text scanned last: lines with rules, each with where a match may begin."""
        self._call(active, len(active))
        size = 2 * int(self._calls[0]) + 1
        return self._calls[1:size].tolist() if self._fit(calls=size) else self.call(active)

    def _fit(self, **sizes: int) -> bool:
        """Tell whether there is room for so much; if not, make it."""
        small = [name for name, size in sizes.items() if size > len(self._rooms[name])]
        for name in small:
            self._rooms[name] = np.empty(sizes[name], _ROOMS[name])
        if small:
            self._prepare()
        return not small

    def _prepare(self) -> None:
        """Tell the functions where everything lies."""
        lines, classes, folded, called, given, calls = self._rooms.values()
        self._scan = machine.prepare("scan_text", *self._tables, lines, classes, folded, *self._notes, called, given)
        self._call = machine.prepare("call_rules", *self._admitting, lines, classes, called, self._begins, calls)
        self._lines, self._given, self._calls, self._longest = lines, given, calls, len(classes) - 2


def _plant_literals(calls: Sequence[Call]) -> tuple[NDArray[Any], ...]:
    """Lay out the literals that call: their bytes, rows, where which hashes begin, bitmaps, and whom each calls."""
    folds = _fold_all()
    callers: dict[str, dict[int, int]] = {}
    for number, call in enumerate(calls):
        for bit, group in enumerate(call.groups or _EVERY_LINE):
            for literal in group:
                own = callers.setdefault(literal, {})
                own[number] = own.get(number, 0) | 1 << bit
    words = sorted(callers)
    data = folds[np.fromiter(map(ord, "".join(words)), np.int64)]
    rows = np.zeros((len(words), layout.LITERAL), np.uint32)
    rows[:, layout.LENGTH] = list(map(len, words))
    rows[:, layout.PLACE] = np.cumsum(rows[:, layout.LENGTH]) - rows[:, layout.LENGTH]
    records = [(len(callers[word]), *chain.from_iterable(callers[word].items())) for word in words]
    rows[:, layout.RECORD] = list(accumulate(map(len, records), initial=0))[:-1]
    grams, pairs = (np.zeros(1 << bits - 6, np.uint64) for bits in (layout.GRAM_BITS, layout.PAIR_BITS))
    counts = np.zeros(1 << layout.GRAM_BITS, np.uint32)
    machine.call("plant_literals", data, _sample_texts(calls), _weigh_bytes(), counts, rows.ravel(), grams, pairs)
    rows = rows[np.argsort(rows[:, layout.HEAD], kind="stable")]
    heads = np.searchsorted(rows[:, layout.HEAD], np.arange((1 << layout.HEAD_BITS) + 1)).astype(np.uint32)
    return data, rows.ravel(), heads, grams, pairs, np.fromiter(chain.from_iterable(records), np.uint32)


def _join_calls(numbers: Sequence[int]) -> list[Called]:
    joined: list[Called] = []
    known: dict[int, list[int]] = {}
    pairs = iter(numbers)
    for call, start in zip(pairs, pairs, strict=True):
        if start < 0:
            joined.append((call >> layout.RULE_BITS, call & _RULE, None))
        elif call in known:
            known[call].append(start)
        else:
            known[call] = [start]
            joined.append((call >> layout.RULE_BITS, call & _RULE, known[call]))
    return joined


def _describe(call: Call) -> tuple[int, ...]:
    own, anchor = (range(0), None) if call.rule is None else load_automata().find(call.rule)
    groups = (1 << len(call.groups or _EVERY_LINE)) - 1
    reach, longest = min(call.reach, _ENDLESS), min(call.longest or _ENDLESS, _ENDLESS)
    return reach, longest, call.around, groups, own.start, len(own), 0 if anchor is None else anchor + 1


@functools.cache
def _fold_all() -> Bytes:
    """What each character is folded to, in a byte: itself if ASCII, else one that it shares with others."""
    points = np.arange(ALL_CHARS, dtype=np.uint32)
    letters = points[:_CASED].tobytes().decode("utf-32-le", "surrogatepass").replace("ſ", "s").replace("İ", "i").lower()
    points[:_CASED] = np.frombuffer(letters.encode("utf-32-le", "surrogatepass"), np.uint32)
    # There are two small sigmas, and which one a capital becomes depends on what comes after it.
    points[ord("ς")] = ord("σ")
    return _view(np.where(points < _ASCII, points, _ASCII | points & (_ASCII - 1)).astype(np.uint8))


@functools.cache
def _view_codes() -> Bytes:
    """The class of each character, as it is in the view of a text."""
    return _view(load_automata().codes.copy())


def _view(values: Bytes) -> Bytes:
    """Give white space of every kind what the plain kind has."""
    for char, plain in ALIKE:
        values[ord(char)] = values[ord(plain)]
    return values


def _sample_texts(calls: Sequence[Call]) -> Bytes:
    """What rules have to keep, folded: much like any text, and as long as a few dozen articles."""
    kept = [text for call in calls if call.rule for text in call.rule.examples.keep]
    return _fold_all()[np.fromiter(map(ord, "\n".join(kept)), np.int64)]


def _weigh_bytes() -> Minima:
    """How rare each byte is: the lower its share of news, the greater."""
    return np.array([round(-16 * log2(rate_char(chr(byte)))) for byte in range(256)], np.uint32)
