"""The extractors compared, ours among them. What the others say of a page is kept in `.bench/html-cache`."""

import json
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

from corpus_clean.config import Config
from corpus_clean.pipeline.clean import load_rules
from corpus_clean.repair.pages.article import find_article, join_blocks
from corpus_clean.repair.pages.model import Model
from corpus_clean.repair.pages.tree import flatten, parse_page
from corpus_clean.rules.apply import apply_rules
from corpus_clean.storage.fingerprint import hash_bytes
from corpus_clean.types import Document, Metadata
from scripts.evaluation.pages.sets import Page

CACHE = Path(__file__).parents[3] / ".bench" / "html-cache"
OURS = "corpus-clean"
Extractor = Callable[[Page], str]

_STOPLISTS = {"el": "Greek", "en": "English", "id": "Indonesian", "pl": "Polish", "ru": "Russian"}


def extract_like_ours(page: Page, model: Model | None = None) -> str:
    """Find the article and apply the rules, as a run does; with another model than the shipped one if given."""
    tree = flatten(parse_page(page.html))
    text = join_blocks(tree, find_article(tree, page.html, model).blocks)
    return apply_rules(Document(page.id, text, metadata=Metadata(url=page.url)), load_rules(Config()), detect=True).text


def _trafilatura(**options: bool) -> Extractor:
    def extract(page: Page) -> str:
        import trafilatura

        return trafilatura.extract(page.html, include_comments=False, **options) or ""

    return extract


def _resiliparse(page: Page) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(page.html, main_content=True))


def _justext(page: Page) -> str:
    import justext

    name = _STOPLISTS.get(page.language or "en")
    stoplist = justext.get_stoplist(name) if name else frozenset()
    paragraphs = justext.justext(page.html.encode(), stoplist, encoding="utf-8")
    return "\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate)


def _readability(page: Page) -> str:
    import html_text
    import readability

    return str(html_text.extract_text(readability.Document(page.html).summary(html_partial=True)))


TOOLS: dict[str, tuple[str, Extractor]] = {
    OURS: ("corpus-clean", extract_like_ours),
    "trafilatura": ("trafilatura", _trafilatura()),
    "trafilatura, fast": ("trafilatura", _trafilatura(fast=True)),
    "trafilatura, precision": ("trafilatura", _trafilatura(favor_precision=True)),
    "trafilatura, recall": ("trafilatura", _trafilatura(favor_recall=True)),
    "Resiliparse": ("resiliparse", _resiliparse),
    "jusText": ("justext", _justext),
    "readability-lxml": ("readability-lxml", _readability),
}
"""Name of a tool, its distribution, and how it is called."""


def extract_all(tool: str, pages: Sequence[Page]) -> list[str]:
    """Return the texts of pages; those of other tools from the cache where they are there."""
    distribution, extract = TOOLS[tool]
    if tool == OURS:
        return [extract(page) for page in pages]
    file = CACHE / f"{tool.replace(', ', '-')}-{version(distribution)}.json"
    known: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    keys = [hash_bytes(f"{page.language}\n{page.html}".encode()) for page in pages]
    missing = {key: page for key, page in zip(keys, pages, strict=True) if key not in known}
    for key, page in missing.items():
        try:
            known[key] = extract(page)
        except Exception as error:  # whatever another tool does on a page: then it has no text
            print(f"{tool}: {page.id}: {type(error).__name__}: {error}", file=sys.stderr)
            known[key] = ""
    if missing:
        CACHE.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(known, ensure_ascii=False), encoding="utf-8")
    return [known[key] for key in keys]
