"""The article of one page, on its own: no other page of the site is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus_clean.repair.pages.opinions import ask_others
from corpus_clean.repair.pages.regions import Regions, find_regions
from corpus_clean.repair.pages.tree import Tree

if TYPE_CHECKING:
    from corpus_clean.repair.pages.model import Model

# Below this expected F1, two others are asked and the majority decides.
_SURE = 0.9
# A page of fewer words is all article, but for what it hides, and for links outside <article>.
_SMALL = 200
_IN_ARTICLE = 2


@dataclass(frozen=True, slots=True)
class Article:
    """Which blocks of a page are its article. `sure`: the classifier decided alone."""

    blocks: list[int]
    sure: bool


def find_article(tree: Tree, html: str, model: "Model | None" = None) -> Article:
    """Choose the blocks of the article."""
    from corpus_clean.repair.pages.model import rate_blocks

    regions = find_regions(tree)
    if sum(regions.block_words) < _SMALL:
        return Article(_take_all(tree, regions), True)
    rates = rate_blocks(tree, regions, model)
    words = [max(1, count) for count in regions.block_words]
    sure = expect_f1(rates, words) >= _SURE
    if not sure:
        votes = ask_others(html, tree.blocks)
        rates = [(rate + sum(vote)) / (1 + len(vote)) for rate, *vote in zip(rates, *votes, strict=True)]
    rates = [0.0 if asks else rate for asks, rate in zip(regions.asking, rates, strict=True)]
    chosen = [place for place, rate in enumerate(rates) if rate > 0.5]
    return Article(chosen or _take_best(rates), sure)


def expect_f1(rates: Sequence[float], words: Sequence[int]) -> float:
    """Return the F1 by words that taking every block above a half may expect, if the rates are right.

    Example:
        >>> expect_f1([1.0, 1.0, 0.0], [10, 20, 5])
        1.0
    """
    taken = [(rate, count) for rate, count in zip(rates, words, strict=True) if rate > 0.5]
    right = sum(rate * count for rate, count in taken)
    wanted = sum(rate * count for rate, count in zip(rates, words, strict=True))
    return 2 * right / (sum(count for _, count in taken) + wanted) if taken else 0.0


def _take_best(rates: Sequence[float]) -> list[int]:
    return [place for place, rate in enumerate(rates) if rate >= max(rates) / 2]


def _take_all(tree: Tree, regions: Regions) -> list[int]:
    return [
        place
        for place, block in enumerate(tree.blocks)
        if not (tree.hidden[block.element] or regions.removed[block.element] or regions.asking[place])
        and (block.link < 0.5 * len(block.text) or regions.container[block.element] & _IN_ARTICLE)
    ]


def join_blocks(tree: Tree, chosen: Sequence[int]) -> str:
    r"""Return the text of blocks, a line each; the cells of a table's row share a line.

    Example:
        >>> from corpus_clean.repair.pages.tree import flatten, parse_page
        >>> tree = flatten(parse_page("<p>Hasil:</p><table><tr><td>Ani</td><td>12</td></tr></table>"))
        >>> join_blocks(tree, range(3))
        'Hasil:\nAni | 12'
    """
    lines: list[str] = []
    last = -1
    for place in chosen:
        block = tree.blocks[place]
        row = _find_row(tree, block.element)
        if row >= 0 and row == last:
            lines[-1] += f" | {block.text}"
        else:
            lines.append(block.text)
        last = row
    return "\n".join(lines)


def _find_row(tree: Tree, element: int) -> int:
    return tree.parent[element] if tree.tag[element] in {"td", "th"} else -1
