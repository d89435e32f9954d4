"""From found quotes to linked ones: units, candidates, documents that meet, all links between these.

The quotes of a corpus may be millions. What must see all of them at once is SQL, out of core; what sees one pair of
documents, or one group of linked quotes, is Python.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from corpus_clean.config import Config
from corpus_clean.pipeline import tables
from corpus_clean.pipeline.decide import cluster_rows
from corpus_clean.pipeline.segments import identify_segment, pack_lists
from corpus_clean.pipeline.stages import Stages
from corpus_clean.pipeline.tables import Row, make_batch, quote_from_row, reading_from_row
from corpus_clean.quotes.articles import prepare_articles
from corpus_clean.quotes.clusters import cluster_quotes
from corpus_clean.quotes.compare import compare_quotes
from corpus_clean.quotes.context import link_articles
from corpus_clean.quotes.features import LARGEST_FREQUENCY, RAREST, SHARED, find_features, screen_pairs
from corpus_clean.quotes.formulas import mark_formulas
from corpus_clean.quotes.identity import Affiliations
from corpus_clean.quotes.units import count_days, split_units
from corpus_clean.similarity.backend import is_worth_loading, load_kernel
from corpus_clean.similarity.candidates import pair_buckets_sql, pair_rare_sql, rarest_features_sql
from corpus_clean.similarity.components import join_groups
from corpus_clean.storage.parts import read_batches, read_parts
from corpus_clean.types import Link, Match, Quote, Segment

if TYPE_CHECKING:
    from corpus_clean.quotes.spans import Reading

_PAIRS_AT_ONCE = 2048
_ROWS_AT_ONCE = 4096

_MEETINGS = pa.schema([("left_doc", pa.string()), ("right_doc", pa.string())])
_GROUPS = pa.schema([("unit_id", pa.int64()), ("group_id", pa.int64())])
_EDGES = pa.schema([("unit_a", pa.int64()), ("unit_b", pa.int64()), *tables.LINKS])
_SETTLED = pa.schema([*tables.LINKS, *(field for field in tables.CLUSTERS if field.name not in tables.LINKS.names)])
"""A row is a link or, if it has a `doc_id`, a member of a cluster."""

_CANDIDATES_SQL = "SELECT left_id, right_id FROM alike UNION SELECT left_id, right_id FROM sharing"

_PAIRS_SQL = """
    SELECT l.doc_id AS left_doc, l.text AS left_text, l.speaker AS left_speaker, l.affiliations AS left_affiliations,
           r.doc_id AS right_doc, r.text AS right_text, r.speaker AS right_speaker, r.affiliations AS right_affiliations
    FROM candidates c
    JOIN units l ON l.unit_id = c.left_id
    JOIN units r ON r.unit_id = c.right_id
    {window}
    ORDER BY c.left_id, c.right_id
"""

_CONTEXTS_SQL = """
    SELECT p.left_doc AS left_doc, p.right_doc AS right_doc,
           l.quotes AS left_quotes, l.affiliations AS left_affiliations, l.narration AS left_narration,
           r.quotes AS right_quotes, r.affiliations AS right_affiliations, r.narration AS right_narration
    FROM (SELECT DISTINCT CASE WHEN left_doc < right_doc THEN left_doc ELSE right_doc END AS left_doc,
                          CASE WHEN left_doc < right_doc THEN right_doc ELSE left_doc END AS right_doc
          FROM meetings) p
    JOIN cleaned l ON l.doc_id = p.left_doc
    JOIN cleaned r ON r.doc_id = p.right_doc
    ORDER BY p.left_doc, p.right_doc
