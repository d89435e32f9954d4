"""Patterns as packs write them: named parts and forgiving spaces.

In a pack's pattern a plain space stands for any run of white space (no-break spaces and, in frames, line
breaks too), ` ?` for an optional one, and `{name}` for a part that the vocabulary or the pack defines.
"""

import functools
from collections.abc import Mapping

import regex

_NAMED_PART = regex.compile(r"(?<!\\[pP])\{(?P<name>[a-z][a-z_]*)\}")
_DEEPEST = 8


def expand_pattern(match: str, parts: Mapping[str, str]) -> str:
    r"""Fill in the named parts and make spaces forgiving.

    Raises:
        KeyError: a part that is not defined.
        RecursionError: parts that contain each other.

    Example:
        >>> expand_pattern("baca {also} ?:", {"also": "juga|pula"})
        'baca\\s+(?:juga|pula)\\s*:'
    """
    for _ in range(_DEEPEST):
        filled = _NAMED_PART.sub(lambda found: f"(?:{parts[found['name']]})", match)
        if filled == match:
            return _forgive_spaces(match)
        match = filled
    raise RecursionError(match)


def _forgive_spaces(match: str) -> str:
    out: list[str] = []
    in_class = False
    position = 0
    while position < len(match):
        char = match[position]
        if char == "\\":
            out.append(match[position : position + 2])
            position += 2
            continue
        if char == "[":
            in_class = True
        elif char == "]":
            in_class = False
        if char == " " and not in_class:
            following = match[position + 1 : position + 2]
            out.append(r"\s*" if following in {"?", "*"} else r"\s+")
            position += 2 if following in {"?", "*", "+"} else 1
            continue
        out.append(char)
        position += 1
    return "".join(out)


@functools.cache
def compile_pattern(pattern: str, *, case: bool = False, multiline: bool = False) -> regex.Pattern[str]:
    """Compile an expanded pattern; letter case counts only with `case`, `^` and `$` mean lines with `multiline`.

    Raises:
        regex.error: a malformed pattern.

    Example:
        >>> bool(compile_pattern("baca").match("BACA"))
        True
    """
    return regex.compile(pattern, (0 if case else regex.IGNORECASE) | (regex.MULTILINE if multiline else 0))
