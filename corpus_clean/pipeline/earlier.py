"""Documents of earlier runs and of other corpora, that new ones are compared with."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from corpus_clean.config import Config
from corpus_clean.errors import UsageError
from corpus_clean.pipeline.compare import choose_signing
from corpus_clean.pipeline.index import is_index, open_index, write_index
from corpus_clean.pipeline.inputs import DESCRIBED, find_earlier_inputs, require_outside
from corpus_clean.pipeline.key import describe_run
from corpus_clean.pipeline.load import LOAD_BYTES, LoadKernel
from corpus_clean.pipeline.manifest import write_manifest
from corpus_clean.pipeline.plan import plan_tasks, read_files
from corpus_clean.pipeline.segments import Signing
from corpus_clean.pipeline.stages import Notice, Stages, open_stages
from corpus_clean.storage.publication import KEPT, discard_stages, publish
from corpus_clean.storage.work import keep_stages


def find_earlier(stages: Stages, against: Path | None, config: Config, signing: Signing) -> list[Path]:
    """Load the documents of an earlier run, of any corpus, or of an index.

    Their ids begin with the name of the folder that they were read from.
    """
    return [] if against is None else [_load(stages, against, config, signing, "earlier")]


def _load(stages: Stages, corpus: Path, config: Config, signing: Signing, name: str) -> Path:
    if is_index(corpus):
        return open_index(stages, corpus, signing, name)
    inputs = find_earlier_inputs(corpus)
    _, tasks = plan_tasks(stages, inputs, config.read, name, LOAD_BYTES)
    return stages.map(name, LoadKernel(inputs.root, config, signing, f"{_name(corpus)}:", earlier=True), tasks)


def _name(corpus: Path) -> str:
    return corpus.resolve().name


def build_index(corpora: Sequence[Path], out: Path, config: Config, notice: Notice = lambda *_: None) -> int:
    """Read and sign corpora once, and publish what later comparisons need of them as `out`.

    Args:
        corpora: folders or single files, earlier runs, and other indexes.
        out: must not exist.
        config: the settings. Those that signatures depend on must be the same where the index is used.
        notice: called as the work goes on.

    Returns:
        how many documents the index holds.

    Raises:
        UsageError: a corpus is missing or holds nothing to read, two have the same name, or `out` is in the way.
    """
    started = datetime.now(UTC)
    name, count = Counter(map(_name, corpora)).most_common(1)[0]
    if count > 1:
        raise UsageError(f"{name}: {count} of these have this name, and documents would go by the same id; rename one")
    read = {place: find_earlier_inputs(one) for place, one in enumerate(corpora) if not is_index(one)}
    for corpus in corpora:
        require_outside(out, corpus)
    key = {
        "index": [describe_run("index", inputs, config) for inputs in read.values()],
        "of": [str(one) for one in corpora],
    }
    with publish(out, key) as build, keep_stages(config.engine.work, build / KEPT):
        scratch = build / KEPT
        with open_stages(config.engine, scratch, notice) as stages:
            signing = choose_signing(config, sum(inputs.bytes for inputs in read.values()))
            loaded = (_load(stages, corpus, config, signing, f"corpus-{place}") for place, corpus in enumerate(corpora))
            total = write_index(build, stages, loaded, signing)
        described = [
            facts
            for place, inputs in read.items()
            for facts in inputs.describe(read_files(scratch / f"corpus-{place}-plan", DESCRIBED))
        ]
        discard_stages(build)
        write_manifest(build, described, (), config, started)
    return total
