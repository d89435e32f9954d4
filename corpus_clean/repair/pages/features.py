"""What the classifier sees of each block: one row of numbers a block, one column a feature."""

import re
import string
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

from corpus_clean.repair.pages.names import list_cues, list_kinds, read_cues
from corpus_clean.repair.pages.regions import Regions
from corpus_clean.repair.pages.tree import Tree

Column = npt.NDArray[np.float64]

_TAGS = {"p": 1, "h1": 2, "h2": 3, "li": 5, "td": 6, "th": 6, "figcaption": 7, "blockquote": 8, "pre": 9, "dd": 10}
_TAGS |= dict.fromkeys(("h3", "h4", "h5", "h6"), 4) | {"dt": 10, "body": 12, "span": 13}
_TAGS |= dict.fromkeys(("div", "section", "article", "main", "center"), 11)
_PARTS = {"article": 0, "main": 1, "section": 2, "blockquote": 3, "ul": 4, "ol": 4, "dl": 4, "table": 5}
_PART_NAMES = ("article", "main", "section", "quotation", "list", "table")
_UPPER = string.ascii_uppercase.encode()
_LETTERS = string.ascii_letters.encode()
_DIGITS = string.digits.encode()
_WORD = re.compile(r"\w+")
_STOPS = (". ", "! ", "? ", "。", "！", "？")
_CLOSING = "\"”’') "
# What is repeated is looked for in runs of so many words; longer blocks than that say everything.
_RUN, _LONGEST_CUE = 5, 400
_PRIME = np.uint64(0x9E3779B97F4A7C15)
# Where no element of the kind is above a block.
_NONE = 1.5


def measure_blocks(tree: Tree, regions: Regions) -> tuple[list[str], Column]:
    """Return the names of the features, and the features of each block of a page.

    Shares are of the page's words; an ancestor's level 0 is the element that holds the block.
    """
    columns: dict[str, Sequence[float] | Column] = {}
    columns |= _measure_text(tree, regions)
    columns |= _measure_words(tree, regions)
    columns |= _measure_place(tree, regions)
    columns |= _measure_neighbours(tree, regions)
    columns |= _measure_ancestors(tree, regions)
    columns |= _measure_style(tree, regions)
    matrix = np.empty((len(tree.blocks), len(columns)))
    for place, column in enumerate(columns.values()):
        matrix[:, place] = column
    return list(columns), matrix


def _measure_text(tree: Tree, regions: Regions) -> dict[str, Sequence[float]]:
    """The block alone."""
    texts = [block.text for block in tree.blocks]
    sizes = [len(text) for text in texts]
    plain = [text.encode("ascii", "ignore") for text in texts]
    words = regions.block_words
    seen = Counter(texts)
    headings = [place for place, block in enumerate(tree.blocks) if tree.tag[block.element] == "h1"]
    title = set(_WORD.findall(texts[headings[0]].lower())) if headings else set()
    return {
        "words": words,
        "link": [min(1.0, block.link / size) for block, size in zip(tree.blocks, sizes, strict=True)],
        "bold": [min(1.0, block.bold / size) for block, size in zip(tree.blocks, sizes, strict=True)],
        "tag": [_TAGS.get(tree.tag[block.element], 0) for block in tree.blocks],
        "words a line": [count / (text.count("\n") + 1) for count, text in zip(words, texts, strict=True)],
        "sentences": [sum(map(text.count, _STOPS)) for text in texts],
        "ending": [_read_ending(text) for text in texts],
        "separators": [text.count("|") + text.count("»") + text.count("›") + text.count("/") for text in texts],
        "upper": [_count(letters, _UPPER) / max(1, _count(letters, _LETTERS)) for letters in plain],
        "digits": [_count(letters, _DIGITS) / size for letters, size in zip(plain, sizes, strict=True)],
        "copies": [seen[text] for text in texts],
        "like title": [_resemble(text, title) if size < 300 else 0 for text, size in zip(texts, sizes, strict=True)],
        "hidden": [tree.hidden[block.element] for block in tree.blocks],
    }


def _measure_words(tree: Tree, regions: Regions) -> dict[str, Sequence[float] | Column]:
    """What the block says: how much of it an earlier part of the page says, too, and cues for what is no article."""
    columns: dict[str, Sequence[float] | Column] = {"repeated": _find_repeated(tree)}
    cues = read_cues([block.text if len(block.text) < _LONGEST_CUE else "" for block in tree.blocks])
    for bit, name in enumerate(list_cues()):
        columns[f"{name} cue"] = [float(bits >> bit & 1) for bits in cues]
    return columns


