"""Which found span is which labelled one."""

from corpus_clean.types import Quote, Segment

Span = tuple[int, int]


def span_of(item: Quote | Segment) -> Span:
    """Return the place of a quote or segment."""
    return (item.start, item.end)


def share(a: Span, b: Span, *, strict: bool) -> float:
    """Return how far two spans overlap, of both together (`strict`: intersection over union) or of the shorter one."""
    common = max(0, min(a[1], b[1]) - max(a[0], b[0]))
    whole = max(a[1], b[1]) - min(a[0], b[0]) if strict else min(a[1] - a[0], b[1] - b[0])
    return common / max(1, whole)


def is_same(a: Span, b: Span, *, strict: bool) -> bool:
    """Whether two spans count as one: half of both together, or seven tenths of the shorter."""
    return share(a, b, strict=strict) >= (0.5 if strict else 0.7)
