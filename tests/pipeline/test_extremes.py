"""Corpora that have brought down others: copies of one text, one footer everywhere, long chains. Work is counted."""

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus_clean.config import Config, DedupConfig, EngineConfig
from corpus_clean.dedup.segment import shingle_segment
from corpus_clean.pipeline import verify
from corpus_clean.pipeline.dedup import dedup
from corpus_clean.similarity.compare import compare_shingles
from tests.pipeline.test_dedup import edit_text, make_text, read_rows, write_corpus


def settings(keep: str = "longest") -> Config:
    return Config(dedup=DedupConfig(max_removed=1.0, keep=keep), engine=EngineConfig(workers=1))


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    counts: list[int] = []
    measure = verify.compare_packed

    def count(packed: Any, left: Any, right: Any, shingling: Any) -> tuple[np.ndarray, np.ndarray]:
        counts.append(len(left))
        return measure(packed, left, right, shingling)

    monkeypatch.setattr(verify, "compare_packed", count)
    return counts


def find_kept(out: Path) -> set[str]:
    return {row["doc_id"] for row in read_rows(out, "documents") if row["status"] == "kept"}


@pytest.mark.parametrize("count", [300, 3000])
def test_copies_of_one_text_are_compared_with_one_of_them(tmp_path: Path, compared: list[int], count: int) -> None:
    dedup(write_corpus(tmp_path / "a.jsonl", [make_text(1)] * count), tmp_path / "out", settings())
    assert find_kept(tmp_path / "out") == {"a.jsonl#0"}
    assert sum(compared) == count - 1


@pytest.mark.parametrize("count", [1000, 4000])
@pytest.mark.parametrize("footer", [20, 200], ids=["short footer", "long footer"])
def test_lines_with_one_footer_are_compared_in_proportion(
    tmp_path: Path, compared: list[int], count: int, footer: int
) -> None:
    texts = [f"{make_text(n, 8)}\n{make_text(-1, footer)}" for n in range(count)]
    dedup(write_corpus(tmp_path / "a.jsonl", texts), tmp_path / "out", settings())
    kept = find_kept(tmp_path / "out")
    assert len(kept) == (1 if footer == 200 else count)
    assert sum(compared) < 20 * count


@pytest.mark.parametrize("chains", [3, 30])
def test_chains_are_cut_into_groups_around_keepers(tmp_path: Path, compared: list[int], chains: int) -> None:
    texts = []
    for chain in range(chains):
        words = make_text(chain, 200).split()
        texts += [" ".join(words[4 * n : 4 * n + 120]) for n in range(20)]
    dedup(write_corpus(tmp_path / "a.jsonl", texts), tmp_path / "out", settings())
    kept = len(find_kept(tmp_path / "out"))
    assert 4 * chains <= kept <= 10 * chains
    assert sum(compared) <= 20 * 19 / 2 * chains + 10


@pytest.mark.parametrize("keep", ["longest", "earliest"])
def test_in_a_large_family_too_every_copy_was_compared_with_its_keeper(tmp_path: Path, keep: str) -> None:
    base = make_text(1, 300)
    draw = random.Random(5)
    texts = [edit_text(base, n, draw.choice([0.005, 0.01, 0.015])) for n in range(300)]
    dedup(write_corpus(tmp_path / "a.jsonl", texts), tmp_path / "out", settings(keep))
    rows = read_rows(tmp_path / "out", "documents")
    shingles = [shingle_segment(text) for text in texts]
    removed = [row for row in rows if row["status"] == "duplicate"]
    assert len(removed) > 200
    for row in removed:
        a, b = (int(row[name].partition("#")[2]) for name in ("doc_id", "keeper"))
        assert compare_shingles(shingles[a], shingles[b]).jaccard >= 0.8
    # The first keeper was compared with everything: whatever is alike enough has it.
    first = min(range(300), key=lambda n: (-len(texts[n]), f"a.jsonl#{n}"))
    alike = {n for n in range(300) if compare_shingles(shingles[first], shingles[n]).jaccard >= 0.8} - {first}
    assert {int(row["doc_id"].partition("#")[2]) for row in rows if row["keeper"] == f"a.jsonl#{first}"} == alike
