"""`corpus-clean run`: the main job."""

from pathlib import Path
from typing import Annotated

import typer

from corpus_clean.cli.options import AsJson, ConfigFile, RulePacks
from corpus_clean.cli.progress import show_progress


def run(
    path: Annotated[Path, typer.Argument(help="A folder of articles, or one file.", metavar="PATH")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Where to write; must not exist. [default: PATH-clean]", metavar="OUT"),
    ] = None,
    rules: RulePacks = None,
    text_field: Annotated[
        list[str] | None,
        typer.Option(
            "--text-field", help="JSONL field that holds the text; again for further choices.", metavar="NAME"
        ),
    ] = None,
    keep_datelines: Annotated[
        bool | None,
        typer.Option(
            "--keep-datelines/--extract-datelines", help="Leave datelines, bylines and timestamps in the text."
        ),
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(help="Leave out documents at least this alike (Jaccard). [default: 0.8]")
    ] = None,
    keep: Annotated[
        str | None,
        typer.Option(
            help="Which copy stays: longest, earliest, cleanest or source:a,b. [default: longest]", metavar="POLICY"
        ),
    ] = None,
    keep_duplicates: Annotated[
        bool | None, typer.Option("--keep-duplicates/--drop-duplicates", help="Write duplicates to data/ too.")
    ] = None,
    quotes: Annotated[
        bool | None, typer.Option("--quotes/--no-quotes", help="Find and link quotes. [default: quotes]")
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", "-j", help="Processes; 0 is one a core. [default: 0]")
    ] = None,
    engine: Annotated[str | None, typer.Option(help="Where the work runs. [default: local]")] = None,
    memory: Annotated[str | None, typer.Option(help="Bound for the SQL part, such as 2GB. [default: 2GB]")] = None,
    config: ConfigFile = None,
    json: AsJson = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Clean, de-duplicate and link a folder of articles; PATH itself is never changed."""
    from corpus_clean.config import load_config
    from corpus_clean.pipeline.run import run as run_pipeline

    settings = load_config(
        file=config,
        flags={
            "read": {"text_fields": text_field or None},
            "rules": {"packs": rules or None, "keep_datelines": keep_datelines},
            "dedup": {"threshold": threshold, "keep": keep, "keep_duplicates": keep_duplicates},
            "quotes": {"enabled": quotes},
            "engine": {"name": engine, "workers": workers, "memory": memory},
        },
    )
    target = out or path.with_name(f"{path.resolve().name}-clean")
    with show_progress(not quiet) as notice:
        run_pipeline(path, target, settings, notice)
    _tell(target, settings.rules.packs, json, quiet)


def _tell(out: Path, packs: tuple[str, ...], json: bool, quiet: bool) -> None:
    from corpus_clean.cli.report import print_findings
    from corpus_clean.reports.model import build_report

    found = build_report(out)
    if not quiet:
        print_findings(found, out, packs, json)
    if found.documents["rejected"]:
        raise typer.Exit(3)
