"""Findings as workflow commands, which GitHub turns into annotations of the lines of a pull request."""

from collections.abc import Iterable

from corpus_clean.reports.findings import advise
from corpus_clean.types import Finding


def format_github(findings: Iterable[Finding]) -> str:
    """Return one `::error` or `::notice` command a finding.

    Example:
        >>> print(format_github([Finding("noise", "a,b.txt", "a,b.txt", "id/x", "100% noise", line=3)])[:55])
        ::error file=a%2Cb.txt,line=3,title=id/x::100%25 noise%
    """
    return "".join(f"{_format(finding)}\n" for finding in findings)


def _format(finding: Finding) -> str:
    values: dict[str, object] = {"file": finding.path}
    if finding.line:
        values["line"] = finding.line
    if finding.end_line:
        values["endLine"] = finding.end_line
    if finding.column and finding.line == finding.end_line:  # GitHub takes columns only within one line
        values |= {"col": finding.column, "endColumn": finding.end_column}
    values["title"] = finding.rule_id
    properties = ",".join(f"{name}={_escape(str(value), ':,')}" for name, value in values.items())
    part = finding.doc_id.removeprefix(finding.path)
    message = "\n".join(filter(None, (f"{part} {finding.message}".strip(), finding.diff, advise(finding))))
    return f"::{'error' if finding.level == 'error' else 'notice'} {properties}::{_escape(message)}"


def _escape(text: str, more: str = "") -> str:
    return "".join(f"%{ord(c):02X}" if c in f"%\r\n{more}" else c for c in text)
