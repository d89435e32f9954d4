"""Findings of a check for people and for programs: what, where, by which rule, and what to do about it."""

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from corpus_clean.reports.wording import count_things, dump_json, escape_controls, escape_name
from corpus_clean.types import Finding

if TYPE_CHECKING:
    from rich.console import Console

_STYLES = {"-": "red", "+": "green", " ": "dim"}


def name_place(finding: Finding, prefix: str = "") -> str:
    """Return where a finding is, the way editors and terminals make links of.

    Example:
        >>> name_place(Finding("noise", "a.jsonl", "a.jsonl#2", "r", "m", line=3))
        'a.jsonl:3 (#2)'
        >>> name_place(Finding("noise", "a.txt", "a.txt", "r", "m", line=3, column=7), "data/")
        'data/a.txt:3:7'
    """
    place = prefix + escape_name(finding.path)
    if finding.line:
        place += f":{finding.line}" + (f":{finding.column}" if finding.column else "")
    part = finding.doc_id.removeprefix(finding.path)
    return f"{place} ({escape_name(part)})" if part else place


def advise(finding: Finding, prefix: str = "", *, staged: bool = False) -> str:
    """Return what to do about a finding, in one line; `prefix` leads from here to the folder that paths count from.

    Example:
        >>> advise(Finding("noise", "a.txt", "a.txt", "r", "m", fixable=True))
        'fix: corpus-clean fix a.txt; accept: corpus-clean baseline update a.txt'
    """
    name = shlex.quote(prefix + escape_name(finding.path))
    accept = f"accept: corpus-clean baseline update {'--staged ' if staged else ''}{name}"
    if finding.kind == "unchecked":
        return "fix: fetch the content (`git lfs pull`, `git annex get`); accept: --allow-unchecked"
    if finding.kind == "duplicate":
        return f"fix: leave one of the two out; {accept}"
    return f"fix: {f'corpus-clean fix {name}' if finding.fixable else 'take it out by hand'}; {accept}"


def print_findings(findings: Iterable[Finding], console: "Console", prefix: str = "", *, staged: bool = False) -> None:
    """Print each finding with its rule, its diff and what to do about it; nothing in a text steers the terminal."""
    from corpus_clean.reports.layout import style_words

    for finding in findings:
        version = f" v{finding.rule_version}" if finding.rule_version else ""
        mark = ("note ", "yellow") if finding.level == "note" else ""
        place = (name_place(finding, prefix), "bold")
        words = style_words(place, ": ", mark, (finding.rule_id + version, "cyan"), " ", finding.message)
        console.print(words, soft_wrap=True)
        for line in escape_controls(finding.diff).split("\n") if finding.diff else ():
            console.print(style_words("    ", (line, _STYLES.get(line[:1], ""))), soft_wrap=True)
        console.print(style_words("    ", (advise(finding, prefix, staged=staged), "dim")), soft_wrap=True)


def summarize(findings: Sequence[Finding], accepted: int, files: int) -> str:
    """Return what a check came to, in one line.

    Example:
        >>> summarize([Finding("noise", "a.txt", "a.txt", "r", "m", fixable=True)], 2, 3)
        '1 finding in 1 of 3 files (1 that `corpus-clean fix` can mend); 2 findings accepted'
        >>> summarize([], 0, 1)
        'no findings in 1 file'
    """
    passed = f"; {count_things(accepted, 'finding')} accepted" if accepted else ""
    if not findings:
        return f"no findings in {count_things(files, 'file')}{passed}"
    concerned = len({finding.path for finding in findings})
    fixable = sum(finding.fixable for finding in findings)
    mend = f" ({fixable:,} that `corpus-clean fix` can mend)" if fixable else ""
    return f"{count_things(len(findings), 'finding')} in {concerned:,} of {count_things(files, 'file')}{mend}{passed}"


def format_json(findings: Iterable[Finding], accepted: int, files: int) -> str:
    """Return the findings as JSON: all of their fields, and how many were accepted."""
    rows = [asdict(finding) for finding in findings]
    return dump_json({"files": files, "accepted": accepted, "findings": rows})
