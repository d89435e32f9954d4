"""`OUT/report.html`: the findings of a run as one page that shows its evidence and needs no network."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from corpus_clean.config import DedupConfig
from corpus_clean.reports.command import Settings, changed_settings, reproduce_command
from corpus_clean.reports.explanation import Description
from corpus_clean.reports.html_documents import DocumentIndex
from corpus_clean.reports.html_duplicates import draw_duplicates
from corpus_clean.reports.html_overview import draw_overview
from corpus_clean.reports.html_page import fill_page
from corpus_clean.reports.html_picture import draw_characters, draw_recall
from corpus_clean.reports.html_quotes import draw_quotes
from corpus_clean.reports.html_removals import AT_RANDOM, draw_removals, list_rules
from corpus_clean.reports.model import Report
from corpus_clean.reports.tables import open_tables
from corpus_clean.reports.texts import Texts

if TYPE_CHECKING:
    import duckdb

NAME = "report.html"
LARGEST = 10_000_000
"""Bytes that the page never exceeds."""

_BUDGETS = {"removals": 16_000_000, "duplicates": 5_000_000, "quotes": 6_000_000}
"""Bytes of JSON for each section's sample; packed, text takes about a third of that."""

_LEAST_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a page comes from.

    Args:
        settings: the run's configuration, as `describe_config` or the manifest gives it.
        descriptions: the rules in their own words, by id.
        texts: gives the texts of documents, stage by stage.
        version: of the program that made the run.
    """

    settings: Settings
    descriptions: Mapping[str, Description]
    texts: Texts
    version: str

    @property
    def dedup(self) -> DedupConfig:
        """The thresholds of the run."""
        return DedupConfig(**dict(self.settings.get("dedup", {})))  # type: ignore[arg-type]  # of a checked config


def render_html(out: Path, report: Report, origin: Origin) -> str:
    """Return the report of a run as one HTML page; the same tables and texts always give the same page.

    Args:
        out: the folder of a run; its manifest is not needed.
        report: the numbers.
        origin: the rest of what the page tells.

    Raises:
        UsageError: `out` is no finished run.
    """
    with open_tables(out) as tables:
        return draw_page(tables, report, origin)


def draw_page(tables: "duckdb.DuckDBPyConnection", report: Report, origin: Origin) -> str:
    """Do what `render_html` does with tables that are open."""
    share = 1.0
    while True:
        page = _render(tables, report, origin, share)
        if len(page.encode("utf-8")) <= LARGEST or share < _LEAST_SHARE:
            return page
        share *= 0.8


def _render(tables: "duckdb.DuckDBPyConnection", report: Report, origin: Origin, share: float) -> str:
    dedup = origin.dedup
    budgets = {name: int(size * share) for name, size in _BUDGETS.items()}
    index = DocumentIndex(tables)
    overview = draw_overview(report)
    rules = list_rules(tables, origin.descriptions)
    removals = draw_removals(tables, rules, index, origin.texts, budgets["removals"])
    duplicates = draw_duplicates(tables, index, origin.texts, dedup.threshold, budgets["duplicates"])
    quotes = draw_quotes(tables, index, budgets["quotes"])
    values = {
        "version": origin.version,
        "overview": overview,
        "check": report.removal_check,
        "picture": draw_characters(overview.portions, rules),
        "curve": draw_recall(dedup.link_jaccard, dedup.threshold, dedup.permutations),
        "dedup": dedup,
        "command": reproduce_command(origin.settings),
        "changed": changed_settings(origin.settings),
        "at_random": AT_RANDOM,
        "shown": {
            "removals": sum(len(rows) for rows in removals["rows"]),
            "removals_of": sum(rule.count for rule in rules),
            "duplicates": len(duplicates["items"]),
            "duplicates_of": sum(duplicates["total"].values()),
            "quotes": len(quotes["clusters"]),
            "quotes_of": quotes["total"],
        },
    }
    return fill_page(
        values, {"removals": removals, "duplicates": duplicates, "quotes": quotes, "documents": index.rows()}
    )
