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
    """Name the relation of two documents as `name_relations` does; whether it is a template is asked where it matters.

    Example:
        >>> name_relation(Match(0.3, 0.9), DedupConfig(), equal=False, is_template=lambda: False)
        'excerpt'
    """
    jaccard, containment = np.array([match.jaccard]), np.array([match.containment])
    template = not equal and bool(may_relate(jaccard, containment, config)[0]) and is_template()
    names = name_relations(jaccard, containment, config, equal=np.array([equal]), template=np.array([template]))
    return str(names[0])


def name_relations(
    jaccard: NDArray[np.float64],
    containment: NDArray[np.float64],
    config: DedupConfig,
    *,
    equal: NDArray[np.bool_],
    template: NDArray[np.bool_],
) -> NDArray[np.str_]:
    """Name the relations of pairs of documents; "" is that of those too unlike to link.

    `exact` and `near-duplicate` are grounds for leaving one out. `template` (same form, other numbers), `reprint` (the
    same article, edited), `excerpt` (nearly all of one is in the other) and `rewrite` (one release or wire copy,
    re-edited) only link.

    Args:
        jaccard: how alike they are.
        containment: how much of the one is in the other.
        config: the thresholds.
        equal: whether they are the same but for case, punctuation and spacing.
        template: whether only figures, names and dates differ.

    Example:
        >>> neither = np.array([False, False])
        >>> likeness = np.array([0.1, 0.9]), np.array([0.1, 0.9])
        >>> name_relations(*likeness, DedupConfig(), equal=neither, template=neither).tolist()
        ['', 'near-duplicate']
    """
    unlike = (jaccard < config.link_jaccard) & (containment < config.rewrite_containment)
    named = {
        "exact": equal,
        "": unlike,
        "template": template,
        "near-duplicate": jaccard >= config.threshold,
        "reprint": jaccard >= config.reprint_jaccard,
        "excerpt": containment >= config.link_containment,
    }
    return np.select(list(named.values()), list(named), "rewrite")


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


def relate_passages(
    jaccard: NDArray[np.float64], containment: NDArray[np.float64], config: DedupConfig, *, equal: NDArray[np.bool_]
) -> NDArray[np.str_]:
    """Name the relations of pairs of passages; see `name_relations`.

    Example:
        >>> relate_passages(np.array([0.9]), np.array([0.95]), DedupConfig(), equal=np.array([False])).tolist()
        ['near-verbatim']
    """
    named = {
        "verbatim": equal,
        "near-verbatim": jaccard >= config.threshold,
        "contained": containment >= config.link_containment,
    }
    return np.select(list(named.values()), list(named), "")
