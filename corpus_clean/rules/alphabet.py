r"""All characters in a few classes: those that no pattern tells apart are one.

A pattern sees of a character only which of its classes (`\d`, `[.!?]`, `a` in either case) hold it. Characters that
are in the same classes of all patterns can stand for each other, so a text becomes a string of small numbers.
"""

import functools
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import regex
import xxhash
from numpy.typing import NDArray

from corpus_clean.rules.syntax import Cased, Char, Choice, Look, Node, Repeat, Sequence

ALL_CHARS = 0x110000
MOST_CLASSES = 256

Source = tuple[str, bool]
"""A class as a pattern writes it, and whether letter case is ignored."""


@dataclass(frozen=True)
class Alphabet:
    """The classes of characters that some sources tell apart, and the first character of each.

    `codes` has the class of each code point.
    """

    sources: frozenset[Source]
    codes: NDArray[np.uint8] = field(repr=False, compare=False)
    firsts: str = field(repr=False)

    @property
    def all(self) -> int:
        """Every class, one bit each."""
        return (1 << len(self.firsts)) - 1

    def find_members(self, source: Source) -> int:
        r"""Return the classes that are in a source, one bit each.

        Raises:
            KeyError: the alphabet was not made for it.

        Example:
            >>> alphabet = build_alphabet([("a", True), (r"\d", True)])
            >>> [alphabet.find_members(source).bit_count() for source in [("a", True), (r"\d", True)]]
            [1, 1]
        """
        if source not in self.sources:
            raise KeyError(source)
        return _find_members(self.firsts, source)


def build_alphabet(sources: Iterable[Source]) -> Alphabet:
    r"""Sort all characters by the sources they are in.

    Raises:
        ValueError: there are more than 256 classes.

    Example:
        >>> build_alphabet([("a", True), (r"\d", True)]).firsts
        '\x000A'
    """
    wanted = frozenset(sources)
    signatures = np.zeros(ALL_CHARS, np.uint64)
    for source in sorted(wanted):
        inside = np.zeros(ALL_CHARS, bool)
        for found in _compile(source, "+").finditer(_all_chars()):
            inside[found.start() : found.end()] = True
        signatures[inside] ^= np.uint64(xxhash.xxh3_64_intdigest(repr(source).encode()))
    # Classes are numbered by their first characters, so that a rarely used source renumbers little.
    _, firsts, codes = np.unique(signatures, return_index=True, return_inverse=True)
    if len(firsts) > MOST_CLASSES:
        raise ValueError(f"{len(firsts)} classes of characters; {MOST_CLASSES} is the most")
    order = np.argsort(firsts)
    ranks = np.empty(len(order), np.uint8)
    ranks[order] = np.arange(len(order))
    return Alphabet(wanted, ranks[codes.ravel()], "".join(chr(first) for first in firsts[order]))


def find_sources(node: Node, ignored: bool) -> set[Source]:
    r"""Return the sources of a pattern's tree.

    Example:
        >>> from corpus_clean.rules.syntax import parse_pattern
        >>> sorted(find_sources(parse_pattern(r"a(?-i:B)\d"), True))
        [('B', False), ('\\d', True), ('a', True)]
    """
    match node:
        case Char(source):
            return {(source, ignored)}
        case Cased(item, inside):
            return find_sources(item, inside)
        case Look(item) | Repeat(item):
            return find_sources(item, ignored)
        case Sequence(nodes) | Choice(nodes):
            return set().union(*(find_sources(one, ignored) for one in nodes))
        case _:
            return set()


@functools.lru_cache(maxsize=4096)
def _find_members(firsts: str, source: Source) -> int:
    return sum(1 << found.start() for found in _compile(source).finditer(firsts))


def _compile(source: Source, repeat: str = "") -> regex.Pattern[str]:
    return regex.compile(f"(?:{source[0]}){repeat}", regex.IGNORECASE if source[1] else 0)


@functools.cache
def _all_chars() -> str:
    return "".join(map(chr, range(ALL_CHARS)))
