"""The Overview: where the documents and the characters went."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from corpus_clean.reports.model import Group, Report

MOST_GROUPS = 40
_LONGEST_DETAIL = 300
_OTHERS = "…"


@dataclass(frozen=True, slots=True)
class Portion:
    """A part of the characters that were read. `key` names it in the picture, `label` in words."""

    key: str
    label: str
    chars: int
    share: float


@dataclass(frozen=True, slots=True)
class Overview:
    """What the templates show of a report. `listed` rejections and skipped files are those it holds."""

    kept: int
    duplicates: int
    rejected: int
    chars_in: int
    chars_out: int
    portions: Sequence[Portion]
    groups: Mapping[str, Sequence[Group]]
    quotes: int
    quote_clusters: int
    quote_links: int
    document_links: int
    passage_links: int
    edits: int
    flags: int
    rejections: Sequence[Mapping[str, str]]
    reasons: Mapping[str, int]
    skipped: Sequence[Mapping[str, Any]]
    skipped_count: int

    @property
    def documents(self) -> int:
        """How many documents were read."""
        return self.kept + self.duplicates + self.rejected

    @property
    def taken(self) -> int:
        """How many of the characters read are not in the clean corpus."""
        return self.chars_in - self.chars_out


_TAKEN = (
    ("rules", "noise", "Portal noise"),
    ("extract", "page", "Page furniture around the main text"),
    ("dedup", "duplicates", "Duplicates left out"),
    ("repair", "repair", "Encoding repaired"),
)


def draw_overview(report: Report) -> Overview:
    """Lay out a report's numbers; of many groups the largest, the others as one called `…`."""
    links = {
        level: sum(count for kind, count in report.links.items() if kind.partition(" ")[0] == level)
        for level in ("document", "passage", "quote")
    }
    return Overview(
        kept=report.documents["kept"],
        duplicates=report.documents["duplicate"],
        rejected=report.documents["rejected"],
        chars_in=report.characters["in"],
        chars_out=report.characters["out"],
        portions=_portions(report.characters),
        groups={
            "portal": _largest(report.portals),
            "format": _largest(report.formats),
            "language": _largest(report.languages),
        },
        quotes=report.quotes,
        quote_clusters=report.totals["quote_clusters"],
        quote_links=links["quote"],
        document_links=links["document"],
        passage_links=links["passage"],
        edits=sum(tally.count for tally in report.rules),
        flags=sum(tally.count for tally in report.flags),
        rejections=[{**row, "detail": _shorten(row["detail"])} for row in report.rejections],
        reasons=report.reasons,
        skipped=report.skipped,
        skipped_count=report.totals["skipped"],
    )


def _portions(characters: Mapping[str, int]) -> list[Portion]:
    whole = characters["in"] or 1
    parts = [("kept", "In the clean corpus", characters["out"])]
    parts += [(key, label, characters[stage]) for stage, key, label in _TAKEN if characters.get(stage)]
    return [Portion(key, label, chars, chars / whole) for key, label, chars in parts]


def _largest(groups: Sequence[Group]) -> list[Group]:
    if len(groups) <= MOST_GROUPS:
        return list(groups)
    return [*groups[:MOST_GROUPS], _add_up(groups[MOST_GROUPS:])]


def _add_up(groups: Sequence[Group]) -> Group:
    numbers = [field.name for field in fields(Group) if field.name != "name"]
    return Group(_OTHERS, *(sum(getattr(group, number) for group in groups) for number in numbers))


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST_DETAIL else text[:_LONGEST_DETAIL] + " …"
