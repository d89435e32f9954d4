"""From segments to verified links between documents and between passages, in the order that all engines follow."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from corpus_clean.config import Config
from corpus_clean.pipeline import confirm
from corpus_clean.pipeline.decide import order_keepers
from corpus_clean.pipeline.families import ORDER, confirm_families
from corpus_clean.pipeline.segments import Signing
from corpus_clean.pipeline.stages import Stages
from corpus_clean.pipeline.verify import COMPARED, VerifyKernel
from corpus_clean.similarity.backend import is_worth_loading, load_kernel
from corpus_clean.similarity.banding import choose_banding


def choose_signing(config: Config, size: int) -> Signing:
    """Choose how `size` bytes of input are signed, and have the compiled code ready where it pays."""
    compiled = is_worth_loading(size)
    if compiled:
        load_kernel()  # compiled and kept before workers would all do it
    dedup = config.dedup
    return Signing(dedup.permutations, choose_banding(dedup.link_jaccard, dedup.permutations), compiled)


def compare(
    stages: Stages, segments: Sequence[Path], documents: pa.Table, config: Config, signing: Signing
) -> pa.Table:
    """Pair segments and verify the pairs; return the links as rows of `EDGES`.

    Args:
        stages: where the work is done.
        segments: stages with the columns of `SEGMENTS`; earlier ones meet the others but not each other.
        documents: the `FACTS` by which keepers are chosen.
        config: the thresholds.
        signing: how they were signed.
    """
    kernel = VerifyKernel(config, signing)
    candidates = stages.pair("candidates", segments)
    pairs = stages.join("pairs", candidates, segments, COMPARED)
    edges = stages.map("edges", kernel, pairs)
    found = [stages.read(edges)]
    if len(found[0]) > confirm.IN_MEMORY:

        def compare_more(name: str, wanted: Path) -> Path:
            return stages.map(f"{name}-edges", kernel, stages.join(f"{name}-pairs", wanted, segments, COMPARED))

        doc_ids = pa.concat_arrays([found[0].column(f"{side}_doc_id").combine_chunks() for side in ("left", "right")])
        ordered = order_keepers(sorted(doc_ids.unique().to_pylist()), documents, config.dedup.keep)
        order = pa.table([ordered, range(len(ordered))], schema=ORDER)
        further = confirm_families(stages, edges, candidates, order, compare_more)
        return pa.concat_tables([*found, *map(stages.read, further)])
    families = confirm.Families(
        found[0], stages.read(candidates), lambda doc_ids: order_keepers(doc_ids, documents, config.dedup.keep)
    )
    while len(wanted := families.ask()):
        place = len(found)
        pairs = stages.join(f"confirm-pairs-{place}", stages.put(f"confirm-{place}", wanted), segments, COMPARED)
        found.append(stages.read(stages.map(f"confirm-edges-{place}", kernel, pairs)))
        families.learn(found[-1])
    return pa.concat_tables(found)
