r"""JSON lines: the text goes back between its quotes, escaped the way `json.dumps` does."""

import json

from corpus_clean.writers.text import name_output

__all__ = ["name_output", "unwrap", "wrap"]


def unwrap(decoded: str) -> str:
    r"""Return the text of a JSON string without its quotes.

    Example:
        >>> unwrap("Halo \\u00e9.")
        'Halo é.'
    """
    return str(json.loads(f'"{decoded}"'))


def wrap(text: str, *, ascii_only: bool) -> str:
    r"""Return the text as a JSON string without its quotes.

    Example:
        >>> wrap("Halo é.", ascii_only=True)
        'Halo \\u00e9.'
    """
    return json.dumps(text, ensure_ascii=ascii_only)[1:-1]
