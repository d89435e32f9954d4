"""Which documents of a snapshot repeat which: new ones against all that the tree holds, by way of the index."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from corpus_clean.config import Config
from corpus_clean.dedup.relations import relate_documents
from corpus_clean.dedup.segment import SHINGLING
from corpus_clean.errors import RejectedRecordError
from corpus_clean.gate.baseline import Copy, group_copies
from corpus_clean.gate.index import Change, Held, Index, Located
from corpus_clean.gate.repository import REGULAR, Entry
from corpus_clean.pipeline.records import load_text
from corpus_clean.pipeline.snapshot import Content, Snapshot, open_contents
from corpus_clean.readers.base import choose_reader
from corpus_clean.reports.difference import show_changes
from corpus_clean.similarity.compare import compare_pairs
from corpus_clean.storage.streams import strip_compression
from corpus_clean.types import Finding, Match

REMOVING = ("exact", "near-duplicate")
"""The relations for which `run` leaves a document out; here they are findings."""

_PAIRS_AT_ONCE = 2048

Alike = Mapping[int, Mapping[int, tuple[str, float]]]
"""Per text the texts that repeat it, each with the relation and the resemblance."""


def bring_up(index: Index, snapshot: Snapshot, config: Config) -> None:
    """Have the index hold every document of a snapshot; only blobs that it has not seen are read."""
    scope = repr(snapshot.scope)
    if snapshot.tree:
        changed = list(snapshot.list_tree(index.find_tree(scope)))
        _take_in(index, snapshot, changed, config)
        index.set_files(scope, snapshot.tree, map(_as_change, changed))
    _take_in(index, snapshot, snapshot.changes.values(), config)
    index.overlay(map(_as_change, snapshot.changes.values()))


def _as_change(entry: Entry) -> Change:
    return entry.path, _name_content(entry) if entry.mode in REGULAR else None


def _name_content(entry: Entry) -> tuple[str, str]:
    """Return what a file's documents depend on: its bytes, and how its name says that they are read."""
    name = PurePosixPath(entry.path).name
    return entry.blob or f"file {entry.path}", choose_reader(name) + name[len(strip_compression(name)) :].lower()


def _take_in(index: Index, snapshot: Snapshot, entries: Iterable[Entry], config: Config) -> None:
    wanted: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        if entry.mode in REGULAR:
            wanted.setdefault(_name_content(entry), entry)
    unknown = [wanted[key] for key in index.find_unknown(wanted)]
    contents = open_contents(snapshot, unknown)
    index.add(Held(*_name_content(content.entry), _read_parts(content, config)) for content in contents)


def _read_parts(content: Content, config: Config) -> list[tuple[str, str]]:
    parts = []
    for record in content.read(config.read).records:
        with suppress(RejectedRecordError):
            parts.append((record.id.removeprefix(content.entry.path), load_text(record)))
    return parts


@dataclass(frozen=True)
class Repetitions:
    """The documents that repeat something, and what: everything needed to report them or to accept them.

    `documents` are all documents of the texts concerned, by text, in the order of their age: those that are not
    checked first. `alike` has the texts that repeat a text, both ways.
    """

    index: Index
    snapshot: Snapshot
    checked: frozenset[str]
    documents: Mapping[int, Sequence[Located]]
    alike: Alike

    def rank(self, document: Located) -> tuple[bool, str, int]:
        """Return the order of age: what was there before, then what comes first."""
        return document.path in self.checked, document.path, int(document.part[1:] or -1)


def find_repetitions(index: Index, snapshot: Snapshot, paths: Iterable[str], config: Config) -> Repetitions:
    """Compare the documents at some paths with each other and with everything else in the tree."""
    checked = frozenset(paths)
    texts = dict.fromkeys(document.text for document in index.list_documents(sorted(checked)))
    alike = _verify(index, index.pair(texts), config)
    found = Repetitions(index, snapshot, checked, {}, alike)
    documents: dict[int, list[Located]] = {}
    for document in index.find_documents(dict.fromkeys((*texts, *alike))):
        documents.setdefault(document.text, []).append(document)
    several = {text: sorted(same, key=found.rank) for text, same in documents.items() if len(same) > 1 or text in alike}
    return replace(found, documents=several)


def _verify(index: Index, pairs: Sequence[tuple[int, int]], config: Config) -> Alike:
    alike: dict[int, dict[int, tuple[str, float]]] = {}
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        some = pairs[start : start + _PAIRS_AT_ONCE]
        texts = dict(index.read_texts(dict.fromkeys(text for pair in some for text in pair)))
        left, right = ([texts[pair[side]] for pair in some] for side in (0, 1))
        measured = zip(*compare_pairs(left, right, SHINGLING), strict=True)
        for (a, b), (jaccard, containment) in zip(some, measured, strict=True):
            match = Match(float(jaccard), float(containment))
            relation = relate_documents(texts[a], texts[b], match, config.dedup)
            if relation in REMOVING:
                alike.setdefault(a, {})[b] = alike.setdefault(b, {})[a] = (relation, match.jaccard)
    return alike


