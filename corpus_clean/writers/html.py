"""HTML pages: what is written is their main text, as a text file."""

from corpus_clean.storage.streams import strip_compression
from corpus_clean.writers.text import unwrap, wrap

__all__ = ["name_output", "unwrap", "wrap"]


def name_output(path: str) -> str:
    """Append `.txt`, before a compression's suffix.

    Example:
        >>> name_output("a/page.html")
        'a/page.html.txt'
    """
    plain = strip_compression(path)
    return plain + ".txt" + path[len(plain) :]
