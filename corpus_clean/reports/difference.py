"""What changes, as lines that begin with `-`, `+` or a space; only what is near the change, and not too much of it."""

import itertools
from difflib import SequenceMatcher

from corpus_clean.types import Edit

_AROUND = 60
_WIDEST = 300
_MOST_LINES = 12


def show_edit(text: str, edit: Edit) -> str:
    r"""Return an edit as the lines it takes (`-`) and leaves (`+`), with what stands around it on them.

    Example:
        >>> print(show_edit("Hujan. Iklan\nSiaga.", Edit("a", "rules", 6, 12, " Iklan", "", "r", "1", "delete")))
        -Hujan. Iklan
        +Hujan.
    """
    first = text.rfind("\n", 0, edit.start) + 1
    stop = text.find("\n", edit.end)
    # A cut that takes a line's break and leaves nothing of the line changes no other line.
    whole = edit.start == first and edit.before.endswith("\n") and not edit.after
    last = edit.end if whole else len(text) if stop < 0 else stop
    before, behind = text[first : edit.start], text[edit.end : last]
    before = before if len(before) <= _AROUND else "…" + before[-_AROUND:]
    behind = behind if len(behind) <= _AROUND else behind[:_AROUND] + "…"
    if edit.action == "flag":
        return _prefix(" ", before + edit.before + behind)
    return "\n".join(
        filter(None, (_prefix("-", before + edit.before + behind), _prefix("+", before + edit.after + behind)))
    )


def _prefix(sign: str, text: str) -> str:
    lines = [line.rstrip("\r") for line in text.split("\n") if line.strip()]
    more = len(lines) - _MOST_LINES
    if more > 0:
        lines[_MOST_LINES:] = [f"… {more} lines more"]
    return "\n".join(sign + line for line in lines)


def show_changes(old: str, new: str) -> str:
    r"""Return the lines in which two texts differ, cut down to what is around the difference.

    Example:
        >>> print(show_changes("Air surut.\nWarga pulang.", "Air surut.\nWarga kembali."))
        -Warga pulang.
        +Warga kembali.
    """
    a, b = old.splitlines(), new.splitlines()
    lines: list[str] = []
    for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag != "equal":
            for left, right in itertools.zip_longest(a[i:j], b[k:m]):
                lines += _trim_pair(left, right)
    more = len(lines) - _MOST_LINES
    if more > 0:
        lines[_MOST_LINES:] = [f" … {more} lines more"]
    return "\n".join(lines)


def _trim_pair(left: str | None, right: str | None) -> list[str]:
    if left is None or right is None:
        text = (right if left is None else left) or ""
        shown = text if len(text) <= 2 * _AROUND else text[: 2 * _AROUND] + "…"
        return [("+" if left is None else "-") + shown] if text.strip() else []
    from rapidfuzz.distance import Postfix, Prefix

    head = Prefix.similarity(left, right)
    tail = min(Postfix.similarity(left, right), min(len(left), len(right)) - head)
    start = max(0, head - _AROUND)
    old, new = (_shorten(text[start : len(text) - max(0, tail - _AROUND)]) for text in (left, right))
    before, behind = "…" if start else "", "…" if tail > _AROUND else ""
    return [f"-{before}{old}{behind}", f"+{before}{new}{behind}"]


def _shorten(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST // 2]} … {text[-_WIDEST // 2 :]}"
