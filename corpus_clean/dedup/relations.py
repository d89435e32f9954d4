"""How two documents or two passages relate, from their measured likeness."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from corpus_clean.config import DedupConfig
from corpus_clean.dedup.template import is_template
from corpus_clean.similarity.normalize import normalize_text
from corpus_clean.types import Match


def relate_documents(left: str, right: str, match: Match, config: DedupConfig) -> str:
    """Name the relation of two texts; see `name_relation`.

    Example:
        >>> relate_documents("a b c", "x a b c d e f g", Match(0.3, 0.9), DedupConfig())
        'excerpt'
    """
    a, b = normalize_text(left), normalize_text(right)
    return name_relation(match, config, equal=a == b, is_template=lambda: is_template(a, b))


def name_relation(match: Match, config: DedupConfig, *, equal: bool, is_template: Callable[[], bool]) -> str:
    """Name the relation of two documents, or return "" where they are too unlike to link.

    `exact` and `near-duplicate` are grounds for leaving one out. `template` (same form, other numbers), `reprint` (the
    same article, edited), `excerpt` (nearly all of one is in the other) and `rewrite` (one release or wire copy,
    re-edited) only link.

    Args:
        match: their likeness.
        config: the thresholds.
        equal: they are the same but for case, punctuation and spacing.
        is_template: asked only where it matters.

    Example:
        >>> name_relation(Match(0.3, 0.9), DedupConfig(), equal=False, is_template=lambda: False)
        'excerpt'
    """
    if equal:
        return "exact"
    if match.jaccard < config.link_jaccard and match.containment < config.rewrite_containment:
        return ""
    if is_template():
        return "template"
    if match.jaccard >= config.threshold:
        return "near-duplicate"
    if match.jaccard >= config.reprint_jaccard:
        return "reprint"
    return "excerpt" if match.containment >= config.link_containment else "rewrite"


def may_relate(
    jaccard: NDArray[np.float64], containment: NDArray[np.float64], config: DedupConfig
) -> NDArray[np.bool_]:
    """Tell which of many pairs may have a relation: texts that are not equal and below every threshold have none.

    Example:
        >>> may_relate(np.array([0.1, 0.9]), np.array([0.1, 0.9]), DedupConfig()).tolist()
        [False, True]
    """
    alike = jaccard >= min(config.link_jaccard, config.threshold)
    return alike | (containment >= min(config.rewrite_containment, config.link_containment))


def relate_passages(match: Match, config: DedupConfig, *, equal: bool) -> str:
    """Name the relation of two passages, or return "".

    Example:
        >>> relate_passages(Match(0.9, 0.95), DedupConfig(), equal=False)
        'near-verbatim'
    """
    if equal:
        return "verbatim"
    if match.jaccard >= config.threshold:
        return "near-verbatim"
    return "contained" if match.containment >= config.link_containment else ""
