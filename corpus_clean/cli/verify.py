"""`corpus-clean verify`: proof that nothing was lost."""

from corpus_clean.cli.options import Published


def verify(out: Published) -> None:
    """Check that every record of the input can be had back from OUT, byte for byte."""
    from corpus_clean.pipeline.restore import verify as verify_run

    count = verify_run(out)
    print(f"{out}: sound; output and ledger give back all {count:,} records byte for byte")
