r"""What a match cannot do without: literals, of which one must occur, so that most lines need no pattern at all.

The literals are those of a *folded* text: lower case, one space for each run of white space, `\n` before and after
each trimmed line. So `baca\s+juga:` as the beginning of a line needs `\nbaca juga:`.
Method: exact sets as in RE2's prefilters (Cox 2012, "Regular Expression Matching with a Trigram Index").
"""

import functools
from collections.abc import Iterable
from collections.abc import Sequence as Sequence_
from dataclasses import dataclass
from typing import TypeVar

import regex

from corpus_clean.rules.folding import fold_text
from corpus_clean.rules.rarity import rate_literals
from corpus_clean.rules.syntax import Cased, Char, Choice, Edge, Look, Node, Opaque, Repeat, Sequence, parse_pattern

# More combinations than this are not spelled out.
_MOST = 512
# How many groups are given. Beside one that occurs more often than this per character there are others, unless they do.
_GROUPS = 6
_COMMON, _TOO_COMMON = 2e-4, 3e-3
# Of groups of so many literals, so many characters of each tell enough.
_LARGE, _LONG = 16, 9
# A class of a few characters that stand there one by one: no ranges, properties or negation.
_PLAIN_CLASS = regex.compile(r"\[-?(?!\^)(?:\\\W|[^\]\\\[-])+-?\]")
_LONGEST_CLASS = 24
_ESCAPED = regex.compile(r"\\(.)")
# Literals that occur so seldom per character cost nothing.
_RARE_ENOUGH = 2e-5

Group = frozenset[str]
T = TypeVar("T", bound=Iterable[str])


@dataclass(frozen=True, slots=True)
class _Needs:
    """What the matches of a part hold.

    Each is one of `exact`, or begins with one of `begin` and ends with one of `end`. Each, whichever it is, holds one
    of each of `groups`.
    """

    exact: Group = frozenset()
    begin: Group = frozenset()
    end: Group = frozenset()
    groups: tuple[Group, ...] = ()

    @property
    def begins(self) -> Group:
        """What every match begins with."""
        return self.exact | self.begin

    @property
    def ends(self) -> Group:
        """What every match ends with."""
        return self.exact | self.end

    def rank(self) -> list[Group]:
        """All groups that tell something, the most telling first; at least one."""
        groups = {frozenset(drop_longer(group)) for group in (self.begins, self.ends, *self.groups)}
        return sorted(groups, key=_rank)


_ANYTHING = frozenset({""})
_EMPTY_GROUP: Group = frozenset()
_NOTHING = _Needs(begin=_ANYTHING, end=_ANYTHING)
_EMPTY = _Needs(_ANYTHING)


def find_literals(
    pattern: str, *, start: bool = False, end: bool = False, across: bool = False
) -> tuple[tuple[str, ...], ...]:
    r"""Derive groups of literals, of each of which every match holds one; the rarest group first, and alone if rare.

    Args:
        pattern: an expanded pattern.
        start: a match begins where a line begins.
        end: a match ends where a line ends.
        across: a match may go over several lines, so that a space may stand for a line break.

    Example:
        >>> find_literals(r"(?:ikuti|follow)\s+kami .*whatsapp")
        (('whatsapp',),)
        >>> find_literals(r"\*?\s*\d+ kali:?", end=True)
        ((' kali\n', ' kali:\n'),)
        >>> find_literals(r"\p{Lu}+")
        ()
    """
    items = [_BREAK] * start + [parse_pattern(pattern)] + [_BREAK] * end
    ranked = _find(Sequence(tuple(items)), across).rank()
    groups = [group for group in ranked[:_GROUPS] if not any(map(_is_mute, group))]
    return tuple(tuple(sorted(_abridge(group))) for group in choose_groups(groups))


def choose_groups(groups: Sequence_[T]) -> Sequence_[T]:
    """Return the first of groups that are ranked, and, unless it is rare, others that are not too common.

    Example:
        >>> choose_groups([["whatsapp"], ["ikuti"]]), choose_groups([["ini"], ["ikuti"], ["a"]])
        ([['whatsapp']], [['ini'], ['ikuti']])
    """
    if not groups or rate_literals(groups[0]) <= _COMMON:
        return groups[:1]
    return [groups[0], *(group for group in groups[1:] if rate_literals(group) <= _TOO_COMMON)]


def _abridge(group: Group) -> Iterable[str]:
    return drop_longer({literal[:_LONG] for literal in group}) if len(group) > _LARGE else group


def drop_longer(group: Iterable[str]) -> tuple[str, ...]:
    """Return a group without the literals that contain another one of it: they add nothing.

    Example:
        >>> drop_longer(["baca juga", "simak", "baca"])
        ('baca', 'simak')
    """
    kept: list[str] = []
    for one in sorted(group, key=lambda literal: (len(literal), literal)):
        if not any(other in one for other in kept):
            kept.append(one)
    return tuple(kept)


_BREAK = Char("\\n", "\n")


# What is known of groups, by identity; the nodes are kept, so that an identity stays its own.
_KNOWN: dict[tuple[int, bool], tuple[Node, _Needs]] = {}


