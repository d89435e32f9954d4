"""`corpus-clean fix`: safe rules, in place."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from corpus_clean.cli.check import prepare
from corpus_clean.cli.options import Baseline, ConfigFile, Paths, Quiet, RulePacks, TextField
from corpus_clean.cli.progress import show_progress


def fix(
    paths: Paths = None,
    backup: Annotated[
        Path | None, typer.Option(help="Copy the originals there first; else git must have them.", metavar="DIR")
    ] = None,
    baseline: Baseline = None,
    rules: RulePacks = None,
    text_field: TextField = None,
    config: ConfigFile = None,
    quiet: Quiet = False,
) -> int:
    """Take out in place what safe rules find; exit 1 if files were rewritten."""
    from corpus_clean.pipeline.fix import fix as run_fix
    from corpus_clean.reports.wording import count_things, escape_name

    flags: dict[str, dict[str, object]] = {
        "read": {"text_fields": text_field or None},
        "rules": {"packs": rules or None},
    }
    request, settings = prepare(paths, False, baseline, config, flags)
    with show_progress(not quiet) as notice:
        done = run_fix(request, settings, backup, notice)
    for one in done:
        for doc_id, reason in one.left:
            print(f"corpus-clean: {escape_name(doc_id)}: left as it is: {reason}", file=sys.stderr)
        if one.edits and not quiet:
            print(f"{escape_name(one.path)}: {count_things(len(one.edits), 'edit')}")
    changed = sum(bool(one.edits) for one in done)
    if not quiet:
        print(f"{count_things(changed, 'file')} rewritten")
    return 1 if changed else 0
