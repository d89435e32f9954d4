"""What a writer is, and which one writes a record of a format.

A writer is a module of this folder, named like the reader it answers to, with `name_output`, `unwrap` and `wrap`.
"""

import importlib
from typing import Protocol, cast


class Writer(Protocol):
    """The shape of a writer module. `wrap(unwrap(x))` is `x` in one of the two forms, or the raw bytes are kept."""

    def name_output(self, path: str) -> str:
        """Return the path under `data/` for an input path."""
        ...

    def unwrap(self, decoded: str) -> str:
        """Return the text that a decoded payload stands for."""
        ...

    def wrap(self, text: str, *, ascii_only: bool) -> str:
        """Return the payload that stands for a text; `ascii_only` escapes what is not ASCII, where a format can."""
        ...


def load_writer(form: str) -> Writer:
    """Return the writer for a record's format.

    Example:
        >>> load_writer("html").name_output("a/page.html.gz")
        'a/page.html.txt.gz'
    """
    return cast("Writer", importlib.import_module(f"{__name__.rpartition('.')[0]}.{form}"))
