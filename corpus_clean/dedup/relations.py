"""How two documents or two passages relate, from their measured likeness."""

from corpus_clean.config import DedupConfig
from corpus_clean.dedup.template import is_template
from corpus_clean.similarity.normalize import normalize_text
from corpus_clean.types import Match


def relate_documents(left: str, right: str, match: Match, config: DedupConfig) -> str:
    """Name the relation of two documents, or return "" where they are too unlike to link.

    `exact` and `near-duplicate` are grounds for leaving one out. `template` (same form, other numbers), `reprint` (the
    same article, edited), `excerpt` (nearly all of one is in the other) and `rewrite` (one release or wire copy,
    re-edited) only link.

    Example:
        >>> relate_documents("a b c", "x a b c d e f g", Match(0.3, 0.9), DedupConfig())
        'excerpt'
    """
    if is_equal(left, right, match):
        return "exact"
    if match.jaccard < config.link_jaccard and match.containment < config.rewrite_containment:
        return ""
    if is_template(left, right):
        return "template"
    if match.jaccard >= config.threshold:
        return "near-duplicate"
    if match.jaccard >= config.reprint_jaccard:
        return "reprint"
    return "excerpt" if match.containment >= config.link_containment else "rewrite"


def relate_passages(left: str, right: str, match: Match, config: DedupConfig) -> str:
    """Name the relation of two passages, or return "".

    Example:
        >>> relate_passages("a b c d", "a b c e", Match(0.9, 0.95), DedupConfig())
        'near-verbatim'
    """
    if is_equal(left, right, match):
        return "verbatim"
    if match.jaccard >= config.threshold:
        return "near-verbatim"
    return "contained" if match.containment >= config.link_containment else ""


def is_equal(left: str, right: str, match: Match) -> bool:
    """Tell whether two texts are the same but for case, punctuation and spacing.

    Example:
        >>> is_equal("Air surut.", "AIR SURUT", Match(1.0, 1.0))
        True
    """
    return match.jaccard == 1.0 and (left == right or normalize_text(left) == normalize_text(right))
