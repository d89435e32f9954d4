"""Plain text and Markdown: the clean text is the file."""


def name_output(path: str) -> str:
    """Return the same path.

    Example:
        >>> name_output("a/b.txt")
        'a/b.txt'
    """
    return path


def unwrap(decoded: str) -> str:
    """Return the text as it is."""
    return decoded


def wrap(text: str, *, ascii_only: bool) -> str:
    """Return the text as it is; plain text has no escapes."""
    return text
