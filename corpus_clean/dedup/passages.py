"""What a passage that stands in two documents says of them: reprint, update, excerpt, background, boilerplate."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Label = Literal["reprint", "update", "excerpt", "shared", "boilerplate"]

_NEARLY_ALL = 0.8
_MUCH = 0.5
_MANY = 5
_UNRELATED = 0.8


@dataclass(frozen=True, slots=True)
class Carrier:
    """A passage of a document that repeats elsewhere; carriers of one `group` repeat each other."""

    doc_id: str
    group: str
    length: int


def label_pair(left: float, right: float) -> Label:
    """Name what two documents are to each other, given which share of each one's passages the other one has.

    A `reprint` has nearly all of the other and little else. An `update` has much of it, with more or other passages. An
    `excerpt` is nearly all in the other, which is much longer. Anything less is `shared`: background, a statement.

    Example:
        >>> [label_pair(*shares) for shares in ((0.9, 0.95), (0.9, 0.6), (0.6, 0.6), (0.2, 0.9), (0.2, 0.4))]
        ['reprint', 'update', 'update', 'excerpt', 'shared']
    """
    less, more = sorted((left, right))
    if less >= _NEARLY_ALL:
        return "reprint"
    if less >= _MUCH:
        return "update"
    return "excerpt" if more >= _NEARLY_ALL else "shared"


def label_passages(
    pairs: Sequence[tuple[str, str, str]],
    carriers: Iterable[Carrier],
    lengths: Mapping[str, int],
    sources: Mapping[str, str],
) -> list[Label]:
    """Label links between passages.

    `boilerplate` is what five or more documents of one source carry that have little else in common: a footer, a
    standing invitation, the description of a series.

    Args:
        pairs: of each link its documents and its passages' group, "" where they are in different ones.
        carriers: all passages that repeat.
        lengths: of each document, all its passages together.
        sources: the portal or folder each document is from; unknown documents are of no source.

    Returns:
        a label for each pair.

    Example:
        >>> both = [Carrier("a", "g", 90), Carrier("b", "g", 90)]
        >>> label_passages([("a", "b", "g")], both, {"a": 100, "b": 900}, {})
        ['excerpt']
    """
    held: dict[str, Counter[str]] = defaultdict(Counter)
    for carrier in carriers:
        held[carrier.doc_id][carrier.group] += carrier.length
    between: dict[tuple[str, str], Label] = {}
    for a, b, _ in pairs:
        if (a, b) not in between:
            common = held[a].keys() & held[b].keys()
            found = (sum(held[doc_id][group] for group in common) for doc_id in (a, b))
            left, right = (
                length / max(1, lengths.get(doc_id, 0)) for length, doc_id in zip(found, (a, b), strict=True)
            )
            between[a, b] = label_pair(left, right)
    standing = _find_boilerplate(pairs, between, sources)
    return ["boilerplate" if group in standing else between[a, b] for a, b, group in pairs]


def _find_boilerplate(
    pairs: Iterable[tuple[str, str, str]], between: Mapping[tuple[str, str], Label], sources: Mapping[str, str]
) -> set[str]:
    documents: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    links: dict[str, Counter[bool]] = defaultdict(Counter)
    for a, b, group in pairs:
        source = sources.get(a)
        if group and source is not None and source == sources.get(b):
            documents[group][source] |= {a, b}
            links[group][between[a, b] == "shared"] += 1
    return {
        group
        for group, found in documents.items()
        if max(map(len, found.values())) >= _MANY and links[group][True] >= _UNRELATED * links[group].total()
    }
