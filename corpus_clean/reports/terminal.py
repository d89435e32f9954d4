"""The report on a terminal, or in a pipe: the same words at any width."""

from collections.abc import Mapping
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from corpus_clean.reports.model import DuplicateCluster, QuoteCluster, Report, Variant
from corpus_clean.reports.wording import mark_differences

MOST_RULES = 12
MOST_CLUSTERS = 5
MOST_LISTED = 8

_STAGES = {
    "extract": "page furniture (HTML)",
    "rules": "portal noise",
    "repair": "mojibake repaired",
    "dedup": "duplicates left out",
}


def print_report(report: Report, out: Path, console: Console, descriptions: Mapping[str, str]) -> None:
    """Print what a run found.

    Args:
        report: the findings.
        out: where the run was published.
        console: where to print; data in it is never read as markup.
        descriptions: what each rule does, by rule id.
    """
    console.print(_headline(report, out))
    sections = [
        ("Characters", _characters(report)),
        ("Removed and extracted, by rule", _rules(report, descriptions)),
        ("Duplicates", _duplicates(report)),
        ("Quotes", _quotes(report, plain=not console.is_terminal)),
        ("Not processed", _not_processed(report)),
    ]
    for title, body in sections:
        if body is not None:
            console.print()
            console.print(Text(title, style="bold"))
            console.print(Padding(body, (0, 0, 0, 2)))


def _headline(report: Report, out: Path) -> Text:
    counts = report.documents
    text = Text()
    text.append(f"{counts['kept']:,} {_plural(counts['kept'], 'document')} kept", style="bold green")
    text.append(f" · {counts['duplicate']:,} {_plural(counts['duplicate'], 'duplicate')} left out")
    quarantined = Text(f" · {counts['rejected']:,} quarantined", style="bold red" if counts["rejected"] else "")
    text.append_text(quarantined)
    text.append(f"\n→ {out}", style="dim")
    return text


def _characters(report: Report) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right")
    table.add_column()
    table.add_column(justify="right")
    total = report.characters["in"] or 1
    rows = [("read", report.characters["in"])]
    rows += [(words, report.characters.get(stage, 0)) for stage, words in _STAGES.items()]
    rows.append(("in the clean corpus", report.characters["out"]))
    for words, count in rows:
        if count:
            table.add_row(f"{count:,}", words, f"{100 * count / total:.1f} %")
    return table


def _rules(report: Report, descriptions: Mapping[str, str]) -> RenderableType | None:
    if not report.rules:
        return None
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right")
    table.add_column(justify="right")
    table.add_column(overflow="fold")
    for tally in report.rules[:MOST_RULES]:
        words = Text(tally.name)
        if described := descriptions.get(tally.name):
            words.append(f"  {described}", style="dim")
        table.add_row(f"{tally.count:,} ×", f"{tally.chars:,}", words)
    parts: list[RenderableType] = [table]
    if len(report.rules) > MOST_RULES:
        parts.append(Text(f"and {len(report.rules) - MOST_RULES} more rules; all are in report.json", style="dim"))
    if report.flags:
        flagged = sum(tally.count for tally in report.flags)
        parts.append(Text(f"{flagged:,} more flagged for review, left in the text", style="dim"))
    return Group(*parts)


def _duplicates(report: Report) -> RenderableType | None:
    clusters = report.duplicate_clusters
    if not clusters:
        return None
    parts: list[RenderableType] = [_cluster(cluster) for cluster in clusters[:MOST_CLUSTERS]]
    total = report.totals["duplicate_clusters"]
    if total > MOST_CLUSTERS:
        parts.append(Text(f"and {total - MOST_CLUSTERS:,} more clusters; see clusters.parquet", style="dim"))
    return Group(*parts)


def _cluster(cluster: DuplicateCluster) -> Text:
    text = Text(f"{_show(cluster.keeper)}\n")
    for copy in cluster.copies[:MOST_LISTED]:
        text.append(f"  = {_show(copy.doc_id)}")
        text.append(f"  {copy.resemblance:.2f}\n", style="dim")
    if len(cluster.copies) > MOST_LISTED:
        text.append(f"  and {len(cluster.copies) - MOST_LISTED:,} more\n", style="dim")
    text.rstrip()
    return text


def _quotes(report: Report, *, plain: bool) -> RenderableType | None:
    if not report.quotes:
        return None
    total = report.totals["quote_clusters"]
    head = f"{report.quotes:,} {_plural(report.quotes, 'quote')} found, {total:,} carried by more than one document"
    parts: list[RenderableType] = [Text(head, style="dim")]
    parts += [format_quote_cluster(cluster, plain=plain) for cluster in report.quote_clusters[:MOST_CLUSTERS]]
    if total > MOST_CLUSTERS:
        parts.append(Text(f"\nand {total - MOST_CLUSTERS:,} more; `corpus-clean quotes OUT` shows them", style="dim"))
    return Group(*parts)


def format_quote_cluster(cluster: QuoteCluster, *, plain: bool) -> RenderableType:
    """Lay out a quote: its speaker, then the wordings one under another, differences marked, carriers below each.

    Args:
        cluster: the quote.
        plain: mark differences with characters, where there is no colour.
    """
    heading = Text("\n")
    heading.append(cluster.speaker or "speaker unknown", style="bold cyan")
    documents = len({variant.doc_id for variant in cluster.variants})
    heading.append(f"  in {documents:,} {_plural(documents, 'document')}", style="dim")
    dated = [variant for variant in cluster.variants if variant.published]
    if dated:
        first = min(dated, key=lambda variant: (variant.published, variant.doc_id))
        heading.append(f", first on {first.published[:10]} {first.portal or _show(first.doc_id)}", style="dim")
    if cluster.flags:
        heading.append(f"  {', '.join(cluster.flags)}", style="yellow")
    parts: list[RenderableType] = [heading]
    wordings: dict[str, list[Variant]] = {}
    for variant in cluster.variants:
        wordings.setdefault(variant.text, []).append(variant)
    reference = cluster.variants[0].text
    for text, variants in wordings.items():
        shown = Text(text) if text == reference else mark_differences(reference, text, plain=plain)
        parts.append(Padding(shown, (0, 0, 0, 2)))
        for variant in sorted(variants, key=lambda variant: (variant.published or "9", variant.doc_id)):
            known = (variant.published[:10], variant.portal, _show(variant.doc_id))
            parts.append(Padding(Text("— " + " · ".join(fact for fact in known if fact), style="dim"), (0, 0, 0, 6)))
    return Group(*parts)


def _not_processed(report: Report) -> RenderableType | None:
    if not report.rejections and not report.skipped:
        return None
    text = Text()
    for rejection in report.rejections[:MOST_LISTED]:
        text.append("quarantined ", style="red")
        text.append(f"{_show(rejection['doc_id'])}: {rejection['reason']}")
        text.append(f" ({_show(rejection['detail'])})\n" if rejection["detail"] else "\n", style="dim")
    for entry in report.skipped[:MOST_LISTED]:
        text.append("skipped ", style="yellow")
        text.append(f"{_show(entry['path'])}: {entry['reason']}\n")
    hidden = sum(max(0, report.totals[name] - MOST_LISTED) for name in ("rejections", "skipped"))
    if hidden:
        text.append(f"and {hidden:,} more; see quarantine/", style="dim")
    text.rstrip()
    return text


def _show(name: str) -> str:
    """Escape what could steer a terminal: control characters and direction marks."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)


def _plural(count: int, noun: str) -> str:
    return noun if count == 1 else noun + "s"
