"""Pages of one site share a template: it is learned from a sample, and the ledger says which pages went that way."""

import gzip
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpus_clean.config import Config, EngineConfig, QuotesConfig
from corpus_clean.pipeline.run import run
from scripts.bench.html_corpus import SITES, generate_page
from tests.readers.test_warc import make_record, make_response

CONFIG = Config(quotes=QuotesConfig(enabled=False), engine=EngineConfig(workers=1))


def write_site(root: Path, host: str, count: int) -> dict[str, str]:
    """Write pages of a site; return the words of each article by the page's name."""
    pages = [generate_page(host, number) for number in range(count)]
    for page in pages:
        (root / page.name).parent.mkdir(parents=True, exist_ok=True)
        (root / page.name).write_text(page.html, encoding="utf-8")
    return {page.name: page.gold for page in pages}


def read_ways(out: Path) -> Counter[str]:
    rules = pq.read_table(out / "ledger" / "edits.parquet", columns=["rule_id"]).column("rule_id").to_pylist()
    return Counter(rule for rule in rules if rule.startswith("extract."))


def measure_overlap(text: str, gold: str) -> float:
    """Return F1 over words."""
    found, wanted = Counter(text.split()), Counter(gold.split())
    shared = (found & wanted).total()
    return 2 * shared / (found.total() + wanted.total())


def test_a_site_of_many_pages_is_learned_and_one_of_few_is_not(tmp_path: Path) -> None:
    gold = write_site(tmp_path / "in", SITES[0], 40)
    write_site(tmp_path / "few", SITES[1], 5)
    run(tmp_path / "in", tmp_path / "out", CONFIG)
    run(tmp_path / "few", tmp_path / "few-out", CONFIG)
    assert read_ways(tmp_path / "out")["extract.wrapper"] > 20
    assert "extract.wrapper" not in read_ways(tmp_path / "few-out")
    written = {name: tmp_path / "out" / "data" / f"{name}.txt" for name in gold}
    scores = [measure_overlap(path.read_text("utf-8"), gold[name]) for name, path in written.items() if path.exists()]
    assert len(scores) > 30
    assert sum(scores) / len(scores) > 0.9


def test_workers_change_no_way(tmp_path: Path) -> None:
    write_site(tmp_path / "in", SITES[0], 25)
    run(tmp_path / "in", tmp_path / "one", CONFIG)
    two = Config(quotes=QuotesConfig(enabled=False), engine=EngineConfig(workers=2))
    run(tmp_path / "in", tmp_path / "two", two)
    edits = [pq.read_table(tmp_path / out / "ledger" / "edits.parquet") for out in ("one", "two")]
    assert edits[0].equals(edits[1])


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_a_site_in_a_warc_is_learned(tmp_path: Path, suffix: str) -> None:
    (tmp_path / "in").mkdir()
    pages = [generate_page(SITES[0], number) for number in range(25)]
    others = [generate_page(SITES[1], number) for number in range(3)]
    records = [make_response(page.html.encode(), uri=f"https://{page.name}") for page in (*pages, *others)]
    records.insert(2, make_record("warcinfo", b"software: kami\r\n", "application/warc-fields"))
    data = b"".join(gzip.compress(record) if suffix else record for record in records)
    (tmp_path / "in" / f"crawl.warc{suffix}").write_bytes(data)
    run(tmp_path / "in", tmp_path / "out", CONFIG)
    ways = read_ways(tmp_path / "out")
    assert ways["extract.wrapper"] > 15
    assert ways.total() - ways["extract.wrapper"] >= len(others)


def test_a_cache_changes_nothing_and_keeps_each_way_apart(tmp_path: Path) -> None:
    write_site(tmp_path / "in", SITES[0], 25)
    cached = replace(CONFIG, engine=replace(CONFIG.engine, cache=str(tmp_path / "cache")))
    run(tmp_path / "in", tmp_path / "plain", CONFIG)
    run(tmp_path / "in", tmp_path / "first", cached)
    kept = {path.relative_to(tmp_path / "cache"): path.read_bytes() for path in (tmp_path / "cache").rglob("*.json")}
    assert len(kept) == 25
    for path in (tmp_path / "cache").rglob("*.json"):  # what the second run says comes from here
        path.write_text(path.read_text(encoding="utf-8").replace("yang", "jang"), encoding="utf-8")
    run(tmp_path / "in", tmp_path / "second", cached)
    edits = {
        out: pq.read_table(tmp_path / out / "ledger" / "edits.parquet", columns=["rule_id", "after"]).to_pylist()
        for out in ("plain", "first", "second")
    }
    assert edits["first"] == edits["plain"]
    assert edits["second"] == [
        row | {"after": row["after"].replace("yang", "jang")} if row["rule_id"].startswith("extract.") else row
        for row in edits["plain"]
    ]
