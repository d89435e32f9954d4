"""The loops that weigh what two articles have in common besides a quote, compiled like those of `loops`.

`sheets.Sheets` and `sheets.Weights` say what the arrays are; `evidence` does the same in NumPy. Units are numbered from
0 in each pair of articles, the right one's behind the left one's. A pair's statements make a matrix, a row for each of
the left article's, of which `cells` holds five, one after the other.
"""

import math

import numpy as np

from corpus_clean.similarity.arrays import Bytes, Hashes, Minima, Offsets
from corpus_clean.similarity.inlining import inline
from corpus_clean.similarity.nearness import clear, enter, find_forms, may_match
from corpus_clean.similarity.sheets import DIRECT, INDIRECT, LOOSE, STEPS, Numbers

(
    _CONTAINMENT, _PLACE, _LEAD, _PARTNER, _BOTH_DIRECT, _BOTH_INDIRECT, _OWN, _RIVAL, _RIVALS, _PARAPHRASE, _TOPIC,
    _LEAST_WORTH, _BACKGROUND, _FORMS,
) = range(14)  # fmt: skip
"""Where each of `sheets.Weights` stands."""

_FIRM, _HIGH, _PARTNERS, _LEADS, _GAP = range(5)
"""The matrices: which statements are linked, how like they are, how like each one's partner, and how like what sums it
up; and how far they are, in quarters of a step, from the linked ones that are nearest."""

Frame = tuple[int, int, int, int, int, int, int, int]
"""The first statement of the left article and the one after its last, the same of the right one; the first units of
both, how many the left one has, and how many there are."""


def weigh(
    lefts: Offsets,
    rights: Offsets,
    runs: Offsets,
    ones: Offsets,
    others: Offsets,
    verbatim: Bytes,
    statements: Offsets,
    quotes: Offsets,
    kinds: Offsets,
    ranks: Offsets,
    leads: Offsets,
    units: Offsets,
    said_in: Offsets,
    lengths: Offsets,
    telling: Bytes,
    words: Offsets,
    holders: Offsets,
    held: Offsets,
    roots: Offsets,
    grams: Hashes,
    owners: Minima,
    shortest: int,
    fewest: int,
    weights: Numbers,
    logs: Numbers,
    growth: Numbers,
    decay: Numbers,
    slots: Offsets,
    chain: Offsets,
    marks: Offsets,
    seen: Offsets,
    common: Offsets,
    touched: Offsets,
    reached: Offsets,
    whole: Numbers,
    shared: Numbers,
    cells: Numbers,
    kept: Bytes,
    found: Offsets,
    scores: Numbers,
    done: Offsets,
) -> None:
    """Weigh the links of pairs of articles, those from `runs[pair]` on, against what the two have in common besides.

    `kept` says which links remain: those `verbatim`, and those whose units share enough of the lighter one's worth.
    Where any remains that is beyond doubt, the units that may be paraphrases are written to `found`; what speaks for
    them, and how like they are, to `scores`. It begins with the pair `done[0]`, and stops where there is no more room:
    before the pair `done[0]`, with `done[1]` rows written.
    """
    filled, tick = 0, 0
    pair = int(done[0])
    while pair < len(lefts):
        left, right = lefts[pair], rights[pair]
        i0, i1, j0, j1 = statements[left], statements[left + 1], statements[right], statements[right + 1]
        across = units[i1] - units[i0]
        frame = (i0, i1, j0, j1, units[i0], units[j0], across, across + units[j1] - units[j0])
        if filled + across * (frame[7] - across) > len(found) // LOOSE:
            break
        shift = clear(slots, _count_grams(left, words, roots) + _count_grams(right, words, roots))
        enter(slots, shift, grams, roots[words[left]], roots[words[left + 1]], chain, 0)
        enter(slots, shift, grams, roots[words[right]], roots[words[right + 1]], chain, 0)
        for text in range(frame[7]):
            whole[text] = 0.0
            marks[text] = 0
        for cell in range(frame[7] * frame[7]):
            shared[cell] = 0.0
        among = logs[quotes[left] + quotes[right] + np.int64(weights[_BACKGROUND])]
        for side in range(2):
            article = right if side else left
            for word in range(words[article], words[article + 1]):
                tick += 1
                count = find_forms(word, roots, grams, owners, slots, shift, chain, tick, seen, common, touched)
                reach = _find_reach(
                    word, count, words[right], words[right + 1], frame, holders, held, roots, weights, common, touched,
                    tick, marks, reached,
                )  # fmt: skip
                frequency = 0
                for k in range(reach):
                    frequency += int(telling[_place_unit(reached[k], frame)])
                worth = max(weights[_LEAST_WORTH], among - logs[1 + frequency])
                worth *= worth
                for h in range(holders[word], holders[word + 1]):
                    text = held[h] - frame[5] + across if side else held[h] - frame[4]
                    whole[text] += worth
                    for k in range(reach):
                        shared[text * frame[7] + reached[k]] += worth
        pair += 1
        if _keep_links(
            runs[pair - 1], runs[pair], ones, others, verbatim, frame, quotes[left], quotes[right], said_in, lengths,
            fewest, weights, whole, shared, cells, kept, len(decay),
        ):  # fmt: skip
            _liken_statements(frame, units, weights, growth, whole, shared, cells)
            _compare_partners(frame, units, weights, growth, whole, shared, cells)
            _compare_places(frame, ranks, cells)
            _follow_leads(frame, leads, cells)
            filled = _write_loose(
                pair - 1, frame, quotes[left], quotes[right], kinds, units, lengths, shortest, weights, growth, decay,
                whole, shared, cells, found, scores, filled,
            )  # fmt: skip
    done[0], done[1] = pair, filled


