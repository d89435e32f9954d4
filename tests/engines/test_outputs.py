"""OUT does not tell which engine made it."""

import itertools
import json
import random
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from corpus_clean.config import Config, DedupConfig, EngineConfig
from corpus_clean.dedup.segment import shingle_segment
from corpus_clean.pipeline import confirm
from corpus_clean.pipeline.dedup import dedup
from corpus_clean.pipeline.run import run
from corpus_clean.similarity.compare import compare_shingles
from corpus_clean.similarity.components import join_groups
from corpus_clean.similarity.normalize import normalize_text
from corpus_clean.types import Match
from scripts.spark.outputs import find_differences
from tests.engines.conftest import LOCAL

SYLLABLES = [a + b for a, b in itertools.product(["ba", "ci", "du", "ke", "la"], ["rang", "lam", "tik", "sur"])]
EVERYTHING = DedupConfig(max_removed=1.0)


def draw_corpus(seed: int) -> list[str]:
    """Articles, near and exact copies, a chain, a large family, what is long and holds others, and what is empty."""
    draw = random.Random(seed)

    def article(words: int = 90) -> list[str]:
        return [draw.choice(SYLLABLES) + str(draw.randrange(50)) for _ in range(words)]

    def edited(words: Sequence[str], share: float) -> list[str]:
        changed = list(words)
        for place in draw.sample(range(len(changed)), int(share * len(changed))):
            changed[place] = f"sisipan{draw.randrange(9)}"
        return changed

    articles = [article() for _ in range(20)]
    chain = article(160)
    family = article(100)
    texts = [
        *articles,
        *(edited(articles[n], 0.01) for n in range(5)),
        *articles[5:9],
        *([word.upper() for word in words] for words in articles[8:10]),
        *(chain[4 * n : 4 * n + 100] for n in range(12)),
        *(edited(family, 0.01 * draw.randrange(3)) for _ in range(72)),
        articles[10] + articles[11],
        articles[12][:40],
        *([], ["..."], ["—", "!"], ["satu"], ["satu"]),
    ]
    joined = [" ".join(words) for words in texts]
    draw.shuffle(joined)
    return joined


def write_corpus(path: Path, texts: list[str]) -> Path:
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), encoding="utf-8")
    return path


def read_rows(out: Path, name: str) -> list[dict[str, Any]]:
    return list(pq.read_table(out / f"{name}.parquet").to_pylist())


@pytest.mark.parametrize(("seed", "keep"), [(1, "longest"), (2, "earliest")])
def test_random_corpora(
    seed: int, keep: str, spark: EngineConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Families are settled in memory or by the engine; neither that nor the engine shows."""
    texts = draw_corpus(seed)
    source = write_corpus(tmp_path / "a.jsonl", texts)
    settings = Config(dedup=replace(EVERYTHING, keep=keep))
    dedup(source, tmp_path / "memory", replace(settings, engine=LOCAL))
    monkeypatch.setattr(confirm, "IN_MEMORY", 0)
    for engine in (LOCAL, spark):
        dedup(source, tmp_path / engine.name, replace(settings, engine=engine))
        assert find_differences(tmp_path / "memory", tmp_path / engine.name) == []
    if keep == "longest":
        require_links_of_a_naive_reference(tmp_path / "memory", texts)


def require_links_of_a_naive_reference(out: Path, texts: list[str]) -> None:
    """The links between distinct texts, and the labels, are those of comparing everything with everything.

    Of a large family, those between its longest members and the others are required, and no other is.
    """
    groups = group_equal(texts)
    first = [f"a.jsonl#{min(members, key=str)}" for members in groups]
    shingles = [shingle_segment(texts[members[0]]) for members in groups]
    group_of = {f"a.jsonl#{n}": place for place, members in enumerate(groups) for n in members}
    found = {
        tuple(sorted((group_of[row["doc_a"]], group_of[row["doc_b"]]))): row["jaccard"]
        for row in read_rows(out, "links")
        if row["relation"] != "exact"
    }
    measured = {
        pair: compare_shingles(*(shingles[n] for n in pair)) for pair in itertools.combinations(range(len(groups)), 2)
    }
    families = join_groups(range(len(groups)), [pair for pair, match in measured.items() if match.jaccard >= 0.8])
    sizes = Counter(families.values())
    best = {
        place
        for family in sizes
        for place in sorted(
            (p for p in families if families[p] == family), key=lambda p: (-len(texts[groups[p][0]]), first[p])
        )[:16]
    }
    assert sorted(sizes.values())[-2] > 5
    assert max(sizes.values()) > 32
    for pair, match in measured.items():
        if pair in found:
            assert found.pop(pair) == pytest.approx(match.jaccard)
            assert match.jaccard >= 0.5 or match.containment >= 0.65
        elif match.jaccard >= 0.6:
            assert sizes[families[pair[0]]] > 32
            assert not best & set(pair)
    assert found == {}
    keeper = {row["doc_id"]: row["keeper"] for row in read_rows(out, "documents")}
    for doc_id, kept in keeper.items():
        if kept:
            assert measured_or_equal(measured, group_of[doc_id], group_of[kept]) >= 0.8
    for (i, j), match in measured.items():
        if match.jaccard >= 0.8:  # of two that are alike, one at most is kept
            assert keeper[first[i]] or keeper[first[j]]


def group_equal(texts: list[str]) -> list[list[int]]:
    """Return the indexes of equal texts; texts without a word are equal to none."""
    groups: dict[str, list[int]] = {}
    for number, text in enumerate(texts):
        normal = normalize_text(text)
        groups.setdefault(normal or f"\0{number}", []).append(number)
    return list(groups.values())


def measured_or_equal(measured: dict[tuple[int, int], Match], a: int, b: int) -> float:
    return 1.0 if a == b else measured[min(a, b), max(a, b)].jaccard


def test_the_newsroom(spark: EngineConfig, newsroom: Path, newsroom_out: Path, tmp_path: Path) -> None:
    run(newsroom, tmp_path / "out", Config(engine=spark))
    assert find_differences(newsroom_out, tmp_path / "out") == []
    shutil.rmtree(tmp_path / "out")


@pytest.mark.shared
def test_the_seeds(spark: EngineConfig, tmp_path: Path) -> None:
    from tests.conftest import SHARED

    run(SHARED / "seeds", tmp_path / "local", Config(engine=LOCAL))
    run(SHARED / "seeds", tmp_path / "spark", Config(engine=spark))
    assert find_differences(tmp_path / "local", tmp_path / "spark") == []
