"""From a text to its lines, and to the rules that these call, in compiled code: what `prefilter` does, and more.

Here a line that has a literal of a rule is held against the rule's automaton, too (see `automata`), so that few rules
are called in vain. The tables are laid out for `similarity.scanning`.
"""

import functools
import threading
from collections.abc import Sequence
from itertools import accumulate, chain
from math import log2
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus_clean.rules.alphabet import ALL_CHARS
from corpus_clean.rules.automata import load_automata
from corpus_clean.rules.lines import ALIKE, Lines, view_text
from corpus_clean.rules.prefilter import Call, Called
from corpus_clean.rules.rarity import rate_char
from corpus_clean.similarity import machine
from corpus_clean.similarity import sections as layout
from corpus_clean.similarity.arrays import Bytes, Minima

_ROOM = 1 << 12
_RULE = (1 << layout.RULE_BITS) - 1
_ENDLESS = 0xFFFFFFFF
_ASCII = 128
# No character beyond has a small form.
_CASED = 0x20000
# What every line has.
_EVERY_LINE = (("\n",),)


class Scanner:
    """The literals and automata of all rules, in tables."""

    def __init__(self, calls: Sequence[Call]) -> None:
        """Build the tables: milliseconds for hundreds of rules."""
        automata = load_automata()
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
        machine.call("plant_literals", data, _weigh_bytes(), rows.ravel(), grams, pairs)
        rows = rows[np.argsort(rows[:, layout.HEAD], kind="stable")]
        heads = np.searchsorted(rows[:, layout.HEAD], np.arange((1 << layout.HEAD_BITS) + 1)).astype(np.uint32)
        self._cut = machine.prepare("cut_lines", folds, _view_codes())
        self._tables = (
            data, rows.ravel(), heads, grams, pairs,
            np.fromiter(chain.from_iterable(records), np.uint32),
            np.fromiter(chain.from_iterable(map(_describe, calls)), np.uint32),
            automata.records.ravel(), automata.tables, automata.classes.ravel(),
        )  # fmt: skip
        self._call = machine.prepare("call_rules", *self._tables)
        self._memory = _Memory(len(calls))

    def find(self, text: str, active: bytes) -> tuple[Lines, list[Called]]:
        r"""Return a text's lines and, in order, what rules these call.

        Args:
            text: any text.
            active: for each rule, whether it is to be called.

        Example:
            >>> scanner = Scanner([Call([["baca juga"]], 20), Call([], 3)])
            >>> scanner.find("ia baca juga\nada\n", b"\1\1")[1]
            [(0, 0, None), (1, 1, None)]
        """
        memory = self._memory
        given = text.encode("utf-32-le", "surrogatepass"), len(text)
        memory.fit_text(len(text))
        self._cut(*given, *memory.places)
        count = int(memory.lines[0])
        if memory.fit_lines(count):
            self._cut(*given, *memory.places)
        self._call(*memory.places, active, len(active), *memory.marks, *memory.calls)
        if memory.fit_calls(int(memory.found[0])):
            self._call(*memory.places, active, len(active), *memory.marks, *memory.calls)
        rows = memory.lines[1 : (count + 1) * layout.LINE].tolist()
        odd, rows = rows[0], rows[layout.LINE - 1 :]
        lines = Lines(view_text(text) if odd else text, *(rows[field :: layout.LINE] for field in range(layout.FOLD)))
        found = memory.found[1 : 2 * int(memory.found[0]) + 1].tolist()
        return lines, _join_calls(found[::2], found[1::2])


class _Memory(threading.local):
    """Where a thread's calls write to, and where that lies."""

    def __init__(self, rules: int) -> None:
        self._marks = np.zeros(rules, np.uint8), np.zeros((rules >> 6) + 1, np.uint64)
        self.marks = (*machine.locate(self._marks[0]), *machine.locate(self._marks[1]))
        self._text = np.empty(0, np.uint8), np.empty(2, np.uint8)
        self.lines = np.empty(_ROOM * layout.LINE, np.uint32)
        self.found = np.empty(2 * _ROOM + 1, np.int64)
        self._locate()

    def _locate(self) -> None:
        self.places = (*machine.locate(self.lines), *machine.locate(self._text[0]), *machine.locate(self._text[1]))
        self.calls = machine.locate(self.found)

    def fit_text(self, chars: int) -> None:
        """Make room for a text; folded, it has no more than a break for each character, one before and one after."""
        if chars > len(self._text[0]):
            self._text = np.empty(chars, np.uint8), np.empty(chars + 2, np.uint8)
            self._locate()

    def fit_lines(self, count: int) -> bool:
        """Make room for so many lines; tell whether there was too little."""
        needed = (count + 2) * layout.LINE
        return needed > len(self.lines) and self._renew(lines=np.empty(needed, np.uint32))

    def fit_calls(self, count: int) -> bool:
        """Make room for so many calls; tell whether there was too little."""
        needed = 2 * count + 1
        return needed > len(self.found) and self._renew(found=np.empty(needed, np.int64))

    def _renew(self, **arrays: NDArray[Any]) -> bool:
        vars(self).update(arrays)
        self._locate()
        return True


def _join_calls(calls: Sequence[int], starts: Sequence[int]) -> list[Called]:
    joined: list[Called] = []
    known: dict[int, list[int]] = {}
    for call, start in zip(calls, starts, strict=True):
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


def _weigh_bytes() -> Minima:
    """How rare each byte is: the lower its share of news, the greater."""
    return np.array([round(-16 * log2(rate_char(chr(byte)))) for byte in range(256)], np.uint32)
