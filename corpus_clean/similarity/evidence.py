"""What two articles have in common, weighed in NumPy: what the compiled `alongside.weigh` must equal, bit for bit."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus_clean.similarity.arrays import Offsets
from corpus_clean.similarity.sheets import (
    DIRECT,
    FARTHEST,
    INDIRECT,
    LOOSE,
    STEPS,
    Links,
    Numbers,
    Sheets,
    Weights,
    make_tables,
)

Flags = NDArray[np.bool_]


class Sides(NamedTuple):
    """The statements of two articles: a row for each of the left one, a column for each of the right one.

    Attributes:
        own: whether one of the two is a sentence of its paper's own.
        allowed: whether they are compared: a paper's own sentence only with what the other one quotes.
        direct: whether both are direct speech.
        indirect: whether both are indirect speech.
    """

    own: Flags
    allowed: Flags
    direct: Flags
    indirect: Flags


def compare_sides(sheets: Sheets, left: int, right: int) -> Sides:
    """Say of each two statements of two articles what they are to each other."""
    runs = [_run(sheets.statements, article) for article in (left, right)]
    own = [np.arange(len(run)) >= sheets.quotes[article] for run, article in zip(runs, (left, right), strict=True)]
    direct, indirect = ([sheets.kinds[run] == kind for run in runs] for kind in (DIRECT, INDIRECT))
    either = own[0][:, None] | own[1]
    allowed = ~either | (own[0][:, None] & ~own[1] & direct[1]) | (direct[0][:, None] & ~own[0][:, None] & own[1])
    return Sides(either, allowed, direct[0][:, None] & direct[1], indirect[0][:, None] & indirect[1])


def weigh_pair(
    sheets: Sheets, left: int, right: int, links: Links, shortest: int, fewest: int, weights: Weights
) -> tuple[Flags, Offsets, Numbers]:
    """Return what `weigh` does, of one pair of articles: which of its links remain, and what may be paraphrases."""
    nothing = np.empty((0, LOOSE), np.int64), np.empty((0, 2))
    if not len(links.ones):
        return np.empty(0, np.bool_), *nothing
    rows, columns = _run(sheets.statements, left), _run(sheets.statements, right)
    ones, others = _units(sheets, left), _units(sheets, right)
    across = len(ones)
    tables = make_tables(int(sheets.quotes[left] + sheets.quotes[right]) + int(weights.background))
    whole, shared = _share_worth(sheets, left, right, tables.logs, weights)
    shared = np.minimum(shared, shared.T)
    light = weights.least_worth * weights.least_worth
    x, y = links.ones - ones[0], links.others - others[0] + across
    share = shared[x, y] / np.maximum(np.minimum(whole[x], whole[y]), light)
    kept = np.asarray(links.verbatim | (share >= weights.topic), np.bool_)
    a, b = links.ones[kept], links.others[kept]
    i, j = sheets.owners[a] - rows[0], sheets.owners[b] - columns[0]
    sides = compare_sides(sheets, left, right)
    if not (~sides.own[i, j] & (np.minimum(sheets.lengths[a], sheets.lengths[b]) >= fewest)).any():
        return np.zeros(len(kept), np.bool_), *nothing
    likeness = _liken(whole, shared, light, tables.growth)
    between = likeness[:across, across:]
    firm = np.zeros(sides.own.shape, np.bool_)
    firm[i, j] = True
    high = _highest(between, sheets.units[rows] - ones[0], sheets.units[columns] - others[0])
    tops, fronts = sheets.units[rows] - ones[0], sheets.units[columns] - others[0] + across
    support = weights.place * tables.decay[_compare_places(firm, sheets.ranks[rows], sheets.ranks[columns])]
    support += weights.lead * np.minimum(1.0, _follow_leads(sheets, rows, columns, high))
    partner = _compare_partners(firm, likeness[np.ix_(tops, tops)], likeness[np.ix_(fronts, fronts)])
    support += weights.partner * np.minimum(1.0, partner)
    rivals = np.logical_or(firm.any(axis=1, keepdims=True), firm.any(axis=0))
    support += np.where(rivals & (partner < weights.rival), weights.rivals, 0.0)
    kind = np.where(sides.direct, weights.both_direct, 0.0)
    kind += np.where(sides.indirect, weights.both_indirect, 0.0)
    support += kind + np.where(sides.own, weights.own, 0.0)
    # What letters alone can add is bounded: nothing else is worth an alignment.
    opened = np.asarray(~firm & sides.allowed & (support + high + weights.containment >= weights.paraphrase), np.bool_)
    spread = np.ix_(sheets.owners[ones] - rows[0], sheets.owners[others] - columns[0])
    loose = opened[spread] & (support[spread] + between + weights.containment >= weights.paraphrase)
    loose &= np.minimum(sheets.lengths[ones][:, None], sheets.lengths[others]) >= shortest
    x, y = np.nonzero(loose)
    a, b = ones[x], others[y]
    found = np.stack([np.zeros_like(x), sheets.owners[a], sheets.owners[b], a, b], axis=1)
    scores = np.stack([support[spread][x, y], between[x, y]], axis=1)
    order = np.lexsort(found.T[::-1])
    return kept, found[order], scores[order]


def _liken(whole: Numbers, shared: Numbers, light: float, growth: Numbers) -> Numbers:
    """How like each two units are, cosine-like, and more if they share more."""
    step = np.minimum(shared * STEPS, len(growth) - 2)
    low = step.astype(np.int64)
    grown = growth[low] + (step - low) * (growth[low + 1] - growth[low])
    return np.asarray(shared / np.sqrt(np.maximum(whole[:, None] * whole, light * light)) * grown, np.float64)


def _compare_places(firm: Flags, left: Offsets, right: Offsets) -> Offsets:
    """How far two statements are apart, in quarters of a step, seen from the linked pair that is nearest."""
    gap = np.full(firm.shape, FARTHEST - 1)
    for i, j in np.argwhere(firm):
        rows, columns = (left - left[i])[:, None], right - right[j]
        gap = np.minimum(gap, 2 * np.abs(rows - columns) + np.minimum(np.abs(rows), np.abs(columns)))
    return gap


def _compare_partners(firm: Flags, left: Numbers, right: Numbers) -> Numbers:
    """How like one of two statements is to what the other one is linked with."""
    partner = np.zeros(firm.shape)
    for i, j in np.argwhere(firm):
        partner[i] = np.maximum(partner[i], right[:, j])
        partner[:, j] = np.maximum(partner[:, j], left[:, i])
    return partner


def _follow_leads(sheets: Sheets, rows: Offsets, columns: Offsets, likeness: Numbers) -> Numbers:
    """How like what one of two statements sums up, or is summed up by, is to the other one."""
    found = np.zeros(likeness.shape)
    for run, turned, target in ((rows, likeness, found), (columns, likeness.T, found.T)):
        for place in np.flatnonzero(sheets.leads[run] >= 0):
            said = sheets.leads[run[place]] - run[0]
            target[place] = np.maximum(target[place], turned[said])
            target[said] = np.maximum(target[said], turned[place])
    return found


def _run(bounds: Offsets, number: int) -> Offsets:
    return np.arange(bounds[number], bounds[number + 1])


def _units(sheets: Sheets, article: int) -> Offsets:
    return _run(sheets.units[sheets.statements], article)


def _highest(units: Numbers, rows: Offsets, columns: Offsets) -> Numbers:
    """The highest value among the units of each two statements."""
    return np.maximum.reduceat(np.maximum.reduceat(units, rows, axis=0), columns, axis=1)


def _share_worth(sheets: Sheets, left: int, right: int, logs: Numbers, weights: Weights) -> tuple[Numbers, Numbers]:
    """How much each unit's words are worth, and how much of it each other unit has, in whatever forms.

    A word is worth less, the more quotes hold it. Sums are in the order of the words, as those of compiled code.
    """
    words = np.concatenate([_run(sheets.words, article) for article in (left, right)])
    units = np.concatenate([_units(sheets, article) for article in (left, right)])
    number = np.full(int(units.max()) + 1, -1)
    number[units] = np.arange(len(units))
    counts = sheets.holders[words + 1] - sheets.holders[words]
    holder = np.repeat(np.arange(len(words)), counts)
    text = number[np.concatenate([sheets.held[sheets.holders[word] : sheets.holders[word + 1]] for word in words])]
    holds = np.zeros((len(words), len(units)), np.bool_)
    holds[holder, text] = True
    sets = [frozenset(sheets.grams[sheets.roots[word] : sheets.roots[word + 1]].tolist()) for word in words]
    owners: dict[int, list[int]] = {}
    for word, grams in enumerate(sets):
        for gram in grams:
            owners.setdefault(gram, []).append(word)
    reaches = np.zeros_like(holds)
    for word, grams in enumerate(sets):
        near = sorted({other for gram in grams for other in owners[gram]})
        forms = [
            other for other in near if len(grams & sets[other]) >= weights.forms * min(len(grams), len(sets[other]))
        ]
        reaches[word] = holds[forms].any(axis=0)
    frequency = reaches[:, sheets.telling[units] != 0].sum(axis=1)
    among = logs[int(sheets.quotes[left] + sheets.quotes[right]) + int(weights.background)]
    worth = np.maximum(weights.least_worth, among - logs[1 + frequency])
    worth = worth * worth
    size = len(units)
    whole = np.bincount(text, worth[holder], size)
    at, other = np.nonzero(reaches[holder])
    shared = np.bincount(text[at] * size + other, worth[holder[at]], size * size)
    return np.asarray(whole, np.float64), np.asarray(shared.reshape(size, size), np.float64)
