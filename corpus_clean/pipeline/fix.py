"""Safe rules applied in place: each file is rewritten whole or not at all, and only where the way back is known."""

import os
import stat
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus_clean.config import Config
from corpus_clean.engines.watch import watch
from corpus_clean.errors import CorpusCleanError, IntegrityError, RejectedRecordError, UsageError
from corpus_clean.gate.baseline import Baseline, Noise
from corpus_clean.gate.repository import LINK
from corpus_clean.ledger.replay import apply_edits
from corpus_clean.pipeline.check import Request, list_entries, read_accepted, take_snapshot
from corpus_clean.pipeline.clean import rebuild_payload
from corpus_clean.pipeline.noise import Source, digest_noise, find_edits, is_fixable
from corpus_clean.pipeline.rewrite import Change, Changes, is_columns, rewrite_columns, rewrite_spliced
from corpus_clean.pipeline.whole import read_whole
from corpus_clean.rules.apply import compile_rules
from corpus_clean.rules.pack import load_packs
from corpus_clean.rules.rule import Safety
from corpus_clean.storage.names import locate_name, show_name
from corpus_clean.storage.pointers import LONGEST, name_pointer
from corpus_clean.storage.publication import Replacement, copy_safely, prepare_replacement
from corpus_clean.types import Edit, Record
from corpus_clean.writers.base import load_writer

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
        CorpusCleanError: a file changed meanwhile.
        IntegrityError: a new file would not give the old one back.
    """
    request = replace(request, staged=False, only="noise")
    entries = list_entries(request, take_snapshot(request, config), config)
    for entry in entries:
        if entry.mode == LINK and entry.path in request.paths:
            raise UsageError(f"{entry.path}: a symbolic link; name the file that it leads to")
    paths = [entry.path for entry in entries if entry.mode != LINK]
    fixer = _Fixer(request.root, config, read_accepted(request, config))
    done: list[Fixed] = []
    pending: list[Replacement] = []
    try:
        for number, path in enumerate(paths, 1):
            notice("fix", number, len(paths))
            place = request.root / locate_name(path)
            stamp = _stamp(place)
            fixed, changes = fixer.read(path)
            sound = True
            if fixed.edits:
                _require_own(place)
                pending.append(prepare_replacement(place))
                sound = fixer.rewrite(path, changes, pending[-1].beside)
            if _stamp(place) != stamp:
                raise CorpusCleanError(f"{path}: changed while it was read; nothing was written: run again later")
            if not sound:
                raise IntegrityError(f"{path}: the new file would not give the old one back; nothing was written")
            if fixed.edits or fixed.left:
                done.append(fixed)
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


class _Fixer:
    def __init__(self, root: Path, config: Config, accepted: Baseline) -> None:
        self._root = root
        self._config = config
        self._accepted = accepted
        self._rules = compile_rules(load_packs(config.rules.packs), config.rules, applied=SAFE)
        self._known = {rule.id: rule for rule in self._rules.rules}

    def read(self, path: str) -> tuple[Fixed, Changes]:
        """Return what is to be done to a file, and how."""
        if self._is_pointer(path):
            return Fixed(path, ()), {}
        changes: dict[int, Change] = {}
        edits: list[Edit] = []
        left: list[tuple[str, str]] = []
        times: Counter[Noise] = Counter()
        for place, record in enumerate(read_whole(self._root, path, self._config.read).records):
            found = self._choose(record, times)
            if found is None:
                left.append(
                    (record.id, "its text cannot be put back byte for byte; `corpus-clean run` keeps its bytes")
                )
            elif found.edits:
                changes[place] = found
                edits += found.edits
            if record.span:
                left.append((record.id, "the file holds a record that is too large to be read"))
                return Fixed(path, (), tuple(left)), {}
        return Fixed(path, tuple(edits), tuple(left)), changes

    def rewrite(self, path: str, changes: Changes, beside: Path) -> bool:
        """Write the new file; return whether it gives the old one back."""
        old, new = (self._root, path), (beside.parent, show_name(beside.name))
        rewrite = rewrite_columns if is_columns(path) else rewrite_spliced
        expected, restored = rewrite(old, new, changes, self._config.read)
        return expected == restored

    def _is_pointer(self, path: str) -> bool:
        with (self._root / locate_name(path)).open("rb") as stream:
            return bool(name_pointer(stream.read(LONGEST)))

    def _choose(self, record: Record, times: Counter[Noise]) -> Change | None:
        """Return what becomes of a record, or None where its text could not be put back."""
        unchanged = Change(record.payload, ())
        try:
            with watch(record.id, self._config.read.timeout):
                source = find_edits(record, self._rules, self._config)
        except RejectedRecordError:
            return unchanged
        edits = tuple(replace(edit, stage="rules") for edit in source.edits if self._takes(source, edit, times))
        if not edits:
            return unchanged
        writer = load_writer(record.format)
        form = writer.choose_form(record, source.codec)
        fixed = apply_edits(source.text, edits)
        payload = writer.wrap(fixed, form).encode(source.codec)
        if rebuild_payload(record.format, fixed, edits, source.codec, form) != record.payload:
            return None
        return Change(payload, edits, source.codec, form)

    def _takes(self, source: Source, edit: Edit, times: Counter[Noise]) -> bool:
        if not is_fixable(source, edit, self._known.get(edit.rule_id)):
            return False
        noise = Noise(source.record.path, edit.rule_id, digest_noise(edit.before))
        times[noise] += 1
        return times[noise] > self._accepted.count_accepted(
            noise, lambda path: (self._root / locate_name(path)).exists()
        )


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
    names = [locate_name(path) for path in paths]
    for name in names:
        if (folder / name).exists():
            raise UsageError(f"{folder / name}: already exists; give --backup a folder without it")
    for name in names:
        copy_safely(root / name, folder / name)


def _stamp(place: Path) -> tuple[int, int, int]:
    status = place.stat()
    return status.st_size, status.st_mtime_ns, status.st_ino