def _find_repeated(tree: Tree) -> Column:
    """The share of each block's runs of words that stand first in an earlier block.

    Paragraphs of one element that say the same were written so: among them nothing is repeated.
    """
    numbers: dict[str, int] = {}
    words = [[numbers.setdefault(word, len(numbers)) for word in block.text.split()] for block in tree.blocks]
    sizes = np.array([len(numbered) for numbered in words])
    flat = np.fromiter(chain.from_iterable(words), np.uint64, int(sizes.sum()))
    ends = np.cumsum(sizes)
    block = np.repeat(np.arange(len(words)), sizes)
    whole = np.flatnonzero(np.arange(len(flat)) + _RUN <= ends[block])
    if not len(whole):
        return np.zeros(len(words))
    runs = np.zeros(len(whole), np.uint64)
    for step in range(_RUN):
        runs = runs * _PRIME + flat[whole + step] + np.uint64(1)
    _, first, which = np.unique(runs, return_index=True, return_inverse=True)
    up = np.array([tree.parent[each.element] for each in tree.blocks])[block[whole]]
    again = up[first[which]] != up
    count = len(words)
    return np.bincount(block[whole], again, count) / np.maximum(np.bincount(block[whole], minlength=count), 1)


def _count(letters: bytes, kind: bytes) -> int:
    return len(letters) - len(letters.translate(None, kind))


def _read_ending(text: str) -> int:
    last = text.rstrip(_CLOSING)[-1:]
    if last and last in ".!?…。！？":
        return 1
    return 2 if text.endswith(":") else 0


def _resemble(text: str, title: set[str]) -> float:
    words = set(_WORD.findall(text.lower()))
    return len(words & title) / len(words | title) if title and words else 0.0


def _measure_place(tree: Tree, regions: Regions) -> dict[str, Sequence[float] | Column]:
    """Where the block is: in the page, against the headline, and against what the heuristics take."""
    parent, end, top = tree.parent, tree.end, regions.top
    blocks = tree.blocks
    count = len(blocks)
    words = np.array(regions.block_words, float)
    total = max(1.0, words.sum())
    before = np.cumsum(words) - words
    named = np.array(regions.named, float)
    joined = np.array(regions.joined, float)
    inside = [top <= block.element < end[top] for block in blocks]
    long = [
        place
        for place, (block, here) in enumerate(zip(blocks, inside, strict=True))
        if here and regions.block_words[place] >= 12 and block.link < 0.34 * len(block.text)
    ]
    first, last = (long[0], long[-1]) if long else (0, count - 1)
    h1 = next((place for place, block in enumerate(blocks) if tree.tag[block.element] == "h1"), -1)
    index = np.arange(count)
    start = before[inside.index(True)] if any(inside) else 0.0
    up, down, section = _locate(tree, top)
    section_words = [regions.words[place] for place in section]
    share = np.maximum(section_words, 1.0)
    elements = [block.element for block in blocks]
    above = [regions.score[place] for place in range(len(tree.tag))]
    for place in range(1, len(above)):
        if parent[place] >= 0:
            above[place] = max(above[place], above[parent[place]])
    return {
        "position": before / total,
        "page words": np.full(count, total),
        "page blocks": np.full(count, float(count)),
        "page long": np.full(count, regions.long[0] / total),
        "after h1": np.clip(index - h1, -60, 200) if h1 >= 0 else np.full(count, 999.0),
        "words after h1": before - before[h1] if h1 >= 0 else np.full(count, -999.0),
        "agreed": named + joined,
        "joined": joined,
        "named": named,
        "named position": np.cumsum(named * words) / max(1.0, (named * words).sum()),
        "named share": np.full(count, (named * words).sum() / total),
        "named kind": np.full(count, float(regions.chosen)),
        "score": [above[element] for element in elements],
        "top share": np.full(count, regions.words[top] / total),
        "top links": np.full(count, regions.linked[top] / max(1.0, regions.words[top])),
        "top position": (before - start) / max(1.0, regions.words[top]),
        "from first": np.clip(index - first, -30, 60),
        "from last": np.clip(index - last, -60, 60),
        "up to top": up,
        "down from top": down,
        "section words": np.array(section_words) / total,
        "section links": np.array([regions.linked[place] for place in section]) / share,
        "section long": np.array([regions.long[place] for place in section]) / share,
        "removed": [regions.removed[element] for element in elements],
        "comments": [regions.comments[element] for element in elements],
        "in article": [bool(regions.container[element] & 2) for element in elements],
        "in content": [bool(regions.container[element] & 8) for element in elements],
    }


def _locate(tree: Tree, top: int) -> tuple[list[int], list[int], list[int]]:
    """Steps from `top` up to the lowest common ancestor, from there down to the block, and the first element below."""
    distance: dict[int, int] = {}
    place = top
    while place >= 0:
        distance[place] = len(distance)
        place = tree.parent[place]
    known: dict[int, tuple[int, int, int]] = {}
    rows = []
    for block in tree.blocks:
        if block.element not in known:
            place, below, steps = block.element, block.element, 0
            while place not in distance:
                below, place, steps = place, tree.parent[place], steps + 1
            known[block.element] = (distance[place], steps, below)
        rows.append(known[block.element])
    return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]


