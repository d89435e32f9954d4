"""How long the matches of a pattern can be: what rules lines out without a look."""

from corpus_clean.rules.syntax import (
    UNBOUNDED,
    Cased,
    Char,
    Choice,
    Node,
    Opaque,
    Repeat,
    Sequence,
    parse_pattern,
)


def measure_pattern(pattern: str) -> int:
    r"""Return the greatest length of a match of an expanded pattern in folded characters, or `UNBOUNDED`.

    Example:
        >>> measure_pattern(r"baca\s+juga\s*:?"), measure_pattern("baca.*") == UNBOUNDED
        (11, True)
    """
    return _measure(parse_pattern(pattern))


def _measure(node: Node) -> int:
    """The greatest length of a match, in which a run of spaces counts as one."""
    match node:
        case Char():
            return 1
        case Sequence(items):
            return min(UNBOUNDED, sum(map(_measure, items)))
        case Choice(branches):
            return max(map(_measure, branches))
        case Repeat(item, _, most):
            most = min(most, 1) if isinstance(item, Char) and item.source in {r"\s", " ", "[ ]"} else most
            return min(UNBOUNDED, most * _measure(item))
        case Cased(item):
            return _measure(item)
        case Opaque():
            return UNBOUNDED
        case _:
            return 0
