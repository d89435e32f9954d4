"""`corpus-clean report`: the findings of a run, again."""

from typing import TYPE_CHECKING

from corpus_clean.cli.options import AsJson, Published

if TYPE_CHECKING:
    from pathlib import Path

    from corpus_clean.reports.model import Report


def report(out: Published, json: AsJson = False) -> None:
    """Print what a run found."""
    from corpus_clean.pipeline.manifest import read_manifest
    from corpus_clean.reports.model import build_report

    manifest = read_manifest(out)
    print_findings(build_report(out), out, tuple(manifest["config"]["rules"]["packs"]), json)


def print_findings(found: "Report", out: "Path", packs: tuple[str, ...], json: bool) -> None:
    """Print a report on stdout, for a person or a program."""
    if json:
        from corpus_clean.reports.model import format_json

        print(format_json(found), end="")
        return
    from rich.console import Console

    from corpus_clean.pipeline.describe import describe_rules
    from corpus_clean.reports.terminal import print_report

    words = {rule_id: description.what for rule_id, description in describe_rules(packs).items()}
    print_report(found, out, Console(highlight=False), words)
