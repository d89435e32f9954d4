"""Options that several commands share, under one name and one help text."""

from pathlib import Path
from typing import Annotated

import typer

Source = Annotated[str, typer.Argument(help="A folder of articles, one file, a URL, or - for a pipe.", metavar="PATH")]
Paths = Annotated[
    list[Path] | None,
    typer.Argument(help="Files or folders of the data set. [default: `gate.paths` of the configuration]"),
]
Staged = Annotated[
    bool,
    typer.Option("--staged", help="Look at what git has staged; without PATHS, at what the next commit changes."),
]
Baseline = Annotated[
    Path | None,
    typer.Option("--baseline", help="List of accepted findings. [default: .corpus-clean-baseline]", metavar="FILE"),
]
Published = Annotated[str, typer.Argument(help="The folder that `run` wrote, or its URL.", metavar="OUT")]
Out = Annotated[
    str | None,
    typer.Option("--out", "-o", help="Where to write; must not exist. [default: PATH and the command]", metavar="OUT"),
]
Against = Annotated[
    Path | None,
    typer.Option(
        help="An earlier run, any corpus, or an index: leave out what repeats a document of it.", metavar="OLD"
    ),
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
WithinDays = Annotated[
    int | None,
    typer.Option(
        "--within-days", help="Link quotes only of articles published at most so many days apart.", metavar="DAYS"
    ),
]
Workers = Annotated[int | None, typer.Option("--workers", "-j", help="Processes; 0 is one a core. [default: 0]")]
EngineName = Annotated[
    str | None, typer.Option("--engine", help="Where the work runs: local or spark. [default: local]")
]
Master = Annotated[str | None, typer.Option(help="Spark: where the cluster is. [default: this machine]", metavar="URL")]
EngineOption = Annotated[
    list[str] | None,
    typer.Option("--engine-opt", help="Spark: a setting; may be given again.", metavar="KEY=VALUE"),
]
Work = Annotated[
    str | None,
    typer.Option(
        help="Spark: where stages lie while a run lasts, if workers share no disk. [default: beside OUT]",
        metavar="URL",
    ),
]
Memory = Annotated[str | None, typer.Option(help="Bound for the SQL part; on Spark, for each executor. [default: 2GB]")]
Resume = Annotated[
    bool, typer.Option("--resume/--no-resume", help="Go on with a run into OUT that was stopped, or start over.")
]
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
