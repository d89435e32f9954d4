"""The main job: a folder in, OUT published, in the one order there is."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpus_clean.config import Config
from corpus_clean.engines.base import Engine, Kernel, create_engine
from corpus_clean.errors import CorpusCleanError, UsageError
from corpus_clean.pipeline import tables
from corpus_clean.pipeline.clean import CleanKernel, load_rules
from corpus_clean.pipeline.decide import Decision, decide
from corpus_clean.pipeline.manifest import write_manifest
from corpus_clean.pipeline.publish import publish_tables, write_skipped
from corpus_clean.pipeline.segments import SegmentKernel
from corpus_clean.pipeline.verify import CONTEXTS_SQL, PAIRS_SQL, ContextKernel, VerifyKernel
from corpus_clean.readers.base import InputFile, list_files
from corpus_clean.reports.model import write_report
from corpus_clean.similarity.candidates import pair_buckets_sql, rarest_features_sql
from corpus_clean.storage.fingerprint import hash_file
from corpus_clean.storage.publication import publish

Notice = Callable[[str, int, int], None]
"""Called with the name of the stage, the tasks done, and the tasks in all."""

# A task holds about this much input: small enough to share out and to report progress, large enough to pay for itself.
_TASK_BYTES = 4 << 20
_TASK_FILES = 128


@dataclass(frozen=True, slots=True)
class _Input:
    file: InputFile
    stamp: tuple[int, int]


def run(source: Path, out: Path, config: Config, notice: Notice = lambda *_: None) -> None:
    """Clean a folder (or one file) and publish the result as `out`.

    Raises:
        UsageError: `source` is missing or holds nothing to read, or `out` is in the way.
        LockedError: another run is writing `out`.
        CorpusCleanError: the input changed meanwhile, or a worker died; nothing is published.
    """
    started = datetime.now(UTC)
    _require_paths(source, out)
    files = list(list_files(source))
    inputs = [_Input(file, _stamp(_locate(source, file))) for file in files if not file.skipped]
    if not inputs:
        raise UsageError(
            f"{source}: holds no file that can be read ({len(files)} skipped); see the readers in the README"
        )
    rules = load_rules(config)  # a faulty pack is reported before any work
    with publish(out) as build:
        scratch = build / ".stages"
        scratch.mkdir()
        with _engine(config, scratch) as engine:
            stages = _Stages(engine, scratch, notice)
            decision = _compare(stages, _clean(stages, source, inputs, config), config)
        notice("write", 0, 1)
        publish_tables(build, scratch / "cleaned", decision, config.dedup.keep_duplicates)
        write_skipped(build, (file for file in files if file.skipped))
        write_report(build)
        described = [_describe(source, entry) for entry in inputs]
        shutil.rmtree(scratch)
        write_manifest(build, described, rules.packs, config, started)
        notice("write", 1, 1)


def _require_paths(source: Path, out: Path) -> None:
    if not source.exists():
        raise UsageError(f"{source}: does not exist; give a folder of articles, or one file")
    real = source.resolve()
    inside = out.resolve().is_relative_to(real) if source.is_dir() else out.resolve() == real
    if inside:
        raise UsageError(f"{out}: lies inside the input {source}; choose a place outside with --out")


def _locate(source: Path, file: InputFile) -> Path:
    return source / file.path if source.is_dir() else source


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError as error:
        raise CorpusCleanError(f"{path}: cannot be read ({error.strerror}); check it and run again") from None
    return (status.st_size, status.st_mtime_ns)


def _describe(source: Path, entry: _Input) -> dict[str, Any]:
    path = _locate(source, entry.file)
    digest = hash_file(path)
    if _stamp(path) != entry.stamp:
        raise CorpusCleanError(f"{path}: changed while it was read; nothing was published: run again when it rests")
    return {"path": entry.file.path, "bytes": entry.file.bytes, "sha256": digest}


@contextmanager
def _engine(config: Config, scratch: Path) -> Iterator[Engine]:
    engine = create_engine(config.engine, scratch)
    try:
        yield engine
    finally:
        engine.close()


@dataclass(frozen=True, slots=True)
class _Stages:
    """Names and places for what the engine makes."""

    engine: Engine
    scratch: Path
    notice: Notice

    def map(self, name: str, kernel: Kernel, source: Path) -> Path:
        target = self.scratch / name
        self.engine.map(kernel, source, target, lambda done, of: self.notice(name, done, of))
        return target

    def query(self, name: str, sql: str, **sources: Path) -> Path:
        target = self.scratch / name
        self.engine.query(sql, sources, target)
        return target


def _clean(stages: _Stages, source: Path, inputs: list[_Input], config: Config) -> Path:
    listing = stages.scratch / "files"
    listing.mkdir()
    with pq.ParquetWriter(listing / "part-00000.parquet", tables.FILES) as writer:
        for task in _share_out(inputs):
            rows = [{"path": entry.file.path, "bytes": entry.file.bytes} for entry in task]
            writer.write_table(pa.Table.from_pylist(rows, schema=tables.FILES))
    return stages.map("cleaned", CleanKernel(source, config), listing)


def _share_out(inputs: list[_Input]) -> Iterator[list[_Input]]:
    task: list[_Input] = []
    size = 0
    for entry in inputs:
        task.append(entry)
        size += entry.file.bytes
        if len(task) >= _TASK_FILES or size >= _TASK_BYTES:
            yield task
            task, size = [], 0
    if task:
        yield task


def _compare(stages: _Stages, cleaned: Path, config: Config) -> Decision:
    explode = stages.engine.explode
    segments = stages.map("segments", SegmentKernel(config), cleaned)
    ids = "segment_id AS segment_id, doc_id AS doc_id"
    buckets = stages.query("buckets", f"SELECT {explode}(buckets) AS bucket, {ids} FROM segments", segments=segments)
    features = stages.query("features", f"SELECT {explode}(features) AS bucket, {ids} FROM segments", segments=segments)
    rare = stages.query("rare", rarest_features_sql(), features=features)
    both = "(SELECT bucket, segment_id, doc_id FROM alike UNION ALL SELECT bucket, segment_id, doc_id FROM rare)"
    candidates = stages.query("candidates", pair_buckets_sql(both), alike=buckets, rare=rare)
    pairs = stages.query("pairs", PAIRS_SQL, candidates=candidates, segments=segments)
    edges = stages.map("edges", VerifyKernel(config), pairs)
    contexts = stages.query("contexts", CONTEXTS_SQL, edges=edges, cleaned=cleaned)
    quotes = stages.map("quote-edges", ContextKernel(config), contexts)
    # A verified quote pair brings two documents together; the context pass then settles all links between them.
    rows = [edge for edge in stages.engine.read(edges).to_pylist() if edge["level"] != "quote"]
    rows += stages.engine.read(quotes).to_pylist()
    facts = ["doc_id", "portal", "published", "chars_in", "chars_out"]
    documents = {
        row["doc_id"]: row
        for part in sorted(cleaned.glob("*.parquet"))
        for row in pq.read_table(part, columns=facts).to_pylist()
    }
    return decide(rows, documents, config)
