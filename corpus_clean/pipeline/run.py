"""The main job: a folder in, OUT published, in the one order there is."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from corpus_clean.config import Config
from corpus_clean.pipeline.clean import CleanKernel, load_rules
from corpus_clean.pipeline.compare import choose_signing, compare
from corpus_clean.pipeline.decide import decide, guard_removal, read_facts
from corpus_clean.pipeline.earlier import find_earlier
from corpus_clean.pipeline.inputs import DESCRIBED, find_inputs, require_outside
from corpus_clean.pipeline.key import describe_run
from corpus_clean.pipeline.manifest import write_manifest
from corpus_clean.pipeline.page import write_page
from corpus_clean.pipeline.passages import flag_passages
from corpus_clean.pipeline.plan import choose_size, plan_tasks
from corpus_clean.pipeline.publish import publish_tables, write_skipped
from corpus_clean.pipeline.restore import prove, read_columns
from corpus_clean.pipeline.segments import SegmentKernel
from corpus_clean.pipeline.stages import Notice, Stages, open_stages
from corpus_clean.storage.publication import KEPT, discard_stages, publish
from corpus_clean.storage.work import keep_stages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corpus_clean.pipeline.settle import LinkedQuotes
    from corpus_clean.repair.pages.wrapper import Wrapper


def run(
    source: Path,
    out: Path,
    config: Config,
    notice: Notice = lambda *_: None,
    against: Path | None = None,
    *,
    resume: bool = True,
) -> None:
    """Clean a folder (or one file) and publish the result as `out`.

    Args:
        source: what is read; it is never changed.
        out: must not exist.
        config: the settings.
        notice: called as the work goes on.
        against: an earlier run (or any corpus): documents that repeat one of its documents are left out.
        resume: go on with a run into the same `out` that was stopped, if there is one.

    Raises:
        UsageError: `source` is missing or holds nothing to read, `out` is in the way, or a stopped run was another.
        LockedError: another run is writing `out`.
        IntegrityError: more of one source would be left out than `dedup.max_removed` allows, or what was written would
            not give every input byte back; nothing is published.
        CorpusCleanError: the input changed meanwhile, or a worker died; nothing is published.
    """
    started = datetime.now(UTC)
    inputs = find_inputs(source)
    require_outside(out, source)
    rules = load_rules(config)  # a faulty pack is reported before any work
    with (
        publish(out, describe_run("run", inputs, config, against), resume=resume) as build,
        keep_stages(config.engine.work, build / KEPT, resume=resume),
    ):
        scratch = build / KEPT
        with open_stages(config.engine, scratch, notice) as stages:
            planned, tasks = plan_tasks(stages, inputs, config.read, size=choose_size(inputs.bytes))
            wrappers = _learn_sites(stages, source, tasks, config) if inputs.hold_pages else {}
            signing = choose_signing(config, inputs.bytes)
            cleaned = stages.map("cleaned", CleanKernel(source, config, wrappers, signing.compiled), tasks)
            segments = [
                stages.map("segments", SegmentKernel(config, signing), cleaned),
                *find_earlier(stages, against, config, signing),
            ]
            documents = read_facts(cleaned)
            edges = compare(stages, segments, documents, config, signing)
            decision = flag_passages(decide(edges, documents, config), segments[0], documents)
            quoted = _link_quotes(stages, cleaned, config) if config.quotes.enabled else None
            guard_removal(decision, documents, config.dedup.max_removed)
            notice("write", 0, 1)
            publish_tables(build, inputs, planned, cleaned, decision, quoted, config)
            described = inputs.describe(read_columns(build / "ledger" / "files.parquet", DESCRIBED))
            with stages.beside(prove, build, config.read):
                write_skipped(build, inputs.skipped)
                write_page(build, config)
        discard_stages(build)
        write_manifest(build, described, rules.packs, config, started)
        notice("write", 1, 1)


# What most runs do not need is not imported before it is: that takes longer than some runs.


def _learn_sites(stages: Stages, source: Path, tasks: Path, config: Config) -> "Mapping[str, Wrapper]":
    from corpus_clean.pipeline.sites import learn_sites

    return learn_sites(stages, source, tasks, config)


def _link_quotes(stages: Stages, cleaned: Path, config: Config) -> "LinkedQuotes | None":
    from corpus_clean.pipeline.quotes import link_quotes

    return link_quotes(stages, cleaned, config)
