"""Findings for programs: valid by the schema of each, with nothing that steers a terminal or a workflow."""

import json

import pytest
from sarif_kit.validate import validation_errors

from corpus_clean.pipeline.describe import describe_rules
from corpus_clean.reports.findings import format_json
from corpus_clean.reports.github import format_github
from corpus_clean.reports.sarif import format_sarif
from corpus_clean.types import Finding

FINDINGS = [
    Finding(
        "noise",
        "data/berita pagi.txt",
        "data/berita pagi.txt",
        "id/common.baca-juga-titled",
        "A line `Baca juga: …`",
        line=3,
        column=1,
        end_line=3,
        end_column=20,
        rule_version="1.0.0",
        before="Baca juga: Panen Raya\n",
        diff="-Baca juga: Panen Raya",
        key="0f0f",
        fixable=True,
    ),
    Finding("noise", "a.jsonl", "a.jsonl#2", "read.not-valid-json", "`run` would quarantine this", line=3, key="aa"),
    Finding("noise", "a.jsonl", "a.jsonl#4", "read.not-valid-json", "`run` would quarantine this", line=5, key="aa"),
    Finding("duplicate", "b#1.txt", "b#1.txt", "dedup.exact", "says the same as", other="c.jsonl#7", jaccard=1.0),
    Finding("unchecked", "x\n::error::y.txt", "x\n::error::y.txt", "unchecked.git-lfs", "not checked", level="note"),
]


def sarif(findings: list[Finding]) -> dict[str, object]:
    words = {name: (rule.what, rule.why) for name, rule in describe_rules().items()}
    log: dict[str, object] = json.loads(format_sarif(findings, words, "1.0"))
    return log


@pytest.mark.parametrize("findings", [[], FINDINGS[:1], FINDINGS])
def test_sarif_is_valid_by_the_official_schema(findings: list[Finding]) -> None:
    assert validation_errors(sarif(findings)) == []


def test_the_schema_would_tell() -> None:
    log = sarif(FINDINGS)
    log["runs"][0]["results"][0]["level"] = "fatal"  # type: ignore[index]
    assert validation_errors(log)


def test_sarif_says_where_what_and_which_rule() -> None:
    run = sarif(FINDINGS)["runs"][0]  # type: ignore[index]
    results = run["results"]
    assert [result["ruleId"] for result in results] == [finding.rule_id for finding in FINDINGS]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in results)
    assert all("shortDescription" in rule for rule in rules if not rule["id"].startswith("read."))
    place = results[0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "data/berita%20pagi.txt"
    assert place["region"]["endColumn"] == 20
    assert results[3]["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "c.jsonl"
    fingerprints = [result["partialFingerprints"]["corpusClean/v1"] for result in results]
    assert len(set(fingerprints)) == len(results)


def test_a_fingerprint_does_not_depend_on_the_line() -> None:
    from dataclasses import replace

    moved = [replace(FINDINGS[0], line=9, end_line=9)]
    a, b = (sarif(found)["runs"][0]["results"][0]["partialFingerprints"] for found in (FINDINGS[:1], moved))  # type: ignore[index]
    assert a == b


def test_no_text_becomes_a_command_of_github() -> None:
    lines = format_github(FINDINGS).splitlines()
    assert len(lines) == len(FINDINGS)
    assert all(line.startswith(("::error file=", "::notice file=")) for line in lines)
    assert lines[0].startswith("::error file=data/berita pagi.txt,line=3,endLine=3,col=1,endColumn=20,title=id/common")


def test_json_has_every_field() -> None:
    report = json.loads(format_json(FINDINGS, 2, 5))
    assert (report["accepted"], report["files"]) == (2, 5)
    assert [Finding(**row) for row in report["findings"]] == FINDINGS
