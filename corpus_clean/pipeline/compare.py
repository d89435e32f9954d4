"""From segments to verified links between documents and between passages, in the order that all engines follow."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from corpus_clean.config import Config
from corpus_clean.pipeline import confirm
from corpus_clean.pipeline.decide import REMOVING
from corpus_clean.pipeline.families import propose_pairs
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


def compare(stages: Stages, segments: Sequence[Path], config: Config, signing: Signing) -> pa.Table:
    """Pair segments and verify the pairs; return the links as rows of `EDGES`.

    Args:
        stages: where the work is done.
        segments: stages with the columns of `SEGMENTS`; earlier ones meet the others but not each other.
        config: the thresholds.
        signing: how they were signed.
    """
    kernel = VerifyKernel(config, signing)
    candidates = stages.pair("candidates", segments)
    pairs = stages.join("pairs", candidates, segments, COMPARED)
    verified = stages.map("edges", kernel, pairs)
    edges = stages.read(verified)
    if len(edges) > confirm.IN_MEMORY:
        further = propose_pairs(stages, verified, REMOVING, confirm.SMALL, confirm.BEST)
    else:
        chosen = confirm.choose_confirmations(edges)
        if not len(chosen):
            return edges
        further = stages.put("confirm", chosen)
    pairs = stages.join("confirm-pairs", further, segments, COMPARED)
    return pa.concat_tables([edges, stages.read(stages.map("confirm-edges", kernel, pairs))])
