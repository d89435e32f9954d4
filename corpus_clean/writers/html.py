"""HTML pages: what is written is their main text, as a text file."""

from pathlib import PurePosixPath

from corpus_clean.storage.names import fit_name
from corpus_clean.storage.streams import strip_compression
from corpus_clean.writers.text import choose_codec, choose_form, join, unwrap, wrap

__all__ = ["choose_codec", "choose_form", "join", "name_output", "unwrap", "wrap"]


def name_output(path: str) -> str:
    """Append `.txt`, before a compression's suffix; a name that gets too long is shortened.

    Example:
        >>> name_output("a/page.html")
        'a/page.html.txt'
    """
    plain = strip_compression(path)
    name = PurePosixPath(plain)
    return str(name.with_name(fit_name(name.name, ".txt" + path[len(plain) :])))
