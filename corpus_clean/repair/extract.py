"""From an HTML page to the text of its article and what the page says about itself."""

from dataclasses import dataclass, replace

from corpus_clean.errors import RejectedRecordError
from corpus_clean.repair.pages.article import find_article, join_blocks
from corpus_clean.repair.pages.metadata import find_date_line, read_language, read_metadata
from corpus_clean.repair.pages.tree import flatten, parse_page
from corpus_clean.types import Edit, Metadata

VERSION = "2"
"""Changes whenever the same page may give another text."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """The main text of a page. `edit` replaces the whole page, so that the ledger keeps the original."""

    text: str
    metadata: Metadata
    language: str
    edit: Edit


def extract_text(page: str, doc_id: str) -> Extracted:
    """Take the main text and the metadata out of a page.

    The edit's rule says which way it went: `extract.blocks` rated the page's blocks, `extract.majority` was unsure
    and asked trafilatura and readability too.

    Raises:
        RejectedRecordError: the page holds no main text.

    Example:
        >>> page = "<html><head><title>Banjir</title></head><body><article><p>" + "Air mulai surut. " * 20
        >>> extract_text(page, "a.html").text[:17]
        'Air mulai surut. '
    """
    parser = parse_page(page)
    metadata, language = read_metadata(parser), read_language(parser)
    tree = flatten(parser)
    if not metadata.published:
        metadata = replace(metadata, published=find_date_line(tree))
    article = find_article(tree, page)
    text = join_blocks(tree, article.blocks)
    if not text.strip():
        raise RejectedRecordError("extract", "no main text", "the page holds no article text that could be found")
    rule = "extract.blocks" if article.sure else "extract.majority"
    edit = Edit(doc_id, "extract", 0, len(page), page, text, rule, VERSION, "extract")
    return Extracted(text, metadata, language, edit)
