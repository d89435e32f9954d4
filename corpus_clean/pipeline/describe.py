"""Every rule that can appear in a ledger, in its own words."""

from collections.abc import Mapping, Sequence

from corpus_clean.reports.explanation import Description
from corpus_clean.rules.pack import load_packs

_STAGES = {
    "repair.mojibake": Description(
        "undoes mojibake", "the bytes were decoded with the wrong charset once before; ftfy found the way back"
    ),
    "repair.byte-order-mark": Description(
        "drops the byte order mark", "it marks an encoding and is no part of the text"
    ),
    "extract.blocks": Description(
        "takes the main text out of the page", "menus, sidebars, scripts and comments are not the article"
    ),
    "extract.majority": Description(
        "takes the main text out of the page, by majority",
        "what is text was doubtful: trafilatura and readability were asked too",
    ),
    "extract.wrapper": Description(
        "takes the main text out of the page, as on other pages of its site",
        "the site's template was learned from a sample of its pages, and checked on others",
    ),
    "decode.charset": Description(
        "is not in UTF-8", "readers that take it for UTF-8 fail on it, or show other characters"
    ),
    "dedup.exact": Description(
        "says the same as another document", "but for case, punctuation and spacing the two texts are equal"
    ),
    "dedup.near-duplicate": Description(
        "is a near-duplicate of another document", "the resemblance of the two texts was measured, not estimated"
    ),
    "unchecked.git-lfs": Description(
        "was not checked: a Git LFS pointer", "the content is not there; `git lfs pull` fetches it"
    ),
    "unchecked.git-annex": Description(
        "was not checked: a git-annex link", "the content is not there; `git annex get` fetches it"
    ),
    "dedup.duplicate-of": Description(
        "left out as a duplicate", "a kept document says the same; the resemblance was measured on both texts"
    ),
}


def describe_rules(packs: Sequence[str] = ()) -> Mapping[str, Description]:
    """Return the description of every rule by its id, user packs included."""
    described = dict(_STAGES)
    for pack in load_packs(packs):
        for rule in pack.rules:
            described[rule.id] = Description(rule.what, rule.why, rule.safety)
    return described
