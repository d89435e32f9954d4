"""One document's edits, each in its place and with its reason."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from corpus_clean.types import Edit, Metadata, Rejection

_SHOWN = 400
_AROUND = 60


@dataclass(frozen=True, slots=True)
class Description:
    """A rule in its own words: what it does and why that is right."""

    what: str
    why: str = ""
    safety: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What happened to one document. `inputs` are the texts that each stage's offsets count in."""

    doc_id: str
    status: str
    portal: str
    language: str
    metadata: Metadata
    edits: Sequence[Edit]
    inputs: Mapping[str, str]
    rejection: Rejection | None = None


def format_json(explanations: Sequence[Explanation]) -> str:
    """Return explanations as JSON, without the stages' texts."""
    rows = []
    for explanation in explanations:
        row = asdict(explanation)
        del row["inputs"]
        rows.append(row)
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def print_explanation(explanation: Explanation, console: Console, descriptions: Mapping[str, Description]) -> None:
    """Print a document's edits in order."""
    facts = [explanation.status, explanation.portal, explanation.language]
    head = Text(explanation.doc_id, style="bold")
    head.append("  " + " · ".join(fact for fact in facts if fact), style="dim not bold")
    console.print(head)
    for name, value in asdict(explanation.metadata).items():
        if value:
            console.print(Text.assemble(("  " + name, "dim"), "  ", value))
    if explanation.rejection is not None:
        console.print(Text(f"  quarantined: {explanation.rejection.reason}", style="red"))
        console.print(Text(f"  {explanation.rejection.detail}"))
    if not explanation.edits and explanation.rejection is None:
        console.print(Text("  nothing to take out", style="green"))
    for edit in explanation.edits:
        console.print()
        description = descriptions.get(edit.rule_id.partition(":")[0], Description(""))
        console.print(_heading(edit, description))
        console.print(Padding(_in_context(edit, explanation.inputs.get(edit.stage, "")), (0, 0, 0, 4)))
        if description.why:
            console.print(Padding(Text(f"why: {description.why}", style="dim"), (0, 0, 0, 4)))


def _heading(edit: Edit, description: Description) -> Text:
    text = Text("  ")
    text.append({"flag": "flagged"}.get(edit.action, edit.action), style="yellow" if edit.action == "flag" else "red")
    text.append(f" {edit.start}:{edit.end}  ")
    text.append(f"{edit.rule_id} v{edit.rule_version}", style="cyan")
    if description.what:
        text.append(f"  {description.what}")
    return text


def _in_context(edit: Edit, source: str) -> Text:
    # A removed line takes its line break along; the context is that of its words.
    start = edit.start + len(edit.before) - len(edit.before.lstrip("\r\n"))
    end = edit.end - (len(edit.before) - len(edit.before.rstrip("\r\n")))
    before = source[max(0, start - _AROUND) : start].rpartition("\n")[2]
    after = source[end : end + _AROUND].partition("\n")[0]
    text = Text()
    text.append(before, style="dim")
    text.append(_shorten(edit.before), style="reverse" if edit.action == "flag" else "strike red")
    if edit.action != "flag" and edit.after:
        text.append(_shorten(edit.after), style="green")
    text.append(after, style="dim")
    return text


def _shorten(text: str) -> str:
    text = text.strip("\r\n")
    if len(text) <= _SHOWN:
        return text
    return f"{text[: _SHOWN // 2]} … {len(text) - _SHOWN:,} characters more … {text[-_SHOWN // 2 :]}"
