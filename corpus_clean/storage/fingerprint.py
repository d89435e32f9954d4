"""SHA-256 of files and byte strings, as lower-case hexadecimal."""

import hashlib
from pathlib import Path

from corpus_clean.storage.streams import StrPath, read_small


def hash_bytes(data: bytes) -> str:
    """Return the SHA-256 of some bytes.

    Example:
        >>> hash_bytes(b"")[:12]
        'e3b0c44298fc'
    """
    return hashlib.sha256(data).hexdigest()


def hash_file(path: StrPath) -> str:
    """Return the SHA-256 of a file as it lies on disk (compressed bytes stay compressed)."""
    small = read_small(path)
    if small is not None:
        return hash_bytes(small)
    with Path(path).open("rb", buffering=0) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
