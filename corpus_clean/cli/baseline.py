"""`corpus-clean baseline`: findings that are accepted."""

import typer

from corpus_clean.cli.check import prepare
from corpus_clean.cli.options import Baseline, ConfigFile, Paths, Quiet, RulePacks, Staged, TextField, Workers
from corpus_clean.cli.progress import show_progress

baseline = typer.Typer(help="Accept findings, so that only new ones block.", no_args_is_help=True)


@baseline.command()
def update(
    paths: Paths = None,
    staged: Staged = False,
    place: Baseline = None,
    rules: RulePacks = None,
    text_field: TextField = None,
    workers: Workers = None,
    config: ConfigFile = None,
    quiet: Quiet = False,
) -> None:
    """Accept what is found now: in these files, or, without any, everywhere and nothing else."""
    from corpus_clean.pipeline.accept import accept
    from corpus_clean.reports.wording import count_things

    flags: dict[str, dict[str, object]] = {
        "read": {"text_fields": text_field or None},
        "rules": {"packs": rules or None},
        "engine": {"workers": workers},
    }
    request, settings = prepare(paths, staged, place, config, flags)
    with show_progress(not quiet) as notice:
        accepted = accept(request, settings, notice)
    if not quiet:
        held = f"{count_things(accepted.noise, 'finding')} and {count_things(accepted.clusters, 'cluster')} of copies"
        print(f"{accepted.place}: accepts {held} ({accepted.added:,} lines added, {accepted.dropped:,} dropped)")
