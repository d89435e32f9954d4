"""What other extractors take for the article, as votes on the same blocks."""

import logging
from collections.abc import Sequence

from corpus_clean.repair.pages.align import mark_blocks
from corpus_clean.repair.pages.tree import Block

# They take seconds for more, and it is no article.
_MOST_CHARACTERS = 3_000_000


def ask_others(html: str, blocks: Sequence[Block]) -> list[list[bool]]:
    """Return for trafilatura and readability which blocks each takes; one that fails or takes none is left out."""
    if len(html) > _MOST_CHARACTERS:
        return []
    texts = [_ask_trafilatura(html), _ask_readability(html)]
    votes = [[mark > 0.5 for mark in mark_blocks(blocks, text)] for text in texts if text]
    return [vote for vote in votes if any(vote)]


def _ask_trafilatura(html: str) -> str:
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        return trafilatura.extract(html, include_comments=False) or ""
    except Exception:  # whatever it does on an odd page: then it has no say
        return ""


def _ask_readability(html: str) -> str:
    import readability

    from corpus_clean.repair.pages.tree import flatten, parse_page

    logging.getLogger("readability").setLevel(logging.CRITICAL)
    try:
        summary = readability.Document(html).summary(html_partial=True)
    except Exception:  # as above
        return ""
    return "\n".join(block.text for block in flatten(parse_page(summary)).blocks)
