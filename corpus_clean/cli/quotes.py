"""`corpus-clean quotes`: who said what, where else, in which wording."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corpus_clean.cli.options import AsJson, ConfigFile, Workers
from corpus_clean.cli.progress import show_progress

if TYPE_CHECKING:
    from corpus_clean.reports.model import Report


def quotes(
    path: Annotated[Path, typer.Argument(help="A folder that `run` wrote, or articles.", metavar="DIR")],
    speaker: Annotated[
        str | None, typer.Option(help="Only quotes of speakers whose name holds this.", metavar="NAME")
    ] = None,
    most: Annotated[int, typer.Option("--most", help="How many quotes to show.", min=1)] = 50,
    workers: Workers = None,
    config: ConfigFile = None,
    json: AsJson = False,
) -> None:
    """Show the quotes that more than one document carries, the wordings aligned one under another."""
    report = _load(path, workers, config)
    wanted = (speaker or "").casefold()
    chosen = [cluster for cluster in report.quote_clusters if wanted in cluster.speaker.casefold()]
    if json:
        from dataclasses import asdict
        from json import dumps

        print(dumps([asdict(cluster) for cluster in chosen[:most]], ensure_ascii=False, indent=1))
        return
    from rich.console import Console

    from corpus_clean.reports.terminal import format_quote_cluster

    console = Console(highlight=False)
    for cluster in chosen[:most]:
        console.print(format_quote_cluster(cluster, plain=not console.is_terminal))
    total = report.totals["quote_clusters"]
    console.print(f"\n{min(most, len(chosen)):,} shown of {total:,} quotes carried by more than one document")


def _load(path: Path, workers: int | None, config: Path | None) -> "Report":
    from corpus_clean.reports.model import build_report

    if (path / "manifest.json").is_file():
        return build_report(path)
    import tempfile

    from corpus_clean.config import load_config
    from corpus_clean.pipeline.run import run

    settings = load_config(file=config, flags={"engine": {"workers": workers}})
    with tempfile.TemporaryDirectory() as folder, show_progress(True) as notice:
        out = Path(folder, "out")
        run(path, out, settings, notice)
        return build_report(out)
