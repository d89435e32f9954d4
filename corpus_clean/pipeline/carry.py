"""What goes along with a data set without being part of it: its card, its licence."""

import re
from pathlib import Path

from corpus_clean.pipeline.inputs import Inputs
from corpus_clean.pipeline.tables import Row
from corpus_clean.readers.listing import locate
from corpus_clean.storage.fingerprint import hash_file
from corpus_clean.storage.names import locate_name
from corpus_clean.storage.streams import write_file

_FRONT = re.compile(rb"\A---[ \t]*\r?\n.*?^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_SIZES = re.compile(
    rb"^(?P<indent>[ \t]*)splits:[ \t]*\r?\n(?:(?P=indent)(?:[ \t]+|- ?)[^\n]*\n)*"
    rb"|^[ \t]*(?:download_size|dataset_size):[^\n]*\n",
    re.MULTILINE,
)


def describe_carried(inputs: Inputs) -> list[Row]:
    """Return the rows of `LEDGER_FILES` for files that are carried along."""
    rows = []
    for file in inputs.carried:
        digest = hash_file(locate(inputs.root, file.path))
        facts: Row = {"path": file.path, "format": "carried", "bytes": file.bytes, "sha256": digest}
        rows.append(facts | {"content": digest, "stored": True, "head": b""})
    return rows


def carry_file(root: Path, build: Path, path: str) -> None:
    """Write a file that is carried along to `data/`."""
    target = build / "data" / locate_name(path)
    data = locate(root, path).read_bytes()
    write_file(target, drop_sizes(data) if path == "README.md" else data)


def drop_sizes(card: bytes) -> bytes:
    r"""Return a data-set card without the sizes of its splits: a loader that checks them would refuse the clean rows.

    Example:
        >>> card = b"---\ndataset_info:\n  splits:\n  - name: train\n    num_examples: 9\n  download_size: 7\n---\nHalo"
        >>> drop_sizes(card)
        b'---\ndataset_info:\n---\nHalo'
    """
    front = _FRONT.match(card)
    return _SIZES.sub(b"", card[: front.end()]) + card[front.end() :] if front else card
