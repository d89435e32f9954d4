"""Learn a site's templates from some of its pages, and check on others that they give what care would give."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from corpus_clean.repair.pages.regions import count_words
from corpus_clean.repair.pages.tree import Tree
from corpus_clean.repair.pages.wrapper import (
    Template,
    Wrapper,
    choose_blocks,
    describe_styles,
    find_first,
    name_selector,
)

# The element that holds the text holds this share of the words that care would take.
_COVERED = 0.98
_FEWEST_PAGES = 3
_MOST_TEMPLATES = 3
# A line that stands on this share of the pages belongs to the site, not to the article.
_RECURRING, _LONGEST_LINE = 0.4, 300
# How alike the texts must be, page by page and on average, and how many pages must fit at all. Care is not of one mind
# about captions and the like, page by page, where a template is.
_ALIKE, _ALIKE_ON_AVERAGE, _FITTING = 0.9, 0.98, 0.75


@dataclass(frozen=True, slots=True)
class Sample:
    """A page and the blocks of its article, found with care."""

    tree: Tree
    blocks: Sequence[int]


def learn_wrapper(samples: Sequence[Sample]) -> Wrapper | None:
    """Learn from every second page, check on the others; None where they disagree, or the pages are not alike.

    Args:
        samples: pages of one site, in the order of their ids.
    """
    lessons, checks = samples[0::2], samples[1::2]
    templates: list[Template] = []
    left = list(lessons)
    while left and len(templates) < _MOST_TEMPLATES:
        selector, fitting = _find_holder(left)
        if len(fitting) < _FEWEST_PAGES:
            break
        templates.append(_learn_template(selector, [left[place] for place in fitting]))
        left = [sample for place, sample in enumerate(left) if place not in fitting]
    wrapper = Wrapper(tuple(templates))
    return wrapper if templates and _holds(wrapper, checks) else None


def _find_holder(samples: Sequence[Sample]) -> tuple[str, list[int]]:
    """The selector that finds the text's element on most pages, the smallest such element, and those pages."""
    fitting: defaultdict[str, list[int]] = defaultdict(list)
    sizes: Counter[str] = Counter()
    for place, sample in enumerate(samples):
        for selector, size in _list_holders(sample).items():
            fitting[selector].append(place)
            sizes[selector] += size
    if not fitting:
        return "", []
    best = min(fitting, key=lambda name: (-len(fitting[name]), sizes[name] / len(fitting[name]), name))
    return best, fitting[best]


def _list_holders(sample: Sample) -> dict[str, int]:
    """The selectors whose first element on the page holds the text, with the number of elements in it."""
    tree = sample.tree
    words = {place: count_words(tree.blocks[place].text) for place in sample.blocks}
    needed = _COVERED * sum(words.values())
    covered: Counter[int] = Counter()
    for place, count in words.items():
        element = tree.blocks[place].element
        while element >= 0:
            covered[element] += count
            element = tree.parent[element]
    holders = [element for element, count in covered.items() if count >= needed]
    names = {selector: element for element in sorted(holders) if (selector := name_selector(tree, element))}
    first = find_first(tree, list(names))
    return {
        selector: tree.end[first[selector]] - first[selector]
        for selector in names
        if selector in first and covered[first[selector]] >= needed
    }


def _learn_template(selector: str, samples: Sequence[Sample]) -> Template:
    taken: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    pages: Counter[str] = Counter()
    for sample in samples:
        part, chosen = _cut_out(sample, selector)
        for place, (block, style) in enumerate(zip(part.blocks, describe_styles(part), strict=True)):
            count = max(1, count_words(block.text))
            seen[style] += count
            taken[style] += count * (place in chosen)
        pages.update({block.text for block in part.blocks if len(block.text) <= _LONGEST_LINE})
    most = max(_FEWEST_PAGES, _RECURRING * len(samples))
    recurring = frozenset(line for line, count in pages.items() if count >= most)
    return Template(selector, {style: 2 * taken[style] > seen[style] for style in sorted(seen)}, recurring)


def _cut_out(sample: Sample, selector: str) -> tuple[Tree, set[int]]:
    """The element that the selector finds, as a tree of its own, and the article's blocks in it."""
    tree = sample.tree
    start = find_first(tree, [selector])[selector]
    end = tree.end[start]
    inside = [place for place, block in enumerate(tree.blocks) if start <= block.element < end]
    part = Tree(
        tree.tag[start:end],
        [-1, *(up - start for up in tree.parent[start + 1 : end])],
        tree.classes[start:end],
        tree.id[start:end],
        tree.hidden[start:end],
        tree.article_body[start:end],
        [place - start for place in tree.end[start:end]],
        [tree.blocks[place].move(-start) for place in inside],
    )
    wanted = set(sample.blocks)
    return part, {number for number, place in enumerate(inside) if place in wanted}


def _holds(wrapper: Wrapper, checks: Sequence[Sample]) -> bool:
    """Do the templates give what care gives?"""
    alike = []
    for sample in checks:
        for template in wrapper.templates:
            if template.selector not in find_first(sample.tree, [template.selector]):
                continue
            part, _ = _cut_out(sample, template.selector)
            chosen = choose_blocks(part, template)
            if chosen is not None:
                found = [part.blocks[place].text for place in chosen]
                alike.append(_compare(found, sample, template.recurring))
                break
    if len(alike) < max(2, _FITTING * len(checks)):
        return False
    return min(alike) >= _ALIKE and sum(alike) / len(alike) >= _ALIKE_ON_AVERAGE


def _compare(found: Sequence[str], sample: Sample, recurring: frozenset[str]) -> float:
    """F1 by words of two sets of blocks; lines of the site do not count."""
    left = Counter(word for text in found for word in text.split())
    texts = (sample.tree.blocks[place].text for place in sample.blocks)
    right = Counter(word for text in texts if text not in recurring for word in text.split())
    total = left.total() + right.total()
    return 2 * (left & right).total() / total if total else 1.0
