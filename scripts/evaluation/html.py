"""Main text of pages: this tool and others, each set by the measure of the benchmark that it comes from."""

import logging
from collections.abc import Mapping, Sequence

from corpus_clean.repair.pages.model import Model
from scripts.evaluation.pages.measures import Shares
from scripts.evaluation.pages.sets import SETS, PageSet
from scripts.evaluation.pages.tools import OURS, TOOLS, extract_all, extract_like_ours
from scripts.evaluation.pages.training import name_site
from scripts.evaluation.table import format_table

_HEADER = ("F1", *(pages.name for pages in SETS))


def report() -> str:
    """Return the tables of this evaluation."""
    logging.disable(logging.CRITICAL)
    shares = {(tool, pages.name): _score(tool, pages) for tool in TOOLS for pages in SETS}
    parts = [format_table(_HEADER, [(tool, *(shares[tool, pages.name].f1 for pages in SETS)) for tool in TOOLS])]
    for pages in SETS:
        parts += [_describe(pages), _detail(pages, {tool: shares[tool, pages.name] for tool in TOOLS})]
    return "\n\n".join(parts)


def report_folds(models: Mapping[str, Model]) -> str:
    """Return the table of all tools, ours twice: by models that have not seen a page's site, and as it ships."""
    logging.disable(logging.CRITICAL)
    rows = [(f"{OURS}, unseen sites", *(pages.score(_extract_by_site(pages, models)).f1 for pages in SETS))]
    for tool in TOOLS:
        name = f"{tool}, these pages" if tool == OURS else tool
        rows.append((name, *(_score(tool, pages).f1 for pages in SETS)))
    return format_table(_HEADER, rows)


def _score(tool: str, pages: PageSet) -> Shares:
    return pages.score(extract_all(tool, pages.read()))


def _extract_by_site(pages: PageSet, models: Mapping[str, Model]) -> Sequence[str]:
    return [extract_like_ours(page, models.get(name_site(page))) for page in pages.read()]


def _describe(pages: PageSet) -> str:
    return f"{pages.name}: {len(pages.read())} pages of {pages.origin}, by {pages.measure}"


def _detail(pages: PageSet, shares: Mapping[str, Shares]) -> str:
    rows = [(tool, share.precision, share.recall, share.f1) for tool, share in shares.items()]
    return format_table([pages.name, "precision", "recall", "F1"], rows)