@inline
def _count_grams(article: int, words: Offsets, roots: Offsets) -> int:
    return int(roots[words[article + 1]] - roots[words[article]])


@inline
def _place_unit(number: int, frame: Frame) -> int:
    """Return the unit that has a number in this pair of articles."""
    return frame[4] + number if number < frame[6] else frame[5] + number - frame[6]


@inline
def _find_reach(
    word: int,
    count: int,
    first: int,
    end: int,
    frame: Frame,
    holders: Offsets,
    held: Offsets,
    roots: Offsets,
    weights: Numbers,
    common: Offsets,
    touched: Offsets,
    tick: int,
    marks: Offsets,
    reached: Offsets,
) -> int:
    """Write which units hold a word in any form, and return how many; the right article has the words `first:end`."""
    reach = 0
    size = roots[word + 1] - roots[word]
    for k in range(count):
        form = touched[k]
        if common[form] < weights[_FORMS] * min(size, roots[form + 1] - roots[form]):
            continue
        shift = frame[5] - frame[6] if first <= form < end else frame[4]
        for h in range(holders[form], holders[form + 1]):
            text = held[h] - shift
            if marks[text] != tick:
                marks[text] = tick
                reached[reach] = text
                reach += 1
    return reach


@inline
def _keep_links(
    first: int,
    end: int,
    ones: Offsets,
    others: Offsets,
    verbatim: Bytes,
    frame: Frame,
    quotes: int,
    other_quotes: int,
    said_in: Offsets,
    lengths: Offsets,
    fewest: int,
    weights: Numbers,
    whole: Numbers,
    shared: Numbers,
    cells: Numbers,
    kept: Bytes,
    far: int,
) -> bool:
    """Decide which links remain; return whether one of them is beyond doubt, without which none does."""
    i0, i1, j0, j1, a0, b0, across, n = frame
    size = (i1 - i0) * (j1 - j0)
    for cell in range(_GAP * size):
        cells[cell] = 0.0
    for cell in range(_GAP * size, (_GAP + 1) * size):
        cells[cell] = far - 1.0
    sure = False
    for link in range(first, end):
        x, y = ones[link] - a0, others[link] - b0 + across
        lighter = max(min(whole[x], whole[y]), weights[_LEAST_WORTH] * weights[_LEAST_WORTH])
        kept[link] = verbatim[link] or min(shared[x * n + y], shared[y * n + x]) / lighter >= weights[_TOPIC]
        if kept[link]:
            i, j = said_in[ones[link]] - i0, said_in[others[link]] - j0
            cells[_FIRM * size + i * (j1 - j0) + j] = 1.0
            long = min(lengths[ones[link]], lengths[others[link]]) >= fewest
            sure = sure or (long and i < quotes and j < other_quotes)
    if not sure:
        for link in range(first, end):
            kept[link] = 0
    return sure


