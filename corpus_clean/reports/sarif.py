"""Findings in the Static Analysis Results Interchange Format (SARIF 2.1.0, OASIS), for code scanning."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from corpus_clean.reports.findings import advise
from corpus_clean.types import Finding

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"

Words = Mapping[str, tuple[str, str]]
"""What each rule does, and why, by its id."""


def format_sarif(findings: Sequence[Finding], words: Words, version: str) -> str:
    """Return a SARIF log with one run.

    Args:
        findings: in order.
        words: what is said of the rules.
        version: this package's.

    Example:
        >>> log = json.loads(format_sarif([Finding("noise", "a b.txt", "a b.txt", "id/x", "m", line=3)], {}, "1.0"))
        >>> log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]
        {'startLine': 3}
    """
    names = sorted({finding.rule_id for finding in findings})
    seen: Counter[tuple[str, ...]] = Counter()
    run = {
        "tool": {"driver": {"name": "corpus-clean", "version": version, "rules": list(_describe_rules(names, words))}},
        "columnKind": "unicodeCodePoints",
        "automationDetails": {"id": "corpus-clean/"},
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The top of the data set's repository."}}},
        "invocations": [{"executionSuccessful": True}],
        "results": [_format(finding, names, seen) for finding in findings],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def _describe_rules(names: Iterable[str], words: Words) -> Iterable[dict[str, Any]]:
    for name in names:
        what, why = words.get(name, ("", ""))
        rule: dict[str, Any] = {"id": name}
        if what:
            rule |= {"shortDescription": {"text": what}, "fullDescription": {"text": why or what}}
            rule["help"] = {"text": f"{what}. {why}".strip()}
        yield rule


def _format(finding: Finding, names: Sequence[str], seen: Counter[tuple[str, ...]]) -> dict[str, Any]:
    known_by = (finding.path, finding.rule_id, finding.key, finding.other)
    seen[known_by] += 1
    fingerprint = hashlib.sha256("\0".join((*known_by, str(seen[known_by]))).encode("utf-8", "replace")).hexdigest()
    place: dict[str, Any] = {"artifactLocation": {"uri": _link(finding.path), "uriBaseId": _ROOT}}
    region = _find_region(finding)
    if region:
        place["region"] = region
    result: dict[str, Any] = {
        "ruleId": finding.rule_id,
        "ruleIndex": names.index(finding.rule_id),
        "level": finding.level,
        "message": {"text": "\n".join(filter(None, (finding.message, finding.diff, advise(finding))))},
        "locations": [{"physicalLocation": place, "logicalLocations": [{"fullyQualifiedName": finding.doc_id}]}],
        "partialFingerprints": {"corpusClean/v1": fingerprint},
    }
    if finding.other:
        other = re.sub(r"#\d+$", "", finding.other)
        location = {"artifactLocation": {"uri": _link(other), "uriBaseId": _ROOT}}
        result["relatedLocations"] = [
            {"physicalLocation": location, "message": {"text": f"{finding.other}, Jaccard {finding.jaccard:.2f}"}}
        ]
    return result


def _find_region(finding: Finding) -> dict[str, Any]:
    values = {
        "startLine": finding.line,
        "startColumn": finding.column,
        "endLine": finding.end_line,
        "endColumn": finding.end_column,
    }
    region: dict[str, Any] = {name: value for name, value in values.items() if value and finding.line}
    if region and finding.before.strip():
        region["snippet"] = {"text": finding.before.strip()}
    return region


def _link(path: str) -> str:
    return quote(path, errors="surrogateescape")
