"""Document links on hand-labelled pairs of Indonesian news, beside other tools.

The whole pipeline runs, from JSON lines to `links.parquet`. `rewrite` pairs are neither right nor wrong. Every tool is
judged on the same pairs: does it put the two documents together? Its pairs, and those that should be together, also
give two groupings of the documents, compared by the adjusted Rand index.
"""

import json
import os
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from corpus_clean.config import Config, EngineConfig, QuotesConfig
from corpus_clean.pipeline.run import run
from corpus_clean.similarity.components import join_groups
from scripts.bench.environments import find_python, list_peers, peer_file
from scripts.evaluation.agreement import adjusted_rand_index
from scripts.evaluation.data import read_rows
from scripts.evaluation.table import format_table

COPIES = ("exact", "near-duplicate", "reprint", "excerpt")
"""Relations that say: the same article, whole or in part."""
POSITIVE = ("near_dup", "abridged")
APART = ("rewrite",)
THRESHOLDS = (0.8, 0.5, 0.3)
"""At which the others, which know no containment, are asked for copies."""

Pair = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Score:
    """Precision and recall of pairs, and the adjusted Rand index of the groups they make."""

    precision: float
    recall: float
    ari: float

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def find_relations() -> dict[frozenset[str], str]:
    """Run the pipeline on the labelled documents and return the relation of each linked pair."""
    documents = read_rows("neardup_id_docs.jsonl.zst")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "documents.jsonl")
        source.write_text("".join(json.dumps(row) + "\n" for row in documents), encoding="utf-8")
        run(source, Path(folder, "out"), Config(quotes=QuotesConfig(enabled=False), engine=EngineConfig(workers=1)))
        links = pq.read_table(Path(folder, "out", "links.parquet")).to_pylist()
    ids = [row["id"] for row in documents]

    def name(doc_id: str) -> str:
        return str(ids[int(doc_id.partition("#")[2])])

    return {
        frozenset((name(link["doc_a"]), name(link["doc_b"]))): link["relation"]
        for link in links
        if link["level"] == "document"
    }


def judge() -> tuple[Score, list[tuple[Pair, str]]]:
    """Return the score of copies on the labelled pairs, and each pair with its relation ("" if unlinked)."""
    relations = find_relations()
    pairs = [
        (pair, relations.get(frozenset((pair["a"], pair["b"])), "")) for pair in read_rows("neardup_id_pairs.jsonl")
    ]
    return score({frozenset((p["a"], p["b"])) for p, relation in pairs if relation in COPIES}), pairs


def score(together: Iterable[frozenset[str]]) -> Score:
    """Score the pairs that a tool puts together."""
    judged = [pair for pair in read_rows("neardup_id_pairs.jsonl") if pair["gold"] not in APART]
    found = set(together)
    predicted = [pair for pair in judged if frozenset((pair["a"], pair["b"])) in found]
    positive = [pair for pair in judged if pair["gold"] in POSITIVE]
    right = sum(pair["gold"] in POSITIVE for pair in predicted)
    documents = sorted({pair[side] for pair in judged for side in "ab"})
    groups = (join_groups(documents, [(pair["a"], pair["b"]) for pair in pairs]) for pairs in (predicted, positive))
    return Score(right / max(1, len(predicted)), right / len(positive), adjusted_rand_index(*groups))


def score_peers() -> Iterator[tuple[str, Score]]:
    """Yield what each peer that finds documents' copies scores, at each threshold."""
    documents = read_rows("neardup_id_docs.jsonl.zst")
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "documents.jsonl")
        corpus.write_text("".join(json.dumps({"text": row["text"]}) + "\n" for row in documents), encoding="utf-8")
        for peer in list_peers():
            for threshold in THRESHOLDS if peer not in {"floor", "ours"} else ():
                out = Path(folder, f"{peer}-{threshold}")
                command = [find_python(peer), peer_file(peer), "dedup", corpus, out]
                environment = {**os.environ, "THRESHOLD": str(threshold)}
                if subprocess.run(command, env=environment, capture_output=True, check=False).returncode:
                    continue  # one that cannot run here is no row
                yield f"{peer}, {threshold}", score(_read_pairs(out / "labels.tsv", [row["id"] for row in documents]))


def _read_pairs(labels: Path, ids: list[str]) -> set[frozenset[str]]:
    label_of = dict(tuple(map(int, line.split("\t"))) for line in labels.read_text().splitlines())
    return {frozenset((ids[a], ids[b])) for a in label_of for b in label_of if a < b and label_of[a] == label_of[b]}


def report() -> str:
    """Return the tables of this evaluation."""
    found, pairs = judge()
    counts = Counter((pair["gold"], relation or "not linked") for pair, relation in pairs)
    golds = sorted({gold for gold, _ in counts})
    relations = sorted({relation for _, relation in counts})
    rows = [(gold, *(counts[gold, relation] for relation in relations)) for gold in golds]
    mistakes = [
        f"{pair['gold']:<9} {relation or '–':<14} Jaccard {pair['jaccard5']:.2f} containment {pair['containment5']:.2f}"
        for pair, relation in pairs
        if pair["gold"] not in APART and (pair["gold"] in POSITIVE) != (relation in COPIES)
    ]
    tools = [("corpus-clean", found), *score_peers()]
    return "\n\n".join(
        [
            format_table(
                ("tool, threshold", "precision", "recall", "F1", "ARI"),
                [(name, one.precision, one.recall, one.f1, one.ari) for name, one in tools],
            ),
            format_table(["gold", *relations], rows),
            "\n".join(mistakes),
        ]
    )
