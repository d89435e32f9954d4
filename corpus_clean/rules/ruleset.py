"""Packs made ready to run: which rules apply where, and what calls them."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field

from corpus_clean.rules.callers import Callers
from corpus_clean.rules.portal import Portals
from corpus_clean.rules.prefilter import Call
from corpus_clean.rules.probe import Probe
from corpus_clean.rules.rule import Pack, Rule, Safety

EVERY_PORTAL = "*"
ANYWHERE, TAILS, EDGES, KEEPS = range(4)


@dataclass(frozen=True, slots=True)
class ActiveRules:
    """The rules for one portal; numbers count in the rule set.

    `called` tells of each rule whether lines may call it. `repeating` are those that look at lines that repeat the one
    above instead. `dated` says whether any rule depends on the document's day.
    """

    called: bytes
    repeating: tuple[int, ...]
    dated: bool


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules in the order of their ids, and how they are to be applied. Cheap to pickle: it is rebuilt.

    Of each rule, `probes` has the patterns, `passes` says when it is matched, and `callers` finds lines that call it,
    and the signs of `portals`. `frames` are the rules that go over lines, `taking` the ids of those that take text
    away, `cutting` of those that do so even though what is extracted may be kept. Rules whose safety is not in
    `applied` only flag. A document's portal decides which rules are active: those of packs without portals, plus its
    own portal's, less what that portal's packs disable.
    """

    packs: tuple[Pack, ...]
    keep_datelines: bool
    max_removed: float
    applied: tuple[Safety, ...]
    rules: tuple[Rule, ...] = field(repr=False, compare=False)
    probes: tuple[Probe, ...] = field(repr=False, compare=False)
    passes: tuple[int, ...] = field(repr=False, compare=False)
    frames: frozenset[int] = field(repr=False, compare=False)
    taking: frozenset[str] = field(repr=False, compare=False)
    cutting: frozenset[str] = field(repr=False, compare=False)
    portals: Portals = field(repr=False, compare=False)
    callers: Callers = field(repr=False, compare=False)
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
    portals = Portals(packs)
    taking = [rule for rule in rules if rule.action != "flag" and rule.safety in applied]
    return RuleSet(
        packs=packs,
        keep_datelines=keep_datelines,
        max_removed=max_removed,
        applied=applied,
        rules=rules,
        probes=tuple(map(Probe, rules)),
        passes=tuple(map(_choose_pass, rules)),
        frames=frozenset(number for number, rule in enumerate(rules) if rule.scope == "frame"),
        taking=frozenset(rule.id for rule in taking),
        cutting=frozenset(rule.id for rule in taking if rule.action != "extract" or not keep_datelines),
        portals=portals,
        callers=Callers(
            [
                Call(rule.triggers, rule.reach, rule.longest, rule.lines if rule.scope == "frame" else 0, rule)
                for rule in rules
            ],
            portals.signs,
        ),
    )


def _activate(packs: Sequence[Pack], rules: Sequence[Rule], portal: str) -> ActiveRules:
    by_pack = {pack.id: pack for pack in packs}
    disabled = {rule for pack in packs if portal in pack.portals for rule in pack.disables}
    own = [
        portal == EVERY_PORTAL
        or ((not by_pack[rule.pack].portals or portal in by_pack[rule.pack].portals) and rule.id not in disabled)
        for rule in rules
    ]
    return ActiveRules(
        called=bytes(active and not rule.repeats for rule, active in zip(rules, own, strict=True)),
        repeating=tuple(number for number, rule in enumerate(rules) if own[number] and rule.repeats),
        dated=any(rule.valid_from or rule.valid_until for rule, active in zip(rules, own, strict=True) if active),
    )


def _choose_pass(rule: Rule) -> int:
    if rule.action == "keep":
        return KEEPS
    if rule.scope == "tail":
        return TAILS
    return EDGES if rule.first or rule.last else ANYWHERE
