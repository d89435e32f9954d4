"""The Markdown report: a table of text of the corpus, in which none of it is markup."""

import html
import re
from dataclasses import replace
from pathlib import Path

import pytest

from corpus_clean.reports.markdown import MOST, format_markdown
from corpus_clean.reports.model import Copy, DuplicateCluster, Report, build_report
from corpus_clean.reports.quote_clusters import QuoteCluster, Variant

HOSTILE = "`a` | <b onclick=x>\n\n# [x](http://x.example) @kota #3 ~~*_y_*~~ $z$ &amp; \x1b[31m www.x.example \\"


@pytest.fixture
def report(newsroom_out: Path) -> Report:
    return build_report(newsroom_out)


def cells(markdown: str, title: str) -> list[list[str]]:
    """Return the cells of a section's table, split as GitHub splits them: at bars that no backslash precedes."""
    section = markdown.partition(f"### {title}\n\n")[2].partition("\n\n")[0]
    lines = section.splitlines()
    assert set(lines[1]) == set("|-")
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in [lines[0], *lines[2:]]]


def read(cell: str) -> str:
    """Undo the escapes of words."""
    return html.unescape(re.sub(r"\\([^a-z0-9\s])", r"\1", cell)).replace("\u200b", "")


def with_quote(report: Report, **names: str) -> Report:
    variant = Variant("doc", "portal", "2024-11-01", "Sarma", "air surut", keeper=True)
    cluster = QuoteCluster("q", names.get("speaker", "Sarma"), [], [replace(variant, **names)])
    return replace(report, quote_clusters=[cluster])


@pytest.mark.parametrize("field", ["speaker", "text", "portal"])
def test_words_of_the_corpus_are_no_markup(report: Report, field: str) -> None:
    markdown = format_markdown(with_quote(report, **{field: HOSTILE}), {})
    header, *rows = cells(markdown, "Shared quotes")
    assert [len(row) for row in rows] == [len(header)]
    cell = rows[0][["speaker", "text", "portal"].index(field)]
    assert read(cell) == " ".join(HOSTILE.split()).replace("\x1b", "\\u001b")
    assert "<" not in cell
    assert not re.search(r"(?<!\\)[`*_\[\]|~$]", cell)
    assert not re.search(r"@\w|(?<!&)#\d|://\w|www\.", cell)


@pytest.mark.parametrize("name", ["a|b.txt", "`a`.txt", "``", "<b>.txt", "a\nb\x1b.txt", "news.jsonl#3", "[/foo].txt"])
def test_names_are_code(report: Report, name: str) -> None:
    cluster = DuplicateCluster("d", "keeper", [Copy(name, 1.0)])
    _, row = cells(format_markdown(replace(report, duplicate_clusters=[cluster]), {}), "Duplicates")
    assert len(row) == 3
    code = re.fullmatch(r"(`+)( ?)(.*?)\2\1", row[1])
    assert code
    assert code[1] not in re.findall("`+", code[3])
    shown = code[3].replace("\\|", "|")
    assert shown == name.replace("\n", "\\n").replace("\x1b", "\\x1b")


def test_descriptions_of_rules_are_words(report: Report) -> None:
    words = {tally.name: HOSTILE for tally in report.rules}
    header, *rows = cells(format_markdown(report, words), "Removed and extracted")
    assert {len(row) for row in rows} == {len(header)}
    assert "<b" not in "".join(cell for row in rows for cell in row)


def test_long_lists_are_cut_and_say_so(report: Report) -> None:
    copies = [Copy(f"copy{number}", 0.9) for number in range(MOST + 5)]
    many = replace(report, duplicate_clusters=[DuplicateCluster("d", "keeper", copies)])
    many = replace(many, documents={**report.documents, "duplicate": MOST + 5})
    markdown = format_markdown(many, {})
    assert len(cells(markdown, "Duplicates")) == 1 + MOST
    assert f"The first {MOST}; {MOST + 5} in all." in markdown


def test_the_check_of_removals_is_told(report: Report) -> None:
    assert report.removal_check
    markdown = format_markdown(report, {})
    assert f"{report.removal_check.checked} of {report.removal_check.removed} measured again" in markdown
