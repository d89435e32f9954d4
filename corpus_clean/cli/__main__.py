"""`python -m corpus_clean.cli`."""

from corpus_clean.cli import main

main()