@inline
def _liken(a: int, b: int, n: int, weights: Numbers, growth: Numbers, whole: Numbers, shared: Numbers) -> float:
    """Return how like two units are, cosine-like, and more if they share more."""
    both = min(shared[a * n + b], shared[b * n + a])
    if both == 0.0:
        return 0.0
    light = weights[_LEAST_WORTH] * weights[_LEAST_WORTH]
    step = min(both * STEPS, len(growth) - 2.0)
    low = np.int64(step)
    grown = growth[low] + (step - low) * (growth[low + 1] - growth[low])
    return float(both / math.sqrt(max(whole[a] * whole[b], light * light)) * grown)


@inline
def _liken_statements(
    frame: Frame, units: Offsets, weights: Numbers, growth: Numbers, whole: Numbers, shared: Numbers, cells: Numbers
) -> None:
    """Write how like the most like units of each two statements are."""
    i0, i1, j0, j1, a0, b0, across, n = frame
    at = _HIGH * (i1 - i0) * (j1 - j0)
    for i in range(i0, i1):
        for j in range(j0, j1):
            for a in range(units[i], units[i + 1]):
                for b in range(units[j], units[j + 1]):
                    cells[at] = max(cells[at], _liken(a - a0, b - b0 + across, n, weights, growth, whole, shared))
            at += 1


@inline
def _compare_partners(
    frame: Frame, units: Offsets, weights: Numbers, growth: Numbers, whole: Numbers, shared: Numbers, cells: Numbers
) -> None:
    """Write of each two statements how like one is to what the other one is linked with."""
    i0, i1, j0, j1, a0, b0, across, n = frame
    columns = j1 - j0
    base = _PARTNERS * (i1 - i0) * columns
    for cell in range((i1 - i0) * columns):
        if cells[_FIRM * (i1 - i0) * columns + cell] == 0.0:
            continue
        i, j = cell // columns, cell % columns
        partner = units[j0 + j] - b0 + across
        for k in range(columns):
            at = base + i * columns + k
            cells[at] = max(cells[at], _liken(units[j0 + k] - b0 + across, partner, n, weights, growth, whole, shared))
        partner = units[i0 + i] - a0
        for k in range(i1 - i0):
            at = base + k * columns + j
            cells[at] = max(cells[at], _liken(units[i0 + k] - a0, partner, n, weights, growth, whole, shared))


@inline
def _compare_places(frame: Frame, ranks: Offsets, cells: Numbers) -> None:
    """Write how far two statements are apart, seen from the linked pair that is nearest: there it is 0."""
    i0, i1, j0, j1 = frame[0], frame[1], frame[2], frame[3]
    columns = j1 - j0
    for cell in range((i1 - i0) * columns):
        if cells[_FIRM * (i1 - i0) * columns + cell] == 0.0:
            continue
        i, j = i0 + cell // columns, j0 + cell % columns
        at = _GAP * (i1 - i0) * columns
        for k in range(i0, i1):
            row = ranks[k] - ranks[i]
            for m in range(j0, j1):
                column = ranks[m] - ranks[j]
                cells[at] = min(cells[at], 2.0 * abs(row - column) + min(abs(row), abs(column)))
                at += 1


