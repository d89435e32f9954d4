"""`report.html`, `report.json` and the tables say the same, whatever kind of run it was."""

import json
import shutil
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from corpus_clean.config import DedupConfig
from corpus_clean.pipeline.page import render_page
from corpus_clean.pipeline.run import run
from tests.conftest import FIXTURES, ONE_WORKER
from tests.reports.pages import Row, read_figure, read_number, read_table


@dataclass
class Results:
    out: Path
    report: dict[str, Any]
    tree: Any

    def rows(self, name: str) -> list[Row]:
        return read_table(self.out, name)


@pytest.fixture(scope="module", params=["plain", "kept duplicates", "quarantine and earlier run"])
def results(request: pytest.FixtureRequest, newsroom: Path, tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("results")
    source, config, against = newsroom, ONE_WORKER, None
    if request.param == "kept duplicates":
        config = replace(ONE_WORKER, dedup=DedupConfig(keep_duplicates=True))
    elif request.param == "quarantine and earlier run":
        source, against = folder / "in", folder / "earlier"
        shutil.copytree(newsroom, source)
        shutil.copytree(FIXTURES / "broken", source / "broken")
        shutil.copytree(newsroom / "antara", against / "antara")
    run(source, folder / "out", config, against=against)
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    report = json.loads((folder / "out" / "report.json").read_text(encoding="utf-8"))
    return Results(folder / "out", report, lxml.html.fromstring(page))


def test_characters_add_up(results: Results) -> None:
    documents = results.rows("documents")
    written = {row["doc_id"] for row in documents if row["status"] != "rejected"}
    taken: Counter[str] = Counter()
    for edit in results.rows("ledger/edits"):
        taken[edit["stage"]] += len(edit["before"]) - len(edit["after"])
        if edit["stage"] == "dedup":
            written.remove(edit["doc_id"])
    kept = sum(row["chars_out"] for row in documents if row["doc_id"] in written)
    shown = {
        row.get("data-portion"): read_number(row.xpath("td")[0].text_content())
        for row in results.tree.xpath("//table[@id='characters']//tr[@data-portion]")
    }
    stages = {"noise": "rules", "page": "extract", "duplicates": "dedup", "repair": "repair"}
    expected = {name: taken[stage] for name, stage in stages.items() if taken[stage]}
    assert shown == {"kept": kept, **expected}
    assert (
        sum(shown.values()) == read_figure(results.tree, "chars-in") == sum(row["chars_in"] or 0 for row in documents)
    )
    characters = dict(results.report["characters"])
    assert characters.pop("in") == read_figure(results.tree, "chars-in")
    assert characters.pop("out") == kept
    assert characters == {stage: count for stage, count in taken.items() if stage in characters}
    assert set(taken) == set(characters)


def test_counts_are_those_of_the_tables(results: Results) -> None:
    status = Counter(row["status"] for row in results.rows("documents"))
    assert results.report["documents"] == {name: status[name] for name in ("kept", "duplicate", "rejected")}
    assert read_figure(results.tree, "duplicates") == status["duplicate"] > 0
    assert read_figure(results.tree, "rejected") == status["rejected"] == results.report["totals"]["rejections"]
    edits = [edit for edit in results.rows("ledger/edits") if edit["stage"] != "dedup"]
    assert read_figure(results.tree, "shown-removals") == len(edits)
    made = Counter(edit["rule_id"] for edit in edits if edit["action"] != "flag")
    assert {rule["name"]: rule["count"] for rule in results.report["rules"]} == made
    assert read_figure(results.tree, "edits") == made.total()
    levels = {
        level: {row["cluster_id"] for row in results.rows("clusters") if row["level"] == level}
        for level in ("document", "quote")
    }
    assert read_figure(results.tree, "quote-clusters") == len(levels["quote"])
    assert {c["cluster_id"] for c in results.report["quote_clusters"]} == levels["quote"]
    assert {c["cluster_id"] for c in results.report["duplicate_clusters"]} == levels["document"]
    links = Counter(f"{row['level']} {row['relation']}" for row in results.rows("links"))
    assert results.report["links"] == links
    assert results.report["quotes"] == len(results.rows("quotes"))


@pytest.mark.parametrize("column", ["portal", "format", "language"])
def test_groups_are_those_of_the_documents(results: Results, column: str) -> None:
    documents = results.rows("documents")
    expected = Counter(row[column] or "" for row in documents)
    [table] = results.tree.xpath(f"//table[@data-table='{column}']")
    shown = Counter[str]()
    for row in table.xpath("tbody/tr"):
        name = "" if row.xpath("th/span") else row.xpath("th")[0].text_content()
        shown[name] += read_number(row.xpath("td")[0].text_content())
    assert shown == expected
    groups = results.report[f"{column}s"]
    assert {group["name"]: group["documents"] for group in groups} == expected
    assert sum(group["chars_out"] for group in groups) == results.report["characters"]["out"]
    assert sum(group["duplicates"] for group in groups) == results.report["documents"]["duplicate"]
    assert sum(group["noise"] for group in groups) == results.report["characters"]["rules"]


def test_every_cluster_of_quotes_has_one_keeper_and_its_own_speaker(results: Results) -> None:
    for cluster in results.report["quote_clusters"]:
        assert [variant["keeper"] for variant in cluster["variants"]].count(True) == 1
        assert cluster["speaker"] in {variant["speaker"] for variant in cluster["variants"]} | {""}


def test_what_was_left_out_was_measured_again(results: Results) -> None:
    check = results.report["removal_check"]
    here = {row["doc_id"] for row in results.rows("documents")}
    keepers = [row["keeper"] for row in results.rows("documents") if row["status"] == "duplicate"]
    assert check["removed"] == check["checked"] == check["confirmed"] == sum(keeper in here for keeper in keepers)
    assert check["elsewhere"] == sum(keeper not in here for keeper in keepers)
    if check["removed"]:
        assert read_figure(results.tree, "checked") == read_figure(results.tree, "confirmed") == check["checked"]
    if check["elsewhere"]:
        assert "an earlier run" in " ".join(results.tree.get_element_by_id("overview").text_content().split())


def test_a_report_rendered_anew_is_the_same(results: Results) -> None:
    assert render_page(results.out) == (results.out / "report.html").read_text(encoding="utf-8")


def test_duplicates_that_stay_count_as_clean(newsroom: Path, tmp_path: Path) -> None:
    run(newsroom, tmp_path / "out", replace(ONE_WORKER, dedup=DedupConfig(keep_duplicates=True)))
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "--keep-duplicates" in page
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert report["documents"]["duplicate"] > 0
    assert report["characters"]["out"] == sum(row["chars_out"] for row in read_table(tmp_path / "out", "documents"))
