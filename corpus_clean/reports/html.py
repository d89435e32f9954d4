"""`OUT/report.html`: the findings of a run as one page that shows its evidence and needs no network."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus_clean.config import DedupConfig
from corpus_clean.reports.command import Settings, changed_settings, reproduce_command
from corpus_clean.reports.explanation import Description
from corpus_clean.reports.html_duplicates import draw_duplicates
from corpus_clean.reports.html_overview import read_overview
from corpus_clean.reports.html_page import fill_page
from corpus_clean.reports.html_picture import draw_characters, draw_recall
from corpus_clean.reports.html_quotes import draw_quotes
from corpus_clean.reports.html_removals import AT_RANDOM, draw_removals, list_rules
from corpus_clean.reports.html_tables import DocumentIndex, Texts, open_tables

if TYPE_CHECKING:
    import duckdb

NAME = "report.html"
LARGEST = 10_000_000
"""Bytes that the page never exceeds."""

_BUDGETS = {"removals": 16_000_000, "duplicates": 5_000_000, "quotes": 6_000_000}
"""Bytes of JSON for each section's sample; packed, text takes about a third of that."""


def write_html(
    out: Path, *, settings: Settings, descriptions: Mapping[str, Description], texts: Texts, version: str
) -> None:
    """Write `report.html` beside the tables it is made from; see `render_html`."""
    page = render_html(out, settings=settings, descriptions=descriptions, texts=texts, version=version)
    (out / NAME).write_text(page, encoding="utf-8", newline="\n")


def render_html(
    out: Path, *, settings: Settings, descriptions: Mapping[str, Description], texts: Texts, version: str
) -> str:
    """Return the report of a run as one HTML page; the same tables and texts always give the same page.

    Args:
        out: the folder of a run; its manifest is not needed.
        settings: the run's configuration, as `describe_config` or the manifest gives it.
        descriptions: the rules in their own words, by id.
        texts: gives the texts of documents, stage by stage.
        version: of the program that made the run.

    Raises:
        UsageError: `out` is no finished run.
    """
    with open_tables(out) as tables:
        share = 1.0
        while True:
            page = _render(tables, out, settings, descriptions, texts, version, share)
            if len(page.encode("utf-8")) <= LARGEST or share < 0.01:
                return page
            share *= 0.8


def _render(
    tables: "duckdb.DuckDBPyConnection",
    out: Path,
    settings: Settings,
    descriptions: Mapping[str, Description],
    texts: Texts,
    version: str,
    share: float,
) -> str:
    dedup = DedupConfig(**dict(settings.get("dedup", {})))  # type: ignore[arg-type]  # plain values of a checked config
    budgets = {name: int(size * share) for name, size in _BUDGETS.items()}
    index = DocumentIndex(tables)
    overview = read_overview(tables, out)
    rules = list_rules(tables, descriptions)
    removals = draw_removals(tables, rules, index, texts, budgets["removals"])
    rules = [replace(rule, shown=len(rows)) for rule, rows in zip(rules, removals["rows"], strict=True)]
    duplicates = draw_duplicates(tables, index, texts, dedup.threshold, budgets["duplicates"])
    quotes = draw_quotes(tables, index, budgets["quotes"])
    data: dict[str, Any] = {
        "documents": index.rows(),
        "removals": removals,
        "duplicates": duplicates,
        "quotes": quotes,
    }
    values = {
        "version": version,
        "overview": overview,
        "rules": rules,
        "picture": draw_characters(overview.portions, rules),
        "curve": draw_recall(dedup.link_jaccard, dedup.threshold, dedup.permutations),
        "dedup": dedup,
        "command": reproduce_command(settings),
        "changed": changed_settings(settings),
        "at_random": AT_RANDOM,
        "shown": {
            "removals": sum(rule.shown for rule in rules),
            "removals_of": sum(rule.count for rule in rules),
            "duplicates": len(duplicates["items"]),
            "duplicates_of": sum(duplicates["total"].values()),
            "quotes": len(quotes["clusters"]),
            "quotes_of": quotes["total"],
        },
    }
    return fill_page(values, data)
