"""A page as flat lists: its elements in document order, and its text in blocks.

A block is a run of text that no block-level element and no empty line interrupts: a paragraph, a heading, a cell.
"""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

# What holds no text to read.
_TEXTLESS = frozenset((
    "script", "style", "noscript", "template", "svg", "math", "iframe", "frame", "object", "embed", "applet",
    "select", "datalist", "textarea", "button", "input", "canvas", "video", "audio", "map", "head", "title",
))  # fmt: skip
_INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i",
    "ins", "kbd", "label", "mark", "nobr", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike",
    "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
))  # fmt: skip
_BOLD = frozenset(("b", "strong"))
_SPACE = re.compile(r"[ \t\r\n\f\v\xa0]+")
_EMPTY_LINE = re.compile(r"\n *$")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# Browsers nest no deeper either (Blink: 512). The parser takes quadratic time on deeper pages; few tags cannot hurt.
MAX_DEPTH = 512
_SLICE = 1 << 14
_FEW_TAGS = 6000
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>")
# Elements without content, or that the next of their kind closes: unclosed ones do not nest.
_SHALLOW = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    "html", "head", "body", "p", "li", "dd", "dt", "tr", "td", "th", "tbody", "thead", "tfoot", "option",
    "optgroup", "colgroup", "caption",
))  # fmt: skip


@dataclass(slots=True)
class Block:
    """A run of text in the block-level element of that index; `link` and `bold` count characters."""

    element: int
    text: str
    link: int
    bold: int

    def move(self, by: int) -> "Block":
        """Return the block in a tree whose elements are numbered differently."""
        return Block(self.element + by, self.text, self.link, self.bold)


@dataclass(slots=True)
class Tree:
    """Elements in document order, the root first, as parallel lists, and the blocks of text.

    `parent` of the root is -1; `end` is the index after an element's last descendant. `hidden` is inherited.
    """

    tag: list[str] = field(default_factory=list)
    parent: list[int] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    id: list[str] = field(default_factory=list)
    hidden: list[bool] = field(default_factory=list)
    article_body: list[bool] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


def parse_page(html: str) -> "LexborHTMLParser":
    """Parse a page as browsers do.

    Example:
        >>> parse_page("<p>Air <b>surut").html
        '<html><head></head><body><p>Air <b>surut</b></p></body></html>'
    """
    from selectolax.lexbor import LexborHTMLParser

    return LexborHTMLParser(limit_depth(html))


def limit_depth(html: str) -> str:
    """Drop the tags that nest deeper than `MAX_DEPTH`, where there are many.

    Example:
        >>> limit_depth("<div>" * 10_000 + "Teks.").count("<div>")
        512
    """
    if html.count("<") <= _FEW_TAGS:
        return html
    depth = deepest = 0
    for start in range(0, len(html), _SLICE):
        depth += html.count("<", start, start + _SLICE) - 2 * html.count("</", start, start + _SLICE)
        deepest = max(deepest, depth)
    return _drop_deep_tags(html) if deepest > MAX_DEPTH else html


def _drop_deep_tags(html: str) -> str:
    depths = {True: 0, False: 0}

    def keep(found: re.Match[str]) -> str:
        name = found[2].lower()
        if name in _SHALLOW or found[0].endswith("/>"):
            return found[0]
        inline = name in _INLINE
        if found[1]:
            depths[inline] = max(0, depths[inline] - 1)
            return found[0] if depths[inline] < MAX_DEPTH else ""
        depths[inline] += 1
        return found[0] if depths[inline] <= MAX_DEPTH else ""

    return _TAG.sub(keep, html)


def flatten(root: "LexborHTMLParser | LexborNode") -> Tree:
    """Return the elements and blocks of a page, or of an element and what is under it, but for what holds no text.

    Example:
        >>> tree = flatten(parse_page("<h1>Banjir</h1><p>Air <b>mulai</b> surut.<br><br>Warga"))
        >>> [block.text for block in tree.blocks]
        ['Banjir', 'Air mulai surut.', 'Warga']
    """
    node = cast("LexborNode | None", getattr(root, "root", root))
    return _Flattener().walk(node) if node is not None else Tree()


