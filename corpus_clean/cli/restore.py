"""`corpus-clean restore`: the originals back from a run."""

from pathlib import Path
from typing import Annotated

import typer

from corpus_clean.cli.options import Published


def restore(
    out: Published,
    destination: Annotated[Path, typer.Argument(help="Where to write the originals; must not exist.", metavar="DEST")],
) -> None:
    """Write the originals that OUT was made from."""
    from corpus_clean.pipeline.restore import restore as restore_run

    count = restore_run(out, destination)
    print(f"{destination}: {count:,} {'file' if count == 1 else 'files'} restored")