def _find(node: Node, across: bool) -> _Needs:
    key = (id(node), across)
    if key in _KNOWN:
        return _KNOWN[key][1]
    needs = _NOTHING
    match node:
        case Char():
            needs = _find_char(node, across)
        case Edge(source):
            needs = _EDGES.get(source, _EMPTY)
        case Look(item, ahead, wanted):
            groups = (_find(item, across).rank()[0],) if ahead and wanted else ()
            needs = _Needs(_ANYTHING, groups=groups)
        case Cased(item):
            needs = _find(item, across)
        case Sequence(items):
            needs = _find_sequence(items, across)
        case Choice(branches):
            needs = _choose([_find(branch, across) for branch in branches])
        case Repeat():
            needs = _find_repeat(node, across)
        case Opaque():
            pass
    _KNOWN[key] = (node, needs)
    return needs


_EDGES = {"^": _Needs(frozenset({"\n"})), "$": _Needs(frozenset({"\n"}))}


def _find_char(char: Char, across: bool) -> _Needs:
    chars: Iterable[str]
    if char.text:
        chars = char.text
    elif char.source == r"\s":
        chars = " "
    elif len(char.source) <= _LONGEST_CLASS and _PLAIN_CLASS.fullmatch(char.source):
        chars = _ESCAPED.sub(r"\1", char.source[1:-1])
    else:
        return _NOTHING
    if across and not set(chars).isdisjoint(" \n"):
        return _NOTHING
    return _Needs(frozenset(fold_text(one) for one in chars))


def _find_sequence(items: tuple[Node, ...], across: bool) -> _Needs:
    needs, run = _EMPTY, ""
    for item in items:
        # Single letters are put together first: most patterns are mostly words.
        if isinstance(item, Char) and item.text.strip():
            run += fold_text(item.text)
            continue
        if run:
            needs, run = _join(needs, _Needs(frozenset({run}))), ""
        needs = _join(needs, _find(item, across))
    return _join(needs, _Needs(frozenset({run}))) if run else needs


def _find_repeat(node: Repeat, across: bool) -> _Needs:
    inner = _find(node.item, across)
    if node.item == Char(r"\s") and inner.exact:
        # Runs of white space are folded into one space.
        return _Needs(frozenset({" "} if node.least else {"", " "}))
    if node.least == 0:
        if node.most == 1:
            return _Needs(inner.exact | _ANYTHING, inner.begin, inner.end)
        return _Needs(_ANYTHING, inner.begins, inner.ends)
    # It begins with the item as often as is sure, and ends so.
    sure = functools.reduce(_join, [inner] * min(node.least, 4))
    return sure if node.least == node.most <= 4 else _Needs(begin=sure.begins, end=sure.ends, groups=sure.groups)


def _choose(branches: Sequence_[_Needs]) -> _Needs:
    return _Needs(
        _union(branch.exact for branch in branches),
        _union(branch.begin for branch in branches),
        _union(branch.end for branch in branches),
        # One of the branches matches, so one of their best groups has a literal in the match.
        (_union(branch.rank()[0] for branch in branches),),
    )


def _join(left: _Needs, right: _Needs) -> _Needs:
    """What one part after the other holds; of too many combinations less is known, at their outer ends or within."""
    fits = _fits(left.exact, right.exact)
    exact = _glue(left.exact, right.exact) if fits else _EMPTY_GROUP
    begin, end = left.begin, right.end
    groups = (*left.groups, *right.groups)
    after, before = (right.begin, left.end) if fits else (right.begins, left.ends)
    if after and left.exact:
        begin |= _glue(left.exact, _shorten(after, _MOST // len(left.exact), slice(None, None)))
    if before and right.exact:
        end |= _glue(_shorten(before, _MOST // len(right.exact), slice(-1, None)), right.exact)
    if not fits or (left.end and right.begin):
        before = _shorten(left.ends, _MOST // len(right.begins), slice(-1, None))
        groups += (_glue(before, right.begins), left.ends)
    return _Needs(exact, begin, end, tuple(dict.fromkeys(groups)))


def _fits(left: Group, right: Group) -> bool:
    return len(left) * len(right) <= max(_MOST, len(left), len(right))


def _shorten(group: Group, most: int, side: slice) -> Group:
    """Cut strings, at their beginnings if `side` is their end, until there are no more than `most` of them."""
    for length in (8, 4, 2, 1, 0):
        if len(group) <= max(1, most):
            return group
        group = frozenset((one[max(0, len(one) - length) :] if side.start else one[:length]) for one in group)
    return group


def _glue(left: Group, right: Group) -> Group:
    if right == _ANYTHING:
        return left
    return frozenset([_tie(one, other) for one in left for other in right])


def _tie(one: str, other: str) -> str:
    """Put two strings together as a folded text has them: no two spaces, none at a line's ends."""
    if not one or not other:
        return one or other
    if one[-1:] == " " and other[:1] in {" ", "\n"}:
        one = one[:-1]
    elif one[-1:] == "\n" and other[:1] == " ":
        other = other[1:]
    return one + other


def _union(groups: Iterable[Group]) -> Group:
    return frozenset().union(*groups)


def _rank(group: Group) -> tuple[bool, float, int, tuple[str, ...]]:
    # Of groups that are rare enough the smallest is best.
    return any(map(_is_mute, group)), max(_RARE_ENOUGH, rate_literals(group)), len(group), tuple(sorted(group))


def _is_mute(literal: str) -> bool:
    """Whether every line has it."""
    return not literal.strip(" \n")
