"""The invented newsroom comes out as its own account says: noise gone, reporting kept, repetitions found."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from corpus_clean.config import ReadConfig
from corpus_clean.readers.base import choose_reader, load_readers
from corpus_clean.rules.pack import load_packs
from corpus_clean.storage.streams import open_input
from corpus_clean.writers.base import load_writer


@pytest.fixture(scope="module")
def documents(newsroom_out: Path) -> dict[str, dict[str, Any]]:
    return {row["doc_id"]: row for row in pq.read_table(newsroom_out / "documents.parquet").to_pylist()}


@pytest.fixture(scope="module")
def clean_texts(newsroom_out: Path) -> dict[str, str]:
    """The clean text of every document, as it can be read from data/ (duplicates: from the ledger)."""
    texts: dict[str, str] = {}
    rows = pq.read_table(newsroom_out / "documents.parquet").to_pylist()
    for row in rows:
        if row["status"] != "kept":
            continue
        name = load_writer(row["format"]).name_output(row["path"])
        with open_input(newsroom_out / "data" / name) as stream:
            records = list(load_readers()[choose_reader(name)].read(stream, name, ReadConfig()))
        kept = [other["doc_id"] for other in rows if other["path"] == row["path"] and other["status"] == "kept"]
        payload = records[kept.index(row["doc_id"])].payload
        texts[row["doc_id"]] = load_writer(row["format"]).unwrap(payload.decode("utf-8"), "")
    for edit in pq.read_table(newsroom_out / "ledger" / "edits.parquet").to_pylist():
        if edit["stage"] == "dedup":
            texts[edit["doc_id"]] = edit["before"]
    return texts


def test_every_document_is_accounted_for(
    documents: dict[str, dict[str, Any]], newsroom_expected: dict[str, Any]
) -> None:
    assert documents.keys() == newsroom_expected["documents"].keys()


def test_noise_is_gone_and_reporting_kept(clean_texts: dict[str, str], newsroom_expected: dict[str, Any]) -> None:
    wrong = []
    for doc_id, expected in newsroom_expected["documents"].items():
        wrong += [
            f"{doc_id}: still has {noise!r}" for noise in expected.get("gone", ()) if noise in clean_texts[doc_id]
        ]
        wrong += [f"{doc_id}: lost {text!r}" for text in expected.get("kept", ()) if text not in clean_texts[doc_id]]
    assert not wrong


def test_documents_are_described(documents: dict[str, dict[str, Any]], newsroom_expected: dict[str, Any]) -> None:
    shipped = {portal for pack in load_packs() for portal in pack.portals}
    wrong = []
    for doc_id, expected in newsroom_expected["documents"].items():
        row = documents[doc_id]
        facts = {"language": row["language"], "status": row["status"], "title": row["title"]}
        facts |= {
            "duplicate_of": row["keeper"],
            "published": (row["published"] or "")[: len(expected.get("published", ""))],
        }
        if expected.get("portal") in shipped:
            facts["portal"] = row["portal"]
        wrong += [
            f"{doc_id}: {name} is {facts[name]!r}, not {value!r}"
            for name, value in expected.items()
            if name in facts and facts[name] != value
        ]
    assert not wrong


def _linked(links: list[dict[str, Any]], expected: dict[str, Any]) -> list[dict[str, Any]]:
    """Links at quote level between the two texts, in either order; a link covers a text it holds or is held by."""
    found = []
    for link in links:
        for a, b in (("a", "b"), ("b", "a")):
            if (link[f"doc_{a}"], link[f"doc_{b}"]) != (expected["doc_a"], expected["doc_b"]):
                continue
            sides = ((link[f"text_{a}"], expected["text_a"]), (link[f"text_{b}"], expected["text_b"]))
            if all(one in other or other in one for one, other in sides):
                found.append(link)
    return found


def test_quotes_are_linked(newsroom_out: Path, newsroom_expected: dict[str, Any]) -> None:
    links = [row for row in pq.read_table(newsroom_out / "links.parquet").to_pylist() if row["level"] == "quote"]
    missing = [pair for pair in newsroom_expected["quote_link"] if not _linked(links, pair)]
    assert not missing
    for pair in newsroom_expected["no_quote_link"]:
        unflagged = [link for link in _linked(links, pair) if not (pair.get("flag_ok") and link["flags"])]
        assert not unflagged, pair


def test_documents_are_linked_and_only_copies_left_out(
    newsroom_out: Path, documents: dict[str, dict[str, Any]], newsroom_expected: dict[str, Any]
) -> None:
    rows = [row for row in pq.read_table(newsroom_out / "links.parquet").to_pylist() if row["level"] == "document"]
    pairs = {frozenset((row["doc_a"], row["doc_b"])): row["relation"] for row in rows}
    for expected in newsroom_expected["document_link"]:
        assert frozenset((expected["a"], expected["b"])) in pairs, expected
        left_out = {expected["a"], expected["b"]} & {d for d, row in documents.items() if row["status"] == "duplicate"}
        assert bool(left_out) == expected["removed"], expected
    for expected in newsroom_expected["no_document_link"]:
        assert frozenset((expected["a"], expected["b"])) not in pairs, expected


def test_the_picture_is_listed_as_skipped(newsroom_out: Path, newsroom_expected: dict[str, Any]) -> None:
    listed = (newsroom_out / "quarantine" / "skipped.jsonl").read_text(encoding="utf-8")
    assert all(entry["path"] in listed for entry in newsroom_expected["skipped"])


def test_other_fields_of_a_json_line_keep_their_bytes(newsroom: Path, newsroom_out: Path) -> None:
    frames = []
    for path in (newsroom / "kumpulan" / "portal.jsonl", newsroom_out / "data" / "kumpulan" / "portal.jsonl"):
        with path.open("rb") as stream:
            records = load_readers()["jsonl"].read(stream, "portal.jsonl", ReadConfig())
            frames.append([(record.prefix, record.suffix) for record in records])
    assert frames[0] == frames[1]
    assert b"1e400" in b"".join(prefix + suffix for prefix, suffix in frames[1])
