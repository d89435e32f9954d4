"""How many of the documents left out as duplicates are duplicates: a sample, measured anew on the clean texts.

The search compares hashes of shingles; here it is the shingles themselves, read from what was published.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from corpus_clean.config import DedupConfig
from corpus_clean.dedup.relations import relate_documents
from corpus_clean.dedup.segment import shingle_segment
from corpus_clean.reports.sampling import order_by_hash, take_in_turns
from corpus_clean.reports.tables import Row, read_number, read_rows
from corpus_clean.reports.texts import Texts
from corpus_clean.similarity.compare import compare_shingles

if TYPE_CHECKING:
    import duckdb

MOST_CHECKED = 200
_BOUNDS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 1.0)
_REMOVING = ("exact", "near-duplicate")
_TOLERANCE = 1e-6
_Z = 1.959963984540054  # 95 % of a normal distribution lie within so many standard deviations


@dataclass(frozen=True, slots=True)
class Stratum:
    """Removals of a resemblance from `low` to below `high` (both 1: the same shingles), and those confirmed.

    The share confirmed lies between `lower` and `upper` with 95 % confidence.
    """

    low: float
    high: float
    removed: int
    checked: int
    confirmed: int
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Dispute:
    """A removal that the check does not confirm: the resemblance the tables state, and the one measured."""

    doc_id: str
    keeper: str
    stated: float
    measured: float


@dataclass(frozen=True, slots=True)
class RemovalCheck:
    """The measured precision of removals. `precision` weighs each stratum by the removals it stands for.

    `removed` is how many removals can be checked; for `elsewhere` more, the keeper is a document of an earlier run,
    whose text is not in OUT.
    """

    removed: int
    elsewhere: int
    checked: int
    confirmed: int
    precision: float
    lower: float
    upper: float
    strata: Sequence[Stratum]
    disputes: Sequence[Dispute]


class Interval(NamedTuple):
    """The bounds of a share."""

    lower: float
    upper: float


def check_removals(tables: "duckdb.DuckDBPyConnection", texts: Texts, config: DedupConfig) -> RemovalCheck | None:
    """Measure a sample of the documents that were left out, each against its keeper; None where there are no texts.

    A removal is confirmed if the settings call the two texts a duplicate and the resemblance is the one that the tables
    state. The sample is drawn by hash, from each stratum of resemblance in turn.

    Args:
        tables: OUT's tables.
        texts: gives the clean texts.
        config: the run's thresholds.
    """
    bounds = [config.threshold, *(bound for bound in _BOUNDS if bound > config.threshold)]
    tables.execute(_pairs_sql(bounds))
    totals = {
        row["stratum"]: row["removed"]
        for row in read_rows(tables, "SELECT stratum, COUNT(*) AS removed FROM pairs WHERE here GROUP BY stratum")
    }
    drawn = read_rows(
        tables,
        f"SELECT doc_id, keeper, stated, stratum FROM pairs WHERE here AND place <= {MOST_CHECKED} ORDER BY place",
    )
    sample = list(take_in_turns([[r for r in drawn if r["stratum"] == s] for s in sorted(totals)], MOST_CHECKED))
    wanted = {row[side] for row in sample for side in ("doc_id", "keeper")}
    found = {doc_id: inputs["clean"] for doc_id, inputs in texts(wanted)} if wanted else {}
    if wanted and not found:
        return None
    disputes = [dispute for row in sample if (dispute := _check(row, found, config)) is not None]
    disputed = {dispute.doc_id for dispute in disputes}
    strata = []
    for number, removed in sorted(totals.items()):
        own = [row["doc_id"] for row in sample if row["stratum"] == number]
        confirmed = sum(doc_id not in disputed for doc_id in own)
        interval = estimate_share(confirmed / len(own), _variance(removed, len(own)))
        ends = (bounds[number], bounds[min(number + 1, len(bounds) - 1)])
        strata.append(Stratum(*ends, removed, len(own), confirmed, *interval))
    elsewhere = read_number(tables, "SELECT COUNT(*) FROM pairs WHERE NOT here")
    return _sum_up(strata, elsewhere, disputes)


def _pairs_sql(bounds: Sequence[float]) -> str:
    reached = " + ".join(f"(CASE WHEN c.jaccard_to_keeper >= {bound} THEN 1 ELSE 0 END)" for bound in bounds[1:])
    return f"""
        CREATE OR REPLACE TEMP TABLE pairs AS
        SELECT *, ROW_NUMBER() OVER (PARTITION BY here, stratum
                                     ORDER BY {order_by_hash("doc_id", "keeper")}, doc_id) AS place
        FROM (SELECT c.doc_id, k.doc_id AS keeper, c.jaccard_to_keeper AS stated, d.doc_id IS NOT NULL AS here,
                     {reached or "0"} AS stratum
              FROM clusters c
              JOIN clusters k ON k.cluster_id = c.cluster_id AND k.keeper
              LEFT JOIN documents d ON d.doc_id = k.doc_id
              WHERE c.level = 'document' AND NOT c.keeper)"""


def _check(row: Row, texts: Mapping[str, str], config: DedupConfig) -> Dispute | None:
    left, right = texts.get(row["keeper"], ""), texts.get(row["doc_id"], "")
    match = compare_shingles(shingle_segment(left), shingle_segment(right))
    as_stated = abs(match.jaccard - row["stated"]) < _TOLERANCE
    if as_stated and relate_documents(left, right, match, config) in _REMOVING:
        return None
    return Dispute(row["doc_id"], row["keeper"], row["stated"], match.jaccard)


def _variance(size: int, sample: int) -> float:
    """Return the variance of a share's estimate, divided by p(1 - p): 0 where all were drawn (Cochran 1977, 3.2)."""
    return (size - sample) / (size - 1) / sample if size > 1 else 0.0


def estimate_share(share: float, variance: float) -> Interval:
    """Return the 95 % interval of a share (Wilson 1927).

    Args:
        share: as found in the sample.
        variance: of that estimate, divided by p(1 - p); 1/n for a random sample of n, 0 where all were drawn.

    Example:
        >>> lower, upper = estimate_share(1.0, 1 / 50)
        >>> round(lower, 3), round(upper, 3)
        (0.929, 1.0)
        >>> estimate_share(0.5, 0.0)
        Interval(lower=0.5, upper=0.5)
    """
    spread = _Z**2 * variance
    middle = share + spread / 2
    half = math.sqrt(spread * (share * (1 - share) + spread / 4))
    return Interval(*(round(end / (1 + spread), 9) for end in (middle - half, middle + half)))  # 1 stays 1


def _sum_up(strata: Sequence[Stratum], elsewhere: int, disputes: Sequence[Dispute]) -> RemovalCheck:
    removed = sum(stratum.removed for stratum in strata)
    share = sum(s.removed * s.confirmed / s.checked for s in strata) / removed if removed else 1.0
    variance = sum((s.removed / removed) ** 2 * _variance(s.removed, s.checked) for s in strata)
    return RemovalCheck(
        removed,
        elsewhere,
        sum(stratum.checked for stratum in strata),
        sum(stratum.confirmed for stratum in strata),
        share,
        *estimate_share(share, variance),
        strata,
        disputes,
    )


def restore_check(recorded: Mapping[str, Any] | None) -> RemovalCheck | None:
    """Return the check that `report.json` holds, if it holds one."""
    if recorded is None:
        return None
    strata = [Stratum(**stratum) for stratum in recorded["strata"]]
    return RemovalCheck(**{**recorded, "strata": strata, "disputes": [Dispute(**d) for d in recorded["disputes"]]})
