"""From documents to verified links, in the order that all engines follow."""

from collections.abc import Sequence
from pathlib import Path

from corpus_clean.config import Config
from corpus_clean.pipeline.confirm import confirm_keepers
from corpus_clean.pipeline.segments import SegmentKernel
from corpus_clean.pipeline.stages import Stages
from corpus_clean.pipeline.tables import Row
from corpus_clean.pipeline.verify import CONTEXTS_SQL, PAIRS_SQL, ContextKernel, VerifyKernel
from corpus_clean.similarity.candidates import explode_sql, pair_buckets_sql, pair_copies_sql, rarest_features_sql
from corpus_clean.types import Level

LEVELS: tuple[Level, ...] = ("document", "passage", "quote")

_BOTH = "(SELECT bucket, segment_id, doc_id FROM alike UNION ALL SELECT bucket, segment_id, doc_id FROM rare)"


def compare(
    stages: Stages, documents: Path, config: Config, levels: Sequence[Level], earlier: Path | None = None
) -> list[Row]:
    """Segment, sign, pair and verify; return the links as rows of `EDGES`.

    Args:
        stages: where the work is done.
        documents: a stage with `doc_id` and `text`, and for quotes with what `CLEANED` has of them.
        config: the thresholds.
        levels: what is compared.
        earlier: documents of an earlier run, which meet the new ones but not each other.
    """
    explode = stages.engine.explode
    segments = [stages.map("segments", SegmentKernel(config, tuple(levels)), documents)]
    if earlier is not None:
        segments.append(stages.map("earlier-segments", SegmentKernel(config, ("document",), earlier=True), earlier))
    copies = stages.query("copies", pair_copies_sql(), segments=segments)
    buckets = stages.query("buckets", explode_sql("buckets", explode), segments=segments, copies=copies)
    features = stages.query("features", explode_sql("features", explode), segments=segments, copies=copies)
    rare = stages.query("rare", rarest_features_sql(), features=features)
    alike = stages.query("alike", pair_buckets_sql(_BOTH), alike=buckets, rare=rare)
    pairs = stages.query("pairs", PAIRS_SQL, candidates=[copies, alike], segments=segments)
    edges = stages.map("edges", VerifyKernel(config), pairs)
    rows = stages.read(edges).to_pylist()
    rows += confirm_keepers(stages, rows, segments, config)
    if "quote" not in levels:
        return list(rows)
    contexts = stages.query("contexts", CONTEXTS_SQL, edges=edges, cleaned=documents)
    quotes = stages.map("quote-edges", ContextKernel(config), contexts)
    # A verified quote pair brings two documents together; the context pass then settles all links between them.
    return [row for row in rows if row["level"] != "quote"] + list(stages.read(quotes).to_pylist())
