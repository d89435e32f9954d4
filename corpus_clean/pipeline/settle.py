"""Groups of linked quotes, settled: what is a formula, which quotes are one utterance, and what stands for all."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from corpus_clean.pipeline import tables
from corpus_clean.pipeline.decide import cluster_rows
from corpus_clean.pipeline.segments import identify_segments
from corpus_clean.pipeline.stages import Stages
from corpus_clean.pipeline.tables import make_batch
from corpus_clean.quotes.clusters import group_quotes, make_clusters
from corpus_clean.quotes.formulas import find_formulas
from corpus_clean.similarity.arrays import Keys
from corpus_clean.similarity.components import join_groups
from corpus_clean.storage.arrow import wrap_numbers
from corpus_clean.storage.parts import read_batches
from corpus_clean.types import Link, Match, Quote, Segment

_ROWS_AT_ONCE = 4096

EDGES = pa.schema([("unit_a", pa.int64()), ("unit_b", pa.int64()), *tables.LINKS])
"""Links, before formulas are told from the rest, with the ids of the two quotes."""

_GROUPS = pa.schema([("unit_id", pa.int64()), ("group_id", pa.int64())])
_GROUPED = pa.schema([("group_id", pa.int64()), *EDGES])
_SETTLED = pa.schema([*tables.LINKS, *(field for field in tables.CLUSTERS if field.name not in tables.LINKS.names)])
"""A row is a link or, if it has a `doc_id`, a member of a cluster."""

_ORDER = "doc_a, start_a, end_a, doc_b, start_b, end_b"
_GROUPED_SQL = f"""
    SELECT g.group_id AS group_id, e.* FROM edges e JOIN groups g ON g.unit_id = e.unit_a
    ORDER BY group_id, {_ORDER}
"""
_LINKS_SQL = f"SELECT {', '.join(tables.LINKS.names)} FROM settled WHERE doc_id IS NULL ORDER BY {_ORDER}"
_CLUSTERS_SQL = """
    SELECT cluster_id, level, doc_id, start, "end", keeper, jaccard_to_keeper FROM settled WHERE doc_id IS NOT NULL
    ORDER BY cluster_id, doc_id, start, "end"
