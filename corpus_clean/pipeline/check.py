"""The gate: what of a data set `run` would take out, as findings, less what is accepted. The data set is only read."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from corpus_clean.config import Config
from corpus_clean.errors import CorpusCleanError, UsageError
from corpus_clean.gate.baseline import Baseline, Noise, begin, merge_baselines, parse_baseline, read_baseline
from corpus_clean.gate.repository import LINK, REGULAR, Entry, Repository, find_repository
from corpus_clean.pipeline.snapshot import (
    Scope,
    Snapshot,
    list_disk,
    list_prefixes,
    make_scope,
    take_commit,
    take_disk,
    take_staged,
)
from corpus_clean.storage.names import locate_name, show_name
from corpus_clean.types import Finding

if TYPE_CHECKING:
    from corpus_clean.gate.index import Index

Only = Literal["", "noise", "duplicates"]


@dataclass(frozen=True, slots=True)
class Request:
    """What to check: `paths` below `root` (none: the configuration's; of what is staged, the changed files).

    `staged` looks at git's index instead of the files on disk. `since` is a commit whose findings are accepted.
    """

    root: Path
    repository: Repository | None = None
    paths: tuple[str, ...] = ()
    staged: bool = False
    only: Only = ""
    baseline: Path | None = None
    since: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check came to. `accepted` counts the findings that the baseline lets pass, `files` what was looked at."""

    findings: tuple[Finding, ...]
    accepted: int
    files: int

    @property
    def failed(self) -> bool:
        """Whether there is anything that blocks."""
        return any(finding.level == "error" for finding in self.findings)


def find_root(directory: Path, paths: Sequence[Path]) -> tuple[Path, Repository | None, tuple[str, ...]]:
    """Return the folder that ids count from, its repository if it is one, and the paths below it.

    That is the top of the git repository that holds the directory and all paths; else the directory; else, where a
    path lies elsewhere, the folder that holds them all.
    """
    here = Path(os.path.realpath(directory))
    places = [Path(os.path.normpath(here / path)) for path in paths]
    repository = find_repository(here)
    root = Path(os.path.realpath(repository.root)) if repository else here
    if not all(place.is_relative_to(root) for place in places):
        repository, root = None, Path(os.path.commonpath([here, *places]))
    return root, repository, tuple(show_name(place.relative_to(root).as_posix()) for place in places)


def check(
    request: Request,
    config: Config,
    notice: Callable[[str, int, int], None] = lambda *_: None,
    *,
    notes: bool = False,
) -> Checked:
    """Look at every document that was asked for, and return what is not accepted; `notes` only where they are wanted.

    Raises:
        UsageError: a path is not there or not staged, or there is no git repository to look at.
        ConfigError, PackError: the configuration or a rule pack cannot be used.
    """
    snapshot = take_snapshot(request, config)
    entries = list_entries(request, snapshot, config)
    if not entries:
        return Checked((), 0, 0)
    accepted = read_accepted(request, config)
    if request.since:
        accepted = merge_baselines(accepted, _accept_since(request, snapshot, entries, config))
    findings: list[Finding] = []
    passed = 0
    if request.only != "duplicates":
        exists = _paths_of(request, snapshot)
        new = [entry for entry in entries if snapshot.is_new(entry.path)]
        noise = find_all_noise(snapshot, new, config, notice)
        noise = [finding for finding in noise if notes or finding.level != "note"]
        findings, passed = _drop_accepted(noise, accepted, exists)
    if request.only != "noise":
        from corpus_clean.pipeline.repetition import bring_up, find_repetitions, report_repetitions

        clusters = merge_baselines(accepted, Baseline()).clusters
        with open_documents(request, config) as index:
            bring_up(index, snapshot, config)
            found = find_repetitions(index, snapshot, [entry.path for entry in entries], config)
            repeated, more = report_repetitions(found, clusters)
            index.settle()
        findings += repeated
        passed += more
    return Checked(tuple(sorted(findings, key=_place)), passed, len(entries))


def take_snapshot(request: Request, config: Config) -> Snapshot:
    """Return the state of the data set that is asked for; where files are named, it does not matter what is new.

    Raises:
        UsageError: what is staged is asked for, and there is no repository.
    """
    scope = _scope(request, config)
    if not request.staged and request.only == "noise":
        return Snapshot(request.root, request.repository, scope)  # nothing is compared with what did not change
    if not request.staged:
        return take_disk(request.root, request.repository, scope)
    if request.repository is None:
        raise UsageError(f"{request.root}: no git repository; without --staged the files on disk are checked")
    snapshot = take_staged(request.repository, scope)
    return replace(snapshot, new=()) if request.paths else snapshot


def list_entries(request: Request, snapshot: Snapshot, config: Config) -> list[Entry]:
    """Return the files to check, in the order of their paths.

    Raises:
        UsageError: a path is not there, or not staged.
    """
    repository = request.repository
    wanted = make_scope(config.gate, request.paths or None)
    if request.staged and repository is not None and not request.paths:
        entries = list(snapshot.changes.values())
    elif request.staged and repository is not None:
        entries = repository.list_staged()
        _require_all(request, [entry.path for entry in entries])
    elif repository is not None and not request.paths:
        entries = repository.list_disk()
    else:
        # A file that is named is checked even where git ignores it; of a folder that is named, what git knows.
        known = {entry.path: entry for entry in repository.list_disk()} if repository is not None else None
        named = list_disk(request.root, request.paths or config.gate.paths)
        entries = [entry for entry in named if known is None or entry.path in known or entry.path in request.paths]
    fit = {entry.path: entry for entry in entries if entry.mode in {*REGULAR, LINK} and wanted.holds(entry.path)}
    return [fit[path] for path in sorted(fit)]


def read_accepted(request: Request, config: Config) -> Baseline:
    """Return the baseline: with what is staged, the staged one."""
    place = request.baseline or request.root / config.gate.baseline
    if request.staged and request.repository is not None and place.is_absolute() and place.is_relative_to(request.root):
        data = request.repository.read_staged(show_name(place.relative_to(request.root).as_posix()))
        return parse_baseline(data.decode("utf-8", "replace"), str(place)) if data is not None else Baseline()
    if request.baseline is not None and not place.is_file():
        raise UsageError(f"{place}: there is no such baseline; write one with `corpus-clean baseline update`")
    return read_baseline(place)


def find_all_noise(
    snapshot: Snapshot, entries: Sequence[Entry], config: Config, notice: Callable[[str, int, int], None]
) -> list[Finding]:
    """Return the noise of these files and what cannot be checked, in order, nothing accepted yet."""
    if not entries:
        return []
    from corpus_clean.pipeline.sweep import sweep

    return sorted(sweep(snapshot, entries, config, notice), key=_place)


def gather_noise(findings: Iterable[Finding]) -> dict[Noise, tuple[int, str]]:
    """Return noise as a baseline has it."""
    gathered: dict[Noise, tuple[int, str]] = {}
    for finding in findings:
        if finding.kind == "noise" and finding.level == "error":
            noise = Noise(finding.path, finding.rule_id, finding.key)
            gathered[noise] = (gathered.get(noise, (0, ""))[0] + 1, begin(finding.before))
    return gathered


@contextmanager
def open_documents(request: Request, config: Config) -> "Iterator[Index]":
    """Open the repository's index of documents; where there is no repository, one in memory.

    Raises:
        CorpusCleanError: it is damaged; it is then removed.
    """
    import sqlite3

    from corpus_clean.gate.index import open_index

    place = request.repository.common / "corpus-clean" / "documents.sqlite" if request.repository else None
    try:
        with open_index(place, repr(config.read), config.dedup) as index:
            yield index
    except sqlite3.DatabaseError as error:
        if place is None:
            raise
        place.unlink(missing_ok=True)
        raise CorpusCleanError(f"{place}: damaged ({error}) and removed; run this again, and it is made anew") from None


def _scope(request: Request, config: Config) -> Scope:
    """Return what belongs to the data set: in a repository what the configuration says and what is named, else that."""
    if request.repository is None:
        return make_scope(config.gate, request.paths or None)
    scope = make_scope(config.gate)
    named = [path for path in make_scope(config.gate, request.paths).paths if not scope.covers(path)]
    return replace(scope, paths=(*scope.paths, *named)) if named else scope


def _accept_since(request: Request, snapshot: Snapshot, entries: Sequence[Entry], config: Config) -> Baseline:
    """Return all that a commit had, in the files that are checked and in those that are gone, as accepted."""
    if request.repository is None:
        raise UsageError(f"{request.root}: no git repository, and so no commit {request.since}")
    from corpus_clean.pipeline.repetition import bring_up, cluster_repetitions, find_repetitions

    then = take_commit(request.repository, snapshot.scope, request.since)
    before = {entry.path: entry for entry in then.list_tree("")}
    exists = _paths_of(request, snapshot)
    wanted = {entry.path for entry in entries} | {path for path in before if not exists(path)}
    same = sorted(before.keys() & wanted)
    noise: dict[Noise, tuple[int, str]] = {}
    if request.only != "duplicates":
        noise = gather_noise(find_all_noise(then, [before[path] for path in same], config, lambda *_: None))
    if request.only == "noise":
        return Baseline(noise)
    with open_documents(request, config) as index:
        bring_up(index, then, config)
        clusters = cluster_repetitions(find_repetitions(index, then, same, config))
    return Baseline(noise, clusters)


def _drop_accepted(
    findings: Sequence[Finding], accepted: Baseline, exists: Callable[[str], bool]
) -> tuple[list[Finding], int]:
    """Return the findings beyond what is accepted; of equal ones in a file the first are taken for the accepted."""
    times = Counter(Noise(f.path, f.rule_id, f.key) for f in findings if f.kind == "noise")
    left = {noise: accepted.count_accepted(noise, exists) for noise in times}
    fresh: list[Finding] = []
    for finding in findings:
        noise = Noise(finding.path, finding.rule_id, finding.key)
        if left.get(noise, 0) > 0:
            left[noise] -= 1
        else:
            fresh.append(finding)
    return fresh, len(findings) - len(fresh)


def _paths_of(request: Request, snapshot: Snapshot) -> Callable[[str], bool]:
    """Return a function that tells whether a path is in the snapshot; it looks when it is first asked."""
    if not request.staged or request.repository is None:
        return lambda path: (request.root / locate_name(path)).exists()
    repository = request.repository
    staged: set[str] = set()

    def is_staged(path: str) -> bool:
        if not staged:
            staged.update(entry.path for entry in repository.list_staged())
        return path in staged

    return is_staged


def _require_all(request: Request, staged: Sequence[str]) -> None:
    known = {prefix for path in staged for prefix in list_prefixes(path)} | {"."}
    for path in request.paths:
        if path not in known:
            raise UsageError(f"{path}: is not staged; stage it with `git add`, or check the files on disk")


def _place(finding: Finding) -> tuple[object, ...]:
    number = finding.doc_id.removeprefix(finding.path).removeprefix("#")
    return finding.path, int(number) if number.isdigit() else -1, finding.line, finding.column, finding.rule_id
