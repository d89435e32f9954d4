"""Loops that hold lines which have the literals of a rule against the rule's automata.

See `sections` for the tables, `scanning` for what comes before, and `loops` for what holds here too.
"""

import numpy as np

from corpus_clean.similarity import sections
from corpus_clean.similarity.arrays import Bytes, Hashes, Minima, Offsets, States
from corpus_clean.similarity.inlining import inline

_NIL, _ONE, _TWO = (np.uint64(number) for number in range(3))
_LEFT, _START, _END, _STOP, _, _, _LINE = (np.uint64(number) for number in range(7))
_, _, _LINES, _, _FIRST, _COUNT, _ANCHOR, _RULE = (np.uint64(number) for number in range(8))
_TABLE, _WIDTH, _CLASSES, _BEGIN, _ENDS, _AUTOMATON = (np.uint64(number) for number in range(6))
_MAP, _SIGHT = np.uint64(sections.MAP), np.uint64(sections.SIGHT)
_DEAD, _SURE = np.uint64(0), np.uint64(1)


@inline
def _admits(
    classes: Bytes,
    start: np.uint64,
    end: np.uint64,
    whole: bool,
    automata: Minima,
    own: np.uint64,
    tables: States,
    maps: Bytes,
) -> bool:
    """Tell whether an automaton admits a stretch of the text, or, unless it is the whole, what begins with it."""
    table, width = np.uint64(automata[own + _TABLE]), np.uint64(automata[own + _WIDTH])
    columns, state = np.uint64(automata[own + _CLASSES]) * _MAP, np.uint64(automata[own + _BEGIN])
    at = start
    # Where nothing has begun yet, the next state does not wait for the one before, which is many times faster.
    begin, row = state, table + state * width
    while at < end:
        state = np.uint64(tables[row + np.uint64(maps[columns + np.uint64(classes[at])])])
        at += _ONE
        while at < end and state != begin and state > _SURE:
            state = np.uint64(tables[table + state * width + np.uint64(maps[columns + np.uint64(classes[at])])])
            at += _ONE
        if state <= _SURE:
            break
    return bool(state > _DEAD and (state < np.uint64(automata[own + _ENDS]) or not whole))


@inline
def _admit_all(
    classes: Bytes,
    start: np.uint64,
    end: np.uint64,
    whole: bool,
    rules: Minima,
    own: np.uint64,
    automata: Minima,
    tables: States,
    maps: Bytes,
) -> bool:
    """Tell whether all automata of a rule admit a stretch of the text; see `_admits`."""
    first = np.uint64(rules[own + _FIRST])
    for number in range(first, first + np.uint64(rules[own + _COUNT])):
        if not _admits(classes, start, end, whole, automata, np.uint64(number) * _AUTOMATON, tables, maps):
            return False
    return True


@inline
def _write_call(calls: Offsets, found: np.uint64, place: np.uint64, rule: np.uint64, start: np.int64) -> np.uint64:
    at = _ONE + _TWO * found
    if at + _ONE < np.uint64(len(calls)):
        calls[at] = np.int64(((place - _ONE) << np.uint64(sections.RULE_BITS)) | rule)
        calls[at + _ONE] = start
    return found + _ONE


@inline
def _find_bounds(lines: Minima, place: np.uint64, around: np.uint64) -> tuple[np.uint64, np.uint64]:
    """Return where a line's text begins and ends, or that of the lines up and down."""
    if around == _NIL:
        return np.uint64(lines[place * _LINE + _START]), np.uint64(lines[place * _LINE + _END])
    above = place - around + _ONE if place > around else _ONE
    below = min(np.uint64(lines[_NIL]), place + around - _ONE)
    return np.uint64(lines[above * _LINE + _LEFT]), np.uint64(lines[below * _LINE + _STOP])


@inline
def _list_begins(
    classes: Bytes,
    start: np.uint64,
    since: np.uint64,
    end: np.uint64,
    maps: Bytes,
    after: np.uint64,
    begins: Minima,
) -> tuple[np.uint64, np.uint64]:
    """Write where a stretch begins, and what comes after characters of some classes, as many as fit.

    Return how many these are, and how far it was looked for them.
    """
    count, at = _NIL, since
    while at < end and count < np.uint64(len(begins)):
        if at == start or maps[after + np.uint64(classes[at - _ONE])] != np.uint8(0):
            begins[count] = np.uint32(at)
            count += _ONE
        at += _ONE
    return count, at


def call_rules(
    rules: Minima,
    automata: Minima,
    tables: States,
    maps: Bytes,
    lines: Minima,
    classes: Bytes,
    called: Hashes,
    begins: Minima,
    calls: Offsets,
    active: Bytes,
) -> None:
    """Write which active rules each line calls, in order, as `sections` says; `called` is what `scan_text` found.

    A rule's automata have to admit the line, or, if a match may go over several lines, those up and down. `calls[0]` is
    how many calls there are, which may be more than fit. `begins` is for notes.
    """
    found, count, reached, nowhere = _NIL, _NIL, _NIL, np.int64(-1)
    last_place, last_around, last_anchor = _NIL, _NIL, _NIL
    for number in range(_ONE, called[_NIL] + _ONE):
        pair = called[np.uint64(number)]
        rule = pair & np.uint64(sections.RULES - 1)
        if active[rule] == np.uint8(0):
            continue
        place, own = (pair >> np.uint64(sections.RULE_BITS)) + _ONE, rule * _RULE
        around, anchor = np.uint64(rules[own + _LINES]), np.uint64(rules[own + _ANCHOR])
        start, end = _find_bounds(lines, place, around)
        if anchor == _NIL:
            if _admit_all(classes, start, end, True, rules, own, automata, tables, maps):
                found = _write_call(calls, found, place, rule, nowhere)
            continue
        after = (anchor - _ONE) * _MAP
        # Rules that come one after the other begin their matches at the same places more often than not.
        if place != last_place or around != last_around or anchor != last_anchor:
            count, reached = _list_begins(classes, start, start, end, maps, after, begins)
            last_place, last_around, last_anchor = place, around, anchor
        while True:
            for at in range(count):
                begin = np.uint64(begins[np.uint64(at)])
                until = min(end, begin + _SIGHT)
                if _admit_all(classes, begin, until, until == end, rules, own, automata, tables, maps):
                    found = _write_call(calls, found, place, rule, np.int64(begin - start))
            if reached == end:
                break
            count, reached = _list_begins(classes, start, reached, end, maps, after, begins)
            last_place = _NIL  # there were too many to be kept
    calls[_NIL] = np.int64(found)
