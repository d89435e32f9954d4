r"""How much work a pattern can be in the worst case: which patterns need a clock, and on lines of what length.

A backtracking matcher tries, for each way to match one part, all ways to match the next. So the steps are bounded by
sums and products over the pattern's tree. A repetition whose end is told by the next character alone (`[^)]*\)`) can
be matched in one way only; that is judged on a sample of characters of every kind, and those the pattern names.
"""

import functools
import sys
from dataclasses import dataclass

import regex

from corpus_clean.rules.syntax import Cased, Char, Choice, Edge, Look, Node, Opaque, Repeat, Sequence, parse_pattern

# So many steps take no longer than the clock would allow.
_ENOUGH = 30_000_000
_PER_CHARACTER = 400
_DOUBLE = 2.1
_LENGTHS = (25, 50, 100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600)
_ALWAYS = sys.maxsize
_CEILING = 10**15
_SAMPLE = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "\n\u00a0éÉßǅªʰ̀ः҈Ⅷ²½‿–—‐«»“”‘’‹›…·•€°©®×^→¦\u200b\u200d\u2028\ue000٣جאबกあア中한🙂：，（）"
)


@dataclass(frozen=True, slots=True)
class _Effort:
    """In how many ways a part can match at one place, and the steps of trying all of them."""

    ways: int
    steps: int


@functools.lru_cache(maxsize=4096)
def find_safe_length(pattern: str, *, case: bool, search: bool) -> int:
    r"""Return up to which length of a line a pattern is sure to be done before any clock would stop it.

    Args:
        pattern: an expanded pattern.
        case: whether letter case counts.
        search: a match may begin anywhere, not at the line's beginning alone.

    Example:
        >>> find_safe_length(r"baca juga\s*:.*", case=False, search=False) == sys.maxsize
        True
        >>> find_safe_length(r"(?:a|aa)+b", case=False, search=False)
        0
    """
    flags = 0 if case else regex.IGNORECASE
    reader = _Reader(pattern, flags)
    node = parse_pattern(pattern)
    safe, before, growth = 0, _CEILING, 0.0
    for length in _LENGTHS:
        steps = reader.measure(node, 0, length).steps * (length if search else 1)
        if steps > max(_ENOUGH, length * _PER_CHARACTER):
            return safe
        growth = steps / before
        safe, before = length, steps
    # Twice the length, twice the work: it goes on like this.
    return _ALWAYS if growth <= _DOUBLE else safe


