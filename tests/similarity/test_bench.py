"""The corpus that speed is measured on: what it says of its copies is so."""

import io
import json
from pathlib import Path

from scripts.bench.accuracy import find_copies, score_labels
from scripts.bench.corpus import generate_rows, write_rows


def write_corpus(path: Path, rows: int, seed: int) -> Path:
    with path.open("w", encoding="utf-8") as stream:
        write_rows(generate_rows(rows, seed), stream)
    return path


def test_same_seed_gives_the_same_bytes() -> None:
    streams = [io.StringIO() for _ in range(3)]
    for stream, seed in zip(streams, (7, 7, 8), strict=True):
        write_rows(generate_rows(30, seed), stream)
    assert streams[0].getvalue() == streams[1].getvalue() != streams[2].getvalue()


def test_copies_are_where_it_says(tmp_path: Path) -> None:
    path = write_corpus(tmp_path / "corpus.jsonl", 200, 7)
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in rows] == list(range(200))
    assert sum(row["edit"] == "base" for row in rows) == 140
    assert sum(row["edit"] == "exact" for row in rows) == 20
    edits = {row["id"]: row["edit"] for row in rows}
    likeness = find_copies(path).likeness
    assert all(value == 1.0 for (copy, _), value in likeness.items() if edits[copy] == "exact")
    assert all(0.1 < value < 1.0 for (copy, _), value in likeness.items() if edits[copy] != "exact")


def test_labels_are_scored_by_the_copies(tmp_path: Path) -> None:
    copies = find_copies(write_corpus(tmp_path / "corpus.jsonl", 200, 7))
    wanted = {copy: original for (copy, original), value in copies.likeness.items() if value >= 0.8}
    labels = tmp_path / "labels.tsv"

    def score(given: dict[int, int]) -> tuple[float, float]:
        pairs = given | {label: label for label in given.values()}
        labels.write_text("".join(f"{number}\t{label}\n" for number, label in pairs.items()))
        scored = score_labels(copies, labels)
        return scored.precision, scored.recall

    assert score(wanted) == (1.0, 1.0)
    assert score({}) == (0.0, 0.0)
    half = dict(list(wanted.items())[: len(wanted) // 2])
    assert score(half) == (1.0, len(half) / len(wanted))
    precision, recall = score(dict.fromkeys(range(200), 0))
    assert precision < 0.5
    assert recall == 1.0
