"""Packs made ready to run: all rules in one order, who applies where, and the prefilter over them."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field

from corpus_clean.rules.prefilter import Prefilter
from corpus_clean.rules.rule import Pack, Rule, Safety

EVERY_PORTAL = "*"


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules in the order of their ids, and how they are to be applied. Cheap to pickle: it is rebuilt.

    Rules whose safety is not in `applied` only flag. A document's portal decides which rules are active:
    those of packs without portals, plus its own portal's, less what that portal's packs disable. `everywhere`
    are the rules that no literal calls, `repeating` those that look only at lines that repeat the one above.
    """

    packs: tuple[Pack, ...]
    keep_datelines: bool
    max_removed: float
    applied: tuple[Safety, ...]
    rules: tuple[Rule, ...] = field(repr=False, compare=False)
    prefilter: Prefilter = field(repr=False, compare=False)
    everywhere: list[int] = field(repr=False, compare=False)
    repeating: list[int] = field(repr=False, compare=False)
    active: dict[str, frozenset[int]] = field(repr=False, compare=False)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle what it was built from, not what was built."""
        return build_ruleset, (self.packs, self.keep_datelines, self.max_removed, self.applied)

    def active_for(self, portal: str) -> frozenset[int]:
        """Return the indexes of the rules that apply to documents of a portal."""
        return self.active.get(portal, self.active[""])


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
        prefilter=Prefilter(
            {index: rule.triggers for index, rule in enumerate(rules) if rule.triggers and not rule.repeats}
        ),
        everywhere=[index for index, rule in enumerate(rules) if not rule.triggers and not rule.repeats],
        repeating=[index for index, rule in enumerate(rules) if rule.repeats],
        active=_activate(packs, rules),
    )


def _activate(packs: Sequence[Pack], rules: Sequence[Rule]) -> dict[str, frozenset[int]]:
    by_pack = {pack.id: pack for pack in packs}
    active = {EVERY_PORTAL: frozenset(range(len(rules)))}
    for portal in ["", *sorted({portal for pack in packs for portal in pack.portals})]:
        disabled = {rule for pack in packs if portal in pack.portals for rule in pack.disables}
        active[portal] = frozenset(
            index
            for index, rule in enumerate(rules)
            if (not by_pack[rule.pack].portals or portal in by_pack[rule.pack].portals) and rule.id not in disabled
        )
    return active
