"""How long the matches of a pattern can be, and whether they go beyond ASCII: what rules lines out without a look."""

import regex

from corpus_clean.rules.syntax import UNBOUNDED, Char, Choice, Look, Node, Opaque, Repeat, Sequence, parse_pattern

_ASCII = "".join(map(chr, range(128)))


def measure_pattern(pattern: str) -> int:
    r"""Return the greatest length of a match of an expanded pattern in folded characters, or `UNBOUNDED`.

    Example:
        >>> measure_pattern(r"baca\s+juga\s*:?"), measure_pattern("baca.*") == UNBOUNDED
        (11, True)
    """
    return _measure(parse_pattern(pattern))


def is_wide(pattern: str) -> bool:
    """Tell whether every match holds a character that is not ASCII.

    Example:
        >>> is_wide("[»›] baca"), is_wide("»? baca")
        (True, False)
    """
    return _is_wide(parse_pattern(pattern))


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
        case Opaque():
            return UNBOUNDED
        case _:
            return 0


def _is_wide(node: Node) -> bool:
    """Whether every match holds a character that is not ASCII."""
    match node:
        case Char(source, text):
            return not text.isascii() if text else regex.search(source, _ASCII, regex.IGNORECASE) is None
        case Sequence(items):
            return any(map(_is_wide, items))
        case Choice(branches):
            return all(map(_is_wide, branches))
        case Repeat(item, least, _):
            return least > 0 and _is_wide(item)
        case Look(item, ahead, wanted):
            return ahead and wanted and _is_wide(item)
        case _:
            return False
