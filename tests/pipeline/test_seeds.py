"""The five articles the project started from, against their hand-made labels."""

import itertools
import json
import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from corpus_clean.pipeline.restore import restore, verify
from corpus_clean.pipeline.run import run
from tests.conftest import ONE_WORKER, SHARED

pytestmark = pytest.mark.shared
SEEDS = SHARED / "seeds"
CONTROLS = ("003_", "004_")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("runs") / "seeds"
    run(SEEDS, target, ONE_WORKER)
    return target


@pytest.fixture(scope="module")
def links(out: Path) -> list[dict[str, Any]]:
    return list(pq.read_table(out / "links.parquet").to_pylist())


def _without(text: str, spans: list[dict[str, Any]]) -> str:
    letters = list(text)
    for span in spans:
        letters[span["start"] : span["end"]] = [""] * (span["end"] - span["start"])
    return re.sub(r"\s+", "", "".join(letters))


def test_exactly_the_labelled_noise_is_gone(out: Path) -> None:
    for line in (SHARED / "gold" / "seed-noise.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        source = (SEEDS / row["file"]).read_bytes().decode("utf-8")
        clean = re.sub(r"\s+", "", (out / "data" / row["file"]).read_bytes().decode("utf-8"))
        required = [span for span in row["spans"] if span["required"]]
        optional = [span for span in row["spans"] if not span["required"]]
        choices = (c for n in range(len(optional) + 1) for c in itertools.combinations(optional, n))
        assert clean in {_without(source, [*required, *choice]) for choice in choices}, row["file"]


def test_near_verbatim_quotes_are_linked(out: Path, links: list[dict[str, Any]]) -> None:
    names = {path.name[:3]: path.name for path in SEEDS.iterdir()}
    clean = {key: (out / "data" / name).read_bytes().decode("utf-8") for key, name in names.items()}
    spans = {
        frozenset((link[f"doc_{s}"][:3], link[f"start_{s}"], link[f"end_{s}"]) for s in "ab")
        for link in links
        if link["level"] == "quote"
    }
    for pair in json.loads((SHARED / "gold" / "seed-quotes.json").read_text(encoding="utf-8")):
        if pair["grade"] != "A":
            continue
        sides = [(pair[f"doc_{s}"], pair[f"text_{s}"]) for s in "ab"]
        places = [(doc, clean[doc].index(text), clean[doc].index(text) + len(text)) for doc, text in sides]
        assert any(_same(found, places) for found in spans), pair["id"]


def _same(found: frozenset[tuple[str, int, int]], places: list[tuple[str, int, int]]) -> bool:
    """Whether each place overlaps one side of the link by at least half (intersection over union)."""
    return all(
        any(
            doc == other and min(end, stop) - max(start, begin) >= 0.5 * (max(end, stop) - min(start, begin))
            for other, begin, stop in found
        )
        for doc, start, end in places
    )


def test_nothing_links_to_the_controls(links: list[dict[str, Any]]) -> None:
    assert links
    assert not [link for link in links if link["doc_a"].startswith(CONTROLS) or link["doc_b"].startswith(CONTROLS)]


def test_the_originals_come_back(out: Path, tmp_path: Path) -> None:
    assert verify(out) == 5
    assert restore(out, tmp_path / "back") == 5
    for path in SEEDS.iterdir():
        assert (tmp_path / "back" / path.name).read_bytes() == path.read_bytes()
