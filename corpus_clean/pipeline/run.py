"""The main job: a folder in, OUT published, in the one order there is."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from corpus_clean.config import Config
from corpus_clean.pipeline.clean import CleanKernel, load_rules
from corpus_clean.pipeline.compare import LEVELS, compare
from corpus_clean.pipeline.decide import decide, guard_removal, read_facts
from corpus_clean.pipeline.inputs import find_inputs, require_outside
from corpus_clean.pipeline.load import find_earlier
from corpus_clean.pipeline.manifest import write_manifest
from corpus_clean.pipeline.page import write_page
from corpus_clean.pipeline.publish import publish_tables, write_skipped
from corpus_clean.pipeline.sites import learn_sites
from corpus_clean.pipeline.stages import Notice, open_stages
from corpus_clean.storage.publication import publish


def run(source: Path, out: Path, config: Config, notice: Notice = lambda *_: None, against: Path | None = None) -> None:
    """Clean a folder (or one file) and publish the result as `out`.

    Args:
        source: what is read; it is never changed.
        out: must not exist.
        config: the settings.
        notice: called as the work goes on.
        against: an earlier run (or any corpus): documents that repeat one of its documents are left out.

    Raises:
        UsageError: `source` is missing or holds nothing to read, or `out` is in the way.
        LockedError: another run is writing `out`.
        IntegrityError: more of one source would be left out than `dedup.max_removed` allows.
        CorpusCleanError: the input changed meanwhile, or a worker died; nothing is published.
    """
    started = datetime.now(UTC)
    inputs = find_inputs(source)
    require_outside(out, source)
    rules = load_rules(config)  # a faulty pack is reported before any work
    levels = LEVELS if config.quotes.enabled else LEVELS[:-1]
    with publish(out) as build:
        scratch = build / ".stages"
        with open_stages(config.engine, scratch, notice) as stages:
            tasks = inputs.write_tasks(scratch / "files")
            wrappers = learn_sites(stages, source, tasks, config) if inputs.hold_pages else {}
            cleaned = stages.map("cleaned", CleanKernel(source, config, wrappers), tasks)
            earlier = find_earlier(stages, against, config)
            edges = compare(stages, cleaned, config, levels, earlier)
            documents = read_facts(cleaned)
            decision = decide(edges, documents, config)
        guard_removal(decision, documents, config.dedup.max_removed)
        notice("write", 0, 1)
        publish_tables(build, cleaned, decision, config.dedup.keep_duplicates)
        write_skipped(build, inputs.skipped)
        write_page(build, config)
        described = inputs.describe()
        shutil.rmtree(scratch)
        write_manifest(build, described, rules.packs, config, started)
        notice("write", 1, 1)
