"""Safe rules applied in place: each file is rewritten whole or not at all, and only where the way back is known."""

import hashlib
import os
import shutil
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus_clean.config import Config
from corpus_clean.errors import CorpusCleanError, IntegrityError, RejectedRecordError, UsageError
from corpus_clean.gate.baseline import Baseline, Noise
from corpus_clean.gate.repository import LINK
from corpus_clean.ledger.replay import apply_edits
from corpus_clean.pipeline.check import Request, list_entries, read_accepted, take_snapshot
from corpus_clean.pipeline.clean import rebuild_payload
from corpus_clean.pipeline.noise import Source, digest_noise, find_edits, is_fixable
from corpus_clean.pipeline.records import is_spliced, read_records
from corpus_clean.rules.apply import compile_rules
from corpus_clean.rules.pack import load_packs
from corpus_clean.rules.rule import Safety
from corpus_clean.storage.fingerprint import hash_file
from corpus_clean.storage.pointers import LONGEST, name_pointer
from corpus_clean.storage.publication import Replacement, prepare_replacement, sync
from corpus_clean.storage.streams import open_input, open_output
from corpus_clean.types import Edit, Record
from corpus_clean.writers.base import load_writer

_CHUNK = 1 << 20

SAFE: tuple[Safety, ...] = ("safe",)
"""The safety levels of rules that may change a file in place."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """What was done to one file: the edits that were made, and the records that were left, each with the reason."""

    path: str
    edits: tuple[Edit, ...]
    left: tuple[tuple[str, str], ...] = ()


def fix(
    request: Request,
    config: Config,
    backup: Path | None = None,
    notice: Callable[[str, int, int], None] = lambda *_: None,
) -> list[Fixed]:
    """Take out what safe rules find and the baseline does not accept; return what was done, by file.

    All files are written beside their originals first; only when every one of them gives its original back do they
    take its place. If one cannot, none does.

    Args:
        request: the files; what is staged is not looked at, for it is the files on disk that are rewritten.
        config: the settings.
        backup: a folder that gets a copy of each file first. Without it each file must be in git as it is now.
        notice: called as the work goes on.

    Raises:
        UsageError: a file that would change is a link, has other names, is read-only, or is not saved anywhere.
        CorpusCleanError: a file changed meanwhile, or would not give its original back.
    """
    request = replace(request, staged=False, only="noise")
    entries = list_entries(request, take_snapshot(request, config), config)
    linked = [entry.path for entry in entries if entry.mode == LINK]
    for path in linked:
        if path in request.paths:
            raise UsageError(f"{path}: a symbolic link; name the file that it leads to")
    paths = [entry.path for entry in entries if entry.mode != LINK]
    fixer = _Fixer(request.root, config, read_accepted(request, config))
    done: list[Fixed] = []
    pending: list[Replacement] = []
    try:
        for number, path in enumerate(paths, 1):
            notice("fix", number, len(paths))
            stamp = _stamp(request.root / path)
            changes = [change for change in fixer.read(path) if change.edits or change.left]
            if not changes:
                continue
            if not any(change.edits for change in changes):
                done.append(Fixed(path, (), tuple((change.record.id, change.left) for change in changes)))
                continue
            _require_own(request.root / path)
            replacement = prepare_replacement(request.root / path)
            pending.append(replacement)
            done.append(fixer.rewrite(path, replacement.beside))
            if _stamp(request.root / path) != stamp:
                raise CorpusCleanError(f"{path}: changed while it was read; nothing was written: run again later")
        changed = [one.path for one in done if one.edits]
        if backup is None:
            _require_saved(request, changed)
        else:
            _back_up(request.root, changed, backup)
        for replacement in pending:
            replacement.commit()
    finally:
        for replacement in pending:
            replacement.discard()
    return done


@dataclass(frozen=True, slots=True)
class _Change:
    """A record, its new payload, the edits between the two, and how it is written; `left` says why nothing is done."""

    record: Record
    payload: bytes
    edits: tuple[Edit, ...] = ()
    codec: str = ""
    form: str = ""
    left: str = ""


class _Fixer:
    def __init__(self, root: Path, config: Config, accepted: Baseline) -> None:
        self._root = root
        self._config = config
        self._accepted = accepted
        self._rules = compile_rules(load_packs(config.rules.packs), config.rules, applied=SAFE)
        self._known = {rule.id: rule for rule in self._rules.rules}

    def read(self, path: str) -> Iterator[_Change]:
        """Yield a file's records with what becomes of them."""
        with (self._root / path).open("rb") as stream:
            if name_pointer(stream.read(LONGEST)):
                return
        times: Counter[Noise] = Counter()
        for record in read_records(self._root, path, self._config.read):
            yield self._change(record, times)

    def rewrite(self, path: str, beside: Path) -> Fixed:
        """Write the new file, and prove that it gives the old one back."""
        edits: list[Edit] = []
        left: list[tuple[str, str]] = []
        kept: list[_Change] = []
        digest = hashlib.sha256()
        with open_output(beside) as target:
            for change in self.read(path):
                record = change.record
                target.write(record.prefix + change.payload + record.suffix)
                digest.update(record.prefix + record.payload + record.suffix)
                edits += change.edits
                if change.left:
                    left.append((record.id, change.left))
                # What did not change is read again from the file; nothing of it needs to be remembered.
                kept.append(replace(change, record=replace(record, prefix=b"", payload=b"", suffix=b""), payload=b""))
        self._require_same(path, digest)
        restored = hashlib.sha256()
        for change, record in zip(kept, read_records(beside.parent, beside.name, self._config.read), strict=True):
            payload = record.payload
            if change.edits:
                text = load_writer(record.format).unwrap(payload.decode(change.codec), change.form)
                payload = rebuild_payload(record.format, text, change.edits, change.codec, change.form)
            restored.update(record.prefix + payload + record.suffix)
        self._require_same(path, restored)
        return Fixed(path, tuple(edits), tuple(left))

    def _require_same(self, path: str, digest: "hashlib._Hash") -> None:
        expected = hashlib.sha256()
        with open_input(self._root / path) as stream:
            while chunk := stream.read(_CHUNK):
                expected.update(chunk)
        if digest.digest() != expected.digest():
            raise IntegrityError(f"{path}: the new file would not give the old one back; nothing was written")

    def _change(self, record: Record, times: Counter[Noise]) -> _Change:
        unchanged = _Change(record, record.payload)
        try:
            source = find_edits(record, self._rules, self._config)
        except RejectedRecordError:
            return unchanged
        edits = tuple(replace(edit, stage="rules") for edit in source.edits if self._takes(source, edit, times))
        if not edits:
            return unchanged
        fixed = apply_edits(source.text, edits)
        if not is_spliced(record.path):
            return replace(
                unchanged, left="such a file is not rewritten in place; `corpus-clean run` writes a clean one"
            )
        writer = load_writer(record.format)
        form = writer.choose_form(record, source.codec)
        payload = writer.wrap(fixed, form).encode(source.codec)
        if rebuild_payload(record.format, fixed, edits, source.codec, form) != record.payload:
            return replace(
                unchanged, left="its text cannot be put back byte for byte; `corpus-clean run` keeps its bytes"
            )
        return _Change(record, payload, edits, source.codec, form)

    def _takes(self, source: Source, edit: Edit, times: Counter[Noise]) -> bool:
        if not is_fixable(source, edit, self._known.get(edit.rule_id)):
            return False
        noise = Noise(source.record.path, edit.rule_id, digest_noise(edit.before))
        times[noise] += 1
        return times[noise] > self._accepted.count_accepted(noise, lambda path: (self._root / path).exists())


