"""From found quotes to linked ones: units, candidates, documents that meet, all links between these.

The quotes of a corpus may be millions. What must see all of them at once is SQL, out of core; what sees one pair of
documents, or one group of linked quotes, is Python.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from corpus_clean.config import Config
from corpus_clean.pipeline import tables
from corpus_clean.pipeline.segments import pack_lists
from corpus_clean.pipeline.settle import EDGES, LinkedQuotes, identify_quotes, make_edges, settle
from corpus_clean.pipeline.stages import Stages
from corpus_clean.pipeline.tables import read_quotes, read_readings
from corpus_clean.quotes.articles import prepare_articles
from corpus_clean.quotes.compare import judge_overlap
from corpus_clean.quotes.context import link_articles
from corpus_clean.quotes.features import SHARED, find_features, screen_pairs
from corpus_clean.quotes.identity import match_speakers
from corpus_clean.quotes.units import count_days, split_units
from corpus_clean.similarity.backend import is_worth_loading, load_kernel
from corpus_clean.storage.arrow import wrap_numbers
from corpus_clean.storage.parts import read_parts

if TYPE_CHECKING:
    from corpus_clean.quotes.spans import Reading
    from corpus_clean.types import Quote

_PAIRS_AT_ONCE = 2048

_MEETINGS = pa.schema([("left_doc", pa.string()), ("right_doc", pa.string())])

_PAIRS_SQL = """
    SELECT l.doc_id AS left_doc, l.text AS left_text, l.speaker AS left_speaker, l.affiliations AS left_affiliations,
           r.doc_id AS right_doc, r.text AS right_text, r.speaker AS right_speaker, r.affiliations AS right_affiliations
    FROM candidates c
    JOIN units l ON l.segment_id = c.left_id
    JOIN units r ON r.segment_id = c.right_id
    {window}
    ORDER BY c.left_id, c.right_id
"""

_MEETINGS_SQL = """(
        SELECT DISTINCT CASE WHEN left_doc < right_doc THEN left_doc ELSE right_doc END AS left_doc,
                        CASE WHEN left_doc < right_doc THEN right_doc ELSE left_doc END AS right_doc
        FROM meetings)"""

# Documents that all meet come one after the other, so that each is made ready once.
_CONTEXTS_SQL = f"""
    SELECT p.left_doc AS left_doc, p.right_doc AS right_doc,
           l.quotes AS left_quotes, l.affiliations AS left_affiliations, l.narration AS left_narration,
           r.quotes AS right_quotes, r.affiliations AS right_affiliations, r.narration AS right_narration
    FROM {_MEETINGS_SQL} p
    JOIN cleaned l ON l.doc_id = p.left_doc
    JOIN cleaned r ON r.doc_id = p.right_doc
    LEFT JOIN (SELECT m.right_doc AS doc_id, MIN(m.left_doc) AS leader FROM {_MEETINGS_SQL} m GROUP BY m.right_doc) f
    ON f.doc_id = p.left_doc
    ORDER BY COALESCE(f.leader, p.left_doc), p.left_doc, p.right_doc
"""


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
    return settle(stages, edges)


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
    candidates = stages.pair("quote-candidates", [units], SHARED)
    days = config.quotes.within_days
    window = f"WHERE l.day IS NULL OR r.day IS NULL OR ABS(l.day - r.day) <= {days}" if days else ""
    pairs = stages.query("quote-pairs", _PAIRS_SQL.format(window=window), candidates=candidates, units=units)
    meetings = stages.map("quote-meetings", MeetingKernel(config, compiled), pairs)
    contexts = stages.query("quote-contexts", _CONTEXTS_SQL, meetings=meetings, cleaned=cleaned)
    return stages.map("quote-edges", ContextKernel(config, compiled), contexts)


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
            documents = batch.column("doc_id").to_pylist()
            units: list[Quote] = []
            rows: list[int] = []
            for row, quotes in enumerate(read_quotes(documents, batch.column("quotes"))):
                own: dict[tuple[int, int], Quote] = {}
                for unit in itertools.chain.from_iterable(map(split_units, quotes)):
                    own.setdefault((unit.start, unit.end), unit)
                units += own.values()
                rows += [row] * (len(units) - len(rows))
            places = pa.array(rows, pa.int64())
            days = pa.array(map(count_days, batch.column("published").fill_null("").to_pylist()), pa.int32())
            features = find_features(units)
            columns = [
                wrap_numbers(identify_quotes(units)),
                batch.column("doc_id").take(places),
                pa.nulls(len(units), pa.int64()),
                days.take(places),
                pa.array([unit.speaker for unit in units], pa.string()),
                batch.column("affiliations").take(places),
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
        met: set[tuple[str, str]] = set()
        for batch in batches:
            found = list(self._find_meetings(batch, met))
            yield pa.RecordBatch.from_arrays(
                [pa.array([pair[side] for pair in found], pa.string()) for side in (0, 1)], schema=self.schema
            )

    def _find_meetings(self, batch: pa.RecordBatch, met: set[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """Yield the pairs of documents of a batch that share a quote, and of which that is not known yet."""
        texts, documents, speakers = (
            [batch.column(f"{side}_{name}").to_pylist() for side in ("left", "right")]
            for name in ("text", "doc", "speaker")
        )
        # Most candidates share too few letters: only the others are worth a look at who speaks, and in which order.
        for row, overlap in screen_pairs(texts[0], texts[1], self.config.quotes):
            pair = documents[0][row], documents[1][row]
            if pair in met:
                continue
            names = speakers[0][row], speakers[1][row]
            same = match_speakers(*names)
            if same is not True and all(names):
                known = (batch.column(f"{side}_affiliations")[row].as_py() or () for side in ("left", "right"))
                same = match_speakers(*names, frozenset(tuple(office) for side in known for office in side))
            if judge_overlap(overlap, same, self.config.quotes):
                met.add(pair)
                yield pair


@dataclass(frozen=True)
class ContextKernel:
    """Links the quotes of documents that share one: with that much in common, weaker likeness counts too."""

    config: Config
    compiled: bool = False

    schema = EDGES

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield links for batches of document pairs with their quotes."""
        if self.compiled:
            load_kernel()
        for batch in batches:
            for start in range(0, batch.num_rows, _PAIRS_AT_ONCE):
                pairs = batch.slice(start, _PAIRS_AT_ONCE)
                names = {side: pairs.column(f"{side}_doc").to_pylist() for side in ("left", "right")}
                numbers: dict[str, int] = {}
                readings: list[Reading] = []
                for side, own in names.items():
                    fresh = {name: row for row, name in enumerate(own) if name not in numbers}
                    numbers |= {name: len(readings) + place for place, name in enumerate(fresh)}
                    readings += read_readings(pairs.take(pa.array(fresh.values(), pa.int64())), side)
                meetings = [(numbers[left], numbers[right]) for left, right in zip(*names.values(), strict=True)]
                links = link_articles(prepare_articles(readings), meetings, self.config.quotes)
                yield make_edges(links)
