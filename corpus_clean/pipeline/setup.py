"""What a repository needs to be gated: a commented configuration, and the hooks' entry in pre-commit's."""

import inspect
import json
import re
import textwrap
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from corpus_clean.config import Config, describe_config
from corpus_clean.errors import UsageError

CONFIGURATION = "corpus-clean.toml"
HOOKS = ".pre-commit-config.yaml"
_WIDTH = 110
FILES = r"(?i)\.(txt|html?|jsonl|ndjson|csv|tsv|parquet|warc|wet)(\.(gz|zst|bz2|xz))?$"
_ENTRIES = {
    "corpus-clean": "check --staged --only noise --workers 1",
    "corpus-dedup": "check --staged --only duplicates",
}


def format_config(paths: Sequence[str] = ()) -> str:
    r"""Return a configuration file in which every setting stands as a comment, with its default.

    Args:
        paths: what `gate.paths` is set to; none leaves it a comment too.

    Example:
        >>> print(format_config(["data"]).partition("[gate]")[2].split("\n")[1])
        paths = ["data"]
    """
    lines = ["# Settings of corpus-clean. What is commented out is the default; remove the `#` to change it."]
    defaults = describe_config(Config())
    for section in fields(Config):
        kind = type(getattr(Config(), section.name))
        lines.append("")
        for paragraph in inspect.cleandoc(kind.__doc__ or "").split("\n\n"):
            words = " ".join(paragraph.split())
            lines += textwrap.wrap(words, _WIDTH, initial_indent="# ", subsequent_indent="# ", break_long_words=False)
        lines.append(f"[{section.name}]")
        for key, value in defaults[section.name].items():
            if (section.name, key) == ("gate", "paths") and paths:
                lines.append(f"paths = {json.dumps(list(paths), ensure_ascii=False)}")
            else:
                lines.append(f"# {key} = {json.dumps(value, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"


def format_hooks(version: str, paths: Sequence[str] = (), repo: str = "", rev: str = "") -> str:
    """Return the entry of pre-commit's configuration, as an item of its list `repos`.

    Args:
        version: of the package that a local hook installs.
        paths: the folders that the hooks look at; none is the whole repository.
        repo: where pre-commit finds the hooks; without it they are spelled out, and the package is installed by name.
        rev: a tag or commit of `repo`.

    Example:
        >>> print(format_hooks("1.0", repo="https://example.org/corpus-clean", rev="v1.0"), end="")
        - repo: https://example.org/corpus-clean
          rev: v1.0
          hooks:
            - id: corpus-clean
            - id: corpus-dedup
    """
    names = "|".join(re.escape(path) for path in paths)
    files = f"^({names})/" if names and "." not in paths else ""
    lines = [f"- repo: {repo or 'local'}"]
    if repo:
        lines.append(f"  rev: {rev or f'v{version}'}")
    lines.append("  hooks:")
    for name, arguments in _ENTRIES.items():
        lines.append(f"    - id: {name}")
        if not repo:
            lines += [
                f"      name: {name}",
                f"      entry: corpus-clean {arguments}",
                "      language: python",
                f'      additional_dependencies: ["corpus-clean=={version}"]',
                f"      files: '{files}.*{FILES.removeprefix('(?i)')}'" if files else f"      files: '{FILES}'",
                "      stages: [pre-commit, pre-merge-commit, manual]",
            ]
            if name == "corpus-dedup":
                lines += ["      pass_filenames: false", "      require_serial: true"]
        elif files:
            lines.append(f"      files: '{files}'")
    return "\n".join(lines) + "\n"


def add_hooks(existing: str, entry: str) -> str:
    r"""Return pre-commit's configuration with an entry added at the end of `repos`; all else stays as it is.

    Raises:
        UsageError: there is no list `repos` that an item can be added to.

    Example:
        >>> print(add_hooks("repos:\n  - repo: local\n    hooks: []\nfail_fast: true\n", "- repo: x\n"), end="")
        repos:
          - repo: local
            hooks: []
          - repo: x
        fail_fast: true
    """
    lines = existing.splitlines(keepends=True)
    start = next((i for i, line in enumerate(lines) if re.match(r"repos\s*:\s*(#.*)?$", line.rstrip("\n"))), -1)
    if start < 0:
        raise UsageError(f"{HOOKS}: has no list `repos` to add to; put this there yourself:\n{entry}")
    items = [line for line in lines[start + 1 :] if re.match(r"\s*- ", line)]
    indent = re.match(r"\s*", items[0])[0] if items else "  "  # type: ignore[index]  # it matches always
    end = start + 1
    for place in range(start + 1, len(lines)):
        if re.match(r"\S", lines[place]) and not re.match(r"- |#", lines[place]):
            break
        if lines[place].strip():
            end = place + 1
    if lines[end - 1][-1:] != "\n":
        lines[end - 1] += "\n"
    return "".join([*lines[:end], textwrap.indent(entry, indent), *lines[end:]])


def choose_paths(root: Path) -> tuple[str, ...]:
    """Return the folders that look like the data of a data set's repository."""
    return tuple(name for name in ("data", "corpus", "texts") if (root / name).is_dir())