@inline
def _follow_leads(frame: Frame, leads: Offsets, cells: Numbers) -> None:
    """Write how like what one of two statements sums up, or is summed up by, is to the other one."""
    i0, i1, j0, j1 = frame[0], frame[1], frame[2], frame[3]
    columns = j1 - j0
    high, lead = _HIGH * (i1 - i0) * columns, _LEADS * (i1 - i0) * columns
    for i in range(i1 - i0):
        if leads[i0 + i] >= 0:
            for j in range(columns):
                _swap_likeness(high, lead, i * columns + j, (leads[i0 + i] - i0) * columns + j, cells)
    for j in range(columns):
        if leads[j0 + j] >= 0:
            for i in range(i1 - i0):
                _swap_likeness(high, lead, i * columns + j, i * columns + leads[j0 + j] - j0, cells)


@inline
def _swap_likeness(high: int, lead: int, one: int, other: int, cells: Numbers) -> None:
    cells[lead + one] = max(cells[lead + one], cells[high + other])
    cells[lead + other] = max(cells[lead + other], cells[high + one])


@inline
def _support(
    i: int, j: int, size: int, columns: int, kind: float, weights: Numbers, decay: Numbers, cells: Numbers
) -> float:
    """Return what speaks for it that two statements are one, their own likeness apart."""
    at = i * columns + j
    partner = cells[_PARTNERS * size + at]
    taken = False
    for k in range(columns):
        taken = taken or cells[_FIRM * size + i * columns + k] != 0.0
    for k in range(size // columns):
        taken = taken or cells[_FIRM * size + k * columns + j] != 0.0
    support = weights[_PLACE] * decay[np.int64(cells[_GAP * size + at])]
    support += weights[_LEAD] * min(1.0, cells[_LEADS * size + at])
    support += weights[_PARTNER] * min(1.0, partner)
    support += weights[_RIVALS] if taken and partner < weights[_RIVAL] else 0.0
    return float(support + kind)


@inline
def _weigh_kinds(own: bool, kind: int, other: int, weights: Numbers) -> float:
    worth = weights[_BOTH_DIRECT] if kind == DIRECT and other == DIRECT else 0.0
    worth += weights[_BOTH_INDIRECT] if kind == INDIRECT and other == INDIRECT else 0.0
    return float(worth + (weights[_OWN] if own else 0.0))


@inline
def _write_loose(
    pair: int,
    frame: Frame,
    quotes: int,
    other_quotes: int,
    kinds: Offsets,
    units: Offsets,
    lengths: Offsets,
    shortest: int,
    weights: Numbers,
    growth: Numbers,
    decay: Numbers,
    whole: Numbers,
    shared: Numbers,
    cells: Numbers,
    found: Offsets,
    scores: Numbers,
    filled: int,
) -> int:
    """Write the units that letters may show to be paraphrases: what these alone can add is bounded."""
    i0, i1, j0, j1, a0, b0, across, n = frame
    columns, size = j1 - j0, (i1 - i0) * (j1 - j0)
    needed = weights[_PARAPHRASE]
    for cell in range(size):
        i, j = cell // columns, cell % columns
        own, other = i >= quotes, j >= other_quotes
        if cells[_FIRM * size + cell] != 0.0 or not may_match(own, other, kinds[i0 + i], kinds[j0 + j]):
            continue
        kind = _weigh_kinds(own or other, kinds[i0 + i], kinds[j0 + j], weights)
        support = _support(i, j, size, columns, kind, weights, decay, cells)
        if support + cells[_HIGH * size + cell] + weights[_CONTAINMENT] < needed:
            continue
        for a in range(units[i0 + i], units[i0 + i + 1]):
            for b in range(units[j0 + j], units[j0 + j + 1]):
                like = _liken(a - a0, b - b0 + across, n, weights, growth, whole, shared)
                if min(lengths[a], lengths[b]) >= shortest and support + like + weights[_CONTAINMENT] >= needed:
                    row = filled * LOOSE
                    found[row], found[row + 1], found[row + 2] = pair, i0 + i, j0 + j
                    found[row + 3], found[row + 4] = a, b
                    scores[2 * filled], scores[2 * filled + 1] = support, like
                    filled += 1
    return filled