def report_repetitions(found: Repetitions, clusters: Sequence[Mapping[Copy, int]]) -> tuple[list[Finding], int]:
    """Return a finding for each checked document that repeats an older one, and how many of them are accepted.

    Args:
        found: what repeats what.
        clusters: accepted copies; two documents of one cluster may repeat each other.
    """
    cluster_of = _place_in_clusters(found, clusters)
    # Of documents that are in the same position the oldest stands for all: families of any size stay linear.
    heads: dict[int, dict[_Position, Located]] = {}
    for text, same in found.documents.items():
        for document in same:
            heads.setdefault(text, {}).setdefault(_position(document, found, cluster_of), document)
    findings: list[Finding] = []
    accepted = 0
    for same in found.documents.values():
        for document in same:
            if document.path not in found.checked:
                continue
            others, passed = _find_older(document, found, heads, cluster_of)
            if others:
                value, _, other, relation = min(others)
                findings.append(_describe(found.index, document, other, relation, -value))
            elif passed:
                accepted += 1
    return sorted(findings, key=lambda finding: (finding.path, finding.doc_id)), accepted


def cluster_repetitions(found: Repetitions) -> tuple[Mapping[Copy, int], ...]:
    """Return the clusters that checked documents form with what they repeat, to be accepted."""
    times: Counter[Copy] = Counter()
    copies: dict[int, Copy] = {}
    pairs: list[tuple[Copy, Copy]] = []
    for text, same in found.documents.items():
        for document in same:
            copy = Copy(document.path, found.index.read_digest(text))
            times[copy] += 1
            pairs.append((copies.setdefault(text, copy), copy))
    pairs += [
        (copies[a], copies[b]) for a, others in found.alike.items() for b in others if a in copies and b in copies
    ]
    return group_copies(times, pairs)


_Position = tuple[int, tuple[bool, ...]]
"""The accepted cluster of a document (-1: none), and whether it is changed against each parent."""


def _position(document: Located, found: Repetitions, cluster_of: Mapping[Located, int]) -> _Position:
    return cluster_of.get(document, -1), tuple(document.path in changed for changed in found.snapshot.new)


def _find_older(
    document: Located,
    found: Repetitions,
    heads: Mapping[int, Mapping[_Position, Located]],
    cluster_of: Mapping[Located, int],
) -> tuple[list[tuple[float, tuple[bool, str, int], Located, str]], bool]:
    own, changed = _position(document, found, cluster_of)
    place = found.rank(document)
    others = []
    accepted = False
    alike = {document.text: ("exact", 1.0), **found.alike.get(document.text, {})}
    for text, (relation, value) in alike.items():
        for (cluster, also_changed), head in heads.get(text, {}).items():
            rank = found.rank(head)
            # Where a parent of a merge has both as they are, the repetition is not this commit's.
            if rank >= place or not all(a or b for a, b in zip(changed, also_changed, strict=True)):
                continue
            if own == cluster >= 0:
                accepted = True
            else:
                others.append((-value, rank, head, relation))
    return others, accepted


def _place_in_clusters(found: Repetitions, clusters: Sequence[Mapping[Copy, int]]) -> dict[Located, int]:
    """Say of which accepted cluster each document is: by its path, or, where it was renamed, by its text."""
    index = found.index
    left: Counter[Copy] = Counter()
    at: dict[str, int] = {}
    of: dict[Copy, int] = {}
    moved: dict[str, list[Copy]] = {}
    for number, cluster in enumerate(clusters):
        for copy, times in cluster.items():
            left[copy] += times
            at[copy.path] = of[copy] = number
            if not index.has_path(copy.path):
                moved.setdefault(copy.digest, []).append(copy)
    placed: dict[Located, int] = {}
    documents = sorted((d for same in found.documents.values() for d in same), key=found.rank) if clusters else []
    for document in documents:
        copy = Copy(document.path, index.read_digest(document.text))
        if not document.part and document.path in at:
            placed[document] = at[document.path]
            continue
        for known in (copy, *moved.get(copy.digest, ())):
            if left[known] > 0:
                left[known] -= 1
                placed[document] = of[known]
                break
    return placed


def _describe(index: Index, document: Located, other: Located, relation: str, value: float) -> Finding:
    (_, theirs), (_, ours) = index.read_texts((other.text, document.text))
    words = "says the same as" if relation == "exact" else "is a near-duplicate of"
    return Finding(
        "duplicate",
        document.path,
        document.path + document.part,
        f"dedup.{relation}",
        f"{words} {other.path}{other.part} (Jaccard {value:.2f})",
        diff=show_changes(theirs, ours),
        key=index.read_digest(document.text),
        other=other.path + other.part,
        jaccard=value,
    )
