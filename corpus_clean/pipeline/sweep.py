"""Noise of many files, on all cores where that pays."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from corpus_clean.config import Config
from corpus_clean.gate.repository import Entry
from corpus_clean.pipeline.clean import load_rules
from corpus_clean.pipeline.inputs import TASK_BYTES, TASK_FILES, Inputs
from corpus_clean.pipeline.noise import find_noise
from corpus_clean.pipeline.snapshot import Chunk, Snapshot, lay_out
from corpus_clean.pipeline.stages import Notice, Stages, open_stages
from corpus_clean.readers.base import InputFile
from corpus_clean.types import Finding

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class NoiseKernel:
    """Reads the files it is given under `root` and yields their findings."""

    root: Path
    config: Config

    @property
    def schema(self) -> "pa.Schema":
        """One column a field of `Finding`."""
        import pyarrow as pa

        kinds = {int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
        return pa.schema([(entry.name, kinds.get(type(entry.default), pa.string())) for entry in fields(Finding)])

    def __call__(self, batches: "Iterator[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
        """Yield findings for batches of `FILES`."""
        from corpus_clean.pipeline.tables import make_batch

        rules = load_rules(self.config)
        for batch in batches:
            for path in batch.column("path").to_pylist():
                found = [asdict(finding) for finding in find_noise(self.root, path, rules, self.config)]
                if found:
                    yield make_batch(found, self.schema)


def sweep(snapshot: Snapshot, entries: Iterable[Entry], config: Config, notice: Notice) -> Iterator[Finding]:
    """Yield the findings of some files of a snapshot; pointers to content kept elsewhere are findings too."""
    with ExitStack() as stack:
        stages: Stages | None = None
        for number, chunk in enumerate(lay_out(snapshot, entries)):
            for path, keeper in chunk.pointers.items():
                yield _report_pointer(path, keeper, config)
            files = [InputFile(entry.path, (chunk.root / entry.path).stat().st_size) for entry in chunk.entries]
            if not _is_much(files, config):
                rules = load_rules(config)
                for file in files:
                    yield from find_noise(chunk.root, file.path, rules, config)
                continue
            if stages is None:
                scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="corpus-clean-")), "stages")
                stages = stack.enter_context(open_stages(config.engine, scratch, notice))
            yield from _sweep_chunk(stages, chunk, files, number, config)


def _is_much(files: list[InputFile], config: Config) -> bool:
    workers = config.engine.workers or len(os.sched_getaffinity(0))
    return workers > 1 and (len(files) > TASK_FILES or sum(file.bytes for file in files) > TASK_BYTES)


def _sweep_chunk(
    stages: Stages, chunk: Chunk, files: list[InputFile], number: int, config: Config
) -> Iterator[Finding]:
    tasks = Inputs(chunk.root, files, (), ()).write_tasks(stages.scratch / f"files-{number}")
    found = stages.map(f"findings-{number}", NoiseKernel(chunk.root, config), tasks)
    for row in stages.read(found).to_pylist():
        yield Finding(**row)


def _report_pointer(path: str, keeper: str, config: Config) -> Finding:
    rule = f"unchecked.{keeper.lower().replace(' ', '-')}"
    message = f"not checked: a pointer of {keeper}, whose content is not here; fetch it, or pass --allow-unchecked"
    return Finding("unchecked", path, path, rule, message, "note" if config.gate.allow_unchecked else "error")
