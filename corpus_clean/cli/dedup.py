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
    Work,
    Workers,
)
from corpus_clean.cli.places import name_output, open_source, open_target, place_stages
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
    work: Work = None,
    memory: Memory = None,
    resume: Resume = True,
    config: ConfigFile = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Find which documents repeat which, without cleaning them; writes links, clusters and what to keep."""
    from corpus_clean.cli.run import leave, tell
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
                "work": work,
            },
        },
    )
    place = out or name_output(path, "dedup")
    settings = place_stages(settings, place)
    with open_source(path) as source, open_target(place) as target:
        with show_progress(not quiet) as notice:
            found = run_dedup(source, target, settings, notice, against, resume=resume)
        tell(target, (), json, quiet, place, found)
    leave(found)
