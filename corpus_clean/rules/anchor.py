"""Where a match can begin, if the character before tells: at the line's beginning, or after one of a class."""

import functools

from corpus_clean.rules.syntax import Cased, Char, Choice, Edge, Look, Node, Sequence, parse_pattern


@functools.lru_cache(maxsize=4096)
def find_anchor(pattern: str) -> str | None:
    r"""Return the class of characters before a match, "" if matches begin a line only, `None` if anywhere.

    Example:
        >>> find_anchor(r"(?:^|(?<=[.!?])\s*)ikuti"), find_anchor("^ikuti"), find_anchor("ikuti")
        ('[.!?]', '', None)
    """
    sources = _find(parse_pattern(pattern))
    if sources is None or len(sources) > 1:
        return None
    return next(iter(sources), "")


def _find(node: Node) -> frozenset[str] | None:
    match node:
        case Edge("^"):
            return frozenset()
        case Look(Char(source), ahead=False, wanted=True):
            return frozenset({source})
        case Cased(item):
            return _find(item)
        case Sequence(items):
            for item in items:
                if (sources := _find(item)) is not None or not isinstance(item, Look | Edge):
                    return sources
            return None
        case Choice(branches):
            found = [_find(branch) for branch in branches]
            known = [sources for sources in found if sources is not None]
            return frozenset().union(*known) if len(known) == len(found) else None
        case _:
            return None
