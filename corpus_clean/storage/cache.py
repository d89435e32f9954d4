"""Results kept between runs, by the hash of everything they depend on."""

import contextlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus_clean.errors import CorpusCleanError


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of small JSON files. Processes may share it: an entry is written beside and renamed.

    Example:
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     cache = Cache(Path(folder, "cache"))
        ...     cache.put("ab12", {"text": "Air surut."})
        ...     cache.get("ab12"), cache.get("cd34")
        ({'text': 'Air surut.'}, None)
    """

    folder: Path

    def get(self, key: str) -> Any | None:
        """Return the entry, or None where there is none, or none that can be read."""
        try:
            return json.loads(self._locate(key).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    def put(self, key: str, value: Any) -> None:
        """Keep an entry.

        Raises:
            CorpusCleanError: the folder cannot be written.
        """
        path = self._locate(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, suffix=".partial")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as stream:
                    json.dump(value, stream, ensure_ascii=False)
                Path(name).replace(path)
            except BaseException:
                with contextlib.suppress(OSError):
                    Path(name).unlink()
                raise
        except OSError as error:
            reason = error.strerror or error
            raise CorpusCleanError(
                f"{self.folder}: the cache cannot be written ({reason}); choose another --cache"
            ) from None

    def _locate(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key[2:]}.json"
