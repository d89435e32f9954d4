"""`corpus-clean dedup`: de-duplication alone."""

from corpus_clean.cli.options import (
    Against,
    AsJson,
    ConfigFile,
    EngineName,
    EngineOption,
    Keep,
    Master,
    MaxRemoved,
    Memory,
    Out,
    Quiet,
    Resume,
    Source,
    TextField,
    Threshold,
    Workers,
)
from corpus_clean.cli.progress import show_progress


def dedup(
    path: Source,
    out: Out = None,
    against: Against = None,
    threshold: Threshold = None,
    keep: Keep = None,
    max_removed: MaxRemoved = None,
    text_field: TextField = None,
    workers: Workers = None,
    engine: EngineName = None,
    master: Master = None,
    engine_opt: EngineOption = None,
    memory: Memory = None,
    resume: Resume = True,
    config: ConfigFile = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Find which documents repeat which, without cleaning them; writes links, clusters and what to keep."""
    from corpus_clean.cli.run import tell
    from corpus_clean.config import load_config
    from corpus_clean.pipeline.dedup import dedup as run_dedup

    settings = load_config(
        file=config,
        flags={
            "read": {"text_fields": text_field or None},
            "dedup": {"threshold": threshold, "keep": keep, "max_removed": max_removed},
            "engine": {
                "name": engine,
                "workers": workers,
                "memory": memory,
                "master": master,
                "options": engine_opt or None,
            },
        },
    )
    target = out or path.with_name(f"{path.resolve().name}-dedup")
    with show_progress(not quiet) as notice:
        found = run_dedup(path, target, settings, notice, against, resume=resume)
    tell(target, (), json, quiet, found)
