"""Plain text and Markdown: the clean text is the file, in UTF-8."""

from corpus_clean.types import Record


def name_output(path: str) -> str:
    """Return the same path.

    Example:
        >>> name_output("a/b.txt")
        'a/b.txt'
    """
    return path


def choose_form(record: Record, codec: str) -> str:
    """Return "": there is only one way to write a text."""
    return ""


def choose_codec(codec: str) -> str:
    """Return UTF-8, whatever the original was in."""
    return "utf-8"


def join(prefix: bytes, payload: bytes, suffix: bytes) -> bytes:
    """Return the payload between its old surroundings."""
    return prefix + payload + suffix


def unwrap(decoded: str, form: str) -> str:
    """Return the text as it is."""
    return decoded


def wrap(text: str, form: str) -> str:
    """Return the text as it is."""
    return text
