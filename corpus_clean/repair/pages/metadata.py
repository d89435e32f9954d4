"""What a page says about itself: JSON-LD, OpenGraph and other meta elements, time elements, and what is printed.

The surest source of each field comes first. Publishers fill the structured ones for search engines; what is printed is
read only where they are silent.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from corpus_clean.languages.dates import read_date
from corpus_clean.repair.pages.tree import Tree
from corpus_clean.types import Metadata

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_ARTICLES = ("Article", "NewsArticle", "BlogPosting", "Report", "Posting", "Review", "OpinionPiece")
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?\s?(Z|[+-]\d{2}:?\d{2})?)?")
_SPACE = re.compile(r"\s+")
# `Judul - Outlet`: what follows the last of these in a <title> may be the site.
_TITLE_END = re.compile(r"\s+[|\-–—»·:]\s+(?=[^|\-–—»·:]{2,40}$)")
_TITLE_START = re.compile(r"([^|\-–—»:]{2,40}?)\s*[|\-–—»:]\s+")
_SYMBOLS = re.compile(r"\W+")
_META: dict[str, tuple[str, ...]] = {
    "title": ("og:title", "twitter:title", "dc.title", "headline", "title", "sailthru.title"),
    "url": ("og:url", "twitter:url"),
    "site": ("og:site_name", "application-name", "dc.publisher"),
    "author": ("author", "article:author", "dc.creator", "byl", "parsely-author", "content_author", "sailthru.author"),
    "published": (
        *("article:published_time", "datepublished", "og:published_time", "publishdate", "publish-date", "pubdate"),
        *("content_publisheddate", "content_published_date", "dc.date.issued", "dc.date", "dcterms.created", "date"),
        *("parsely-pub-date", "sailthru.date", "article.published", "publication_date", "originalpublicationdate"),
    ),
}
_DECLARATIONS = 'meta[content], link[rel="canonical"], script[type="application/ld+json"]'
_BYLINES = '[rel="author"], [itemprop="author"], .author-name, .byline-name, .byline, .author, .penulis, .reporter'
_DATED = '[itemprop="datePublished"], time[datetime], time'
_DATE_LINES = (
    ".date, .entry-date, .post-date, .published, .pubdate, .timestamp, .tanggal, .date-publish, .publish-date, "
    ".detail__date, .read__time, .article-date, .article__date, .news-date, .waktu"
)
_BY = re.compile(r"^(?:by|oleh|penulis|reporter|pewarta|editor)\b\s*:?\s*", re.IGNORECASE)
_LONGEST_NAME = 80
_URL_DATE = re.compile(r"/((?:19|20)\d\d)[/-](\d\d)[/-](\d\d)(?=/|$)")
# How many blocks from the headline the date may stand, and how long the line may be that holds it.
_NEAR, _DATE_LINE = 6, 100


def read_metadata(parser: "LexborHTMLParser") -> Metadata:
    """Return what a parsed page says about itself.

    Example:
        >>> from corpus_clean.repair.pages.tree import parse_page
        >>> page = '<title>Banjir surut - Warta Muara</title><meta property="og:site_name" content="Warta Muara">'
        >>> read_metadata(parse_page(page + '<div class="date">Senin, 3 Maret 2025 08:15 WIB</div>')).published
        '2025-03-03T08:15+07:00'
    """
    head = _read_head(parser)
    meta, linked = head.meta, head.linked

    def find(name: str, *others: Callable[[], str]) -> str:
        sources = [lambda: linked.get(name, ""), *(_getter(meta, key) for key in _META[name]), *others]
        return next((value for source in sources if (value := source())), "")

    url = find("url", lambda: head.canonical)
    site = find("site") or urlsplit(url).netloc.removeprefix("www.")
    title = find("title", lambda: _text_of(parser, "h1"), lambda: _text_of(parser, "title"))
    return Metadata(
        title=_drop_site(title, site),
        url=url if urlsplit(url).scheme in {"http", "https"} else "",
        site=site,
        author=_read_author(linked, meta, parser),
        published=_read_published(linked, meta, parser) or _read_url_date(url),
    )


def read_language(parser: "LexborHTMLParser") -> str:
    """Return the language that the page declares, as an ISO 639-1 code, or "".

    Example:
        >>> from corpus_clean.repair.pages.tree import parse_page
        >>> read_language(parse_page('<html lang="id-ID"><p>Halo'))
        'id'
    """
    root = parser.css_first("html")
    declared = (root.attributes.get("lang") or root.attributes.get("xml:lang") or "") if root is not None else ""
    code = re.split(r"[-_]", declared.strip().lower())[0]
    return code if len(code) == 2 and code.isalpha() else ""


@dataclass(frozen=True, slots=True)
class _Head:
    """What the page declares: meta elements by name, the article of its JSON-LD, its canonical address."""

    meta: dict[str, str]
    linked: dict[str, str]
    canonical: str


def _read_head(parser: "LexborHTMLParser") -> _Head:
    meta: dict[str, str] = {}
    linked: dict[str, str] = {}
    canonical = ""
    for node in parser.css(_DECLARATIONS):  # in one query: each one walks the whole page
        attributes = node.attributes
        if node.tag == "meta":
            name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or ""
            value = _clean(attributes.get("content") or "")
            if name and value:
                meta.setdefault(name.strip().lower(), value)
        elif node.tag == "link":
            canonical = canonical or attributes.get("href") or ""
        elif not linked:
            linked = _read_linked_data(node.text(deep=True) or "")
    return _Head(meta, linked, canonical)


def _getter(values: Mapping[str, str], key: str) -> Callable[[], str]:
    return lambda: values.get(key, "")


def _read_linked_data(text: str) -> dict[str, str]:
    """The first article of a JSON-LD script."""
    try:
        data = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return {}
    for item in _walk(data, 0):
        kind = item.get("@type")
        kinds = kind if isinstance(kind, list) else [kind]
        if any(isinstance(each, str) and each.endswith(_ARTICLES) for each in kinds):
            return _read_item(item)
    return {}


def _walk(data: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > 4:
        return
    if isinstance(data, list):
        for each in data[:50]:
            yield from _walk(each, depth + 1)
    elif isinstance(data, dict):
        yield data
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            if isinstance(data.get(key), (list, dict)):
                yield from _walk(data[key], depth + 1)


def _read_item(item: dict[str, Any]) -> dict[str, str]:
    page = item.get("mainEntityOfPage")
    return {
        "title": _clean(_string(item.get("headline") or item.get("name"))),
        "url": _string(item.get("url") or (page.get("@id") if isinstance(page, dict) else page)),
        "site": _clean(_name(item.get("publisher"))),
        "author": _clean(_name(item.get("author"))),
        "published": _string(item.get("datePublished") or item.get("dateCreated")),
    }


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _name(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(name for each in value[:10] if (name := _name(each)))
    if isinstance(value, dict):
        return _name(value.get("name"))
    return _string(value)


def _read_author(linked: Mapping[str, str], meta: Mapping[str, str], parser: "LexborHTMLParser") -> str:
    for value in (linked.get("author", ""), *(meta.get(key, "") for key in _META["author"])):
        if value and "/" not in value and len(value) <= _LONGEST_NAME:
            return value
    for node in parser.css(_BYLINES):
        value = _BY.sub("", _clean(node.text(separator=" ")))
        if value and len(value) <= _LONGEST_NAME and len(value.split()) <= 8:
            return value
    return ""


def _read_published(linked: Mapping[str, str], meta: Mapping[str, str], parser: "LexborHTMLParser") -> str:
    for value in (linked.get("published", ""), *(meta.get(key, "") for key in _META["published"])):
        if value and (date := _to_iso(value)):
            return date
    for node in parser.css(_DATED):
        for text in (node.attributes.get("datetime"), node.attributes.get("content"), node.text(separator=" ")):
            if text and (date := _to_iso(text)):
                return date
    for node in parser.css(_DATE_LINES):
        text = _clean(node.text(separator=" "))
        if len(text) <= 120 and (date := _to_iso(text)):
            return date
    return ""


def _read_url_date(url: str) -> str:
    found = _URL_DATE.search(urlsplit(url).path)
    return read_date("-".join(found.groups())) if found else ""


def find_date_line(tree: Tree) -> str:
    """Return the date in a short line near the headline, or "": many pages print it there and declare it nowhere.

    Example:
        >>> from corpus_clean.repair.pages.tree import flatten, parse_page
        >>> find_date_line(flatten(parse_page("<h1>Banjir surut</h1><div>Warta - 3 Ogos 2024 | 8:05 pm</div>")))
        '2024-08-03T20:05'
    """
    headline = next((place for place, block in enumerate(tree.blocks) if tree.tag[block.element] == "h1"), -1)
    if headline < 0:
        return ""
    near = [*tree.blocks[headline + 1 : headline + 1 + _NEAR], *tree.blocks[max(0, headline - 2) : headline]]
    return next((date for block in near if len(block.text) <= _DATE_LINE and (date := read_date(block.text))), "")


def _to_iso(text: str) -> str:
    found = _ISO.search(text)
    if not found:
        return read_date(text)
    day, time, zone = found.groups()
    if not read_date(day):  # no such day
        return ""
    if not time:
        return day
    offset = "+00:00" if zone == "Z" else zone or ""
    return f"{day}T{time}{offset[:3]}:{offset[-2:]}" if offset else f"{day}T{time}"


def _text_of(parser: "LexborHTMLParser", selector: str) -> str:
    node = parser.css_first(selector)
    return _clean(node.text(separator=" ")) if node is not None else ""


def _drop_site(title: str, site: str) -> str:
    """Cut the outlet's name off the end or the start of a title."""
    known = _letters(site)
    if not known:
        return title
    if found := _TITLE_END.search(title):
        tail = _letters(title[found.end() :])
        if tail and (tail in known or known in tail):
            return title[: found.start()]
    if (found := _TITLE_START.match(title)) and _letters(found[1]) == known:
        return title[found.end() :]
    return title


def _letters(text: str) -> str:
    return _SYMBOLS.sub("", text).lower()


def _clean(text: str) -> str:
    return _SPACE.sub(" ", unescape(text)).strip()
