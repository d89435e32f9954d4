"""The text of a page by what other pages of its site have taught: where it stands, and what stands there beside it."""

import functools
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from corpus_clean.repair.pages.regions import count_words
from corpus_clean.repair.pages.tree import Block, Tree, flatten
from corpus_clean.storage.fingerprint import hash_bytes

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_LINKED = 0.34
# A page that has more of what no learned page had is looked at with care.
_MOST_UNKNOWN = 0.05
_FEWEST_WORDS = 40
_CHANGING = re.compile(r"[^\s]*\d[^\s]*")


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of page of a site.

    `selector` finds the element that holds the text. `styles` are the block styles under it that were seen, with
    whether they belong to the article; `recurring` are lines that pages of the site repeat.
    """

    selector: str
    styles: dict[str, bool]
    recurring: frozenset[str]


@dataclass(frozen=True, slots=True)
class Wrapper:
    """What is known of a site: its templates, the most frequent first. `key` tells it from other wrappers."""

    templates: tuple[Template, ...]
    key: str = field(default="", compare=False)

    def dump(self) -> str:
        """Return the wrapper as JSON, the same for the same templates."""
        rows = [{**asdict(each), "recurring": sorted(each.recurring)} for each in self.templates]
        return json.dumps(rows, ensure_ascii=False, sort_keys=True)


def load_wrapper(text: str) -> Wrapper:
    """Return the wrapper that `Wrapper.dump` wrote.

    Example:
        >>> wrapper = Wrapper((Template("div.isi", {"p": True}, frozenset(["Bagikan"])),))
        >>> load_wrapper(wrapper.dump()) == wrapper
        True
    """
    templates = [Template(row["selector"], row["styles"], frozenset(row["recurring"])) for row in json.loads(text)]
    return Wrapper(tuple(templates), hash_bytes(text.encode()))


def unwrap(parser: "LexborHTMLParser", wrapper: Wrapper) -> tuple[Tree, list[int]] | None:
    """Return the element that holds the text, flattened, and its article's blocks; None for an unfamiliar page."""
    for template in wrapper.templates:
        node = parser.css_first(template.selector)
        if node is None:
            continue
        tree = flatten(node)
        chosen = choose_blocks(tree, template)
        if chosen is not None:
            return tree, chosen
    return None


def choose_blocks(tree: Tree, template: Template) -> list[int] | None:
    """Return the article's blocks among those under the template's element, or None if they are not as learned."""
    styles = describe_styles(tree)
    chosen: list[int] = []
    words = unknown = taken = 0
    for place, (block, style) in enumerate(zip(tree.blocks, styles, strict=True)):
        count = count_words(block.text)
        words += count
        if block.text in template.recurring:
            continue
        known = template.styles.get(style)
        if known is None:
            unknown += count
        elif known:
            taken += count
            chosen.append(place)
    if taken < _FEWEST_WORDS or unknown > _MOST_UNKNOWN * words:
        return None
    return chosen


def describe_styles(tree: Tree) -> list[str]:
    """Return the style of each block: the elements it stands in, from the root's child down, and whether it is links.

    Example:
        >>> from corpus_clean.repair.pages.tree import parse_page
        >>> describe_styles(flatten(parse_page("<div class='isi w-12'><p>Air surut.</p></div>").body))
        ['div.isi p']
    """
    paths: list[str] = [""] * len(tree.tag)
    for place in range(1, len(tree.tag)):
        above = paths[tree.parent[place]]
        own = _name_element(tree.tag[place], tree.classes[place])
        paths[place] = f"{above} {own}" if above else own
    return [_describe(paths[block.element], block, tree.hidden[block.element]) for block in tree.blocks]


def _describe(path: str, block: Block, hidden: bool) -> str:
    linked = block.link > _LINKED * len(block.text)
    return f"{path}{' linked' if linked else ''}{' hidden' if hidden else ''}"


@functools.lru_cache(maxsize=1 << 14)
def _name_element(tag: str, classes: str) -> str:
    """A tag with those of its classes that do not count or change from page to page."""
    kept = sorted(set(_CHANGING.sub("", classes).split()))
    return ".".join((tag, *kept))


def name_selector(tree: Tree, place: int) -> str:
    """Return a CSS selector for an element, or "" if neither id nor class tells it from others.

    Example:
        >>> tree = Tree(tag=["html", "div"], parent=[-1, 0], classes=["", "isi w-12"], id=["", ""])
        >>> name_selector(tree, 1)
        'div.isi'
    """
    if _is_name(tree.id[place]):
        return f"{tree.tag[place]}#{tree.id[place]}"
    classes = [name for name in tree.classes[place].split() if _is_name(name)]
    if classes:
        return ".".join((tree.tag[place], *classes))
    return tree.tag[place] if tree.tag[place] in {"article", "main", "body"} else ""


def _is_name(name: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z_][A-Za-z_-]*", name))


def find_first(tree: Tree, selectors: Sequence[str]) -> dict[str, int]:
    """Return the first element that each selector finds, as a parsed page would."""
    found: dict[str, int] = {}
    wanted = {selector: _split_selector(selector) for selector in selectors}
    for place, (tag, classes, element_id) in enumerate(zip(tree.tag, tree.classes, tree.id, strict=True)):
        own = set(classes.split())
        for selector, (want_tag, want_id, want_classes) in wanted.items():
            is_same = tag == want_tag and (not want_id or want_id == element_id) and want_classes <= own
            if is_same and selector not in found:
                found[selector] = place
    return found


def _split_selector(selector: str) -> tuple[str, str, set[str]]:
    head, *classes = selector.split(".")
    tag, _, element_id = head.partition("#")
    return tag, element_id, set(classes)
