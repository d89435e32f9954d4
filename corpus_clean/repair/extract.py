"""From an HTML page to the text of its article and what the page says about itself."""

import functools
import hashlib
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from corpus_clean.errors import RejectedRecordError
from corpus_clean.repair.pages.article import find_article, join_blocks
from corpus_clean.repair.pages.metadata import find_date_line, read_language, read_metadata
from corpus_clean.repair.pages.tree import flatten, parse_page
from corpus_clean.repair.pages.wrapper import Wrapper, unwrap
from corpus_clean.storage.cache import Cache
from corpus_clean.types import Edit, Metadata

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

VERSION = "3"
"""Changes whenever the same page may give another text."""
BLOCKS, MAJORITY, WRAPPER = "extract.blocks", "extract.majority", "extract.wrapper"
"""The ways that a page can go: its blocks were rated; some were doubtful, and trafilatura and readability had a say; it
is like other pages of its site."""
_LIBRARIES = ("lxml", "rapidfuzz", "readability-lxml", "selectolax", "trafilatura")


@dataclass(frozen=True, slots=True)
class Extracted:
    """The main text of a page. `edit` replaces the whole page, so that the ledger keeps the original."""

    text: str
    metadata: Metadata
    language: str
    edit: Edit


@dataclass(frozen=True, slots=True)
class _Found:
    text: str
    metadata: Metadata
    language: str
    way: str


def extract_text(page: str, doc_id: str, wrapper: Wrapper | None = None, cache: Cache | None = None) -> Extracted:
    """Take the main text and the metadata out of a page.

    Args:
        page: the page, decoded.
        doc_id: whose edit it will be.
        wrapper: what other pages of its site have taught.
        cache: where results are kept.

    Raises:
        RejectedRecordError: the page holds no main text.

    Example:
        >>> page = "<html><head><title>Banjir</title></head><body><article><p>" + "Air mulai surut. " * 20
        >>> extract_text(page, "a.html").text[:17]
        'Air mulai surut. '
    """
    if cache is None:
        found = _find(page, wrapper)
    else:
        key = _hash_inputs(page, wrapper)
        kept = cache.get(key)
        if kept is None:
            found = _find(page, wrapper)
            cache.put(key, asdict(found))
        else:
            found = _Found(**{**kept, "metadata": Metadata(**kept["metadata"])})
    if not found.text.strip():
        raise RejectedRecordError("extract", "no main text", "the page holds no article text that could be found")
    edit = Edit(doc_id, "extract", 0, len(page), page, found.text, found.way, VERSION, "extract")
    return Extracted(found.text, found.metadata, found.language, edit)


def _find(page: str, wrapper: Wrapper | None) -> _Found:
    parser = parse_page(page)
    metadata, language = read_metadata(parser), read_language(parser)
    text, way, date = _find_text(page, parser, wrapper)
    return _Found(text, replace(metadata, published=metadata.published or date), language, way)


def _find_text(page: str, parser: "LexborHTMLParser", wrapper: Wrapper | None) -> tuple[str, str, str]:
    """Return text, way, and the date that is printed near the headline."""
    unwrapped = unwrap(parser, wrapper) if wrapper else None
    if unwrapped is not None:
        tree, chosen = unwrapped
        return join_blocks(tree, chosen), WRAPPER, find_date_line(tree)
    tree = flatten(parser)
    article = find_article(tree, page)
    return join_blocks(tree, article.blocks), BLOCKS if article.sure else MAJORITY, find_date_line(tree)


def _hash_inputs(page: str, wrapper: Wrapper | None) -> str:
    digest = hashlib.sha256(_describe_code())
    digest.update((wrapper.key if wrapper else "").encode() + b"\0")
    digest.update(page.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


@functools.cache
def _describe_code() -> bytes:
    """Everything but the page that a result depends on: our code and data, and the libraries."""
    folder = Path(__file__).parent
    files = sorted([*folder.glob("pages/*"), folder.parent / "languages" / "dates.py"])
    digest = hashlib.sha256(VERSION.encode())
    for file in files:
        if file.is_file():
            digest.update(file.read_bytes())
    for library in _LIBRARIES:
        digest.update(f"\0{library}={version(library)}".encode())
    return digest.digest()
