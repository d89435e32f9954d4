"""The labels of repeated passages, from the segments of a run and its links."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from corpus_clean.dedup.passages import Carrier, label_passages
from corpus_clean.pipeline.decide import Decision, name_sources
from corpus_clean.storage.parts import read_batches


def flag_passages(decision: Decision, segments: Path, documents: pa.Table) -> Decision:
    """Flag each link between passages with what it says of their documents; see `dedup.passages`.

    Args:
        decision: with links of passages.
        segments: the stage of `SEGMENTS` that these are from.
        documents: the `FACTS` of every document.
    """
    links = decision.links
    between = pc.equal(links.column("level"), "passage").to_numpy()
    if not between.any():
        return decision
    columns = ("doc_a", "doc_b", "start_a", "start_b", "cluster_id")
    found = links.filter(pc.equal(links.column("level"), "passage")).select(columns).to_pylist()
    concerned = pa.array(sorted({row[name] for row in found for name in ("doc_a", "doc_b")}), pa.string())
    known = documents.filter(pc.is_in(documents.column("doc_id"), concerned))
    sources = dict(zip(known.column("doc_id").to_pylist(), name_sources(known), strict=True))
    pairs = [(row["doc_a"], row["doc_b"], row["cluster_id"]) for row in found]
    labels = iter(label_passages(pairs, _list_carriers(decision.clusters), _measure(segments, concerned), sources))
    flags = [[next(labels)] if passage else [] for passage in between.tolist()]
    place = links.schema.get_field_index("flags")
    flagged = links.set_column(place, links.schema.field(place), pa.array(flags, pa.list_(pa.string())))
    return replace(decision, links=flagged)


def _list_carriers(clusters: pa.Table) -> list[Carrier]:
    passages = clusters.filter(pc.equal(clusters.column("level"), "passage"))
    lengths = pc.subtract(passages.column("end"), passages.column("start"))
    columns = (passages.column("doc_id"), passages.column("cluster_id"), lengths)
    return [Carrier(*row) for row in zip(*(column.to_pylist() for column in columns), strict=True)]


def _measure(segments: Path, doc_ids: pa.Array) -> dict[str, int]:
    """Return how long the passages of each document are together."""
    lengths: Counter[str] = Counter()
    for batch in read_batches(segments, ["doc_id", "level", "start", "end"]):
        wanted = pc.and_(pc.equal(batch.column("level"), "passage"), pc.is_in(batch.column("doc_id"), doc_ids))
        own = batch.filter(wanted)
        ends = pc.subtract(own.column("end"), own.column("start")).to_pylist()
        for doc_id, length in zip(own.column("doc_id").to_pylist(), ends, strict=True):
            lengths[doc_id] += length
    return lengths