def _require_own(place: Path) -> None:
    """Refuse to replace what is not simply a file of its own that may be written."""
    status = place.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise UsageError(f"{place}: not a regular file; nothing was written")
    if status.st_nlink > 1:
        raise UsageError(f"{place}: has other names (hard links), which would keep the old text; copy it first")
    if not status.st_mode & 0o222 or not os.access(place, os.W_OK):
        raise UsageError(f"{place}: is read-only; nothing was written: make it writable, or leave it out")


def _require_saved(request: Request, paths: Sequence[str]) -> None:
    """Refuse to replace what could not be had back."""
    if not paths:
        return
    if request.repository is None:
        raise UsageError(f"{request.root}: no git repository; say with --backup DIR where the originals go")
    unsaved = sorted(request.repository.list_unsaved(paths))
    if unsaved:
        more = f" (and {len(unsaved) - 1:,} more)" if len(unsaved) > 1 else ""
        raise UsageError(
            f"{unsaved[0]}{more}: git does not have it as it is now; commit or stage it, or give --backup DIR"
        )


def _back_up(root: Path, paths: Sequence[str], folder: Path) -> None:
    taken = [path for path in paths if (folder / path).exists()]
    if taken:
        raise UsageError(f"{folder / taken[0]}: already exists; give --backup a folder without it")
    for path in paths:
        copy = folder / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / path, copy)
        if hash_file(copy) != hash_file(root / path):
            raise CorpusCleanError(f"{copy}: is not what was copied there; check the disk: nothing was written")
        sync(copy)
        sync(copy.parent)


def _stamp(place: Path) -> tuple[int, int, int]:
    status = place.stat()
    return status.st_size, status.st_mtime_ns, status.st_ino
