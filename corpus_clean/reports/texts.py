"""How the reports are given the texts of a run's documents: where they lie is no business of theirs."""

from collections.abc import Collection, Iterator, Mapping
from typing import Protocol


class Texts(Protocol):
    """Gives the texts of documents.

    For each of `doc_ids` that has a text: its id, and by name the text that the stages `repair`, `extract` and
    `rules` worked on, and the `clean` text.
    """

    def __call__(self, doc_ids: Collection[str], /) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Yield them in any order."""
        ...
