"""Where in a page the article might lie: by the words under each element, by Readability's score, by names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus_clean.repair.pages.names import Names, list_kinds, read_names
from corpus_clean.repair.pages.tree import Tree

# Scripts without spaces: two characters count as a word.
_UNSPACED = re.compile("[぀-ヿ㐀-䶿一-鿿豈-﫿]")
_LONG, _LINKED = 12, 0.34
_READABILITY = {"div": 5, "pre": 3, "td": 3, "blockquote": 3} | dict.fromkeys(
    ["address", "ol", "ul", "dl", "dd", "dt", "li", "form"], -3
)
_READABILITY |= dict.fromkeys(["h1", "h2", "h3", "h4", "h5", "h6", "th"], -5)
_HOLDERS = frozenset(("div", "article", "section", "body", "main", "center"))
_CONTAINERS = frozenset(("article", "div", "main", "section"))
_DISCARDED = frozenset(("div", "li", "ul", "ol", "dl", "p", "section", "span"))
_ASKING = frozenset(("div", "section", "aside", "form", "dialog", "footer"))
_COMMENTS = frozenset(("div", "section", "ul", "ol", "dl"))
_REMOVED = frozenset((
    "aside", "footer", "form", "figure", "menu", "picture", "label", "legend", "nav", "time", "details", "fieldset",
    "dialog", "progress",
))  # fmt: skip
# A container counts when it holds this many words outside links that no discarded part holds.
_ENOUGH = 60
_SEVENTH = 7
# A page that has fewer words beside what asks for consent is about consent.
_BESIDE = 40
_COOKIE = ("cookie", "куки")


def count_words(text: str) -> int:
    """Return how many words a tidy text has, about.

    Example:
        >>> count_words("Air mulai surut."), count_words("经济增长")
        (3, 3)
    """
    words = text.count(" ") + text.count("\n") + 1
    return words if text.isascii() else words + len(_UNSPACED.findall(text)) // 2


@dataclass(frozen=True, slots=True)
class Regions:
    """Sums under each element, scores, and which blocks two well-known heuristics would take.

    `asking` are the blocks that ask for consent to cookies: they count nowhere, as if they had no words.
    `words`, `linked` and `long` are the words under each element, those of links, and those of long blocks. `score` is
    Readability's, as a share of the best (`top`). `joined` are the blocks Readability would take; `named` those inside
    the surest container by name without what is discarded. `container` of an element has a bit for each kind of
    container that it is in; `chosen` is the kind that `named` took, 5 for none.
    """

    asking: list[bool]
    block_words: list[int]
    words: list[float]
    linked: list[float]
    blocks: list[int]
    long: list[float]
    score: list[float]
    top: int
    joined: list[bool]
    named: list[bool]
    names: list[Names]
    removed: list[bool]
    comments: list[bool]
    container: list[int]
    chosen: int


def find_regions(tree: Tree) -> Regions:
    """Look at a page with both heuristics."""
    size = len(tree.tag)
    names = [read_names(classes, key) for classes, key in zip(tree.classes, tree.id, strict=True)]
    asking = _find_asking(tree, names)
    block_words = [0 if asks else count_words(block.text) for asks, block in zip(asking, tree.blocks, strict=True)]
    words, linked, long = [0.0] * size, [0.0] * size, [0.0] * size
    blocks = [0] * size
    for block, count in zip(tree.blocks, block_words, strict=True):
        share = min(1.0, block.link / len(block.text))
        words[block.element] += count
        linked[block.element] += count * share
        blocks[block.element] += 1
        if count >= _LONG and share < _LINKED:
            long[block.element] += count
    for place in range(size - 1, 0, -1):
        up = tree.parent[place]
        if up >= 0:
            words[up] += words[place]
            linked[up] += linked[place]
            blocks[up] += blocks[place]
            long[up] += long[place]
    score = _score(tree, names, words, linked)
    top = max(range(size), key=lambda place: (score[place], -place), default=0)
    best = max(1.0, score[top]) if size else 1.0
    removed, comments, discarded = _remove(tree, names, words)
    container, named, chosen = _choose_container(tree, names, block_words, removed, comments, discarded)
    return Regions(
        asking,
        block_words,
        words,
        linked,
        blocks,
        long,
        [value / best for value in score],
        top,
        _join(tree, score, top, best),
        named,
        names,
        removed,
        comments,
        container,
        chosen,
    )


def _find_asking(tree: Tree, names: Sequence[Names]) -> list[bool]:
    """The blocks of parts that by their names ask for consent, and that speak of cookies."""
    kind = 1 << list_kinds().index("consent")
    part: list[int] = []
    for place, (tag, up) in enumerate(zip(tree.tag, tree.parent, strict=True)):
        inside = part[up] if up >= 0 else -1
        part.append(inside if inside >= 0 or not (names[place].kinds & kind and tag in _ASKING) else place)
    speaking = {
        part[block.element]
        for block in tree.blocks
        if part[block.element] >= 0 and any(word in block.text.lower() for word in _COOKIE)
    }
    if not speaking:
        return [False] * len(tree.blocks)
    asking = [part[block.element] in speaking for block in tree.blocks]
    beside = sum(count_words(block.text) for asks, block in zip(asking, tree.blocks, strict=True) if not asks)
    return asking if beside >= _BESIDE else [False] * len(tree.blocks)


def _score(tree: Tree, names: Sequence[Names], words: Sequence[float], linked: Sequence[float]) -> list[float]:
    """Readability's score of each element: what its paragraphs give it, less its share of links."""
    parent, tag = tree.parent, tree.tag
    score = [0.0] * len(tag)
    seen = bytearray(len(tag))
    for block in tree.blocks:
        size = len(block.text)
        if size < 25 or tree.hidden[block.element]:
            continue
        points = 1 + block.text.count(",") + block.text.count("，") + block.text.count("、") + min(size // 100, 3)
        place = block.element if tag[block.element] in _HOLDERS else parent[block.element]
        for level in range(5):
            if place < 0:
                break
            if not seen[place]:
                seen[place] = 1
                score[place] = _READABILITY.get(tag[place], 0) + names[place].weight
            score[place] += points / (1, 2, 6, 9, 12)[level]
            place = parent[place]
    return [
        value * (1 - linked[place] / words[place]) if seen[place] and words[place] else 0.0
        for place, value in enumerate(score)
    ]


def _join(tree: Tree, score: Sequence[float], top: int, best: float) -> list[bool]:
    """The blocks under the best element and under its siblings that score well or are paragraphs."""
    parent, end = tree.parent, tree.end
    if not tree.tag:
        return []
    above = parent[top]
    joined = []
    taken: dict[int, bool] = {top: True}
    for block in tree.blocks:
        place = block.element
        if top <= place < end[top]:
            joined.append(True)
            continue
        if above < 0 or not above < place < end[above]:
            joined.append(False)
            continue
        while parent[place] != above:
            place = parent[place]
        if place not in taken:
            alike = bool(tree.classes[place]) and tree.classes[place] == tree.classes[top]
            taken[place] = score[place] + (best * 0.2 if alike else 0) >= max(10, best * 0.2)
        joined.append(taken[place] or (tree.tag[place] == "p" and _is_sentence(block.text, block.link)))
    return joined


def _is_sentence(text: str, link: int) -> bool:
    if len(text) > 80:
        return link < 0.25 * len(text)
    return not link and (text.endswith(".") or ". " in text)


def _remove(tree: Tree, names: Sequence[Names], words: Sequence[float]) -> tuple[list[bool], list[bool], list[bool]]:
    """Of each element: is it in one that is no text by its tag, in comments, and does its own name discard it?"""
    removed: list[bool] = []
    comments: list[bool] = []
    discarded: list[bool] = []
    total = words[0] if words else 0
    for place, (tag, up) in enumerate(zip(tree.tag, tree.parent, strict=True)):
        name = names[place]
        own = tag in _REMOVED and not (tag == "form" and words[place] > total / 2)
        removed.append(own or (up >= 0 and removed[up]))
        comments.append((name.comments and tag in _COMMENTS) or (up >= 0 and comments[up]))
        discarded.append((name.discarded and tag in _DISCARDED) or name.discarded_anywhere)
    return removed, comments, discarded


def _choose_container(
    tree: Tree,
    names: Sequence[Names],
    block_words: Sequence[int],
    removed: Sequence[bool],
    comments: Sequence[bool],
    discarded: Sequence[bool],
) -> tuple[list[int], list[bool], int]:
    kinds = len(names) and 5
    first = [-1] * 5
    for place, tag in enumerate(tree.tag):
        if tag not in _CONTAINERS:
            continue
        bits = names[place].containers
        marks = (bits & 1 or tree.article_body[place], tag == "article", bits & 2, bits & 4, bits & 8 or tag == "main")
        for kind, mark in enumerate(marks):
            if mark and first[kind] < 0:
                first[kind] = place
    inside = [0] * len(tree.tag)
    for kind in range(kinds):
        if first[kind] >= 0:
            for place in range(first[kind], tree.end[first[kind]]):
                inside[place] |= 1 << kind
    for kind, start in enumerate(first):
        if start < 0:
            continue
        kept = _keep_under(tree, start, block_words, removed, comments, discarded)
        outside_links = sum(
            count
            for count, block, keep in zip(block_words, tree.blocks, kept, strict=True)
            if keep and block.link < 0.6 * len(block.text)
        )
        if outside_links > _ENOUGH and sum(kept) > 1:
            return inside, kept, kind
    off = _spread(tree, 0, discarded) if tree.tag else []
    named = [
        tree.tag[block.element] in {"p", "blockquote", "pre"}
        and not (off[block.element] or removed[block.element] or comments[block.element])
        for block in tree.blocks
    ]
    return inside, named, 5


def _keep_under(
    tree: Tree,
    start: int,
    block_words: Sequence[int],
    removed: Sequence[bool],
    comments: Sequence[bool],
    discarded: Sequence[bool],
) -> list[bool]:
    off = _spread(tree, start, discarded)
    end = tree.end[start]
    under = [start <= block.element < end for block in tree.blocks]
    kept = [here and not off[block.element] for here, block in zip(under, tree.blocks, strict=True)]
    # Names that would discard nearly all of it are not meant so.
    if _SEVENTH * sum(count for count, keep in zip(block_words, kept, strict=True) if keep) <= sum(
        count for count, here in zip(block_words, under, strict=True) if here
    ):
        kept = under
    return [
        keep and not (removed[block.element] or comments[block.element])
        for keep, block in zip(kept, tree.blocks, strict=True)
    ]


def _spread(tree: Tree, start: int, discarded: Sequence[bool]) -> list[bool]:
    """Of each element under `start`: is it in a discarded one?"""
    off = [False] * len(tree.tag)
    for place in range(start + 1, tree.end[start]):
        up = tree.parent[place]
        off[place] = discarded[place] or (up >= 0 and off[up])
    return off
