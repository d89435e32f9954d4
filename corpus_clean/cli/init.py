"""`corpus-clean init`: a repository made ready for the gate."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def init(
    repo: Annotated[
        str, typer.Option(help="Where pre-commit finds the hooks. [default: the package, by its name]", metavar="URL")
    ] = "",
    rev: Annotated[str, typer.Option(help="A tag or commit of that repository.", metavar="REV")] = "",
) -> None:
    """Write a commented configuration, and the hooks' entry for pre-commit; what is there already stays."""
    from importlib.metadata import version

    from corpus_clean.pipeline.check import find_root
    from corpus_clean.pipeline.setup import (
        CONFIGURATION,
        HOOKS,
        add_hooks,
        choose_paths,
        format_config,
        format_hooks,
    )

    root, repository, _ = find_root(Path.cwd(), [])
    paths = choose_paths(root)
    configuration, hooks = root / CONFIGURATION, root / HOOKS
    if configuration.exists():
        print(f"{configuration}: is there already; left as it is", file=sys.stderr)
    else:
        configuration.write_text(format_config(paths), encoding="utf-8")
        print(f"{configuration}: written; every setting is in it, with its default")
    entry = format_hooks(version("corpus-clean"), paths, repo, rev)
    if hooks.exists() and "corpus-clean" in hooks.read_text(encoding="utf-8"):
        print(f"{hooks}: names corpus-clean already; left as it is", file=sys.stderr)
    else:
        before = hooks.read_text(encoding="utf-8") if hooks.exists() else "repos:\n"
        hooks.write_text(add_hooks(before, entry), encoding="utf-8")
        print(f"{hooks}: the hooks corpus-clean and corpus-dedup added")
    print("next: corpus-clean baseline update   accepts what is there now, so that only what is new blocks")
    if repository:
        print("      pre-commit install --hook-type pre-commit --hook-type pre-merge-commit")
