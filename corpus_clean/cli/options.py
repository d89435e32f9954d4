"""Options that several commands share, under one name and one help text."""

from pathlib import Path
from typing import Annotated

import typer

ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config", help="Configuration file, instead of corpus-clean.toml and pyproject.toml here.", metavar="FILE"
    ),
]
RulePacks = Annotated[
    list[str] | None, typer.Option("--rules", help="A rule pack of your own; may be given again.", metavar="FILE")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of words for people.")]
Published = Annotated[Path, typer.Argument(help="The folder that `run` wrote.", metavar="OUT")]
