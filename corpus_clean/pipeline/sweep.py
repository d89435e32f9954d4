"""Noise of many files, on all cores where that pays."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from corpus_clean.config import Config
from corpus_clean.gate.repository import Entry
from corpus_clean.pipeline.clean import load_rules
from corpus_clean.pipeline.noise import find_noise
from corpus_clean.pipeline.snapshot import Snapshot, open_contents
from corpus_clean.pipeline.stages import Notice, open_stages
from corpus_clean.pipeline.survey import TASK_BYTES, TASK_FILES
from corpus_clean.pipeline.whole import read_whole
from corpus_clean.readers.listing import InputFile, locate
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
                whole = read_whole(self.root, path, self.config.read)
                found = [asdict(finding) for finding in find_noise(whole, rules, self.config)]
                if found:
                    yield make_batch(found, self.schema)


def sweep(snapshot: Snapshot, entries: Sequence[Entry], config: Config, notice: Notice) -> Iterator[Finding]:
    """Yield the findings of some files of a snapshot; pointers to content kept elsewhere are findings too.

    Many files on disk are shared out among processes; blobs come from git one after another.
    """
    rules = load_rules(config)
    files: list[InputFile] = []
    for number, content in enumerate(open_contents(snapshot, entries), 1):
        path = content.entry.path
        if content.keeper:
            yield _report_pointer(path, content.keeper, config)
        elif content.entry.on_disk:
            files.append(InputFile(path, locate(content.root, path).stat().st_size))
        else:
            yield from find_noise(content.read(config.read), rules, config)
            notice("check", number, len(entries))
    if _is_much(files, config):
        with (
            tempfile.TemporaryDirectory(prefix="corpus-clean-") as folder,
            open_stages(replace(config.engine, work=""), Path(folder, "stages"), notice) as stages,
        ):
            tasks = _share_out(files, stages.scratch / "files")
            found = stages.map("check", NoiseKernel(snapshot.root, config), tasks)
            yield from (Finding(**row) for row in stages.read(found).to_pylist())
        return
    for number, file in enumerate(files, 1):
        yield from find_noise(read_whole(snapshot.root, file.path, config.read), rules, config)
        notice("check", number, len(files))


def _is_much(files: Sequence[InputFile], config: Config) -> bool:
    workers = config.engine.workers or len(os.sched_getaffinity(0))
    return workers > 1 and (len(files) > TASK_FILES or sum(file.bytes for file in files) > TASK_BYTES)


def _share_out(files: Sequence[InputFile], stage: Path) -> Path:
    """Write the files as a stage of `FILES`, a row group a task."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from corpus_clean.pipeline.tables import FILES

    stage.mkdir()
    with pq.ParquetWriter(stage / "part-00000.parquet", FILES) as writer:
        task: list[InputFile] = []
        for place, file in enumerate(files, 1):
            task.append(file)
            if len(task) == TASK_FILES or sum(one.bytes for one in task) >= TASK_BYTES or place == len(files):
                rows = [{"path": one.path, "bytes": one.bytes} for one in task]
                writer.write_table(pa.Table.from_pylist(rows, schema=FILES))
                task = []
    return stage


def _report_pointer(path: str, keeper: str, config: Config) -> Finding:
    rule = f"unchecked.{keeper.lower().replace(' ', '-')}"
    message = f"not checked: a pointer of {keeper}, whose content is not here; fetch it, or pass --allow-unchecked"
    return Finding("unchecked", path, path, rule, message, "note" if config.gate.allow_unchecked else "error")
