"""Undo mojibake with ftfy, and nothing else that ftfy can do.

Quotation marks, ligatures, full-width forms, entities and normal forms are the author's and stay.
"""

import re
from typing import TYPE_CHECKING

from corpus_clean.languages.marks import blank_marks
from corpus_clean.types import Edit

if TYPE_CHECKING:
    from ftfy import TextFixerConfig

RULE = "repair.mojibake"
# Aligning is quadratic; a longer line is replaced as a whole.
_ALIGN_UP_TO = 20_000


def repair_encoding(text: str, doc_id: str) -> tuple[str, tuple[Edit, ...]]:
    r"""Return the text without mojibake, and the edits that made it so.

    What is pure ASCII but for the usual marks cannot hold mojibake and is passed through unlooked at.

    Example:
        >>> text, edits = repair_encoding("Katanya: â€œTidak.â€\x9d", "a.txt")
        >>> text, edits[0].before
        ('Katanya: “Tidak.”', 'â€œ')
    """
    if blank_marks(text).isascii():
        return text, ()
    import ftfy

    lines: list[str] = []
    edits: list[Edit] = []
    offset = 0
    for line in text.split("\n"):
        fixed = line
        if not line.isascii() and _is_suspect(line):
            fixed = ftfy.fix_encoding(line, _encoding_only())
            if fixed != line:
                edits.extend(_align(line, fixed, offset, doc_id, ftfy.__version__))
        lines.append(fixed)
        offset += len(line) + 1
    return ("\n".join(lines), tuple(edits)) if edits else (text, ())


_PLAIN_RUN = re.compile(r"([\x00-\x7f]{8})[\x00-\x7f]+([\x00-\x7f]{8})")


def _is_suspect(line: str) -> bool:
    """Ask ftfy what it asks first, of what stands near a character that is not ASCII: it knows no longer sequence."""
    from ftfy.badness import is_bad

    return is_bad(_PLAIN_RUN.sub(r"\1\2", line))


def _encoding_only() -> "TextFixerConfig":
    from ftfy import TextFixerConfig

    return TextFixerConfig(
        unescape_html=False,
        remove_terminal_escapes=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_line_breaks=False,
        fix_surrogates=False,
        remove_control_chars=False,
        normalization=None,
        explain=False,
    )


def _align(line: str, fixed: str, offset: int, doc_id: str, version: str) -> list[Edit]:
    spans: list[list[int]] = []
    if max(len(line), len(fixed)) > _ALIGN_UP_TO:
        spans.append([0, len(line), 0, len(fixed)])
    else:
        from rapidfuzz.distance import Levenshtein

        for step in Levenshtein.opcodes(line, fixed):
            if step.tag == "equal":
                continue
            if spans and spans[-1][1] == step.src_start and spans[-1][3] == step.dest_start:
                spans[-1][1], spans[-1][3] = step.src_end, step.dest_end
            else:
                spans.append([step.src_start, step.src_end, step.dest_start, step.dest_end])
    return [
        Edit(doc_id, "repair", offset + a, offset + b, line[a:b], fixed[c:d], RULE, version, "repair")
        for a, b, c, d in spans
    ]
