"""`corpus-clean check`: the gate."""

import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from corpus_clean.cli.options import Baseline, ConfigFile, Paths, Quiet, RulePacks, Staged, TextField, Workers
from corpus_clean.cli.progress import show_progress

if TYPE_CHECKING:
    from corpus_clean.config import Config
    from corpus_clean.pipeline.check import Checked, Only, Request


class Kind(StrEnum):
    """What a check looks for."""

    NOISE = "noise"
    DUPLICATES = "duplicates"


FORMATS = ("text", "json", "sarif", "github")


def check(
    paths: Paths = None,
    staged: Staged = False,
    everything: Annotated[bool, typer.Option("--all", help="With --staged: every file, changed or not.")] = False,
    only: Annotated[Kind | None, typer.Option(help="Look for noise or for duplicates alone.")] = None,
    baseline: Baseline = None,
    since: Annotated[
        str, typer.Option("--baseline-from-ref", help="Accept what this commit has already.", metavar="REF")
    ] = "",
    allow_unchecked: Annotated[
        bool | None,
        typer.Option("--allow-unchecked/--no-allow-unchecked", help="Let pass what only points to its content."),
    ] = None,
    output: Annotated[
        list[str] | None,
        typer.Option(
            "--output-format",
            help="text, json, sarif or github; FORMAT=FILE writes to a file; may be given again. [default: text]",
            metavar="FORMAT[=FILE]",
        ),
    ] = None,
    notes: Annotated[bool, typer.Option("--notes", help="Show what rules only mark, too.")] = False,
    rules: RulePacks = None,
    text_field: TextField = None,
    workers: Workers = None,
    config: ConfigFile = None,
    quiet: Quiet = False,
) -> int:
    """Find noise and duplicates without writing anything; exit 1 if there are any that are not accepted."""
    from corpus_clean.pipeline.check import check as run_check

    targets = _read_targets(output or ["text"])
    flags: dict[str, dict[str, object]] = {
        "read": {"text_fields": text_field or None},
        "rules": {"packs": rules or None},
        "engine": {"workers": workers},
        "gate": {"allow_unchecked": allow_unchecked},
    }
    request, settings = prepare(paths, staged, baseline, config, flags, only=only, since=since)
    if everything and not request.paths:
        request = replace(request, paths=settings.gate.paths)
    with show_progress(not quiet) as notice:
        checked = run_check(request, settings, notice, notes=notes)
    for form, file in targets:
        text = None if form == "text" and file is None else _format(form, checked, request, settings)
        if text is None:
            _print(checked, request, quiet)
        elif file is None:
            print(text, end="")
        else:
            file.write_text(text, encoding="utf-8")
    return 1 if checked.failed else 0


def prepare(
    paths: list[Path] | None,
    staged: bool,
    baseline: Path | None,
    config: Path | None,
    flags: dict[str, dict[str, object]],
    *,
    only: str | None = None,
    since: str = "",
) -> "tuple[Request, Config]":
    """Return what is asked for, and the configuration of the data set: that of its top folder."""
    from corpus_clean.config import load_config
    from corpus_clean.pipeline.check import Request, find_root

    root, repository, below = find_root(Path.cwd(), paths or [])
    settings = load_config(root if repository else None, file=config, flags=flags)
    place = baseline.absolute() if baseline else None
    kind = cast("Only", str(only or ""))
    return Request(root, repository, below, staged, kind, place, since), settings


def _read_targets(wanted: list[str]) -> list[tuple[str, Path | None]]:
    targets: list[tuple[str, Path | None]] = []
    for entry in wanted:
        form, _, file = entry.partition("=")
        if form not in FORMATS:
            raise typer.BadParameter(f"`{form}` is no format; use one of {', '.join(FORMATS)}")
        targets.append((form, Path(file) if file else None))
    if sum(file is None for _, file in targets) > 1:
        raise typer.BadParameter("only one format can be printed; give the others a file, as in sarif=findings.sarif")
    return targets


def _format(form: str, checked: "Checked", request: "Request", settings: "Config") -> str:
    if form == "github":
        from corpus_clean.reports.github import format_github

        return format_github(checked.findings)
    if form == "json":
        from corpus_clean.reports.findings import format_json

        return format_json(checked.findings, checked.accepted, checked.files)
    if form == "sarif":
        from importlib.metadata import version

        from corpus_clean.pipeline.describe import describe_rules
        from corpus_clean.reports.sarif import format_sarif

        words = {name: (rule.what, rule.why) for name, rule in describe_rules(settings.rules.packs).items()}
        return format_sarif(checked.findings, words, version("corpus-clean"))
    import io

    from rich.console import Console

    from corpus_clean.reports.findings import print_findings, summarize

    page = io.StringIO()
    print_findings(checked.findings, Console(file=page, highlight=False), staged=request.staged)
    return f"{page.getvalue()}{summarize(checked.findings, checked.accepted, checked.files)}\n"


def _print(checked: "Checked", request: "Request", quiet: bool) -> None:
    from corpus_clean.reports.findings import print_findings, summarize

    if checked.findings:
        from rich.console import Console

        prefix = _find_prefix(request.root)
        print_findings(checked.findings, Console(highlight=False), prefix, staged=request.staged)
    if not quiet:
        print(summarize(checked.findings, checked.accepted, checked.files), file=sys.stdout)


def _find_prefix(root: Path) -> str:
    """Return what stands before a path so that it can be opened from here."""
    import os

    relative = os.path.relpath(root, os.path.realpath(Path.cwd()))
    return "" if relative == "." else f"{relative}/"
