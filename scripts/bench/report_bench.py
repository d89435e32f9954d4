"""`scripts/bench/report`: how large the report of a large run is, and how soon and how fast it can be used."""

import argparse
import re
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus_clean.config import Config, describe_config
from corpus_clean.reports.html import LARGEST, NAME, Origin, render_html
from corpus_clean.reports.model import build_report
from scripts.bench.report_corpus import descriptions, read_texts, write_run

LIMIT_SECONDS = 2.0


def main() -> int:
    """Measure and print; 1 where a limit is passed."""
    parser = argparse.ArgumentParser(prog="scripts/bench/report")
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="where to leave the run and its report")
    options = parser.parse_args()
    out = options.keep or Path(tempfile.mkdtemp())
    try:
        return _measure(out, options.documents)
    finally:
        if not options.keep:
            shutil.rmtree(out)


def _measure(out: Path, documents: int) -> int:
    if not (out / "documents.parquet").exists():
        write_run(out, documents)
    started = time.perf_counter()
    texts = _Texts()
    origin = Origin(describe_config(Config()), descriptions(), texts, "bench")
    report = build_report(out, texts, Config().dedup)
    counted = time.perf_counter() - started - texts.seconds
    (out / NAME).write_text(render_html(out, report, origin), encoding="utf-8")
    seconds = time.perf_counter() - started - texts.seconds
    size = (out / NAME).stat().st_size
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"documents            {documents:>12,}")
    print(f"numbers and check in {counted:>12.1f} s")
    print(f"all rendered in      {seconds:>12.1f} s, {memory:,.0f} MB at most")
    print(f"size                 {size:>12,} bytes")
    faults = _check_numbers(out)
    if report.removal_check is None or report.removal_check.disputes:
        faults.append("removals not confirmed")
    timings = _time_in_browser(out / NAME)
    for what, value in timings.items():
        print(f"{what:<20} {value:>12.2f} s" if isinstance(value, float) else f"{what:<20} {value:>12}")
    slow = [what for what, value in timings.items() if isinstance(value, float) and value > LIMIT_SECONDS]
    if size > LARGEST:
        faults.append("size")
    for fault in [*faults, *slow]:
        print(f"wrong or over the limit: {fault}", file=sys.stderr)
    return 1 if faults or slow else 0


class _Texts:
    """The invented texts; inventing them is not what is measured."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self, doc_ids: Collection[str], /) -> Iterator[tuple[str, Mapping[str, str]]]:
        for doc_id in doc_ids:
            started = time.perf_counter()
            found = next(read_texts([doc_id]))
            self.seconds += time.perf_counter() - started
            yield found


def _check_numbers(out: Path) -> list[str]:
    """Compare what the page says with sums over the tables; return what differs."""
    documents = pq.read_table(out / "documents.parquet", columns=["chars_in", "status"])
    edits = pq.read_table(out / "ledger" / "edits.parquet", columns=["stage", "action"])
    clusters = pq.read_table(out / "clusters.parquet", columns=["level", "cluster_id"])
    expected = {
        "chars-in": pc.sum(documents["chars_in"]).as_py(),
        "duplicates": pc.sum(pc.equal(documents["status"], "duplicate")).as_py(),
        "edits": pc.sum(pc.and_(pc.not_equal(edits["stage"], "dedup"), pc.not_equal(edits["action"], "flag"))).as_py(),
        "quote-clusters": pc.count_distinct(clusters.filter(pc.field("level") == "quote")["cluster_id"]).as_py(),
    }
    page = (out / NAME).read_text(encoding="utf-8")
    shown = {name: re.search(rf'data-figure="{name}">([\d,]+)<', page) for name in expected}
    return [name for name, value in expected.items() if not (m := shown[name]) or int(m[1].replace(",", "")) != value]


def _time_in_browser(page: Path) -> dict[str, Any]:
    from playwright.sync_api import sync_playwright

    browser_path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        view = browser.new_page()
        found: dict[str, Any] = {}
        started = time.perf_counter()
        view.goto(page.as_uri(), wait_until="commit")
        view.wait_for_selector("#view-overview h1")
        found["overview readable"] = time.perf_counter() - started
        view.wait_for_selector("html[data-ready]")
        found["all interactive"] = time.perf_counter() - started
        found["removals held"] = view.evaluate("document.querySelector('[data-figure=shown-removals]').textContent")
        for section in ("removals", "duplicates", "quotes"):
            started = time.perf_counter()
            view.click(f"nav a[href='#{section}']")
            view.wait_for_selector(f"#view-{section}:not([hidden])")
            found[f"open {section}"] = time.perf_counter() - started
        view.click("nav a[href='#removals']")
        for what in ("first search", "second search"):
            before = view.inner_text("#removals-count")
            started = time.perf_counter()
            view.fill("#removals-form [name=q]", {"first search": "mahka", "second search": "yangra"}[what])
            view.wait_for_function("text => document.querySelector('#removals-count').textContent !== text", arg=before)
            found[what] = time.perf_counter() - started
        browser.close()
        return found


if __name__ == "__main__":
    sys.exit(main())
