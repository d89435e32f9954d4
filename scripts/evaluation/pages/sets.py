"""The labelled pages: which sets there are, and the measure of each."""

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from scripts.evaluation.data import read_rows
from scripts.evaluation.pages.measures import (
    Shares,
    average_pages,
    average_shares,
    compare_shingles,
    compare_words,
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page and its main text as people see it. `language` is an ISO 639-1 code, or "" where nobody said."""

    id: str
    url: str
    language: str
    html: str
    gold: str
    must_have: tuple[str, ...]
    must_not: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageSet:
    """Pages of one origin with the measure of that origin. In a set of `news`, all pages are news or blog articles."""

    name: str
    origin: str
    measure: str
    news: bool
    file: str
    prefix: str

    def read(self) -> Sequence[Page]:
        """Return the pages."""
        return [page for page in _read_file(self.file) if page.id.startswith(self.prefix)]

    def score(self, texts: Sequence[str]) -> Shares:
        """Score the texts of all pages of the set, in their order."""
        compare, average = MEASURES[self.measure]
        pages = self.read()
        return average([compare(text, page.gold) for text, page in zip(texts, pages, strict=True)])


Compare = Callable[[str, str], Shares]
Average = Callable[[Sequence[Shares]], Shares]
MEASURES: dict[str, tuple[Compare, Average]] = {
    "runs of four words": (compare_shingles, average_shares),
    "words": (compare_words, average_pages),
}
_LANGUAGES = {"Greek": "el", "Polish": "pl", "Russian": "ru", "Chinese": "zh", "English": "en"}

SETS = (
    PageSet("Indonesian news", "scraper fixtures", "words", True, "html_id.jsonl.zst", ""),
    PageSet("English news", "scrapinghub", "runs of four words", True, "html_en.jsonl.zst", "saeb:"),
    PageSet("English articles", "newspaper4k", "runs of four words", True, "html_en.jsonl.zst", "aed:"),
    PageSet("English web", "WCXB", "words", False, "html_en.jsonl.zst", "wcxb:"),
    PageSet("el, en, pl, ru, zh news", "waddle/DAnIEL", "words", True, "html_multi.jsonl.zst", ""),
    PageSet("Readability's tests", "Readability.js", "words", False, "html_readability.jsonl.zst", ""),
)


@functools.cache
def _read_file(file: str) -> tuple[Page, ...]:
    return tuple(_parse_rows(file))


def _parse_rows(file: str) -> Iterator[Page]:
    for row in read_rows(file):
        language = _LANGUAGES.get(row["lang"], row["lang"])
        snippets = (tuple(row.get(name) or ()) for name in ("must_have", "must_not"))
        yield Page(row["id"], row.get("url") or "", language, row["html"], row["gold"], *snippets)
