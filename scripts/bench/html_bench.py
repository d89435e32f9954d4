"""`scripts/bench/html`: pages a second of this tool and other extractors, and which way our pages go, in one run.

Tools take turns, a few pages at a time, so that other work on the machine slows all alike and each finds its own code
and data in the processor's caches, as it would alone; each page counts with its fastest round. Processor time of one
core. Ours includes metadata; the others are asked for the text alone, unless the row says otherwise.
"""

import argparse
import logging
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from statistics import fmean

from corpus_clean.errors import RejectedRecordError
from corpus_clean.pipeline.sites import SAMPLE
from corpus_clean.repair.extract import extract_text
from corpus_clean.repair.pages.article import find_article
from corpus_clean.repair.pages.teaching import Sample, learn_wrapper
from corpus_clean.repair.pages.tree import flatten, parse_page
from corpus_clean.repair.pages.wrapper import Wrapper, load_wrapper
from scripts.bench.dedup_bench import PAGE, replace_table
from scripts.bench.html_corpus import SITES, SitePage, generate_page
from scripts.evaluation.pages.measures import compare_words
from scripts.evaluation.pages.sets import SETS, Page
from scripts.evaluation.pages.tools import OURS, TOOLS
from scripts.evaluation.table import format_table

Extract = Callable[[str], str]
_TURN = 10
_METADATA = "trafilatura, with metadata"
_LEARNED = "corpus-clean, learned sites"


@dataclass(frozen=True, slots=True)
class Bag:
    """Pages that are timed together."""

    name: str
    htmls: Sequence[str]
    golds: Sequence[str]
    wrapper: Wrapper | None


def main() -> None:
    """Measure, and print the tables; `--write` puts them in docs/benchmarks.md."""
    parser = argparse.ArgumentParser(prog="scripts/bench/html", description=(__doc__ or "").strip())
    parser.add_argument(
        "--every", type=int, default=4, help="of the labelled pages, every n-th (default 4); 0 for none"
    )
    parser.add_argument("--site-pages", type=int, default=80, help="pages of each invented site (default 80)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each page is extracted (default 3)")
    parser.add_argument("--write", action="store_true", help="replace the tables in docs/benchmarks.md")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    bags = [learn_site(host, options.site_pages) for host in SITES]
    if options.every:
        bags.insert(0, collect_labelled(options.every))
    speeds, ways = measure(bags, options.rounds)
    print(f"{speeds}\n\n{ways}")
    if options.write:
        replace_table(PAGE, "html", speeds)
        replace_table(PAGE, "html-ways", ways)


def collect_labelled(every: int) -> Bag:
    """Return labelled pages of many sites."""
    pages = [page for each in SETS for page in each.read()][::every]
    return Bag("single pages", [page.html for page in pages], [page.gold for page in pages], None)


def learn_site(host: str, count: int) -> Bag:
    """Generate the pages of a site and learn from a sample of them, as a run does."""
    pages = [generate_page(host, number) for number in range(count)]
    begin = time.process_time()
    samples = [_look_at(page) for page in pages[:: max(1, count // SAMPLE)][:SAMPLE]]
    wrapper = learn_wrapper(samples)
    print(f"{host}: learned in {time.process_time() - begin:.2f} s of processor time", file=sys.stderr)
    known = load_wrapper(wrapper.dump()) if wrapper else None
    return Bag(host, [page.html for page in pages], [page.gold for page in pages], known)


def _look_at(page: SitePage) -> Sample:
    tree = flatten(parse_page(page.html))
    return Sample(tree, find_article(tree, page.html).blocks)


def measure(bags: Sequence[Bag], rounds: int) -> tuple[str, str]:
    """Return the table of speeds and F1, and the table of ways."""
    header = ["pages a second (F1 by words)", *(bag.name for bag in bags)]
    rows: dict[str, dict[str, str]] = {}
    ways: list[tuple[object, ...]] = []
    for bag in bags:
        went: dict[str, Counter[str]] = {OURS: Counter()}
        tools: dict[str, Extract] = {OURS: _ours(None, went[OURS])}
        if bag.wrapper:
            went[_LEARNED] = Counter()
            tools[_LEARNED] = _ours(bag.wrapper, went[_LEARNED])
        tools |= {name: _others(name) for name in TOOLS if name != OURS} | {_METADATA: _with_metadata}
        for name, (seconds, texts) in time_tools(tools, bag.htmls, rounds).items():
            f1 = fmean(compare_words(text, gold).f1 for text, gold in zip(texts, bag.golds, strict=True))
            rows.setdefault(name, {})[bag.name] = f"{len(texts) / seconds:,.0f} ({f1:.3f})"
        for name, counts in went.items():
            total = counts.total()
            ways.append((bag.name, name, total // rounds, *(counts[way] / total for way in _WAYS)))
    cells = [(name, *(row.get(bag.name, "–") for bag in bags)) for name, row in rows.items()]
    return format_table(header, cells), format_table(["", "", "pages", *_WAYS], ways)


_WAYS = ("extract.wrapper", "extract.blocks", "extract.majority", "no text")


def _ours(wrapper: Wrapper | None, went: Counter[str]) -> Extract:
    def extract(html: str) -> str:
        try:
            extracted = extract_text(html, "", wrapper)
        except RejectedRecordError:
            went["no text"] += 1
            return ""
        went[extracted.edit.rule_id] += 1
        return extracted.text

    return extract


def _others(name: str) -> Extract:
    _, extract = TOOLS[name]
    return lambda html: extract(Page("", "", "", html, "", (), ()))


def _with_metadata(html: str) -> str:
    import trafilatura

    found = trafilatura.bare_extraction(html, include_comments=False, with_metadata=True)
    return str(getattr(found, "text", "") or "")


def time_tools(tools: dict[str, Extract], htmls: Sequence[str], rounds: int) -> dict[str, tuple[float, list[str]]]:
    """Return for each tool the seconds that all pages take, each in its fastest round, and their texts."""
    best = {name: [float("inf")] * len(htmls) for name in tools}
    texts: dict[str, list[str]] = {name: [""] * len(htmls) for name in tools}
    pages = list(enumerate(htmls))
    turns = [pages[start : start + _TURN] for start in range(0, len(pages), _TURN)]
    for _ in range(rounds):
        for turn, (name, extract) in product(turns, tools.items()):
            for place, html in turn:
                begin = time.process_time()
                try:
                    texts[name][place] = extract(html)
                except Exception:  # whatever another tool does on a page: then it has no text
                    texts[name][place] = ""
                best[name][place] = min(best[name][place], time.process_time() - begin)
    return {name: (sum(seconds), texts[name]) for name, seconds in best.items()}


if __name__ == "__main__":
    main()