"""


class LinkedQuotes(NamedTuple):
    """Stages in the columns and the order of `links.parquet` and `clusters.parquet`."""

    links: Path
    clusters: Path


def settle(stages: Stages, edges: Path) -> LinkedQuotes:
    """Settle the links of all quotes, a stage of `EDGES`."""
    grouped = stages.query("quote-grouped", _GROUPED_SQL, edges=edges, groups=_group_units(stages, edges))
    settled = stages.map("quote-settled", SettleKernel(), _share_out(stages, grouped))
    return LinkedQuotes(
        stages.query("quote-links", _LINKS_SQL, settled=settled),
        stages.query("quote-clusters", _CLUSTERS_SQL, settled=settled),
    )


def identify_quotes(quotes: Sequence[Quote] | Sequence[Segment]) -> Keys:
    """Return the ids of quotes: the same in every run and on every engine."""
    starts, ends = ([getattr(quote, name) for quote in quotes] for name in ("start", "end"))
    return identify_segments([quote.doc_id for quote in quotes], "quote", starts, ends)


def make_edges(links: Sequence[Link]) -> pa.RecordBatch:
    """Return links as rows of `EDGES`; no cluster is known yet."""
    columns = {
        "level": ["quote"] * len(links),
        "relation": [link.relation for link in links],
        "grade": [link.grade for link in links],
        "jaccard": [link.match.jaccard for link in links],
        "containment": [link.match.containment for link in links],
        "flags": [link.flags for link in links],
        "cluster_id": [None] * len(links),
        "speaker_a": [link.speaker_left for link in links],
        "speaker_b": [link.speaker_right for link in links],
    }
    for side, segments in (("a", [link.left for link in links]), ("b", [link.right for link in links])):
        columns |= {
            f"unit_{side}": wrap_numbers(identify_quotes(segments)),
            f"doc_{side}": [segment.doc_id for segment in segments],
            f"start_{side}": [segment.start for segment in segments],
            f"end_{side}": [segment.end for segment in segments],
            f"text_{side}": [segment.text for segment in segments],
        }
    return pa.RecordBatch.from_arrays([pa.array(columns[field.name], field.type) for field in EDGES], schema=EDGES)


def _read_links(rows: pa.Table) -> list[Link]:
    """Return the links that `make_edges` wrote."""
    left, right = (
        map(
            Segment,
            rows.column(f"doc_{side}").to_pylist(),
            itertools.repeat("quote"),
            *(rows.column(f"{name}_{side}").to_pylist() for name in ("start", "end", "text")),
        )
        for side in "ab"
    )
    matches = map(Match, rows.column("jaccard").to_pylist(), rows.column("containment").to_pylist())
    relations, grades, *speakers = (
        rows.column(name).to_pylist() for name in ("relation", "grade", "speaker_a", "speaker_b")
    )
    flags = map(tuple, rows.column("flags").to_pylist())
    return list(map(Link, left, right, relations, grades, matches, *speakers, flags))


def _group_units(stages: Stages, edges: Path) -> Path:
    """Write the stage that says which units hang together, by whatever links: each group is settled by itself."""
    pairs = [
        pair
        for batch in read_batches(edges, ["unit_a", "unit_b"])
        for pair in zip(*(column.to_pylist() for column in batch.columns), strict=True)
    ]
    groups = join_groups(itertools.chain.from_iterable(pairs), pairs)
    target = stages.scratch / "quote-groups"
    target.mkdir(exist_ok=True)
    columns = [pa.array(values, pa.int64()) for values in (groups.keys(), groups.values())]
    pq.write_table(pa.table(columns, schema=_GROUPS), target / "part-00000.parquet")
    return target


def _share_out(stages: Stages, grouped: Path) -> Path:
    """Write the links of groups again so that each row group, which is a task, holds whole ones."""
    target = stages.begin("quote-groups-whole")
    target.mkdir()
    with pq.ParquetWriter(target / "part-00000.parquet", _GROUPED) as writer:
        waiting = _GROUPED.empty_table()
        for batch in read_batches(grouped, _GROUPED.names):
            waiting = pa.concat_tables([waiting, pa.Table.from_batches([batch]).cast(_GROUPED)])
            ids = waiting.column("group_id").to_numpy()
            whole = int(np.searchsorted(ids, ids[-1])) if len(ids) else 0
            if whole >= _ROWS_AT_ONCE:
                _write_groups(writer, waiting.slice(0, whole))
                waiting = waiting.slice(whole)
        _write_groups(writer, waiting)
    return target


def _write_groups(writer: pq.ParquetWriter, rows: pa.Table) -> None:
    ids = rows.column("group_id").to_numpy()
    start = 0
    while start < len(rows):
        reached = min(start + _ROWS_AT_ONCE, len(rows)) - 1
        end = int(np.searchsorted(ids, ids[reached], "right"))
        writer.write_table(rows.slice(start, end - start), row_group_size=end - start)
        start = end


@dataclass(frozen=True)
class SettleKernel:
    """Settles groups of linked quotes; a row group of its source holds whole ones."""

    schema = _SETTLED

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield links and members for batches of edges with their groups."""
        rows = pa.Table.from_batches(batches, _GROUPED)
        links = _read_links(rows)
        bounds = np.flatnonzero(np.diff(rows.column("group_id").to_numpy(), append=-1)) + 1
        kept: list[int] = []
        flags: list[tuple[str, ...]] = []
        groups: list[list[Segment]] = []
        first = 0
        for end in bounds.tolist():
            formulas = find_formulas(links[first:end])
            places = [
                place
                for place, formula in zip(range(first, end), formulas, strict=True)
                if not formula or "other-speaker" not in links[place].flags
            ]
            kept += places
            flags += ((*links[place].flags, *["formula"] * formulas[place - first]) for place in places)
            groups += group_quotes([links[place] for place in places])
            first = end
        clusters = make_clusters(groups)
        cluster_of = {_span(member.segment): cluster.id for cluster in clusters for member in cluster.members}
        ids = [
            one if one == other else ""
            for link in map(links.__getitem__, kept)
            for one, other in [(cluster_of.get(_span(link.left), ""), cluster_of.get(_span(link.right), ""))]
        ]
        settled = rows.take(pa.array(kept, pa.int64())).combine_chunks()
        new = {"flags": pa.array(flags, tables.LINKS.field("flags").type), "cluster_id": pa.array(ids, pa.string())}
        found = {name: settled.column(name) for name in tables.LINKS.names} | new
        columns = [found.get(field.name, pa.nulls(len(kept), field.type)) for field in _SETTLED]
        yield from pa.Table.from_arrays(columns, schema=_SETTLED).to_batches(_ROWS_AT_ONCE)
        yield make_batch(list(cluster_rows(clusters)), _SETTLED)


def _span(segment: Segment) -> tuple[str, int, int]:
    return (segment.doc_id, segment.start, segment.end)
