"""`corpus-clean run`: the main job."""

from pathlib import Path
from typing import Annotated

import typer

from corpus_clean.cli.options import (
    Against,
    AsJson,
    CacheFolder,
    ConfigFile,
    EngineName,
    Keep,
    MaxRemoved,
    Memory,
    Out,
    Quiet,
    RulePacks,
    Source,
    TextField,
    Threshold,
    Workers,
)
from corpus_clean.cli.progress import show_progress


def run(
    path: Source,
    out: Out = None,
    against: Against = None,
    rules: RulePacks = None,
    text_field: TextField = None,
    keep_datelines: Annotated[
        bool | None,
        typer.Option(
            "--keep-datelines/--extract-datelines", help="Leave datelines, bylines and timestamps in the text."
        ),
    ] = None,
    threshold: Threshold = None,
    keep: Keep = None,
    keep_duplicates: Annotated[
        bool | None, typer.Option("--keep-duplicates/--drop-duplicates", help="Write duplicates to data/ too.")
    ] = None,
    max_removed: MaxRemoved = None,
    quotes: Annotated[
        bool | None, typer.Option("--quotes/--no-quotes", help="Find and link quotes. [default: quotes]")
    ] = None,
    workers: Workers = None,
    engine: EngineName = None,
    memory: Memory = None,
    cache: CacheFolder = None,
    config: ConfigFile = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Clean, de-duplicate and link a folder of articles; PATH itself is never changed."""
    from corpus_clean.config import load_config
    from corpus_clean.pipeline.run import run as run_pipeline

    settings = load_config(
        file=config,
        flags={
            "read": {"text_fields": text_field or None},
            "rules": {"packs": rules or None, "keep_datelines": keep_datelines},
            "dedup": {
                "threshold": threshold,
                "keep": keep,
                "keep_duplicates": keep_duplicates,
                "max_removed": max_removed,
            },
            "quotes": {"enabled": quotes},
            "engine": {
                "name": engine,
                "workers": workers,
                "memory": memory,
                "cache": str(cache.resolve()) if cache else None,
            },
        },
    )
    target = out or path.with_name(f"{path.resolve().name}-clean")
    with show_progress(not quiet) as notice:
        run_pipeline(path, target, settings, notice, against)
    tell(target, settings.rules.packs, json, quiet)


def tell(out: Path, packs: tuple[str, ...], json: bool, quiet: bool) -> None:
    """Print what a run found, and leave with 3 if it quarantined records."""
    from corpus_clean.cli.report import Format, print_findings
    from corpus_clean.reports.model import build_report

    found = build_report(out)
    if not quiet:
        print_findings(found, out, packs, Format.JSON if json else Format.TEXT)
    if found.documents["rejected"]:
        raise typer.Exit(3)
