"""An input that was fetched from a URL, for workers on other machines: each brings the files that it reads."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus_clean.storage.fingerprint import hash_bytes, hash_file
from corpus_clean.storage.names import locate_name
from corpus_clean.storage.remote import LISTING, fetch_some


@dataclass(frozen=True)
class Mirror:
    """What `remote.fetch` brought into a folder of one machine.

    `listing` is that folder's list of files, `digest` its SHA-256, `files` what it says of each.
    """

    url: str
    listing: Path
    digest: str
    files: Mapping[str, Any]

    def is_here(self) -> bool:
        """Tell whether that folder is one of this machine's, as it was."""
        try:
            return hash_file(self.listing) == self.digest
        except OSError:
            return False

    def bring(self, paths: Sequence[str], folder: Path) -> Path:
        """Bring files into a folder; return the root under which they lie."""
        root = folder / self.digest[:16]
        root.mkdir(parents=True, exist_ok=True)
        fetch_some(self.url, [locate_name(path) for path in paths], self.files, root)
        return root


def find_mirror(root: Path) -> Mirror | None:
    """Return what an input root is a mirror of, if it is one.

    Example:
        >>> find_mirror(Path("nowhere")) is None
        True
    """
    for data in (root, root.parent):
        listing = data.parent / LISTING
        if data.name == "data" and listing.is_file():
            content = listing.read_bytes()
            described = json.loads(content)
            return Mirror(described["url"], listing.absolute(), hash_bytes(content), described["files"])
    return None