class _Flattener:
    def __init__(self) -> None:
        self.tree = Tree()
        self.pieces: list[str] = []
        self.link = self.bold = 0
        self.current = -1

    def walk(self, root: "LexborNode") -> Tree:
        tree = self.tree
        tags, parents, hidden = tree.tag, tree.parent, tree.hidden
        index: dict[int, int] = {}
        holder: list[int] = []  # of each element, the block-level element that its text belongs to
        linked: list[bool] = []
        bold: list[bool] = []
        for node in root.traverse(include_text=True):
            tag = node.tag or ""
            if tag == "-text":
                text = node.text_content or ""
                if text.isspace():  # half of all text; it ends no block, and only parts words within one
                    if self.pieces:
                        self.pieces.append(text if tags[self.current] == "pre" else " ")
                    continue
                above = node.parent
                up = index.get(above.mem_id, -1) if above is not None else -1
                if up >= 0:
                    self._add_text(text, holder[up], linked[up], bold[up])
                continue
            if tag == "br":
                self._break_line()
                continue
            if not tag[:1].isalpha():
                continue
            above = node.parent
            up = index.get(above.mem_id, -1) if above is not None else -1
            if tag in _TEXTLESS or (up < 0 and tags):  # no text, or in an element without
                continue
            place = len(tags)
            index[node.mem_id] = place
            attributes = node.attributes
            tags.append(tag)
            parents.append(up)
            tree.classes.append(attributes.get("class") or "")
            tree.id.append(attributes.get("id") or "")
            tree.article_body.append("articlebody" in (attributes.get("itemprop") or "").lower())
            hidden.append((up >= 0 and hidden[up]) or _is_hidden(attributes))
            linked.append((tag == "a" and "href" in attributes) or (up >= 0 and linked[up]))
            bold.append(tag in _BOLD or (up >= 0 and bold[up]))
            if tag in _INLINE and up >= 0:
                holder.append(holder[up])
            else:
                holder.append(place)
                self._flush()
        self._flush()
        tree.end = _find_ends(parents)
        return tree

    def _add_text(self, text: str, holder: int, linked: bool, bold: bool) -> None:
        if holder != self.current:
            self._flush()
            self.current = holder
        if self.tree.tag[holder] != "pre":
            text = _SPACE.sub(" ", text)
        self.pieces.append(text)
        self.link += len(text) * linked
        self.bold += len(text) * bold

    def _break_line(self) -> None:
        if not self.pieces:
            return
        if self.tree.tag[self.current] != "pre" and _EMPTY_LINE.search("".join(self.pieces[-2:])):
            self._flush()
        else:
            self.pieces.append("\n")

    def _flush(self) -> None:
        if self.pieces:
            text = "".join(self.pieces)
            text = text.strip("\n") if self.tree.tag[self.current] == "pre" else _tidy(text)
            if text and not text.isspace():
                self.tree.blocks.append(Block(self.current, text, self.link, self.bold))
            self.pieces.clear()
        self.link = self.bold = 0
        self.current = -1


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    if not attributes:
        return False
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style")
    return bool(style and _HIDDEN.search(style))


def _tidy(text: str) -> str:
    if "\n" in text:
        return "\n".join(line for part in text.split("\n") if (line := _SPACE.sub(" ", part).strip()))
    return _SPACE.sub(" ", text).strip()


def _find_ends(parents: list[int]) -> list[int]:
    ends = list(range(1, len(parents) + 1))
    for place in range(len(parents) - 1, 0, -1):
        up = parents[place]
        if up >= 0 and ends[up] < ends[place]:
            ends[up] = ends[place]
    return ends
