"""What `run` would take out of a record, as findings: where it stands in the file, by which rule, and what is left."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus_clean.config import Config
from corpus_clean.engines.watch import watch
from corpus_clean.errors import RejectedRecordError
from corpus_clean.ledger.replay import apply_edits
from corpus_clean.pipeline.clean import Cleaned, clean_record
from corpus_clean.pipeline.whole import Whole
from corpus_clean.readers.base import load_readers
from corpus_clean.reports.difference import show_edit
from corpus_clean.rules.rule import Rule
from corpus_clean.rules.ruleset import RuleSet
from corpus_clean.storage.fingerprint import hash_bytes
from corpus_clean.types import Edit, Finding, Record

APPLIED = ("safe", "review")
"""The safety levels of rules that change a text."""

_DIGEST = 12


@dataclass(frozen=True, slots=True)
class Source:
    """A record's text as it stands in the file, and all edits to it, sorted and counting in that text.

    For a page it is the main text, which stands nowhere in the file.
    """

    record: Record
    text: str
    codec: str
    edits: tuple[Edit, ...]


def find_edits(record: Record, rules: RuleSet, config: Config) -> Source:
    """Take a record through the stages, and bring what they do to it into one text's offsets.

    Raises:
        RejectedRecordError: a stage cannot make sense of it.
    """
    cleaned = clean_record(record, rules, replace(config, quotes=replace(config.quotes, enabled=False)))
    repairs = [edit for edit in cleaned.edits if edit.stage == "repair"]
    marks = [edit for edit in cleaned.edits if edit.stage == "rules"]
    if any(edit.stage == "extract" for edit in cleaned.edits):
        return Source(record, _extracted(cleaned), cleaned.codec, tuple(marks))
    return Source(record, cleaned.decoded, cleaned.codec, merge_edits(cleaned.decoded, repairs, marks))


def merge_edits(text: str, first: Sequence[Edit], second: Sequence[Edit]) -> tuple[Edit, ...]:
    """Return the edits of two stages as edits of the first one's input; what the second takes whole is the second's.

    Example:
        >>> repair = Edit("a", "repair", 0, 3, "â€œ", "“", "repair.mojibake", "1", "repair")
        >>> cut = Edit("a", "rules", 3, 9, " Iklan", "", "spam", "1", "delete")
        >>> [(edit.start, edit.end, edit.before) for edit in merge_edits("â€œYa Iklan", [repair], [cut])]
        [(0, 3, 'â€œ'), (5, 11, ' Iklan')]
    """
    if not first:
        return tuple(second)
    merged: list[Edit] = []
    for edit in second:
        start, end = _trace(edit.start, first, end=False), _trace(edit.end, first, end=True)
        before = text[start:end]
        after = before if edit.action == "flag" else edit.after
        merged.append(replace(edit, start=start, end=end, before=before, after=after))
    cutting = [edit for edit in merged if edit.action != "flag"]
    for edit in first:
        if not any(cut.start <= edit.start and edit.end <= cut.end for cut in cutting):
            merged.append(edit)
    return tuple(sorted(merged, key=lambda edit: (edit.start, edit.end)))


def _trace(offset: int, edits: Sequence[Edit], *, end: bool) -> int:
    """Return where a span of the output that begins (or ends) there begins (or ends) in the input."""
    grown = 0
    for edit in edits:
        first = edit.start + grown
        last = first + len(edit.after)
        if offset < first or (offset == first and (end or edit.after)):
            break
        if offset < last:
            return edit.end if end else edit.start
        grown += len(edit.after) - len(edit.before)
    return offset - grown


def find_noise(whole: Whole, rules: RuleSet, config: Config) -> list[Finding]:
    """Return the findings of one file, in the order of its records."""
    found: list[Finding] = []
    line = 1 + whole.head.count(b"\n")
    for record in whole.records:
        placed = has_places(record) and line > 0
        first = line + record.prefix.count(b"\n") if placed else 0
        found += _find_in_record(record, first, rules, config)
        if record.span:
            line = 0  # a record too long to be held: where the next ones begin is not known
        elif placed:
            line += sum(part.count(b"\n") for part in (record.prefix, record.payload, record.suffix))
    return found


def has_places(record: Record) -> bool:
    """Tell whether places in a record's text are places in the file: its text is spliced out of it, and no page's."""
    return record.media == "text" and load_readers()[record.format].KIND == "spliced"


def digest_noise(text: str) -> str:
    """Return what the baseline knows a piece of noise by: the same, however it is spaced."""
    return hash_bytes(" ".join(text.split()).encode("utf-8"))[:_DIGEST]


def _find_in_record(record: Record, line: int, rules: RuleSet, config: Config) -> Iterator[Finding]:
    try:
        with watch(record.id, config.read.timeout):
            source = find_edits(record, rules, config)
    except RejectedRecordError as error:
        yield _reject(record, line, error)
        return
    if source.codec != "utf-8" and record.media == "text":
        raw = hash_bytes(record.payload)[:_DIGEST]
        message = f"is in {source.codec}, not in UTF-8; convert it, as `run` would"
        yield Finding("noise", record.path, record.id, "decode.charset", message, line=line, key=raw)
    if source.edits:
        from corpus_clean.pipeline.describe import describe_rules  # its words cost a hook's start; most need none

        words = describe_rules(config.rules.packs)
        known = {rule.id: rule for rule in rules.rules}
        for edit in source.edits:
            yield _describe(source, edit, line, known.get(edit.rule_id), words[edit.rule_id].what)


def _reject(record: Record, line: int, error: RejectedRecordError) -> Finding:
    rule = f"{error.stage}.{re.sub('[^a-z0-9]+', '-', error.reason.lower()).strip('-')}"
    raw = hash_bytes(record.prefix + record.payload + record.suffix)[:_DIGEST]
    message = f"`run` would quarantine this: {error.detail or error.reason}"
    return Finding("noise", record.path, record.id, rule, message, line=line, key=raw)


def _describe(source: Source, edit: Edit, line: int, rule: Rule | None, what: str) -> Finding:
    record, text = source.record, source.text
    capped = edit.action == "flag" and rule is not None and rule.action != "flag" and rule.safety in APPLIED
    if capped:
        what = f"{what}; left in by `run`, as too much of the text would go or matching took too long: look at it"
    first, column, last, end_column = _locate(source, edit, line)
    return Finding(
        "noise",
        record.path,
        record.id,
        edit.rule_id,
        what,
        level="note" if edit.action == "flag" and not capped else "error",
        rule_version=edit.rule_version,
        before=edit.before,
        after=edit.after,
        diff=show_edit(text, edit),
        key=digest_noise(edit.before),
        fixable=is_fixable(source, edit, rule),
        line=first,
        column=column,
        end_line=last,
        end_column=end_column,
    )


def _locate(source: Source, edit: Edit, line: int) -> tuple[int, int, int, int]:
    """Return line and column of an edit's beginning and end; `line` is the one that the record's text begins on."""
    text, payload = source.text, source.record.payload
    if not line:
        return 0, 0, 0, 0
    if source.record.format != "text" and b"\n" not in payload.strip(b"\n"):
        return line, 0, 0, 0  # the text is within one line of the file, escaped: columns would mislead
    # A removed line takes its line break along; the place is that of its words.
    start = edit.start + len(edit.before) - len(edit.before.lstrip())
    end = max(start, edit.end - (len(edit.before) - len(edit.before.rstrip())))
    first, column = line + text.count("\n", 0, start), start - text.rfind("\n", 0, start)
    return first, column, line + text.count("\n", 0, end), end - text.rfind("\n", 0, end)


def is_fixable(source: Source, edit: Edit, rule: Rule | None) -> bool:
    """Tell whether `fix` may make an edit: a safe rule's or a repair, in a text that stands in the file as UTF-8."""
    harmless = edit.stage == "repair" or (rule is not None and rule.safety == "safe")
    record = source.record
    rewritten = record.media == "text" and load_readers()[record.format].KIND in {"spliced", "columns"}
    return harmless and rewritten and edit.action != "flag" and source.codec == "utf-8"


def _extracted(cleaned: Cleaned) -> str:
    text = cleaned.decoded
    for stage in ("repair", "extract"):
        text = apply_edits(text, [edit for edit in cleaned.edits if edit.stage == stage])
    return text
