"""Main text of pages: this tool and others, each set by the measure of the benchmark that it comes from."""

import logging

from scripts.evaluation.pages.sets import SETS, PageSet
from scripts.evaluation.pages.tools import TOOLS, extract_all
from scripts.evaluation.table import format_table


def report() -> str:
    """Return the tables of this evaluation."""
    logging.disable(logging.CRITICAL)
    shares = {(tool, pages.name): pages.score(extract_all(tool, pages.read())) for tool in TOOLS for pages in SETS}
    overview = format_table(
        ["F1", *(pages.name for pages in SETS)],
        [(tool, *(shares[tool, pages.name].f1 for pages in SETS)) for tool in TOOLS],
    )
    parts = [overview]
    for pages in SETS:
        rows = [
            (tool, *(getattr(shares[tool, pages.name], part) for part in ("precision", "recall", "f1")))
            for tool in TOOLS
        ]
        parts += [_describe(pages), format_table([pages.name, "precision", "recall", "F1"], rows)]
    return "\n\n".join(parts)


def _describe(pages: PageSet) -> str:
    return f"{pages.name}: {len(pages.read())} pages of {pages.origin}, by {pages.measure}"
