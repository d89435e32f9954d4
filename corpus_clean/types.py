"""The nouns that flow through the pipeline. Frozen, slotted, and free of behaviour.

Offsets are code points, half-open, and always relative to one named text: an `Edit` counts in
its stage's *input*, a `Segment` and a `Quote` in the *clean* text.
"""

from dataclasses import dataclass, field
from typing import Literal

Stage = Literal["read", "decode", "repair", "extract", "rules", "dedup"]
Action = Literal["decode", "repair", "extract", "delete", "mask", "flag"]
Level = Literal["document", "passage", "quote"]
QuoteKind = Literal["direct", "fragment", "indirect"]
Media = Literal["text", "page"]
Status = Literal["kept", "duplicate", "rejected"]
Grade = Literal["A", "B", "C"]
FindingKind = Literal["noise", "duplicate", "unchecked"]
FindingLevel = Literal["error", "note"]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of an article besides its text. Unknown values are empty strings.

    `published` is an ISO 8601 date or date-time as far as it could be read; `place` is the dateline's.
    """

    title: str = ""
    url: str = ""
    site: str = ""
    author: str = ""
    published: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One article as it was found, in bytes, cut out of its container.

    `prefix + payload + suffix` are the record's own bytes in the (decompressed) file, so that a
    writer can put a new payload in the same place. `id` is the path relative to the input root, plus
    `#<index>` in files of many records. `path` is that relative path (POSIX). `media` says what the payload
    is, `charset` what its container declares. A `fault` says why the reader could not make sense of the record,
    whose payload is then its raw bytes; where these are too many to be held, they are the bytes `start:end` of the
    file, the `span`.
    """

    id: str
    path: str
    index: int
    format: str
    payload: bytes
    prefix: bytes = b""
    suffix: bytes = b""
    metadata: Metadata = field(default_factory=Metadata)
    media: Media = "text"
    charset: str = ""
    fault: str = ""
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """An article as text. `language` is an ISO 639-1 code or "", `portal` a pack's portal key or ""."""

    id: str
    text: str
    path: str = ""
    language: str = ""
    portal: str = ""
    metadata: Metadata = field(default_factory=Metadata)


@dataclass(frozen=True, slots=True)
class Edit:
    """`before` stood at `start:end` of the stage's input; `after` stands there in its output.

    The edits of one stage of one document are sorted and do not overlap. `flag` edits have
    `before == after`: they mark, and change nothing.
    """

    doc_id: str
    stage: Stage
    start: int
    end: int
    before: str
    after: str
    rule_id: str
    rule_version: str
    action: Action
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a record was quarantined. `reason` is short and stable, `detail` is for people."""

    doc_id: str
    stage: Stage
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a clean text that is compared with others: the whole, a passage or a quote."""

    doc_id: str
    level: Level
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody is reported to have said.

    `start:end` is the utterance in the clean text, quotation marks excluded. `speaker` is the fullest form of
    the name that the article gives, "" where nobody could be named; `cue` is the word that attributes
    ("ujar", "menurut", …).
    """

    doc_id: str
    start: int
    end: int
    text: str
    kind: QuoteKind
    speaker: str = ""
    cue: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """The verified likeness of two texts, measured on the texts themselves.

    `jaccard` is the resemblance of the two shingle sets, `containment` the share of the shorter one's
    shingles that the other has (Broder 1997), in its best window where one is much longer.
    """

    jaccard: float
    containment: float


@dataclass(frozen=True, slots=True)
class Link:
    """Two segments that repeat each other, and how far. `left` is the one that sorts first."""

    left: Segment
    right: Segment
    relation: str
    grade: str
    match: Match
    speaker_left: str = ""
    speaker_right: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """A segment in a cluster, with its verified resemblance to the cluster's keeper."""

    segment: Segment
    keeper: bool
    jaccard_to_keeper: float


@dataclass(frozen=True, slots=True)
class Cluster:
    """Segments that repeat one keeper, each of them directly."""

    id: str
    level: Level
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the gate stops: noise, a repetition, or what could not be looked at.

    `line` to `end_column` count from 1 in the (decompressed) file, in code points, the end exclusive; 0 where a place
    in the file means nothing. `diff` has one line a changed line, beginning with `-`, `+` or a space. `key` is what
    the baseline knows the finding by; it names neither lines nor offsets. `other` is the document that is repeated.
    A `note` does not fail a check.
    """

    kind: FindingKind
    path: str
    doc_id: str
    rule_id: str
    message: str
    level: FindingLevel = "error"
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    rule_version: str = ""
    before: str = ""
    after: str = ""
    diff: str = ""
    key: str = ""
    other: str = ""
    jaccard: float = 0.0
    fixable: bool = False
