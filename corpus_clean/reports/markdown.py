"""The report as Markdown, for a pull request or a data set's card."""

import re
from collections.abc import Mapping, Sequence

from corpus_clean.reports.model import Report
from corpus_clean.reports.terminal import describe_check
from corpus_clean.reports.wording import count_things, escape_controls, escape_name

MOST = 15

_MARKUP = re.compile(r"[\\`*_\[\]|~$]")
_REFERENCE = re.compile(r"@|(?<!\w)#(?=\d)|://|\bwww(?=\.)", re.IGNORECASE)
_BREAK = "\0"
"""Stands for a space of no width, which keeps people from being notified and issues and addresses from being linked."""


def format_markdown(report: Report, descriptions: Mapping[str, str]) -> str:
    """Return the findings as Markdown; lists are cut and say so.

    Args:
        report: the findings.
        descriptions: what each rule does, by rule id.
    """
    counts = report.documents
    parts = [
        f"**{count_things(counts['kept'], 'document')} kept**, "
        f"{count_things(counts['duplicate'], 'duplicate')} left out, "
        f"{counts['rejected']:,} quarantined; {report.characters['in']:,} characters read, "
        f"{report.characters['out']:,} in the clean corpus."
    ]
    if report.removal_check and report.removal_check.checked:
        parts.append(f"Of the duplicates, {describe_check(report.removal_check)}.")
    rules = [
        (_code(t.name), _escape(descriptions.get(t.name.partition(":")[0], "")), f"{t.count:,}", f"{t.chars:,}")
        for t in report.rules
    ]
    parts += _section(
        "Removed and extracted",
        ("rule", "what it does", "times", "characters"),
        rules,
        f"{len(report.rules):,} rules in all.",
    )
    copies = [
        (_code(cluster.keeper), _code(copy.doc_id), f"{copy.resemblance:.2f}")
        for cluster in report.duplicate_clusters
        for copy in cluster.copies
    ]
    parts += _section("Duplicates", ("kept", "left out", "Jaccard"), copies, f"{counts['duplicate']:,} in all.")
    quotes = [
        (_escape(c.speaker), _escape(v.text), _escape(v.portal), _escape(v.published[:10]), _code(v.doc_id))
        for c in report.quote_clusters
        for v in c.variants
    ]
    parts += _section(
        "Shared quotes",
        ("speaker", "wording", "portal", "date", "document"),
        quotes,
        f"{report.totals['quote_clusters']:,} quotes in all.",
    )
    rejected = [(_code(row["doc_id"]), _escape(row["reason"]), _escape(row["detail"])) for row in report.rejections]
    parts += _section("Quarantined", ("document", "reason", "detail"), rejected, f"{counts['rejected']:,} in all.")
    skipped = [(_code(row["path"]), _escape(row["reason"])) for row in report.skipped]
    parts += _section("Skipped", ("file", "reason"), skipped, f"{report.totals['skipped']:,} in all.")
    return "\n\n".join(parts) + "\n"


def _section(title: str, header: Sequence[str], rows: Sequence[Sequence[str]], whole: str) -> list[str]:
    if not rows:
        return []
    lines = [_line(header), "|" + "---|" * len(header), *map(_line, rows[:MOST])]
    return [f"### {title}", "\n".join(lines), *([f"The first {MOST}; {whole}"] if len(rows) > MOST else [])]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _code(name: str) -> str:
    """Return a name as code, in which nothing is markup, a mention or a link."""
    text = escape_name(name).replace("|", "\\|")
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence} {text} {fence}" if "`" in text else f"`{text}`"


def _escape(text: str) -> str:
    r"""Return text as words: no markup, no end of the cell, nobody mentioned, nothing linked.

    Example:
        >>> print(_escape("<b> | `x` @kota"))
        &lt;b&gt; \| \`x\` @&#8203;kota
    """
    words = _REFERENCE.sub(lambda m: m[0] + _BREAK, escape_controls(" ".join(text.split())))
    words = _MARKUP.sub(r"\\\g<0>", words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
    return words.replace(_BREAK, "&#8203;")
