"""The main text of an HTML page, and what the page says about itself, with trafilatura."""

import logging
from dataclasses import dataclass

from corpus_clean.errors import RejectedRecordError
from corpus_clean.types import Edit, Metadata

RULE = "extract.main-text"


@dataclass(frozen=True, slots=True)
class Extracted:
    """The main text of a page. `edit` replaces the whole page, so that the ledger keeps the original."""

    text: str
    metadata: Metadata
    edit: Edit


def extract_text(page: str, doc_id: str) -> Extracted:
    """Take the main text and the metadata out of a page.

    Raises:
        RejectedRecordError: the page holds no main text.

    Example:
        >>> page = "<html><head><title>Banjir</title></head><body><article><p>" + "Air mulai surut. " * 20
        >>> extract_text(page, "a.html").text[:17]
        'Air mulai surut. '
    """
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # its warnings become our rejections
    found = trafilatura.bare_extraction(page, include_comments=False, with_metadata=True)
    values = found.as_dict() if isinstance(found, trafilatura.settings.Document) else {}
    text = str(values.get("text") or "").strip()
    if not text:
        raise RejectedRecordError("extract", "no main text", "the page holds no article text that could be found")
    metadata = Metadata(
        title=values.get("title") or "",
        url=values.get("url") or "",
        site=values.get("sitename") or values.get("hostname") or "",
        author=values.get("author") or "",
        published=values.get("date") or "",
    )
    edit = Edit(doc_id, "extract", 0, len(page), page, text, RULE, trafilatura.__version__, "extract")
    return Extracted(text, metadata, edit)
