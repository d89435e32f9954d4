"""Cleaning in Hugging Face `datasets`: a function for `Dataset.map`.

pip install 'corpus-clean[datasets]'
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from corpus_clean.config import Config
from corpus_clean.errors import RejectedRecordError
from corpus_clean.integrations.rows import find_metadata
from corpus_clean.pipeline.library import clean


@dataclass(frozen=True)
class CleanRow:
    r"""Cleans a row's text; `dataset.map(CleanRow())`, with `num_proc` and streaming data sets too.

    The row gets the clean text in place of the old, and the columns `language`, `portal` and `rejected`: why `run`
    would quarantine it, or "". Such a row keeps its text; `dataset.filter(lambda row: not row["rejected"])`.

    Args:
        column: holds the text.
        html: it is a page.
        config: the settings.

    Example:
        >>> CleanRow()({"text": "Hujan turun.\nADVERTISEMENT\nWarga siaga.", "url": "https://x.id/1"})
        {'text': 'Hujan turun.\nWarga siaga.', 'language': '', 'portal': '', 'rejected': ''}
    """

    column: str = "text"
    html: bool = False
    config: Config = field(default_factory=Config)

    def __call__(self, row: Mapping[str, object]) -> dict[str, str]:
        """Return the columns that change or are new."""
        text = row[self.column]
        if not isinstance(text, str):
            return {"language": "", "portal": "", "rejected": "read: no text"}
        try:
            result = clean(text, html=self.html, metadata=find_metadata(row), config=self.config)
        except RejectedRecordError as error:
            return {self.column: text, "language": "", "portal": "", "rejected": f"{error.stage}: {error.reason}"}
        return {self.column: result.text, "language": result.language, "portal": result.portal, "rejected": ""}
