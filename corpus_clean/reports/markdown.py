"""The report as Markdown, for a pull request or a data set's card."""

from collections.abc import Iterable, Mapping, Sequence

from corpus_clean.reports.model import Report

MOST = 15


def format_markdown(report: Report, descriptions: Mapping[str, str]) -> str:
    """Return the findings as Markdown; lists are cut and say so.

    Args:
        report: the findings.
        descriptions: what each rule does, by rule id.
    """
    counts = report.documents
    parts = [
        f"**{counts['kept']:,} documents kept**, {counts['duplicate']:,} duplicates left out, "
        f"{counts['rejected']:,} quarantined; {report.characters['in']:,} characters read, "
        f"{report.characters['out']:,} in the clean corpus."
    ]
    rules = [(f"`{t.name}`", descriptions.get(t.name, ""), t.count, t.chars) for t in report.rules]
    parts += _section("Removed and extracted", ("rule", "what it does", "times", "characters"), rules)
    copies = [
        (c.keeper, copy.doc_id, f"{copy.resemblance:.2f}") for c in report.duplicate_clusters for copy in c.copies
    ]
    parts += _section("Duplicates", ("kept", "left out", "Jaccard"), copies)
    quotes = [
        (c.speaker, v.text, v.portal, v.published[:10], v.doc_id) for c in report.quote_clusters for v in c.variants
    ]
    parts += _section("Shared quotes", ("speaker", "wording", "portal", "date", "document"), quotes)
    rejected = [(entry["doc_id"], entry["reason"], entry["detail"]) for entry in report.rejections]
    parts += _section("Quarantined", ("document", "reason", "detail"), rejected)
    skipped = [(entry["path"], entry["reason"]) for entry in report.skipped]
    parts += _section("Skipped", ("file", "reason"), skipped)
    return "\n\n".join(parts) + "\n"


def _section(title: str, header: Sequence[str], rows: Sequence[Iterable[object]]) -> list[str]:
    if not rows:
        return []
    lines = [_line(header), "|" + "---|" * len(header), *(_line(row) for row in rows[:MOST])]
    more = [f"… and {len(rows) - MOST:,} more."] if len(rows) > MOST else []
    return [f"### {title}", "\n".join(lines), *more]


def _line(cells: Iterable[object]) -> str:
    return "| " + " | ".join(_escape(cell) for cell in cells) + " |"


def _escape(value: object) -> str:
    text = f"{value:,}" if isinstance(value, int) else " ".join(str(value).split())
    for character in "\\|<>*_[]":
        text = text.replace(character, "\\" + character)
    return text if not str(value).startswith("`") else str(value)
