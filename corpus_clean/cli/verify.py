"""`corpus-clean verify`: proof that nothing was lost."""

from corpus_clean.cli.options import Published
from corpus_clean.cli.places import open_source


def verify(out: Published) -> None:
    """Check that every record of the input can be had back from OUT, byte for byte."""
    from corpus_clean.pipeline.restore import verify as verify_run

    with open_source(out) as path:
        count = verify_run(path)
    print(f"{out}: sound; output and ledger give back all {count:,} records byte for byte")
