"""`corpus-clean restore`: the originals back from a run."""

from typing import Annotated

import typer

from corpus_clean.cli.options import Published
from corpus_clean.cli.places import open_source, open_target


def restore(
    out: Published,
    destination: Annotated[str, typer.Argument(help="Where to write the originals; must not exist.", metavar="DEST")],
) -> None:
    """Write the originals that OUT was made from."""
    from corpus_clean.pipeline.restore import restore as restore_run

    with open_source(out) as path, open_target(destination) as target:
        count = restore_run(path, target)
    print(f"{destination}: {count:,} {'file' if count == 1 else 'files'} restored")
