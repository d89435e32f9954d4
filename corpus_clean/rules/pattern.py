"""Patterns as packs write them: named parts and forgiving spaces.

In a pack's pattern a plain space stands for any run of white space (no-break spaces and, in frames, line
breaks too), ` ?` for an optional one, and `{name}` for a part that the vocabulary or the pack defines.
"""

import functools
import pickle
import sys
from collections.abc import Mapping

import regex
import xxhash

from corpus_clean.storage.compiled import keep_compiled, name_compiled, read_compiled

_NAMED_PART = regex.compile(r"(?<!\\[pP])\{(?P<name>[a-z][a-z_]*)\}")
_DEEPEST = 8
# So many patterns are compiled before they are kept, which takes as long as compiling one or two; and so many are kept.
_BATCH = 24
_MOST = 4096


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

    Compiling takes milliseconds, so what earlier processes compiled is loaded instead.

    Raises:
        regex.error: a malformed pattern.

    Example:
        >>> bool(compile_pattern("baca").match("BACA"))
        True
    """
    return _store.compile(pattern, (0 if case else regex.IGNORECASE) | (regex.MULTILINE if multiline else 0))


class _Store:
    """Compiled patterns, and those that this tool's earlier processes left, pickled: that holds their code."""

    def __init__(self) -> None:
        self._known: dict[bytes, bytes] | None = None
        self._fresh: dict[bytes, bytes] = {}

    def compile(self, pattern: str, flags: int) -> regex.Pattern[str]:
        if self._known is None:
            self._known = read_compiled(_name_store()) or {}
        key = xxhash.xxh3_128_digest(f"{flags} {pattern}".encode("utf-8", "surrogatepass"))
        if key in self._known:
            loaded: regex.Pattern[str] = pickle.loads(self._known[key])
            return loaded
        compiled = regex.compile(pattern, flags)
        self._fresh[key] = pickle.dumps(compiled)
        if len(self._fresh) >= _BATCH:
            self._keep()
        return compiled

    def _keep(self) -> None:
        # Other processes may have kept others meanwhile; what both keep at once is lost, and compiled once more.
        self._known = {**(read_compiled(_name_store()) or {}), **self._fresh}
        self._fresh = {}
        if len(self._known) <= _MOST:
            keep_compiled(_name_store(), self._known)


_store = _Store()


@functools.cache
def _name_store() -> str:
    version = f"{sys.implementation.cache_tag} {regex.__version__} {sys.maxsize} {sys.byteorder}"
    return name_compiled("patterns", version.encode())
