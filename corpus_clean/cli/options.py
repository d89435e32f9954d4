"""Options that several commands share, under one name and one help text."""

from pathlib import Path
from typing import Annotated

import typer

Source = Annotated[Path, typer.Argument(help="A folder of articles, or one file.", metavar="PATH")]
Published = Annotated[Path, typer.Argument(help="The folder that `run` wrote.", metavar="OUT")]
Out = Annotated[
    Path | None,
    typer.Option("--out", "-o", help="Where to write; must not exist. [default: PATH and the command]", metavar="OUT"),
]
Against = Annotated[
    Path | None,
    typer.Option(help="An earlier run, or any corpus: leave out what repeats a document of it.", metavar="OLD"),
]
TextField = Annotated[
    list[str] | None,
    typer.Option("--text-field", help="JSONL field that holds the text; again for further choices.", metavar="NAME"),
]
Threshold = Annotated[
    float | None, typer.Option(help="Leave out documents at least this alike (Jaccard). [default: 0.8]")
]
Keep = Annotated[
    str | None,
    typer.Option(
        help="Which copy stays: longest, earliest, cleanest or source:a,b. [default: longest]", metavar="POLICY"
    ),
]
MaxRemoved = Annotated[
    float | None,
    typer.Option("--max-removed", help="Publish nothing if more of one source would go. [default: 0.5]"),
]
Workers = Annotated[int | None, typer.Option("--workers", "-j", help="Processes; 0 is one a core. [default: 0]")]
EngineName = Annotated[str | None, typer.Option("--engine", help="Where the work runs. [default: local]")]
Memory = Annotated[str | None, typer.Option(help="Bound for the SQL part, such as 2GB. [default: 2GB]")]
CacheFolder = Annotated[
    Path | None,
    typer.Option(
        "--cache", help="Keep the texts of HTML pages here, for later runs over the same pages.", metavar="DIR"
    ),
]
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
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]
