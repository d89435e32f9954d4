"""One document's edits, each in its place and with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.text import Text

from corpus_clean.reports.layout import Hanging, style_words
from corpus_clean.reports.wording import dump_json, escape_name
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
    rows = [asdict(explanation) for explanation in explanations]
    return dump_json([{name: value for name, value in row.items() if name != "inputs"} for row in rows])


def print_explanation(explanation: Explanation, console: Console, descriptions: Mapping[str, Description]) -> None:
    """Print a document's edits in order, each marked in its context: with characters where there are no styles."""
    facts = [escape_name(explanation.status), explanation.portal, explanation.language]
    console.print(Hanging(style_words((escape_name(explanation.doc_id), "bold"))))
    console.print(Hanging(style_words((" · ".join(fact for fact in facts if fact), "dim")), 2))
    for name, value in asdict(explanation.metadata).items():
        if value:
            console.print(Hanging(style_words(value), 2, style_words((f"{name}  ", "dim"))))
    if explanation.rejection is not None:
        console.print(Hanging(style_words((f"quarantined: {explanation.rejection.reason}", "red")), 2))
        console.print(Hanging(style_words(explanation.rejection.detail), 2))
    elif not explanation.edits:
        console.print(Text("  nothing to take out", style="green"))
    for edit in explanation.edits:
        description = descriptions.get(edit.rule_id.partition(":")[0], Description(""))
        console.print()
        console.print(_heading(edit))
        if description.what:
            console.print(Hanging(style_words((description.what, "dim")), 4))
        source = explanation.inputs.get(edit.stage, "")
        console.print(Hanging(_in_context(edit, source, plain=not console.is_terminal), 4))
        if description.why:
            console.print(Hanging(style_words((description.why, "dim")), 4, style_words(("why: ", "dim"))))


def _heading(edit: Edit) -> Hanging:
    verb, style = ("flagged", "yellow") if edit.action == "flag" else (edit.action, "red")
    words = style_words((verb, style), f" {edit.start}:{edit.end}  ", (f"{edit.rule_id} v{edit.rule_version}", "cyan"))
    return Hanging(words, 2)


def _in_context(edit: Edit, source: str, *, plain: bool) -> Text:
    # A removed line takes its line break along; the context is that of its words.
    start = edit.start + len(edit.before) - len(edit.before.lstrip("\r\n"))
    end = edit.end - (len(edit.before) - len(edit.before.rstrip("\r\n")))
    before = source[max(0, start - _AROUND) : start].rpartition("\n")[2]
    after = source[end : end + _AROUND].partition("\n")[0]
    removed, instead = _shorten(edit.before), _shorten(edit.after)
    if edit.action == "flag":
        marked = [(f"[?{removed}?]" if plain else removed, "reverse")]
    else:
        marked = [(f"[-{removed}-]" if plain else removed, "strike red")]
        if instead:
            marked.append((f"{{+{instead}+}}" if plain else instead, "green"))
    return style_words((before, "dim"), *marked, (after.rstrip(), "dim"))


def _shorten(text: str) -> str:
    text = text.strip("\r\n").replace("\r\n", "\n")
    if len(text) <= _SHOWN:
        return text
    return f"{text[: _SHOWN // 2]} … {len(text) - _SHOWN:,} characters more … {text[-_SHOWN // 2 :]}"
