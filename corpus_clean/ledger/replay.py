"""Edits forwards and backwards: the clean text plus its edits is the original."""

from collections.abc import Iterable, Sequence
from operator import attrgetter

from corpus_clean.errors import IntegrityError
from corpus_clean.types import Edit, Stage

FORWARD: tuple[Stage, ...] = ("repair", "extract", "rules")
"""The stages that edit text, in the order in which they do it."""


def apply_edits(text: str, edits: Sequence[Edit]) -> str:
    """Return what a stage made of its input.

    Example:
        >>> edit = Edit("a", "rules", 0, 5, "Iklan", "", "r", "1", "delete")
        >>> apply_edits("Iklan Hujan.", [edit])
        ' Hujan.'
    """
    pieces: list[str] = []
    position = 0
    for edit in edits:
        pieces += (text[position : edit.start], edit.after)
        position = edit.end
    return "".join([*pieces, text[position:]])


def undo_edits(text: str, edits: Sequence[Edit]) -> str:
    """Return the input of a stage from its output.

    Raises:
        IntegrityError: the output does not hold what an edit says it put there.

    Example:
        >>> edit = Edit("a", "rules", 0, 5, "Iklan", "", "r", "1", "delete")
        >>> undo_edits(" Hujan.", [edit])
        'Iklan Hujan.'
    """
    pieces: list[str] = []
    here = 0  # in the output
    there = 0  # in the input
    for edit in edits:
        untouched = edit.start - there
        kept = text[here : here + untouched]
        here += untouched
        if untouched < 0 or len(kept) != untouched or text[here : here + len(edit.after)] != edit.after:
            raise IntegrityError(f"{edit.doc_id}: edit {edit.rule_id} at {edit.start} does not fit the output")
        pieces += (kept, edit.before)
        here += len(edit.after)
        there = edit.end
    return "".join([*pieces, text[here:]])


def undo_stages(text: str, edits: Iterable[Edit]) -> str:
    """Return the decoded text of a record from its clean text, stage by stage backwards.

    Example:
        >>> undo_stages("Hujan.", [Edit("a", "rules", 6, 12, " Iklan", "", "r", "1", "delete")])
        'Hujan. Iklan'
    """
    by_stage: dict[str, list[Edit]] = {}
    for edit in edits:
        if edit.action != "flag":
            by_stage.setdefault(edit.stage, []).append(edit)
    for stage in reversed(FORWARD):
        if stage in by_stage:
            text = undo_edits(text, sorted(by_stage[stage], key=attrgetter("start", "end")))
    return text
