"""Document links on hand-labelled pairs of Indonesian news: the whole pipeline, from JSON lines to `links.parquet`."""

import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from corpus_clean.config import Config, EngineConfig, QuotesConfig
from corpus_clean.pipeline.run import run
from scripts.evaluation.data import read_rows
from scripts.evaluation.table import format_table

COPIES = ("exact", "near-duplicate", "reprint", "excerpt")
"""Relations that say: the same article, whole or in part."""
POSITIVE = ("near_dup", "abridged")
APART = ("rewrite",)


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


def judge() -> tuple[float, float, list[tuple[dict[str, Any], str]]]:
    """Return precision and recall of copies on the labelled pairs, and each pair with its relation ("" if unlinked)."""
    relations = find_relations()
    pairs = [
        (pair, relations.get(frozenset((pair["a"], pair["b"])), "")) for pair in read_rows("neardup_id_pairs.jsonl")
    ]
    judged = [(pair, relation) for pair, relation in pairs if pair["gold"] not in APART]
    predicted = [pair for pair, relation in judged if relation in COPIES]
    right = [pair for pair in predicted if pair["gold"] in POSITIVE]
    positive = [pair for pair, _ in judged if pair["gold"] in POSITIVE]
    return len(right) / max(1, len(predicted)), len(right) / len(positive), pairs


def report() -> str:
    """Return the tables of this evaluation."""
    precision, recall, pairs = judge()
    counts = Counter((pair["gold"], relation or "not linked") for pair, relation in pairs)
    golds = sorted({gold for gold, _ in counts})
    relations = sorted({relation for _, relation in counts})
    rows = [(gold, *(counts[gold, relation] for relation in relations)) for gold in golds]
    mistakes = [
        f"{pair['gold']:<9} {relation or '–':<14} Jaccard {pair['jaccard5']:.2f} containment {pair['containment5']:.2f}"
        for pair, relation in pairs
        if pair["gold"] not in APART and (pair["gold"] in POSITIVE) != (relation in COPIES)
    ]
    head = f"copies ({', '.join(COPIES)}): precision {precision:.4f}, recall {recall:.4f}; rewrites apart"
    return "\n\n".join([head, format_table(["gold", *relations], rows), "\n".join(mistakes)])
