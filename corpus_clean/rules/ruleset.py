"""Packs made ready to run: which rules apply where, and the prefilter over them."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from corpus_clean.rules.literals import rate_literals
from corpus_clean.rules.prefilter import Prefilter
from corpus_clean.rules.probe import Probe
from corpus_clean.rules.rule import Pack, Rule, Safety

EVERY_PORTAL = "*"
ANYWHERE, TAILS, EDGES, KEEPS = range(4)

# Literals that occur more often than this per character tell less than a rule's own bounds do.
_TOO_COMMON = 0.003
_SHORT_LINE = 60


@dataclass(frozen=True, slots=True)
class ActiveRules:
    """The rules for one portal, ordered by id, and how lines find them; numbers count in `probes`.

    `passes` says when each is matched. `prefilter` calls most rules. Of the others, `repeating` look only at lines that
    repeat the one above, `bounded` at first or last lines, and `unbounded` at every line that is not too long.
    `dated` says whether any rule depends on the document's day.
    """

    probes: tuple[Probe, ...]
    passes: tuple[int, ...]
    prefilter: Prefilter
    repeating: tuple[int, ...]
    bounded: tuple[Probe, ...]
    unbounded: tuple[int, ...]
    dated: bool


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules in the order of their ids, and how they are to be applied. Cheap to pickle: it is rebuilt.

    Rules whose safety is not in `applied` only flag. A document's portal decides which rules are active:
    those of packs without portals, plus its own portal's, less what that portal's packs disable.
    """

    packs: tuple[Pack, ...]
    keep_datelines: bool
    max_removed: float
    applied: tuple[Safety, ...]
    rules: tuple[Rule, ...] = field(repr=False, compare=False)
    _active: dict[str, ActiveRules] = field(repr=False, compare=False, default_factory=dict)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle what it was built from, not what was built."""
        return build_ruleset, (self.packs, self.keep_datelines, self.max_removed, self.applied)

    def active_for(self, portal: str) -> ActiveRules:
        """Return the rules that apply to documents of a portal."""
        active = self._active.get(portal)
        if active is None:
            known = portal == EVERY_PORTAL or any(portal in pack.portals for pack in self.packs)
            active = _activate(self.packs, self.rules, portal) if known or not portal else self.active_for("")
            self._active[portal] = active
        return active


@functools.lru_cache(maxsize=8)
def build_ruleset(
    packs: tuple[Pack, ...], keep_datelines: bool, max_removed: float, applied: tuple[Safety, ...]
) -> RuleSet:
    """Put the rules of all packs in one order and index them."""
    rules = tuple(sorted((rule for pack in packs for rule in pack.rules), key=lambda rule: rule.id))
    return RuleSet(
        packs=packs,
        keep_datelines=keep_datelines,
        max_removed=max_removed,
        applied=applied,
        rules=rules,
    )


def _activate(packs: Sequence[Pack], rules: Sequence[Rule], portal: str) -> ActiveRules:
    by_pack = {pack.id: pack for pack in packs}
    disabled = {rule for pack in packs if portal in pack.portals for rule in pack.disables}
    own = [
        rule
        for rule in rules
        if portal == EVERY_PORTAL
        or ((not by_pack[rule.pack].portals or portal in by_pack[rule.pack].portals) and rule.id not in disabled)
    ]
    ways = [_choose_way(rule) for rule in own]
    probes = tuple(_probe(rule) for rule in own)
    return ActiveRules(
        probes=probes,
        passes=tuple(_choose_pass(rule) for rule in own),
        prefilter=Prefilter([rule.triggers if way == "literals" else () for rule, way in zip(own, ways, strict=True)]),
        repeating=tuple(number for number, way in enumerate(ways) if way == "repeating"),
        bounded=tuple(probe for probe, way in zip(probes, ways, strict=True) if way == "bounded"),
        unbounded=tuple(number for number, way in enumerate(ways) if way == "unbounded"),
        dated=any(rule.valid_from or rule.valid_until for rule in own),
    )


@functools.lru_cache(maxsize=4096)
def _probe(rule: Rule) -> Probe:
    return Probe(rule)


def _choose_pass(rule: Rule) -> int:
    if rule.action == "keep":
        return KEEPS
    if rule.scope == "tail":
        return TAILS
    return EDGES if rule.first or rule.last else ANYWHERE


def _choose_way(rule: Rule) -> Literal["literals", "repeating", "bounded", "unbounded"]:
    """How lines find a rule: by its literals, unless these are so common that its bounds leave fewer lines."""
    if rule.repeats:
        return "repeating"
    common = not rule.triggers or rate_literals(rule.triggers[0]) > _TOO_COMMON
    if common and _choose_pass(rule) == EDGES and rule.scope != "frame":
        return "bounded"
    if not rule.triggers or (common and 0 < rule.longest <= _SHORT_LINE and rule.scope != "frame"):
        return "unbounded"
    return "literals"
