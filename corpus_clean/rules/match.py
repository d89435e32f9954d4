"""Where rules match: from a text's lines to the spans that rules claim. Nothing is decided or cut here."""

import functools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from corpus_clean.rules.lines import Lines
from corpus_clean.rules.prefilter import Called
from corpus_clean.rules.probe import Claim, Pattern, Probe
from corpus_clean.rules.rule import Absorb
from corpus_clean.rules.ruleset import ActiveRules, RuleSet
from corpus_clean.rules.select import drop_vetoed
from corpus_clean.rules.shape import has_shape

_Calls = list[tuple[int, Probe, Sequence[int] | None]]


def claim_all(
    lines: Lines, calls: Sequence[Called], rules: RuleSet, active: ActiveRules, published: str
) -> list[Claim]:
    """Match in passes: what stands anywhere, then tails, then what is first or last of what is left, tails again.

    What is certain to lose against another claim (see `select`) may be left out.

    Args:
        lines: the text's lines.
        calls: what rules they call.
        rules: all rules.
        active: those that look at the text.
        published: the document's day, ISO 8601, or "".
    """
    matcher = _Matcher(lines, rules)
    anywhere, tails, edges, keeps = _sort_calls(matcher, calls, rules, active, published)
    if not (anywhere or tails or edges):
        return []
    vetoes = matcher.claim_all(keeps)
    # A veto, or a frame that takes part of a line, may strike the claim on a whole line and leave a smaller one on it.
    matcher.skips = not vetoes and not any(number in rules.frames for _, number, _ in calls)
    claims: list[Claim] = []
    for each in (anywhere, tails, edges, tails):
        if each:
            matcher.leave(claims)
            found = drop_vetoed(matcher.claim_all(matcher.near_edges(edges) if each is edges else each), vetoes)
            claims += [claim for claim in found if claim not in claims] if each is tails else found
    return claims


def _sort_calls(
    matcher: "_Matcher", calls: Sequence[Called], rules: RuleSet, active: ActiveRules, published: str
) -> tuple[_Calls, ...]:
    """Which rule is to look at which line: those for anywhere, for tails, for first or last lines, and keep rules."""
    passes, probes = rules.passes, rules.probes
    sorted_calls: tuple[_Calls, ...] = ([], [], [], [])
    for place, number, starts in calls:
        sorted_calls[passes[number]].append((place, probes[number], starts))
    if active.repeating and matcher.lines.repeats:
        repeated = matcher.find_repeated()
        for number in active.repeating:
            sorted_calls[passes[number]].extend((place, probes[number], None) for place in repeated)
    if published and active.dated:
        return tuple([call for call in each if _is_valid(call[1], published)] for each in sorted_calls)
    return sorted_calls


def _is_valid(probe: Probe, published: str) -> bool:
    """Whether a rule's dates allow a document of that day; one without a date is always allowed."""
    if not published:
        return True
    return (probe.rule.valid_from or published) <= published <= (probe.rule.valid_until or published)


