"""`corpus-clean report`: the findings of a run, again."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from corpus_clean.cli.options import AsJson, Published
from corpus_clean.cli.places import open_source

if TYPE_CHECKING:
    from corpus_clean.reports.model import Report


class Format(StrEnum):
    """In which form the findings are printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "md"
    HTML = "html"


def report(
    out: Published,
    form: Annotated[Format, typer.Option("--format", help="text, json, md or html.")] = Format.TEXT,
    json: AsJson = False,
) -> None:
    """Print what a run found; `--format html` renders the page anew."""
    from corpus_clean.pipeline.manifest import read_manifest
    from corpus_clean.reports.model import build_report

    with open_source(out) as path:
        manifest = read_manifest(path)
        if form is Format.HTML:
            from corpus_clean.pipeline.page import render_page

            print(render_page(path), end="")
            return
        chosen = Format.JSON if json else form
        print_findings(build_report(path), out, tuple(manifest["config"]["rules"]["packs"]), chosen)


def print_findings(found: "Report", out: str, packs: tuple[str, ...], form: Format) -> None:
    """Print a report on stdout, for a person or a program."""
    if form is Format.JSON:
        from corpus_clean.reports.model import format_json

        print(format_json(found), end="")
        return
    words: dict[str, str] = {}
    if found.rules or found.flags:
        from corpus_clean.pipeline.describe import describe_rules

        words = {rule_id: description.what for rule_id, description in describe_rules(packs).items()}
    if form is Format.MARKDOWN:
        from corpus_clean.reports.markdown import format_markdown

        print(format_markdown(found, words), end="")
        return
    from rich.console import Console

    from corpus_clean.reports.terminal import print_report

    print_report(found, out, Console(highlight=False), words)