"""

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


def link_quotes(stages: Stages, cleaned: Path, config: Config) -> LinkedQuotes | None:
    """Link the quotes of all documents, if there are any, and form clusters.

    Args:
        stages: where the work is done.
        cleaned: a stage with `doc_id`, `published`, `quotes`, `affiliations` and `narration`, as `CLEANED` has them.
        config: the thresholds.
    """
    if not config.quotes.enabled:
        return None
    units = cut_units(stages, cleaned)
    if not any(part.rows for part in read_parts(units)):
        return None
    edges = find_edges(stages, cleaned, units, config)
    grouped = stages.query("quote-grouped", _GROUPED_SQL, edges=edges, groups=_group_units(stages, edges))
    settled = stages.map("quote-settled", SettleKernel(), _share_out(stages, grouped))
    return LinkedQuotes(
        stages.query("quote-links", _LINKS_SQL, settled=settled),
        stages.query("quote-clusters", _CLUSTERS_SQL, settled=settled),
    )


def cut_units(stages: Stages, cleaned: Path) -> Path:
    """Return the stage of the units that all quotes are compared in."""
    return stages.map("quote-units", UnitKernel(_load_compiled(cleaned)), cleaned)


def _load_compiled(cleaned: Path) -> bool:
    compiled = is_worth_loading(sum(part.bytes for part in read_parts(cleaned)))
    if compiled:
        load_kernel()  # compiled and cached before workers would all do it
    return compiled


def find_edges(stages: Stages, cleaned: Path, units: Path, config: Config) -> Path:
    """Return the stage of all links between two documents' quotes, before formulas are told from the rest."""
    compiled = _load_compiled(cleaned)
    explode = stages.engine.explode
    buckets = stages.query("quote-buckets", _explode_sql("buckets", explode), units=units)
    features = stages.query("quote-trigrams", _explode_sql("trigrams", explode), units=units)
    rare = stages.query("quote-rare", rarest_features_sql(keep=RAREST, most=LARGEST_FREQUENCY), features=features)
    candidates = stages.query(
        "quote-candidates",
        _CANDIDATES_SQL,
        alike=stages.query("quote-alike", pair_buckets_sql(shared=SHARED), buckets=buckets),
        sharing=stages.query("quote-sharing", pair_rare_sql(shared=SHARED), rare=rare, features=features),
    )
    days = config.quotes.within_days
    window = f"WHERE l.day IS NULL OR r.day IS NULL OR ABS(l.day - r.day) <= {days}" if days else ""
    pairs = stages.query("quote-pairs", _PAIRS_SQL.format(window=window), candidates=candidates, units=units)
    meetings = stages.map("quote-meetings", MeetingKernel(config, compiled), pairs)
    contexts = stages.query("quote-contexts", _CONTEXTS_SQL, meetings=meetings, cleaned=cleaned)
    return stages.map("quote-edges", ContextKernel(config, compiled), contexts)


def _explode_sql(column: str, explode: str) -> str:
    return f"SELECT {explode}(u.{column}) AS bucket, u.unit_id AS segment_id, u.doc_id AS doc_id FROM units u"


@dataclass(frozen=True)
class UnitKernel:
    """Cuts the quotes of cleaned documents into the units that are compared."""

    compiled: bool = False
    """Compiled code from the start: worth its loading where there is much to do. It changes no result."""

    schema = tables.QUOTE_UNITS

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield `QUOTE_UNITS` rows for batches of `CLEANED`."""
        if self.compiled:
            load_kernel()
        for batch in batches:
            units: list[Quote] = []
            rows: list[Row] = []
            for row in batch.select(["doc_id", "published", "quotes", "affiliations"]).to_pylist():
                for quote in row["quotes"] or ():
                    units += split_units(quote_from_row(row["doc_id"], quote))
                rows += [row] * (len(units) - len(rows))
            features = find_features(units)
            columns = [
                pa.array([_identify(unit) for unit in units], pa.int64()),
                pa.array([unit.doc_id for unit in units], pa.string()),
                pa.array([count_days(row["published"] or "") for row in rows], pa.int32()),
                pa.array([unit.speaker for unit in units], pa.string()),
                pa.array([row["affiliations"] for row in rows], tables.AFFILIATIONS),
                pa.array(features.texts, pa.string()),
                pack_lists(features.buckets),
                pack_lists(features.trigrams),
            ]
            yield pa.RecordBatch.from_arrays(columns, schema=self.schema)


@dataclass(frozen=True)
class MeetingKernel:
    """Finds the documents that share a quote."""

    config: Config
    compiled: bool = False

    schema = _MEETINGS

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield pairs of documents for batches of pairs of units."""
        if self.compiled:
            load_kernel()
        for batch in batches:
            left, right = (batch.column(f"{side}_text").to_pylist() for side in ("left", "right"))
            # Most candidates share too few letters: only the others are worth a look at who speaks, and in which order.
            near = batch.filter(pa.array(screen_pairs(left, right, self.config.quotes)))
            yield make_batch([pair for pair in near.to_pylist() if self._repeats(pair)], self.schema)

    def _repeats(self, pair: Row) -> bool:
        left, right = (
            Quote(pair[f"{side}_doc"], 0, 0, pair[f"{side}_text"], "direct", pair[f"{side}_speaker"])
            for side in ("left", "right")
        )
        return compare_quotes(left, right, self.config.quotes, _affiliations(pair)) is not None


