"""The labelled articles: every near-verbatim and partial pair is linked, and nothing that is none."""

import json
from pathlib import Path

import pytest

from corpus_clean.config import QuotesConfig
from corpus_clean.quotes.link import link_documents
from corpus_clean.types import Document, Link, Segment

SHARED = Path(__file__).parents[3] / "shared"
pytestmark = pytest.mark.shared


@pytest.fixture(scope="module", params=["raw", "stripped"])
def texts(request: pytest.FixtureRequest) -> dict[str, str]:
    found = {path.name: path.read_text(encoding="utf-8") for path in sorted((SHARED / "seeds").glob("*.txt"))}
    if request.param == "stripped":
        for line in (SHARED / "gold" / "seed-noise.jsonl").read_text(encoding="utf-8").split("\n"):
            if line:
                row = json.loads(line)
                for span in sorted(row["spans"], key=lambda span: -span["start"]):
                    if span["required"]:
                        text = found[row["file"]]
                        found[row["file"]] = text[: span["start"]] + text[span["end"] :]
    return {name[:3]: text for name, text in found.items()}


@pytest.fixture(scope="module")
def links(texts: dict[str, str]) -> list[Link]:
    return link_documents([Document(name, text) for name, text in texts.items()], QuotesConfig())


def overlap(segment: Segment, text: str, said: str, *, strict: bool) -> bool:
    start = text.index(said)
    end = start + len(said)
    shared = max(0, min(segment.end, end) - max(segment.start, start))
    if strict:
        return shared >= 0.5 * (max(segment.end, end) - min(segment.start, start))
    return shared >= 0.7 * min(segment.end - segment.start, end - start)


def joins(link: Link, pair: dict[str, str], texts: dict[str, str], *, strict: bool) -> bool:
    a, b = pair["doc_a"], pair["doc_b"]
    return any(
        x.doc_id == a
        and y.doc_id == b
        and overlap(x, texts[a], pair["text_a"], strict=strict)
        and overlap(y, texts[b], pair["text_b"], strict=strict)
        for x, y in ((link.left, link.right), (link.right, link.left))
    )


@pytest.fixture(scope="module")
def gold() -> list[dict[str, str]]:
    pairs: list[dict[str, str]] = json.loads((SHARED / "gold" / "seed-quotes.json").read_text(encoding="utf-8"))
    return pairs


@pytest.mark.parametrize(("grade", "strict", "floor"), [("A", True, 6), ("B", True, 12), ("C", False, 6)])
def test_labelled_pairs_are_linked(
    links: list[Link], texts: dict[str, str], gold: list[dict[str, str]], grade: str, strict: bool, floor: int
) -> None:
    pairs = [pair for pair in gold if pair["grade"] == grade]
    assert sum(any(joins(link, pair, texts, strict=strict) for link in links) for pair in pairs) >= floor


def test_few_links_are_unlabelled(links: list[Link], texts: dict[str, str], gold: list[dict[str, str]]) -> None:
    known = [pair for pair in gold if pair["grade"] in "ABCX"]
    good = sum(any(joins(link, pair, texts, strict=False) for pair in known) for link in links)
    assert good >= 0.95 * len(links)


def test_other_days_and_other_speakers_are_not_linked(links: list[Link]) -> None:
    assert [link for link in links if {link.left.doc_id, link.right.doc_id} & {"003", "004"}] == []
