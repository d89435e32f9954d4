"""One file through the main job as a stream: read from a pipe, the clean file written to another."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from corpus_clean.config import Config
from corpus_clean.errors import UsageError
from corpus_clean.pipeline.run import run
from corpus_clean.pipeline.stages import Notice
from corpus_clean.readers.base import load_readers
from corpus_clean.storage.streams import DamagedStreamError, open_input

_PACKED = {b"\x1f\x8b": ".gz", b"\x28\xb5\x2f\xfd": ".zst", b"BZh": ".bz2", b"\xfd7zXZ": ".xz"}
_OPENINGS = ((b"PAR1", "parquet"), (b"WARC/", "warc"), (b"{", "jsonl"), (b"<", "html"))


def write_clean(
    source: Path, stdout: BinaryIO, config: Config, notice: Notice = lambda *_: None, against: Path | None = None
) -> Sequence[str]:
    """Clean one file and write the clean file; return a line for each record that was rejected.

    Raises:
        UsageError: `source` is a folder, or whatever `run` finds.
    """
    if source.is_dir():
        raise UsageError(f"{source}: a folder cannot be written to a stream; name an output with --out")
    with tempfile.TemporaryDirectory(prefix="corpus-clean-") as folder:
        out = Path(folder, "out")
        run(source, out, config, notice, against)
        for path in sorted((out / "data").iterdir()):
            with path.open("rb") as stream:
                shutil.copyfileobj(stream, stdout, 1 << 20)
        stdout.flush()
        rejections = map(json.loads, (out / "quarantine" / "rejections.jsonl").read_bytes().splitlines())
        return [f"{entry['doc_id']}: {entry['detail']}" for entry in rejections]


@contextmanager
def spool(stdin: BinaryIO, form: str = "") -> Iterator[Path]:
    """Write a stream to a temporary file whose name says what is in it.

    Args:
        stdin: the stream.
        form: the key of a reader; without one, the first bytes tell.

    Raises:
        UsageError: there is no such reader.
    """
    readers = load_readers()
    if form and form not in readers:
        raise UsageError(f"--input-format: `{form}` is unknown; known: {', '.join(readers)}")
    with tempfile.TemporaryDirectory(prefix="corpus-clean-") as folder:
        plain = Path(folder, "stdin")
        with plain.open("wb") as file:
            shutil.copyfileobj(stdin, file, 1 << 20)
        with plain.open("rb") as file:
            opening = file.read(8)
        packing = next((suffix for magic, suffix in _PACKED.items() if opening.startswith(magic)), "")
        packed = plain.rename(plain.with_name(f"stdin{packing}"))
        suffix = readers[form or _recognise(packed)].EXTENSIONS[0]
        yield packed.rename(plain.with_name(f"stdin{suffix}{packing}"))


def _recognise(path: Path) -> str:
    try:
        with open_input(path) as stream:
            opening = stream.read(1 << 12).removeprefix(b"\xef\xbb\xbf").lstrip()
    except DamagedStreamError:
        return "text"
    return next((name for start, name in _OPENINGS if opening.startswith(start)), "text")