def _measure_neighbours(tree: Tree, regions: Regions) -> dict[str, Column]:
    words = np.array(regions.block_words, float)
    link = np.array([min(1.0, block.link / len(block.text)) for block in tree.blocks])
    long = words * ((words >= 12) & (link < 0.34))
    near = _sum_around(5)
    return {
        "words before": _shift(words, 1),
        "words two before": _shift(words, 2),
        "words after": _shift(words, -1),
        "long before": _shift(long, 1),
        "long after": _shift(long, -1),
        "link before": _shift(link, 1),
        "link after": _shift(link, -1),
        "links around": near(link) / near(np.ones(len(words))),
        "long around": near(long),
        "named around": near(words * np.array(regions.named, float)),
    }


def _shift(column: Column, by: int) -> Column:
    moved = np.zeros(len(column))
    if by > 0:
        moved[by:] = column[:-by]
    else:
        moved[:by] = column[-by:]
    return moved


def _sum_around(reach: int) -> Callable[[Column], Column]:
    def add(column: Column) -> Column:
        sums = np.concatenate(([0.0], np.cumsum(column)))
        index = np.arange(len(column))
        return sums[np.minimum(index + reach + 1, len(column))] - sums[np.maximum(index - reach, 0)]

    return add


def _measure_ancestors(tree: Tree, regions: Regions) -> dict[str, Column | Sequence[float]]:
    """What the elements around the block hold, and the part of the page that the nearest of each kind is."""
    words, linked = np.array(regions.words), np.array(regions.linked)
    long, blocks = np.array(regions.long), np.array(regions.blocks, float)
    total = max(1.0, words[0])
    own = np.maximum(words, 1.0)
    parent = np.maximum(np.array(tree.parent), 0)
    columns: dict[str, Column | Sequence[float]] = {}
    elements = np.array([block.element for block in tree.blocks])
    place = elements
    for level in range(4):
        columns[f"share {level}"] = words[place] / total
        columns[f"links {level}"] = linked[place] / own[place]
        columns[f"long {level}"] = long[place] / own[place]
        columns[f"blocks {level}"] = blocks[place]
        place = parent[place]
    kinds = list_kinds()
    nearest = np.array(_find_nearest(tree, regions, total, len(kinds)))[elements]
    for bit, kind in enumerate((*kinds, *_PART_NAMES)):
        columns[f"in {kind} part"] = nearest[:, bit]
    depth: list[int] = []
    for up in tree.parent:
        depth.append(depth[up] + 1 if up >= 0 else 0)
    columns["depth"] = np.array(depth, float)[elements]
    return columns


def _find_nearest(tree: Tree, regions: Regions, total: float, kinds: int) -> list[list[float]]:
    """For each element and kind: the share of the page's words in the nearest element of that kind around it."""
    rows: list[list[float]] = []
    nothing = [_NONE] * (kinds + len(_PART_NAMES))
    for place, (tag, up) in enumerate(zip(tree.tag, tree.parent, strict=True)):
        row = rows[up] if up >= 0 else nothing
        bits, part = regions.names[place].kinds, _PARTS.get(tag)
        if bits or part is not None:
            row = row.copy()
            share = regions.words[place] / total
            for kind in range(kinds):
                if bits >> kind & 1:
                    row[kind] = share
            if part is not None:
                row[kinds + part] = share
        rows.append(row)
    return rows


def _measure_style(tree: Tree, regions: Regions) -> dict[str, Sequence[float]]:
    """How much of the page looks like the block: same element and class, with and without the parent's."""
    total = max(1.0, regions.words[0])
    own = [(tree.tag[block.element], tree.classes[block.element]) for block in tree.blocks]
    above = [max(0, tree.parent[block.element]) for block in tree.blocks]
    both = [(*key, tree.tag[up], tree.classes[up]) for key, up in zip(own, above, strict=True)]
    words: defaultdict[tuple[str, ...], float] = defaultdict(float)
    linked: defaultdict[tuple[str, ...], float] = defaultdict(float)
    for key, pair, count, block in zip(own, both, regions.block_words, tree.blocks, strict=True):
        words[key] += count
        words[pair] += count
        linked[pair] += count * min(1.0, block.link / len(block.text))
    counts = Counter(both)
    return {
        "alike": [counts[key] for key in both],
        "alike words": [words[key] / total for key in both],
        "alike links": [linked[key] / max(1.0, words[key]) for key in both],
        "alike mean": [words[key] / counts[key] for key in both],
        "same element words": [words[key] / total for key in own],
    }
