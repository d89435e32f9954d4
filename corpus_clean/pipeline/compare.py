"""From documents to verified links, in the order that all engines follow."""

from collections.abc import Sequence
from pathlib import Path

from corpus_clean.config import Config
from corpus_clean.pipeline.confirm import confirm_keepers
from corpus_clean.pipeline.segments import SegmentKernel
from corpus_clean.pipeline.stages import Stages
from corpus_clean.pipeline.tables import Row
from corpus_clean.pipeline.verify import CONTEXTS_SQL, PAIRS_SQL, ContextKernel, VerifyKernel
from corpus_clean.similarity.backend import load_kernel
from corpus_clean.similarity.candidates import (
    explode_sql,
    pair_buckets_sql,
    pair_copies_sql,
    pair_rare_sql,
    rarest_features_sql,
)
from corpus_clean.similarity.minhash import choose_banding
from corpus_clean.storage.parts import list_parts
from corpus_clean.types import Level

# Bytes of documents from which loading the compiled kernels pays: every text is signed two or three times over.
_COMPILED_FROM = 1 << 20

LEVELS: tuple[Level, ...] = ("document", "passage", "quote")


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
    # Chosen once, here: the optimiser brings in SciPy, which no worker needs.
    banding = choose_banding(config.dedup.link_jaccard, config.dedup.permutations)
    compiled = sum(part.stat().st_size for part in list_parts(documents)) > _COMPILED_FROM
    if compiled:
        load_kernel()  # compiled and cached before workers would all do it
    kernel = SegmentKernel(config, tuple(levels), banding, compiled=compiled)
    segments = [stages.map("segments", kernel, documents)]
    if earlier is not None:
        kernel = SegmentKernel(config, ("document",), banding, earlier=True, compiled=compiled)
        segments.append(stages.map("earlier-segments", kernel, earlier))
    copies = stages.query("copies", pair_copies_sql(), segments=segments)
    buckets = stages.query("buckets", explode_sql("buckets", explode), segments=segments, copies=copies)
    features = stages.query("features", explode_sql("features", explode), segments=segments, copies=copies)
    rare = stages.query("rare", rarest_features_sql(), features=features)
    alike = stages.query("alike", pair_buckets_sql(), buckets=buckets)
    sharing = stages.query("sharing", pair_rare_sql(), rare=rare, features=features)
    found = (copies, alike, sharing)
    candidates = stages.query("candidates", "SELECT DISTINCT left_id, right_id FROM found", found=found)
    pairs = stages.query("pairs", PAIRS_SQL, candidates=candidates, segments=segments)
    edges = stages.map("edges", VerifyKernel(config, compiled), pairs)
    rows = stages.read(edges).to_pylist()
    rows += confirm_keepers(stages, edges, rows, segments, config)
    if "quote" not in levels:
        return list(rows)
    contexts = stages.query("contexts", CONTEXTS_SQL, edges=edges, cleaned=documents)
    quotes = stages.map("quote-edges", ContextKernel(config), contexts)
    # A verified quote pair brings two documents together; the context pass then settles all links between them.
    return [row for row in rows if row["level"] != "quote"] + list(stages.read(quotes).to_pylist())
