"""text-dedup's MinHash as its users run it: 250 permutations, SHA-1, a process a core; at the same threshold."""

from common import run
from with_text_dedup import run_command, signatures

ENVIRONMENT = "text_dedup"


def dedup(corpus: str, out: str) -> None:
    """Run the command with its own defaults."""
    run_command(corpus, out)


if __name__ == "__main__":
    run(signatures, dedup)
