"""The numbers and the evidence in the report are those of the tables."""

from pathlib import Path
from typing import Any

import lxml.html
import pytest

from corpus_clean.config import ReadConfig
from corpus_clean.errors import UsageError
from corpus_clean.pipeline.describe import describe_rules
from corpus_clean.pipeline.run import run
from corpus_clean.pipeline.texts import read_texts
from corpus_clean.reports import html
from corpus_clean.reports.model import build_report
from tests.conftest import ONE_WORKER
from tests.reports.html_report.conftest import render
from tests.reports.pages import read_table, unpack


@pytest.fixture(scope="module")
def tree(newsroom_page: str) -> Any:
    return lxml.html.fromstring(newsroom_page)


def test_every_edit_can_be_read_in_its_context(newsroom_out: Path, newsroom_page: str) -> None:
    documents, removals = unpack(newsroom_page, "documents"), unpack(newsroom_page, "removals")
    texts = dict(read_texts(newsroom_out, ReadConfig(), {row[0] for row in documents}))
    shown = set()
    for rule, rows in zip(removals["rules"], removals["rows"], strict=True):
        assert rule[7] == len(rows)
        for number, start, end, before, head, left_out, tail, after, _, _ in rows:
            doc_id = documents[number][0]
            source = texts[doc_id][rule[3]]
            assert source[start : start + len(head)] == head
            assert source[end - len(tail) : end] == tail
            assert len(head) + left_out + len(tail) == end - start
            assert source[:start].endswith(before.removeprefix("… "))
            assert source[end:].startswith(after.removesuffix(" …"))
            shown.add((doc_id, rule[3], start, end, rule[0]))
    edits = [edit for edit in read_table(newsroom_out, "ledger/edits") if edit["stage"] != "dedup"]
    assert shown == {(e["doc_id"], e["stage"], e["start"], e["end"], e["rule_id"]) for e in edits}


def test_rules_speak_for_themselves(newsroom_page: str) -> None:
    described = describe_rules()
    for rule in unpack(newsroom_page, "removals")["rules"]:
        words = described[rule[0].partition(":")[0]]
        assert rule[4:7] == [words.what, words.why, words.safety]


def test_duplicates_are_those_of_the_clusters(newsroom_out: Path, newsroom_page: str) -> None:
    documents, duplicates = unpack(newsroom_page, "documents"), unpack(newsroom_page, "duplicates")
    shown = {
        (documents[item["keeper"]][0], documents[member[0]][0], member[1])
        for item in duplicates["items"]
        if item["kind"] == "removed"
        for member in item["members"]
    }
    rows = [row for row in read_table(newsroom_out, "clusters") if row["level"] == "document"]
    keepers = {row["cluster_id"]: row["doc_id"] for row in rows if row["keeper"]}
    expected = {
        (keepers[row["cluster_id"]], row["doc_id"], round(row["jaccard_to_keeper"], 4))
        for row in rows
        if not row["keeper"]
    }
    assert shown == expected
    texts = dict(read_texts(newsroom_out, ReadConfig(), {doc for pair in expected for doc in pair[:2]}))
    for number, text in duplicates["texts"].items():
        if documents[int(number)][0] in texts:
            assert text == texts[documents[int(number)][0]]["clean"]


def test_quotes_are_those_of_the_clusters(newsroom_out: Path, newsroom_page: str) -> None:
    documents, quotes = unpack(newsroom_page, "documents"), unpack(newsroom_page, "quotes")
    rows = [row for row in read_table(newsroom_out, "clusters") if row["level"] == "quote"]
    carriers: dict[str, set[str]] = {}
    for row in rows:
        carriers.setdefault(row["cluster_id"], set()).add(row["doc_id"])
    assert {c["id"]: {documents[v[0]][0] for v in c["variants"]} for c in quotes["clusters"]} == carriers
    texts = dict(read_texts(newsroom_out, ReadConfig(), {doc for found in carriers.values() for doc in found}))
    for cluster in quotes["clusters"]:
        assert [variant[5] for variant in cluster["variants"]].count(1) == 1
        for number, start, end, _, text, *_ in cluster["variants"]:
            assert texts[documents[number][0]]["clean"][start:end] == text


def test_views_count_every_cluster(newsroom_out: Path, newsroom_page: str) -> None:
    quotes = unpack(newsroom_page, "quotes")
    documents = {row[0]: row[1] for row in unpack(newsroom_page, "documents")}
    carried: dict[str, set[str]] = {}
    for row in read_table(newsroom_out, "clusters"):
        if row["level"] == "quote" and documents[row["doc_id"]]:
            carried.setdefault(documents[row["doc_id"]], set()).add(row["cluster_id"])
    outlets, cells = quotes["matrix"]["outlets"], quotes["matrix"]["cells"]
    assert set(outlets) == set(carried)
    for i, one in enumerate(outlets):
        for j, other in enumerate(outlets):
            assert cells[i][j] == len(carried[one] & carried[other])
    assert sum(row[1] for row in quotes["speakers"]["rows"]) == sum(bool(c["speaker"]) for c in quotes["clusters"])
    assert {row[0]: row[3] for row in quotes["outlets"]["rows"] if row[0] in carried} == {
        outlet: len(found) for outlet, found in carried.items()
    }


def test_same_run_same_page(newsroom_out: Path, newsroom_page: str) -> None:
    assert render(newsroom_out) == newsroom_page


def test_a_sample_stays_within_its_size_and_says_so(
    newsroom_out: Path, newsroom_page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = len(newsroom_page.encode()) - 3000
    monkeypatch.setattr(html, "LARGEST", limit)
    monkeypatch.setattr(html, "_BUDGETS", {"removals": 40_000, "duplicates": 40_000, "quotes": 20_000})
    page = render(newsroom_out)
    assert len(page.encode()) <= limit
    quotes = unpack(page, "quotes")
    assert 0 < len(quotes["clusters"]) < quotes["total"]
    text = lxml.html.fromstring(page).get_element_by_id("overview").text_content()
    assert "stratified sample" in text
    assert f"{len(quotes['clusters'])} of {quotes['total']} shared quotes" in " ".join(text.split())


def test_a_run_without_findings_is_a_report_too(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("Hujan turun di hulu sejak pagi.\n", encoding="utf-8")
    run(tmp_path / "in", tmp_path / "out", ONE_WORKER)
    page = render(tmp_path / "out")
    assert unpack(page, "removals")["rows"] == []
    assert "1 document was read" in " ".join(lxml.html.fromstring(page).text_content().split())


def test_no_run_is_an_error_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"holds no documents\.parquet"):
        build_report(tmp_path)
