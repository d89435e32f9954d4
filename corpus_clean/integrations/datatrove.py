"""Cleaning in datatrove: a pipeline step.

pip install 'corpus-clean[datatrove]'
"""

from corpus_clean.config import Config
from corpus_clean.errors import RejectedRecordError
from corpus_clean.integrations.rows import find_metadata
from corpus_clean.pipeline.library import clean

try:
    from datatrove.data import Document
    from datatrove.pipeline.filters.base_filter import BaseFilter
    from datatrove.pipeline.writers.disk_base import DiskWriter
except ImportError:
    raise ImportError("datatrove is not installed; run: pip install 'corpus-clean[datatrove]'") from None


class CleanText(BaseFilter):  # type: ignore[misc]  # datatrove has no types
    r"""Cleans each document, puts `language` and `portal` into its metadata, and drops what `run` would quarantine.

    Args:
        html: texts are pages.
        config: the settings.
        exclusion_writer: gets the documents that are dropped, each with its reason.

    Example:
        >>> from datatrove.data import Document
        >>> document = Document("Hujan turun.\nADVERTISEMENT\nWarga siaga.", "1")
        >>> [kept.text for kept in CleanText().run([document])]
        ['Hujan turun.\nWarga siaga.']
    """

    name = "corpus-clean"

    def __init__(
        self, html: bool = False, config: Config | None = None, exclusion_writer: DiskWriter | None = None
    ) -> None:
        super().__init__(exclusion_writer)
        self.html = html
        self.config = config or Config()

    def filter(self, doc: Document) -> bool | tuple[bool, str]:
        """Clean a document in place; say whether it is kept, or why not."""
        try:
            result = clean(doc.text, html=self.html, metadata=find_metadata(doc.metadata), config=self.config)
        except RejectedRecordError as error:
            return False, f"{error.stage}-{error.reason}".replace(" ", "-")
        doc.text = result.text
        doc.metadata |= {"language": result.language, "portal": result.portal}
        return True
