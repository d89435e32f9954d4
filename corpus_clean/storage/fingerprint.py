"""SHA-256 of files and byte strings, as lower-case hexadecimal."""

import hashlib
from pathlib import Path


def hash_bytes(data: bytes) -> str:
    """Return the SHA-256 of some bytes.

    Example:
        >>> hash_bytes(b"")[:12]
        'e3b0c44298fc'
    """
    return hashlib.sha256(data).hexdigest()


_CHUNK = 1 << 16


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file as it lies on disk (compressed bytes stay compressed)."""
    with path.open("rb", buffering=0) as stream:
        start = stream.read(_CHUNK)
        if len(start) < _CHUNK and not stream.read(1):
            return hash_bytes(start)  # there is no room to be made for the rest
        stream.seek(0)
        return hashlib.file_digest(stream, "sha256").hexdigest()
