"""`corpus-clean explain`: what is taken out of one document, and why."""

from pathlib import Path
from typing import Annotated

import typer

from corpus_clean.cli.options import AsJson, ConfigFile, RulePacks


def explain(
    doc: Annotated[
        str,
        typer.Argument(
            help="A file, a record of one (`news.jsonl#3`), or with --in a document of a run.", metavar="DOC"
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--in", help="Explain what this run did, instead of what would be done.", metavar="OUT"),
    ] = None,
    rules: RulePacks = None,
    config: ConfigFile = None,
    json: AsJson = False,
) -> None:
    """Show each edit of a document in its place, with the rule's own words."""
    from corpus_clean.config import load_config
    from corpus_clean.pipeline.describe import describe_rules
    from corpus_clean.pipeline.explain import explain_document, explain_published

    settings = load_config(file=config, flags={"rules": {"packs": rules or None}})
    explained = explain_published(out, doc) if out else explain_document(doc, settings)
    if json:
        from corpus_clean.reports.explanation import format_json

        print(format_json(explained), end="")
        return
    from rich.console import Console

    from corpus_clean.reports.explanation import print_explanation

    descriptions = describe_rules(settings.rules.packs)
    for explanation in explained:
        print_explanation(explanation, Console(highlight=False), descriptions)
