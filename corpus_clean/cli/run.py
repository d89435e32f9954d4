"""`corpus-clean run`: the main job."""

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corpus_clean.cli.options import (
    Against,
    AsJson,
    CacheFolder,
    ConfigFile,
    EngineName,
    EngineOption,
    Keep,
    Master,
    MaxRemoved,
    Memory,
    Out,
    Quiet,
    Resume,
    RulePacks,
    Source,
    TextField,
    Threshold,
    WithinDays,
    Work,
    Workers,
)
from corpus_clean.cli.places import STREAM, name_output, open_source, open_target, place_stages
from corpus_clean.cli.progress import show_progress

if TYPE_CHECKING:
    from corpus_clean.reports.model import Report


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
    within_days: WithinDays = None,
    workers: Workers = None,
    engine: EngineName = None,
    master: Master = None,
    engine_opt: EngineOption = None,
    work: Work = None,
    memory: Memory = None,
    resume: Resume = True,
    input_format: Annotated[
        str | None, typer.Option("--input-format", help="What PATH - holds: jsonl, csv, text, …", metavar="NAME")
    ] = None,
    cache: CacheFolder = None,
    config: ConfigFile = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Clean, de-duplicate and link a folder of articles; PATH itself is never changed.

    PATH may be -, one file from a pipe; what is clean of it goes to stdout, as with --out - for any file.
    """
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
            "quotes": {"enabled": quotes, "within_days": within_days},
            "engine": {
                "name": engine,
                "workers": workers,
                "memory": memory,
                "master": master,
                "options": engine_opt or None,
                "work": work,
                "cache": str(cache.resolve()) if cache else None,
            },
        },
    )
    place = out or name_output(path, "clean")
    settings = place_stages(settings, place)
    with ExitStack() as stack:
        source = stack.enter_context(open_source(path, input_format or ""))
        target = stack.enter_context(open_target(place))
        with show_progress(not quiet) as notice:
            if place == STREAM:
                from corpus_clean.pipeline.pipe import write_clean

                _complain_of(write_clean(source, sys.stdout.buffer, settings, notice, against))
                return
            run_pipeline(source, target, settings, notice, against, resume=resume)
        found = tell(target, settings.rules.packs, json, quiet, place)
    leave(found)


def _complain_of(rejections: Sequence[str]) -> None:
    """Name each rejected record on stderr, and leave with 3 if there are any."""
    from corpus_clean.reports.wording import escape_name

    for line in rejections:
        print(f"corpus-clean: rejected {escape_name(line)}", file=sys.stderr)
    if rejections:
        raise typer.Exit(3)


def tell(
    out: Path, packs: tuple[str, ...], json: bool, quiet: bool, place: str, found: "Report | None" = None
) -> "Report":
    """Print what a run found, whose output is known to the user as `place`. What is not given is read from `out`."""
    from corpus_clean.cli.report import Format, print_findings
    from corpus_clean.reports.model import build_report

    found = found or build_report(out)
    if not quiet:
        print_findings(found, place, packs, Format.JSON if json else Format.TEXT)
    return found


def leave(found: "Report") -> None:
    """Leave with 3 if records were quarantined."""
    if found.documents["rejected"]:
        raise typer.Exit(3)
