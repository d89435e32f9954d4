"""What a writer is, and which one writes a record of a format.

A writer is a module of this folder, named like the reader it answers to, with the functions of `Writer`.
"""

import functools
import importlib
from typing import Protocol, cast

from corpus_clean.types import Record


class Writer(Protocol):
    """The shape of a writer module.

    A *form* is a way to write a text that the format leaves open: escaped or not, quoted or not. `wrap(unwrap(x))` is
    `x` in the form that was chosen for it, or the raw bytes are kept.
    """

    def name_output(self, path: str) -> str:
        """Return the path under `data/` for an input path."""
        ...

    def choose_form(self, record: Record, codec: str) -> str:
        """Return the form that a record's payload, decoded with `codec`, is in."""
        ...

    def choose_codec(self, codec: str) -> str:
        """Return the charset that the clean text is written in, where the original was in `codec`."""
        ...

    def join(self, prefix: bytes, payload: bytes, suffix: bytes) -> bytes:
        """Return the bytes of a record with a new payload."""
        ...

    def unwrap(self, decoded: str, form: str) -> str:
        """Return the text that a decoded payload stands for."""
        ...

    def wrap(self, text: str, form: str) -> str:
        """Return the payload that stands for a text."""
        ...


@functools.cache
def load_writer(name: str) -> Writer:
    """Return the writer for a record's format.

    Example:
        >>> load_writer("html").name_output("a/page.html.gz")
        'a/page.html.txt.gz'
    """
    return cast("Writer", importlib.import_module(f"{__name__.rpartition('.')[0]}.{name}"))
