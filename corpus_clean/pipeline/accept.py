"""Accepting findings: the baseline written anew, or only for some files."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from corpus_clean.config import Config
from corpus_clean.gate.baseline import Baseline, format_baseline, merge_baselines, read_baseline
from corpus_clean.pipeline.check import (
    Request,
    find_all_noise,
    gather_noise,
    list_entries,
    open_documents,
    take_snapshot,
)
from corpus_clean.pipeline.repetition import bring_up, cluster_repetitions, find_repetitions
from corpus_clean.pipeline.snapshot import Scope
from corpus_clean.storage.publication import commit_file


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a baseline holds now: its lines of noise and of copies, and the lines that came and went."""

    place: Path
    noise: int
    clusters: int
    added: int
    dropped: int


def accept(request: Request, config: Config, notice: Callable[[str, int, int], None] = lambda *_: None) -> Accepted:
    """Write what is found now into the baseline. With paths, what is accepted elsewhere stays.

    Raises:
        UsageError: see `check`.
    """
    place = request.baseline or request.root / config.gate.baseline
    before = read_baseline(place)
    everything = replace(request, only="", since="")
    if request.staged and not request.paths:
        everything = replace(everything, paths=config.gate.paths)
    snapshot = take_snapshot(everything, config)
    entries = list_entries(everything, snapshot, config)
    noise = gather_noise(find_all_noise(snapshot, entries, config, notice))
    with open_documents(everything, config) as index:
        bring_up(index, snapshot, config)
        found = find_repetitions(index, snapshot, [entry.path for entry in entries], config)
        now = Baseline(noise, cluster_repetitions(found))
    if request.paths:
        named = Scope(request.paths)
        kept = {key: value for key, value in before.noise.items() if not named.covers(key.path)}
        now = merge_baselines(Baseline(kept, before.clusters), now)
    old, new = (set(format_baseline(baseline).splitlines()) for baseline in (before, now))
    with commit_file(place) as partial:
        partial.write_text(format_baseline(now), encoding="utf-8", newline="")
    return Accepted(place, len(now.noise), len(now.clusters), len(new - old), len(old - new))