@dataclass(frozen=True)
class ContextKernel:
    """Links the quotes of documents that share one: with that much in common, weaker likeness counts too."""

    config: Config
    compiled: bool = False

    schema = _EDGES

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield links for batches of document pairs with their quotes."""
        if self.compiled:
            load_kernel()
        for batch in batches:
            for start in range(0, batch.num_rows, _PAIRS_AT_ONCE):
                pairs = batch.slice(start, _PAIRS_AT_ONCE).to_pylist()
                readings: dict[str, Reading] = {}
                for pair in pairs:
                    for side in ("left", "right"):
                        if pair[f"{side}_doc"] not in readings:
                            readings[pair[f"{side}_doc"]] = reading_from_row(pair[f"{side}_doc"], pair, f"{side}_")
                numbers = {name: number for number, name in enumerate(readings)}
                meetings = [(numbers[pair["left_doc"]], numbers[pair["right_doc"]]) for pair in pairs]
                articles = prepare_articles(list(readings.values()))
                rows = [_edge_row(link) for link in link_articles(articles, meetings, self.config.quotes)]
                yield make_batch(rows, self.schema)


def _affiliations(pair: Row) -> Affiliations:
    return frozenset(
        (organisation, person)
        for side in ("left", "right")
        for organisation, person in pair[f"{side}_affiliations"] or ()
    )


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
    schema = pa.schema([("group_id", pa.int64()), *_EDGES])
    with pq.ParquetWriter(target / "part-00000.parquet", schema) as writer:
        waiting = schema.empty_table()
        for batch in read_batches(grouped, schema.names):
            waiting = pa.concat_tables([waiting, pa.Table.from_batches([batch]).cast(schema)])
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
        edges = (row for batch in batches for row in batch.to_pylist())
        settled: list[Row] = []
        for _, rows in itertools.groupby(edges, key=lambda row: row["group_id"]):
            links, members = _settle_group(list(rows))
            settled += [*links, *members]
            if len(settled) >= _ROWS_AT_ONCE:
                yield make_batch(settled, self.schema)
                settled = []
        yield make_batch(settled, self.schema)


def _settle_group(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Return the links and the cluster members of one group of linked quotes."""
    links = mark_formulas([_link(row) for row in rows])
    clusters = cluster_quotes(links)
    cluster_of = {_span(member.segment): cluster.id for cluster in clusters for member in cluster.members}
    found = []
    for link in links:
        ids = {cluster_of.get(_span(segment), "") for segment in (link.left, link.right)}
        found.append(_edge_row(link) | {"cluster_id": ids.pop() if len(ids) == 1 else ""})
    return found, list(cluster_rows(clusters))


def _span(segment: Segment) -> tuple[str, int, int]:
    return (segment.doc_id, segment.start, segment.end)


def _identify(item: Quote | Segment) -> int:
    return identify_segment(item.doc_id, "quote", item.start, item.end)


def _edge_row(link: Link) -> Row:
    row: Row = {
        "level": "quote",
        "relation": link.relation,
        "grade": link.grade,
        "jaccard": link.match.jaccard,
        "containment": link.match.containment,
        "flags": list(link.flags),
    }
    for side, segment, speaker in (("a", link.left, link.speaker_left), ("b", link.right, link.speaker_right)):
        row |= {
            f"unit_{side}": _identify(segment),
            f"doc_{side}": segment.doc_id,
            f"start_{side}": segment.start,
            f"end_{side}": segment.end,
            f"text_{side}": segment.text,
            f"speaker_{side}": speaker,
        }
    return row


def _link(row: Row) -> Link:
    left, right = (
        Segment(row[f"doc_{side}"], "quote", row[f"start_{side}"], row[f"end_{side}"], row[f"text_{side}"])
        for side in "ab"
    )
    match = Match(row["jaccard"], row["containment"])
    flags = tuple(row["flags"])
    return Link(left, right, row["relation"], row["grade"], match, row["speaker_a"], row["speaker_b"], flags)
