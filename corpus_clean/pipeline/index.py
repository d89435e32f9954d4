"""An index: what comparing with a corpus needs to know of it, kept so that it is not read and signed each time."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from corpus_clean.errors import UsageError
from corpus_clean.pipeline.manifest import check_outputs, read_manifest
from corpus_clean.pipeline.segments import SIGNING_VERSION, Signing
from corpus_clean.pipeline.stages import Stages
from corpus_clean.pipeline.tables import SEGMENTS
from corpus_clean.storage.parts import read_batches
from corpus_clean.storage.streams import open_plain_output, write_file

NAME = "index.json"
_FILE = "segments.parquet"
_STORED = pa.schema([field.remove_metadata() for field in SEGMENTS])
_ROWS = 4096


def is_index(path: Path) -> bool:
    """Tell whether a folder is an index."""
    return (path / NAME).is_file()


def write_index(build: Path, stages: Stages, loaded: Iterable[Path], signing: Signing) -> int:
    """Write the documents of stages of `SEGMENTS` or `SIGNED` into a folder; return how many there are."""
    count = 0
    names = [f"{field.name}.list.element" if pa.types.is_list(field.type) else field.name for field in _STORED]
    compression = {name: "zstd" if name in {"normal", "doc_id"} else "none" for name in names}
    with (
        open_plain_output(build / _FILE) as sink,
        pq.ParquetWriter(sink, _STORED, compression=compression, use_dictionary=["level"]) as writer,
    ):
        for place, stage in enumerate(loaded):
            stored = stages.map(f"stored-{place}", CopyKernel(_STORED), stage)
            for batch in read_batches(stored, rows=_ROWS):
                writer.write_batch(batch)
                count += len(batch)
    facts = describe_signing(signing) | {"documents": count}
    write_file(build / NAME, (json.dumps(facts, indent=1) + "\n").encode())
    return count


def open_index(stages: Stages, path: Path, signing: Signing, name: str) -> Path:
    """Return the stage of an index's documents.

    Raises:
        UsageError: it was built with other settings, or by another version: its signatures mean nothing here.
        IntegrityError: a file of it is not as it was written.
    """
    check_outputs(path, read_manifest(path))
    facts = json.loads((path / NAME).read_text(encoding="utf-8"))
    for key, value in describe_signing(signing).items():
        if facts.get(key) != value:
            raise UsageError(
                f"{path}: was built with {key} {facts.get(key)}, and {value} is needed here; build it again with "
                "corpus-clean index, or use the settings it was built with"
            )
    source = stages.scratch / f"{name}-index"
    source.mkdir(exist_ok=True)
    part = source / "part-00000.parquet"
    part.unlink(missing_ok=True)  # of a run that was stopped
    part.symlink_to((path / _FILE).resolve())
    return stages.map(name, CopyKernel(SEGMENTS), source)


def describe_signing(signing: Signing) -> dict[str, int]:
    """Return what must be equal for two signatures to be compared."""
    banding = signing.banding
    return {
        "signing": SIGNING_VERSION,
        "permutations": signing.permutations,
        "bands": banding.bands,
        "rows": banding.rows,
    }


@dataclass(frozen=True)
class CopyKernel:
    """Takes the columns of `schema` from rows that have an id: out of a run with their texts, or into one."""

    schema: pa.Schema

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield batches of `schema`."""
        for batch in batches:
            present = batch.select(self.schema.names).filter(batch.column("segment_id").is_valid())
            columns = [
                (column.dictionary_decode() if pa.types.is_dictionary(column.type) else column).cast(field.type)
                for column, field in zip(present.columns, self.schema, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(columns, schema=self.schema)