class _Reader:
    """Measures the parts of one pattern; sets of characters are bits over the sample."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.flags = flags
        self.sample = "".join(dict.fromkeys(_SAMPLE + pattern))
        self.all = (1 << len(self.sample)) - 1
        # By identity: the tree outlives its reader, and hashing a tree costs more than reading it.
        self._first: dict[int, int] = {}
        self._nullable: dict[int, bool] = {}
        self._words: dict[int, str | None] = {}

    def measure(self, node: Node, follow: int, length: int) -> _Effort:
        match node:
            case Char() | Edge():
                return _Effort(1, 1)
            case Look(item):
                return _Effort(1, self.measure(item, 0, length).steps)
            case Cased(item):
                return self.measure(item, follow, length)
            case Sequence(items):
                return self._measure_sequence(items, follow, length)
            case Choice(branches):
                return self._measure_choice(branches, follow, length)
            case Repeat():
                return self._measure_repeat(node, follow, length)
            case Opaque():
                return _Effort(_CEILING, _CEILING)

    def _measure_sequence(self, items: tuple[Node, ...], follow: int, length: int) -> _Effort:
        follows = [follow]
        for item in reversed(items):
            follows.append(self.first(item) | (follows[-1] if self.is_nullable(item) else 0))
        ways, steps = 1, 1
        for item, after in zip(items, reversed(follows[:-1]), strict=True):
            effort = self.measure(item, after, length)
            steps += ways * effort.steps
            ways *= effort.ways
        return _capped(ways, steps)

    def _measure_choice(self, branches: tuple[Node, ...], follow: int, length: int) -> _Effort:
        efforts = [self.measure(branch, follow, length) for branch in branches]
        words = [word for branch in branches if (word := self.spell(branch)) is not None]
        # Of plain words only those match together that begin each other.
        ways = max((sum(word.startswith(other) for other in words) for word in words), default=0)
        seen = functools.reduce(
            int.__or__, (self.first(branch) for branch in branches if self.spell(branch) is not None), 0
        )
        for branch, effort in zip(branches, efforts, strict=True):
            if self.spell(branch) is None:
                first = self.first(branch) if not self.is_nullable(branch) else self.all
                ways = ways + effort.ways if first & seen else max(ways, effort.ways)
                seen |= first
        return _capped(ways, sum(effort.steps for effort in efforts))

    def _measure_repeat(self, node: Repeat, follow: int, length: int) -> _Effort:
        first = self.first(node.item)
        most = min(node.most, length)
        leaving = self.measure(node.item, follow, length)
        # Whether to go on is a choice only if the next part could take over.
        exits = most - min(node.least, most) + 1 if first & follow or self.is_nullable(node.item) else 1
        if most <= 1:
            return _capped(leaving.ways * exits, leaving.steps + 1)
        looping = self.measure(node.item, first, length)
        if self.is_nullable(node.item):
            return _Effort(_CEILING, _CEILING)
        rounds = looping.ways ** min(most - 1, 60)
        return _capped(rounds * leaving.ways * exits, rounds * (most * looping.steps + exits * leaving.steps))

    def first(self, node: Node) -> int:
        """The characters a part can begin with."""
        if (known := self._first.get(id(node))) is None:
            known = self._first[id(node)] = self._find_first(node)
        return known

    def _find_first(self, node: Node) -> int:
        match node:
            case Char(source):
                return _find_members(source, self.sample, self.flags)
            case Edge() | Look():
                return 0
            case Opaque():
                return self.all
            case Cased(item):
                return self.first(item)
            case Repeat(item, _, most):
                return self.first(item) if most else 0
            case Choice(branches):
                return functools.reduce(int.__or__, map(self.first, branches), 0)
            case Sequence(items):
                members = 0
                for item in items:
                    members |= self.first(item)
                    if not self.is_nullable(item):
                        break
                return members

    def is_nullable(self, node: Node) -> bool:
        """Whether a part can match without a character."""
        if (known := self._nullable.get(id(node))) is None:
            known = self._nullable[id(node)] = self._find_nullable(node)
        return known

    def _find_nullable(self, node: Node) -> bool:
        match node:
            case Char():
                return False
            case Cased(item):
                return self.is_nullable(item)
            case Repeat(item, least, _):
                return least == 0 or self.is_nullable(item)
            case Sequence(items):
                return all(map(self.is_nullable, items))
            case Choice(branches):
                return any(map(self.is_nullable, branches))
            case _:
                return True

    def spell(self, node: Node) -> str | None:
        """The one string a part matches, if there is but one."""
        if id(node) not in self._words:
            self._words[id(node)] = _spell(node)
        return self._words[id(node)]


def _capped(ways: int, steps: int) -> _Effort:
    return _Effort(min(_CEILING, ways), min(_CEILING, steps))


@functools.lru_cache(maxsize=8192)
def _find_members(source: str, sample: str, flags: int) -> int:
    # Letter case is always ignored: a part of the pattern may do so, and a larger set is the safe side.
    return sum(1 << found.start() for found in regex.compile(source, flags | regex.IGNORECASE).finditer(sample))


def _spell(node: Node) -> str | None:
    """The one string a part matches, if there is but one."""
    if isinstance(node, Char):
        return node.text.lower() or None
    if isinstance(node, Cased):
        return _spell(node.item)
    if isinstance(node, Sequence):
        parts = [_spell(item) for item in node.items]
        return None if not all(parts) else "".join(part or "" for part in parts)
    return None
