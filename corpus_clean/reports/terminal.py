"""The report on a terminal, or in a pipe: the same words at any width."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rich.console import Console, RenderableType
from rich.text import Text

from corpus_clean.reports.layout import Hanging, style_words
from corpus_clean.reports.model import DuplicateCluster, Report
from corpus_clean.reports.quote_clusters import QuoteCluster, Variant
from corpus_clean.reports.removal_check import RemovalCheck
from corpus_clean.reports.wording import count_things, escape_controls, escape_name, format_percent, mark_differences

MOST_RULES = 12
MOST_CLUSTERS = 5
MOST_LISTED = 8

_STAGES = {
    "extract": "page furniture (HTML)",
    "rules": "portal noise",
    "repair": "mojibake repaired",
    "dedup": "duplicates left out",
}


def print_report(report: Report, out: Path | str, console: Console, descriptions: Mapping[str, str]) -> None:
    """Print what a run found.

    Args:
        report: the findings.
        out: where the run was published.
        console: where to print; data in it is never read as markup.
        descriptions: what each rule does, by rule id.
    """
    counts = report.documents
    headline = style_words(
        (f"{count_things(counts['kept'], 'document')} kept", "bold green"),
        f" · {count_things(counts['duplicate'], 'duplicate')} left out · ",
        (f"{counts['rejected']:,} quarantined", "bold red" if counts["rejected"] else ""),
    )
    console.print(Hanging(headline))
    console.print(Hanging(style_words((escape_name(str(out)), "dim")), 0, style_words(("→ ", "dim"))))
    sections = [
        ("Characters", _characters(report)),
        ("Removed and extracted, by rule", _rules(report, descriptions)),
        ("Duplicates", _duplicates(report)),
        ("Quotes", _quotes(report, plain=not console.is_terminal)),
        ("Not processed", _not_processed(report)),
    ]
    for title, lines in sections:
        for place, line in enumerate(lines):
            if place == 0:
                console.print(Text(f"\n{title}", style="bold"))
            console.print(line)


def _characters(report: Report) -> Iterator[RenderableType]:
    parts = [("read", report.characters["in"])]
    parts += [(words, report.characters.get(stage, 0)) for stage, words in _STAGES.items()]
    parts.append(("in the clean corpus", report.characters["out"]))
    rows = [(f"{count:,}", format_percent(count / (parts[0][1] or 1)), words) for words, count in parts if count]
    yield from _table(rows)


def _rules(report: Report, descriptions: Mapping[str, str]) -> Iterator[RenderableType]:
    shown = report.rules[:MOST_RULES]
    words = [
        style_words(t.name, (f"\n{descriptions.get(t.name.partition(':')[0], '')}".rstrip(), "dim")) for t in shown
    ]
    yield from _table([(f"{t.count:,} ×", f"{t.chars:,}", w) for t, w in zip(shown, words, strict=True)])
    if len(report.rules) > MOST_RULES:
        yield _note(f"and {count_things(len(report.rules) - MOST_RULES, 'more rule')}; all are in report.json")
    if report.flags:
        yield _note(f"{sum(tally.count for tally in report.flags):,} more flagged for review, left in the text")


def _duplicates(report: Report) -> Iterator[RenderableType]:
    for cluster in report.duplicate_clusters[:MOST_CLUSTERS]:
        yield from _cluster(cluster)
    if (more := report.totals["duplicate_clusters"] - MOST_CLUSTERS) > 0:
        yield _note(f"and {count_things(more, 'more cluster')}; see clusters.parquet")
    if report.removal_check and report.removal_check.checked:
        yield _note(describe_check(report.removal_check))


def describe_check(check: RemovalCheck) -> str:
    """Say in a sentence what measuring the removals again found."""
    words = f"{check.checked:,} of {check.removed:,} measured again on their texts, {check.confirmed:,} confirmed"
    if check.checked == check.removed:
        return words
    ends = f"{format_percent(check.lower)} to {format_percent(check.upper)}"
    return f"{words}: precision {format_percent(check.precision)} ({ends}, 95% confidence)"


def _cluster(cluster: DuplicateCluster) -> Iterator[RenderableType]:
    yield Hanging(style_words(escape_name(cluster.keeper)), 2)
    for copy in cluster.copies[:MOST_LISTED]:
        yield Hanging(style_words(escape_name(copy.doc_id)), 4, style_words((f"= {copy.resemblance:.2f}  ", "dim")))
    if len(cluster.copies) > MOST_LISTED:
        yield Hanging(style_words((f"and {len(cluster.copies) - MOST_LISTED:,} more", "dim")), 4)


def _quotes(report: Report, *, plain: bool) -> Iterator[RenderableType]:
    if not report.quotes:
        return
    total = report.totals["quote_clusters"]
    yield _note(f"{count_things(report.quotes, 'quote')} found, {total:,} carried by more than one document")
    for cluster in report.quote_clusters[:MOST_CLUSTERS]:
        yield from lay_out_quote(cluster, plain=plain)
    if total > MOST_CLUSTERS:
        yield _note(f"\nand {total - MOST_CLUSTERS:,} more; `corpus-clean quotes OUT` shows them")


def lay_out_quote(cluster: QuoteCluster, *, plain: bool) -> Iterator[RenderableType]:
    """Yield a quote's speaker, then the wordings one under another, differences marked, carriers below each.

    Args:
        cluster: the quote.
        plain: mark differences with characters, where there is no colour.
    """
    facts = [f"in {count_things(len({variant.doc_id for variant in cluster.variants}), 'document')}"]
    dated = [variant for variant in cluster.variants if variant.published]
    if dated:
        first = min(dated, key=lambda variant: (variant.published, variant.doc_id))
        facts.append("first on " + " by ".join(filter(None, [first.published[:10], _one_line(first.portal)])))
    heading = style_words(
        (_one_line(cluster.speaker) or "speaker unknown", "bold cyan"),
        (f"  {', '.join(facts)}", "dim"),
        ("".join(f" · {flag}" for flag in cluster.flags), "yellow"),
    )
    yield Text("")
    yield Hanging(heading, 2)
    wordings: dict[str, list[Variant]] = {}
    for variant in cluster.variants:
        wordings.setdefault(_one_line(variant.text), []).append(variant)
    reference = next(iter(wordings))
    for text, variants in wordings.items():
        yield Hanging(Text(text) if text == reference else mark_differences(reference, text, plain=plain), 4)
        for variant in sorted(variants, key=lambda variant: (variant.published or "9", variant.doc_id)):
            known = (variant.published[:10], _one_line(variant.portal), escape_name(variant.doc_id))
            carrier = " · ".join(fact for fact in known if fact)
            yield Hanging(style_words((carrier, "dim")), 6, style_words(("— ", "dim")))


def _not_processed(report: Report) -> Iterator[RenderableType]:
    for entry in report.rejections[:MOST_LISTED]:
        words = style_words(
            f"{escape_name(entry['doc_id'])}: {entry['reason']}",
            (f" ({_one_line(entry['detail'])})" if entry["detail"] else "", "dim"),
        )
        yield Hanging(words, 2, style_words(("quarantined ", "red")))
    for entry in report.skipped[:MOST_LISTED]:
        yield Hanging(
            style_words(f"{escape_name(entry['path'])}: {entry['reason']}"), 2, style_words(("skipped ", "yellow"))
        )
    if hidden := sum(max(0, report.totals[name] - MOST_LISTED) for name in ("rejections", "skipped")):
        yield _note(f"and {hidden:,} more; see quarantine/")


def _table(rows: Sequence[tuple[str, str, str | Text]]) -> Iterator[RenderableType]:
    """Two columns of numbers, and words that hang from them."""
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    for first, second, words in rows:
        label = Text(f"{first:>{widths[0]}}  {second:>{widths[1]}}  ")
        yield Hanging(words if isinstance(words, Text) else style_words(words), 2, label)


def _note(words: str) -> Hanging:
    return Hanging(style_words((words, "dim")), 2)


def _one_line(text: str) -> str:
    return escape_controls(" ".join(text.split()))