class _Matcher:
    """Matches rules on the lines of one text, of which some are already known to be noise."""

    __slots__ = ("_framed", "_gone", "_left", "_taking", "_whole", "filled", "lines", "skips")

    def __init__(self, lines: Lines, rules: RuleSet) -> None:
        self.lines = lines
        self.filled = lines.list_filled()
        self.skips = False
        self._taking = rules.taking
        self._gone: frozenset[int] = frozenset()
        self._left = self.filled
        self._framed: set[tuple[str, int, int]] = set()
        self._whole: dict[int, tuple[int, str]] = {}

    def leave(self, claims: Sequence[Claim]) -> None:
        """Take the lines of which the claims leave nothing as gone."""
        taking = [claim for claim in claims if claim.rule.id in self._taking and not claim.timed_out]
        if taking:
            self._gone = covered_lines(self.lines, taking)
            self._left = [place for place in self.filled if place not in self._gone]

    def find_repeated(self) -> list[int]:
        """Return the lines that repeat the one above, if nothing speaks for their having been written so.

        A line that comes again further on is a refrain or filler, and so is one that all the others are not half as
        long as.
        """
        views, filled = self.lines.views, self.filled
        repeated = [
            place
            for above, place in pairwise(filled)
            if views[above][:5] == views[place][:5] and views[above].split() == views[place].split()
        ]
        if not repeated:
            return repeated
        alike: defaultdict[str, list[int]] = defaultdict(list)
        for rank, place in enumerate(filled):
            alike[" ".join(views[place].split())].append(rank)
        size = sum(map(len, alike))
        slips = {
            filled[rank]
            for line, ranks in alike.items()
            if ranks[-1] - ranks[0] == len(ranks) - 1 and 2 * (size - len(line)) >= len(line)
            for rank in ranks
        }
        return [place for place in repeated if place in slips]

    def near_edges(self, calls: _Calls) -> _Calls:
        """Return the calls from the first or last lines of those that are left, as many as the rule says."""
        return [call for call in calls if self._is_near(call[0], call[1].rule.first, call[1].rule.last)]

    def _is_near(self, place: int, first: int, last: int) -> bool:
        left = self._left
        return bool(
            (first and (len(left) < first or place <= left[first - 1]))
            or (last and (len(left) < last or place >= left[-last]))
        )

    def claim_all(self, calls: _Calls) -> list[Claim]:
        """Return what rules claim at the lines they are called for."""
        claims: list[Claim] = []
        starts_at, ends_at = self.lines.starts, self.lines.ends
        for place, probe, starts in calls:
            if self.skips and probe.cuts_lines:
                whole, own = self._whole.get(place), (-probe.rule.priority, probe.rule.id)
                if whole is not None and whole < own:
                    continue
                found = self._claim(probe, place, starts)
                if found and found[0][:2] == (starts_at[place], ends_at[place]) and self._takes(found[0]):
                    self._whole[place] = own
                claims += found
            else:
                claims += self._claim(probe, place, starts)
        return claims

    def _takes(self, claim: Claim) -> bool:
        return claim.rule.action == "delete" and claim.rule.id in self._taking and not claim.timed_out

    def _claim(self, probe: Probe, place: int, starts: Sequence[int] | None) -> list[Claim]:
        try:
            scope = probe.rule.scope
            if scope == "frame":
                return self._claim_frames(probe, place, starts)
            if scope == "block":
                return self._claim_block(probe, probe.rule.absorb or Absorb(), place)
            if scope == "tail":
                return self._claim_tail(probe, place)
            return probe.find(self.lines, place, starts)
        except TimeoutError:
            line = self.lines[place]
            return [Claim(line.start, line.end, place, probe.rule, timed_out=True)]

    def _claim_frames(self, probe: Probe, place: int, starts: Sequence[int] | None) -> list[Claim]:
        above = max(0, place - probe.rule.lines + 1)
        below = min(len(self.lines), place + probe.rule.lines) - 1
        claims = []
        for claim in probe.find_in(self.lines, above, below, starts):
            key = (claim.rule.id, claim.start, claim.end)
            if key not in self._framed and not probe.spares(self.lines.view[claim.start : claim.end]):
                self._framed.add(key)
                claims.append(claim)
        return claims

    def _claim_block(self, probe: Probe, absorb: Absorb, place: int) -> list[Claim]:
        if not probe.marks(self.lines.view_line(place)):
            return []
        taken: list[int] = []
        for index in range(place + 1, len(self.lines)):
            view = self.lines.view_line(index)
            if not view:
                continue
            if len(taken) == absorb.most or not _absorbs(absorb, view):
                break
            taken.append(index)
        if not taken or len(taken) < absorb.least:
            return []
        return [Claim(self.lines.starts[place], self.lines.ends[taken[-1]], place, probe.rule)]

    def _claim_tail(self, probe: Probe, place: int) -> list[Claim]:
        if not probe.marks(self.lines.view_line(place)):
            return []
        rule, views = probe.rule, self.lines.views
        later = [index for index in self.filled if index > place and not ("known" in rule.rest and index in self._gone)]
        unknown = sum(len(views[index]) for index in later) + len(views[place])
        if unknown > rule.share * sum(map(len, views)):
            return []
        shapes = [shape for shape in rule.rest if shape != "known"]
        if not all(any(has_shape(views[index], shape) for shape in shapes) for index in later):
            return []
        return [Claim(self.lines.starts[place], self.lines.ends[self.filled[-1]], place, rule)]


def _absorbs(absorb: Absorb, view: str) -> bool:
    if len(view.split()) < absorb.words:
        return False
    if absorb.like:
        return has_shape(view, absorb.like)
    return _compile(absorb.match).fullmatch(view) is not None


@functools.lru_cache(maxsize=1024)
def _compile(match: str) -> Pattern:
    return Pattern(match)


def covered_lines(lines: Lines, claims: Iterable[Claim]) -> frozenset[int]:
    """Return the lines of which claims, taken together, leave nothing."""
    starts, ends = lines.starts, lines.ends
    covered: set[int] = set()
    touched: dict[int, list[tuple[int, int]]] = {}
    for claim in claims:
        start, end, place = claim[:3]
        while place < len(starts) and starts[place] < end:
            if start <= starts[place] and ends[place] <= end:
                if ends[place] > starts[place]:
                    covered.add(place)
            else:
                touched.setdefault(place, []).append((start, end))
            place += 1
    covered.update(place for place, spans in touched.items() if len(spans) > 1 and _is_covered(lines, place, spans))
    return frozenset(covered)


def _is_covered(lines: Lines, place: int, spans: list[tuple[int, int]]) -> bool:
    begin = reached = lines.starts[place]
    view = lines.view_line(place)
    for start, end in sorted(spans):
        if start <= reached or not view[reached - begin : start - begin].strip():
            reached = max(reached, end)
    return reached >= begin + len(view)
