"""Finds and loads the rule packs: every TOML file under `packs/`, and the files a user names."""

import functools
import pickle
import sys
from collections.abc import Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path

import regex

from corpus_clean.errors import PackError
from corpus_clean.rules.packfile import PackTable, parse_pack_file, read_pack
from corpus_clean.rules.rule import Pack, Rule
from corpus_clean.storage.compiled import keep_compiled, name_compiled, read_compiled

__all__ = ["Pack", "Rule", "load_packs"]

_VOCABULARY = "vocabulary.toml"


def load_packs(extra: Sequence[str | Path] = ()) -> tuple[Pack, ...]:
    """Load the shipped packs and those of `extra`, in the order of their ids.

    A file anywhere under `packs/` is a pack; nothing has to be registered. `vocabulary.toml` holds the named
    parts that all packs may use; `{outlet}` among them is every outlet name the packs declare.

    Raises:
        PackError: a file that cannot be read or does not hold what a pack must; names file, rule and remedy.

    Example:
        >>> [pack.id for pack in load_packs() if pack.id == "id/common"]
        ['id/common']
    """
    return _load(tuple((str(path), _read(Path(path))) for path in extra))


@functools.lru_cache(maxsize=8)
def _load(extra: tuple[tuple[str, str], ...]) -> tuple[Pack, ...]:
    root = resources.files("corpus_clean.rules")
    shipped = [(name, entry.read_text(encoding="utf-8")) for name, entry in sorted(_walk(root / "packs", ""))]
    sources = [(root / name).read_bytes() for name in _SOURCES]
    texts = (text.encode() for pair in (*shipped, ("", ""), *extra) for text in pair)
    # Reading takes a tenth of a second, which every process would spend anew.
    name = name_compiled("own-packs" if extra else "packs", sys.version.encode(), *sources, *texts)
    kept = read_compiled(name)
    packs: tuple[Pack, ...] = _read_packs(shipped, extra) if kept is None else pickle.loads(kept)
    if kept is None:
        keep_compiled(name, pickle.dumps(packs))
    return packs


_SOURCES = (
    "derived.py", "folding.py", "literals.py", "measure.py", "pack.py", "packfile.py", "pattern.py", "rarity.py",
    "rule.py", "syntax.py",
)  # fmt: skip
"""The modules that decide what a pack is read as, next to its text."""


def _read_packs(shipped: Sequence[tuple[str, str]], extra: Sequence[tuple[str, str]]) -> tuple[Pack, ...]:
    own = [parse_pack_file(name, text) for name, text in shipped if name != _VOCABULARY]
    named = [parse_pack_file(path, text) for path, text in extra]
    parts = _vocabulary(dict(shipped)[_VOCABULARY], [*own, *named])
    packs = [read_pack(parsed, parts, check_patterns=False) for parsed in own]
    packs += [read_pack(parsed, parts, check_patterns=True) for parsed in named]
    packs.sort(key=lambda pack: pack.id)
    for before, after in pairwise(packs):
        if before.id == after.id:
            raise PackError(f"{after.source}: pack id `{after.id}` is taken by {before.source}; choose another id")
    return tuple(packs)


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += _walk(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".toml"):
            found.append((prefix + entry.name, entry))
    return found


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise PackError(f"{path}: cannot be read ({error.strerror}); check the path") from None
    except UnicodeDecodeError:
        raise PackError(f"{path}: not UTF-8; save the pack as UTF-8") from None


def _vocabulary(text: str, tables: list[PackTable]) -> dict[str, str]:
    parsed = parse_pack_file(_VOCABULARY, text)
    parts = dict(parsed.table["define"])
    names = {name for table in tables for name in table.table.get("detect", {}).get("names", [])}
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    spelled = [regex.escape(name, literal_spaces=True) for name in longest_first]
    # Most places in a text are within a word: there, no name need be tried.
    parts["outlet"] = rf"\b(?:{'|'.join(spelled)})|{{domain}}"
    return parts
