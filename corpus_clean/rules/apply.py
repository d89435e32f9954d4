"""Applies the rules to a document: text in, text, edits and metadata out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from corpus_clean.config import RulesConfig
from corpus_clean.languages.dates import read_date
from corpus_clean.rules.cut import Cut, make_cuts
from corpus_clean.rules.lines import Lines
from corpus_clean.rules.match import claim_all, covered_lines
from corpus_clean.rules.prefilter import Called, Sign
from corpus_clean.rules.probe import Claim
from corpus_clean.rules.rule import Pack, Safety
from corpus_clean.rules.ruleset import RuleSet, build_ruleset
from corpus_clean.rules.select import select_claims
from corpus_clean.types import Action, Document, Edit, Metadata

# Below this many characters a page may well be nothing but noise: there, safe rules do not count towards the cap.
SHORT_DOCUMENT = 1000
_NOTHING_KNOWN = Metadata()
_EDIT_ACTIONS: dict[str, Action] = {"delete": "delete", "extract": "extract", "mask": "mask"}


@dataclass(frozen=True, slots=True)
class Applied:
    """What the rules, those of a portal among them, made of a document.

    With `over_cap` the text is whole and the edits only flag.
    """

    portal: str
    text: str
    edits: tuple[Edit, ...]
    metadata: Metadata
    over_cap: bool


def compile_rules(
    packs: Sequence[Pack], config: RulesConfig, *, applied: Sequence[Safety] = ("safe", "review")
) -> RuleSet:
    """Make packs ready to run; cached, and cheap to pickle.

    Args:
        packs: what `load_packs` gave.
        config: what the rules may do.
        applied: the safety levels that change text; rules of other levels only flag.

    Example:
        >>> from corpus_clean.rules.pack import load_packs
        >>> compile_rules(load_packs(), RulesConfig()).max_removed
        0.35
    """
    return build_ruleset(tuple(packs), config.keep_datelines, config.max_removed, tuple(applied))


def detect_portal(document: Document, rules: RuleSet) -> str:
    """Return the portal key of the pack that recognises the document, "" if none does.

    Example:
        >>> from corpus_clean.rules.pack import load_packs
        >>> rules = compile_rules(load_packs(), RulesConfig())
        >>> detect_portal(Document("a", "JAKARTA, KOMPAS.com - Hujan turun."), rules)
        'kompas'
    """
    return rules.portals.find_known(document) or _call_rules(document.text, "", rules, detect=True)[0]


def apply_rules(document: Document, rules: RuleSet, *, detect: bool = False) -> Applied:
    r"""Take portal noise out of a document.

    The edits' offsets are code points of `document.text`; they are sorted, do not overlap, and replacing each
    `before` by its `after` gives the returned text.

    Args:
        document: the document; if `portal` is set, that portal's own rules run, too.
        rules: what `compile_rules` gave.
        detect: find out about the portal first, if it is not set, which saves a second look at the text.

    Example:
        >>> from corpus_clean.rules.pack import load_packs
        >>> rules = compile_rules(load_packs(), RulesConfig())
        >>> apply_rules(Document("a", "Hujan turun.\nBaca juga: Banjir di Kota\nWarga siaga."), rules).text
        'Hujan turun.\nWarga siaga.'
    """
    portal = document.portal or (rules.portals.find_known(document) if detect else "")
    portal, lines, calls = _call_rules(document.text, portal, rules, detect=detect)
    active = rules.active_for(portal)
    claims = claim_all(lines, calls, rules, active, document.metadata.published[:10])
    if not claims:
        return Applied(portal, document.text, (), document.metadata, over_cap=False)
    metadata = _fill_metadata(document.metadata, claims)
    chosen = select_claims([claim for claim in claims if claim.rule.id in rules.cutting and not claim.timed_out])
    gone = covered_lines(lines, [claim for claim in chosen if claim.rule.action != "mask"])
    cuts = make_cuts(document.text, lines, [(claim.start, claim.end, claim.place) for claim in chosen], gone)
    for claim, cut in zip(chosen, cuts, strict=True):
        if claim.rule.action == "mask":
            cut.start, cut.end, cut.after = claim.start, claim.end, claim.rule.mask
    over_cap = _exceeds_cap(lines, cuts, chosen, rules.max_removed)
    flagging = [claim for claim in claims if claim.rule.id not in rules.taking or claim.timed_out]
    if over_cap:
        flags = select_claims([*chosen, *flagging])
        edits = [_flag(document, claim) for claim in flags]
        return Applied(portal, document.text, tuple(edits), metadata, over_cap=True)
    edits = [_edit(document, claim, cut) for claim, cut in zip(chosen, cuts, strict=True)]
    if flagging:
        for claim in select_claims(flagging):
            if all(claim.end <= edit.start or edit.end <= claim.start for edit in edits):
                edits.append(_flag(document, claim))
        edits.sort(key=lambda edit: edit.start)
    return Applied(portal, _replay(document.text, cuts), tuple(edits), metadata, over_cap=False)


def _call_rules(text: str, portal: str, rules: RuleSet, *, detect: bool) -> tuple[str, Lines, list[Called]]:
    """Return the portal, which the text may give away if it is not known, the lines, and the rules these call."""

    def choose(lines: Lines, signs: Sequence[Sign]) -> bytes:
        nonlocal portal
        if detect and not portal:
            portal = rules.portals.find_signed(lines, signs)
        return rules.active_for(portal).called

    lines, calls = rules.callers.find(text, choose)
    return portal, lines, calls


def _fill_metadata(known: Metadata, claims: Iterable[Claim]) -> Metadata:
    """Fill what is empty: a rule of higher priority first, then what stands first."""
    found: dict[str, str] = {}
    extracted = [claim for claim in claims if claim.rule.action == "extract" and not claim.timed_out]
    if not extracted:
        return known
    for claim in sorted(extracted, key=lambda claim: (-claim.rule.priority, claim.start, claim.rule.id)):
        for name, value in claim.values:
            clean = _clean_value(name, value)
            if clean and not getattr(known, name):
                found.setdefault(name, clean)
    # `replace` reads each field anew, and there is seldom anything to be read.
    return Metadata(**found) if known == _NOTHING_KNOWN else replace(known, **found)


def _clean_value(name: str, value: str) -> str:
    if name == "published":
        return read_date(value)
    value = " ".join(value.split()).strip(" ,|:–—-()")
    if name == "place" and value.isupper() and len(value) > 3:
        return value.title()
    return value


def _exceeds_cap(lines: Lines, cuts: Sequence[Cut], chosen: Sequence[Claim], max_removed: float) -> bool:
    # Where even with its white space it is less than the share, there is no need to count exactly.
    if sum([cut.end - cut.start for cut in cuts]) <= max_removed * lines.filled:
        return False
    removed = sum(
        _count_filled(lines.view[cut.start : cut.end])
        for cut, claim in zip(cuts, chosen, strict=True)
        if claim.rule.action != "extract"
        and not claim.rule.repeats
        and not (lines.filled < SHORT_DOCUMENT and claim.rule.safety == "safe")
    )
    return removed > max_removed * lines.filled


def _count_filled(text: str) -> int:
    return sum(map(len, text.split()))


def _edit(document: Document, claim: Claim, cut: Cut) -> Edit:
    return Edit(
        doc_id=document.id,
        stage="rules",
        start=cut.start,
        end=cut.end,
        before=document.text[cut.start : cut.end],
        after=cut.after,
        rule_id=claim.rule.id,
        rule_version=claim.rule.version,
        action=_EDIT_ACTIONS[claim.rule.action],
        confidence=claim.rule.confidence,
    )


def _flag(document: Document, claim: Claim) -> Edit:
    marked = document.text[claim.start : claim.end]
    return Edit(
        doc_id=document.id,
        stage="rules",
        start=claim.start,
        end=claim.end,
        before=marked,
        after=marked,
        rule_id=claim.rule.id,
        rule_version=claim.rule.version,
        action="flag",
        confidence=claim.rule.confidence,
    )


def _replay(text: str, cuts: Sequence[Cut]) -> str:
    parts = []
    reached = 0
    for cut in cuts:
        parts += [text[reached : cut.start], cut.after]
        reached = cut.end
    return "".join([*parts, text[reached:]])
