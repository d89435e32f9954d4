"""The nouns of the noise rules: what a pack file says, as frozen values.

A pack is data. `packfile` turns the TOML into these, `match` and `apply` work from them.
"""

import dataclasses
from dataclasses import dataclass
from typing import Literal

from corpus_clean.rules.syntax import UNBOUNDED

Scope = Literal["line", "inline", "frame", "block", "head", "tail"]
RuleAction = Literal["delete", "extract", "mask", "flag", "keep"]
Safety = Literal["safe", "review", "unsafe"]

SCOPES: tuple[Scope, ...] = ("line", "inline", "frame", "block", "head", "tail")
ACTIONS: tuple[RuleAction, ...] = ("delete", "extract", "mask", "flag", "keep")
SAFETIES: tuple[Safety, ...] = ("safe", "review", "unsafe")
SHAPES: tuple[str, ...] = ("title", "label", "keyword", "name", "url")
REST_SHAPES: tuple[str, ...] = (*SHAPES, "known")
FIELDS: tuple[str, ...] = ("title", "url", "site", "author", "published", "place")


@dataclass(frozen=True, slots=True)
class DocumentExample:
    """A whole text and what the rules make of it."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Examples:
    """What a rule must take away, what every rule must leave, and whole texts before and after."""

    remove: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    documents: tuple[DocumentExample, ...] = ()


@dataclass(frozen=True, slots=True)
class Absorb:
    """Which lines after a block's marker go with it: those of a shape or those that match a pattern.

    At least `least` and at most `most` lines, each of at least `words` words; blank lines between are skipped.
    """

    like: str = ""
    match: str = ""
    least: int = 1
    most: int = 5
    words: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """One noise rule. `match` is the pattern as written, `pattern` the same with all names filled in.

    `id` is `<pack>.<rule>`; `first` and `last` bound the line's place, counted in lines that carry text and
    are no noise themselves (0: anywhere); `lines` is how many lines a frame may span; `longest` is the
    longest line looked at (0: any); `rest` lists the shapes a tail's later lines may have, `share` the largest
    part of the text that it may take. `triggers` are groups of literals, folded as in `literals`: a line is
    looked at only if it has one of each group and no more folded characters than `reach`.
    """

    id: str
    pack: str
    version: str
    scope: Scope
    action: RuleAction
    what: str
    why: str
    match: str
    pattern: str
    case: bool = False
    safety: Safety = "safe"
    confidence: float = 0.95
    priority: int = 0
    field: str = ""
    mask: str = "[…]"
    triggers: tuple[tuple[str, ...], ...] = ()
    reach: int = UNBOUNDED
    unless: str = ""
    repeats: bool = False
    first: int = 0
    last: int = 0
    lines: int = 8
    longest: int = 0
    absorb: Absorb | None = None
    rest: tuple[str, ...] = ("title", "label", "known")
    share: float = 0.35
    valid_from: str = ""
    valid_until: str = ""
    examples: Examples = dataclasses.field(default_factory=Examples)


@dataclass(frozen=True, slots=True)
class Detect:
    """How documents of a pack's portal are recognised.

    `hosts` are host names (their subdomains count), `names` the outlet's names as they stand in datelines and
    promotion, `frames` patterns of its fixed phrases.
    """

    hosts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pack:
    """The rules of one file. A pack without `portals` applies to every document."""

    id: str
    version: str
    what: str
    source: str
    languages: tuple[str, ...] = ()
    portals: tuple[str, ...] = ()
    disables: tuple[str, ...] = ()
    detect: Detect = dataclasses.field(default_factory=Detect)
    rules: tuple[Rule, ...] = ()
