"""`corpus-clean quotes`: who said what, where else, in which wording."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corpus_clean.cli.options import AsJson, ConfigFile, WithinDays, Workers
from corpus_clean.cli.progress import show_progress

if TYPE_CHECKING:
    from corpus_clean.reports.quote_clusters import QuoteCluster


def quotes(
    path: Annotated[Path, typer.Argument(help="A folder that `run` wrote, or articles.", metavar="DIR")],
    speaker: Annotated[
        str | None, typer.Option(help="Only quotes of speakers whose name holds this.", metavar="NAME")
    ] = None,
    most: Annotated[int, typer.Option("--most", help="How many quotes to show.", min=1)] = 50,
    within_days: WithinDays = None,
    workers: Workers = None,
    config: ConfigFile = None,
    json: AsJson = False,
) -> None:
    """Show the quotes that more than one document carries, the wordings aligned one under another."""
    found = _load(path, within_days, workers, config)
    wanted = (speaker or "").casefold()
    chosen = [cluster for cluster in found if wanted in cluster.speaker.casefold()]
    if json:
        from corpus_clean.reports.wording import dump_json

        print(dump_json(chosen[:most]), end="")
        return
    from rich.console import Console

    from corpus_clean.reports.layout import Hanging, style_words
    from corpus_clean.reports.terminal import lay_out_quote
    from corpus_clean.reports.wording import count_things

    console = Console(highlight=False)
    for cluster in chosen[:most]:
        for line in lay_out_quote(cluster, plain=not console.is_terminal):
            console.print(line)
    shown = f"{most:,} of " if len(chosen) > most else ""
    total = count_things(len(chosen), "quote")
    console.print(Hanging(style_words(f"\n{shown}{total} carried by more than one document")))


def _load(path: Path, within_days: int | None, workers: int | None, config: Path | None) -> "list[QuoteCluster]":
    from corpus_clean.reports.quote_clusters import read_quote_clusters
    from corpus_clean.reports.tables import open_tables

    if (path / "manifest.json").is_file():
        with open_tables(path) as tables:
            return read_quote_clusters(tables)
    import tempfile

    from corpus_clean.config import load_config
    from corpus_clean.pipeline.run import run

    flags = {"quotes": {"within_days": within_days}, "engine": {"workers": workers}}
    settings = load_config(file=config, flags=flags)
    with tempfile.TemporaryDirectory() as folder, show_progress(True) as notice:
        out = Path(folder, "out")
        run(path, out, settings, notice)
        with open_tables(out) as tables:
            return read_quote_clusters(tables)
