"""`corpus-clean index`: what `--against` needs of a corpus, kept."""

from pathlib import Path
from typing import Annotated

import typer

from corpus_clean.cli.options import ConfigFile, EngineName, Memory, Out, Quiet, TextField, Workers
from corpus_clean.cli.progress import show_progress


def index(
    corpora: Annotated[
        list[Path],
        typer.Argument(help="Folders of articles, files, earlier runs, or indexes.", metavar="PATH..."),
    ],
    out: Out = None,
    text_field: TextField = None,
    workers: Workers = None,
    engine: EngineName = None,
    memory: Memory = None,
    config: ConfigFile = None,
    quiet: Quiet = False,
) -> None:
    """Read corpora once, so that later runs can be compared with them: `run NEW --against INDEX`."""
    from corpus_clean.config import load_config
    from corpus_clean.pipeline.earlier import build_index

    settings = load_config(
        file=config,
        flags={
            "read": {"text_fields": text_field or None},
            "engine": {"name": engine, "workers": workers, "memory": memory},
        },
    )
    target = Path(out) if out else corpora[0].with_name(f"{corpora[0].resolve().name}-index")
    with show_progress(not quiet) as notice:
        count = build_index(corpora, target, settings, notice)
    if not quiet:
        typer.echo(f"{count:,} document{'s' * (count != 1)} indexed → {target}")
