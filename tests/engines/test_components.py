"""Components in SQL give the labels of a walk over the graph, on every engine."""

import itertools
import random
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus_clean.config import EngineConfig
from corpus_clean.pipeline.stages import Stages, open_stages
from corpus_clean.similarity.components import join_groups, label_components

Pairs = list[tuple[int, int]]
SCHEMA = pa.schema([("left_id", pa.int64()), ("right_id", pa.int64())])


def walk(pairs: Pairs) -> dict[int, int]:
    """Visit everything that can be reached from each key, smallest first."""
    neighbours: dict[int, set[int]] = defaultdict(set)
    for a, b in pairs:
        neighbours[a].add(b)
        neighbours[b].add(a)
    labels: dict[int, int] = {}
    for start in sorted(neighbours):
        waiting = [start]
        while waiting:
            key = waiting.pop()
            if key not in labels:
                labels[key] = start
                waiting.extend(neighbours[key])
    return labels


def shuffled(keys: Iterable[int], seed: int) -> list[int]:
    found = list(keys)
    random.Random(seed).shuffle(found)
    return found


def draw_graph(seed: int) -> Pairs:
    """Chains whose keys are in no order, a hub, cliques, loops, edges both ways and twice, and keys at both ends."""
    draw = random.Random(seed)
    keys = [draw.randrange(-(2**62), 2**62) for _ in range(400)] + [-(2**63), 2**63 - 1]
    draw.shuffle(keys)
    chain, hub, clique, rest = keys[:150], keys[150:250], keys[250:262], keys[262:]
    pairs = list(itertools.pairwise(chain)) + [(hub[50], key) for key in hub]
    pairs += [(a, b) for a in clique for b in clique]
    pairs += [(draw.choice(rest), draw.choice(rest)) for _ in range(draw.randrange(40, 160))]
    pairs += [(b, a) for a, b in pairs[::3]] + pairs[::5]
    draw.shuffle(pairs)
    return pairs


@pytest.mark.parametrize("seed", [1, 2])
def test_labels_are_those_of_a_walk(stages: Stages, seed: int) -> None:
    pairs = draw_graph(seed)
    expected = {key: label for key, label in walk(pairs).items() if key != label}
    assert label(stages, pairs) == expected
    assert {k: v for k, v in join_groups({k for p in pairs for k in p}, pairs).items() if k != v} == expected


def test_no_pairs_have_no_labels(stages: Stages) -> None:
    assert label(stages, []) == {}
    assert label(stages, [(7, 7)]) == {}


def label(stages: Stages, pairs: Pairs) -> dict[int, int]:
    number = len(list(stages.scratch.iterdir()))
    folder = stages.scratch / f"graph-{number}"
    folder.mkdir()
    rows = [{"left_id": a, "right_id": b} for a, b in pairs]
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), folder / "part-00000.parquet")
    rows = stages.read(label_components(stages, f"labels-{number}", folder)).to_pylist()
    labels = {row["source"]: row["target"] for row in rows}
    assert len(labels) == len(rows)
    return labels


def test_labels_of_a_long_chain(tmp_path: Path) -> None:
    """The adverse case: what one round shortens is what the next one needs."""
    keys = shuffled(range(20_000), 5)
    with open_stages(EngineConfig("local", workers=1), tmp_path / "stages", lambda *_: None) as stages:
        assert set(label(stages, list(itertools.pairwise(keys))).values()) == {0}
        assert (
            len(list(stages.scratch.glob("*changed*"))) <= 15
        )  # the logarithm of the length, and one that changes nothing
