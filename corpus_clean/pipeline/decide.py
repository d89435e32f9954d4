"""From verified links to what stays: keepers, duplicates, clusters."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from corpus_clean.config import Config
from corpus_clean.dedup.keeper import Candidate, assign_keepers
from corpus_clean.errors import IntegrityError
from corpus_clean.pipeline.tables import Row
from corpus_clean.quotes.clusters import cluster_quotes
from corpus_clean.quotes.formulas import mark_formulas
from corpus_clean.storage.fingerprint import hash_bytes
from corpus_clean.storage.parts import list_parts
from corpus_clean.types import Cluster, Level, Link, Match, Member, Segment

REMOVING = ("exact", "near-duplicate")
_JUDGED_FROM = 20
_EARLIER: Row = {"chars_out": 0}
"""What is known here of a document of an earlier run."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the links come to. `keepers` maps each duplicate to the document it is left out for."""

    keepers: Mapping[str, str]
    resemblance: Mapping[str, float]
    edges: Sequence[Row]
    clusters: Sequence[Cluster]
    cluster_of: Mapping[tuple[str, str, int, int], str]


def decide(edges: Iterable[Row], documents: Mapping[str, Row], config: Config) -> Decision:
    """Choose keepers and form clusters.

    Args:
        edges: rows of `EDGES`; of two for the same pair of segments the first counts.
        documents: rows of `CLEANED` without their texts, by document.
        config: the keeping policy.
    """
    unique: dict[tuple[int, int], Row] = {}
    for edge in edges:
        unique.setdefault((edge["left_id"], edge["right_id"]), edge)
    ordered = sorted(unique.values(), key=_place)
    groups = _group_documents([e for e in ordered if e["level"] == "document"], documents, config)
    documents = {**documents, **{keeper: _EARLIER for keeper in groups if keeper not in documents}}
    keepers = {copy: keeper for keeper, copies in groups.items() for copy in copies}
    # Between a duplicate and anything else, repeated passages are no news.
    kept = [e for e in ordered if e["level"] != "passage" or not {e["left_doc"], e["right_doc"]} & keepers.keys()]
    kept = [e for e in kept if e["level"] != "quote"] + _mark_formulas([e for e in kept if e["level"] == "quote"])
    clusters = [
        *(_document_cluster(keeper, copies, documents) for keeper, copies in sorted(groups.items())),
        *_cluster_passages([e for e in kept if e["level"] == "passage"], config),
        *cluster_quotes([_link(e) for e in kept if e["level"] == "quote"]),
    ]
    cluster_of = {_span(member.segment): cluster.id for cluster in clusters for member in cluster.members}
    resemblance = {copy: value for copies in groups.values() for copy, value in copies.items()}
    return Decision(keepers, resemblance, kept, clusters, cluster_of)


def read_facts(documents: Path) -> dict[str, Row]:
    """Return what deciding needs to know of each document of a stage."""
    facts = ["doc_id", "path", "portal", "published", "chars_in", "chars_out"]
    return {
        row["doc_id"]: row for part in list_parts(documents) for row in pq.read_table(part, columns=facts).to_pylist()
    }


def guard_removal(decision: Decision, documents: Mapping[str, Row], most: float) -> None:
    """Refuse to leave out more than a share of one source: a portal, or the first folder of the path.

    Sources of fewer than twenty documents are not judged.

    Raises:
        IntegrityError: more would be left out; the biggest cluster is named.
    """
    sources = {doc_id: row["portal"] or row["path"].partition("/")[0] for doc_id, row in documents.items()}
    totals = Counter(sources.values())
    removed = Counter(sources[doc_id] for doc_id in decision.keepers)
    for source, count in sorted(removed.items()):
        if totals[source] >= _JUDGED_FROM and count > most * totals[source]:
            keeper, size = Counter(decision.keepers.values()).most_common(1)[0]
            raise IntegrityError(
                f"{source}: {count:,} of {totals[source]:,} documents would be left out as duplicates (the biggest "
                f"cluster has {size:,} copies of {keeper}); nothing was published: look into it, or raise --max-removed"
            )


def _place(edge: Row) -> tuple[object, ...]:
    level = ("document", "passage", "quote").index(edge["level"])
    return (level, edge["left_doc"], edge["left_start"], edge["right_doc"], edge["right_start"], edge["left_end"])


def _group_documents(edges: Sequence[Row], documents: Mapping[str, Row], config: Config) -> dict[str, dict[str, float]]:
    removing = {(e["left_doc"], e["right_doc"]): e["jaccard"] for e in edges if e["relation"] in REMOVING}
    concerned = sorted({doc_id for pair in removing for doc_id in pair})
    candidates = [
        Candidate(
            doc_id,
            documents[doc_id]["chars_out"],
            documents[doc_id]["published"] or "",
            documents[doc_id]["chars_in"] - documents[doc_id]["chars_out"],
            documents[doc_id]["portal"] or "",
        )
        if doc_id in documents
        else Candidate(doc_id, 0, earlier=True)
        for doc_id in concerned
    ]
    copies = [(e["left_doc"], e["right_doc"]) for e in edges if e["relation"] == "exact"]
    return assign_keepers(candidates, removing, config.dedup.keep, copies)


def _mark_formulas(edges: Sequence[Row]) -> list[Row]:
    """Flag or drop links over words that many speakers say (verdicts, condolences)."""
    links = {_ends(link): link for link in mark_formulas([_link(edge) for edge in edges])}
    return [edge | {"flags": list(links[key].flags)} for edge in edges if (key := _ends(_link(edge))) in links]


def _ends(link: Link) -> tuple[tuple[str, str, int, int], tuple[str, str, int, int]]:
    return (_span(link.left), _span(link.right))


def _document_cluster(keeper: str, copies: Mapping[str, float], documents: Mapping[str, Row]) -> Cluster:
    def member(doc_id: str, value: float) -> Member:
        segment = Segment(doc_id, "document", 0, documents[doc_id]["chars_out"], "")
        return Member(segment, doc_id == keeper, value)

    members = (member(keeper, 1.0), *(member(copy, value) for copy, value in sorted(copies.items())))
    return Cluster(_cluster_id("document", members[0].segment), "document", members)


def _cluster_passages(edges: Sequence[Row], config: Config) -> list[Cluster]:
    segments: dict[str, Segment] = {}
    likeness: dict[tuple[str, str], float] = {}
    copies: list[tuple[str, str]] = []
    for edge in edges:
        link = _link(edge)
        keys = []
        for segment in (link.left, link.right):
            key = f"{segment.doc_id}\0{segment.start:012d}"
            segments[key] = segment
            keys.append(key)
        # A contained passage has a low resemblance, yet belongs to the one that holds it.
        likeness[keys[0], keys[1]] = edge["jaccard"]
        if edge["relation"] == "verbatim":
            copies.append((keys[0], keys[1]))
    candidates = [Candidate(key, segment.end - segment.start) for key, segment in sorted(segments.items())]
    groups = assign_keepers(candidates, likeness, "longest", copies)
    return [
        Cluster(
            _cluster_id("passage", segments[keeper]),
            "passage",
            (
                Member(segments[keeper], True, 1.0),
                *(Member(segments[copy], False, value) for copy, value in sorted(copies.items())),
            ),
        )
        for keeper, copies in sorted(groups.items())
    ]


def _cluster_id(level: Level, keeper: Segment) -> str:
    return f"{level}-{hash_bytes(f'{keeper.doc_id} {keeper.start} {keeper.end}'.encode())[:12]}"


def _span(segment: Segment) -> tuple[str, str, int, int]:
    return (segment.level, segment.doc_id, segment.start, segment.end)


def _link(edge: Row) -> Link:
    left, right = (
        Segment(edge[f"{s}_doc"], edge["level"], edge[f"{s}_start"], edge[f"{s}_end"], edge[f"{s}_text"])
        for s in ("left", "right")
    )
    return Link(
        left,
        right,
        edge["relation"],
        edge["grade"],
        Match(edge["jaccard"], edge["containment"]),
        edge["left_speaker"],
        edge["right_speaker"],
        tuple(edge["flags"]),
    )


def cluster_rows(decision: Decision) -> Iterable[Row]:
    """Yield the rows of `clusters.parquet`."""
    for cluster in decision.clusters:
        for member in cluster.members:
            yield {
                "cluster_id": cluster.id,
                "level": cluster.level,
                "doc_id": member.segment.doc_id,
                "start": member.segment.start,
                "end": member.segment.end,
                "keeper": member.keeper,
                "jaccard_to_keeper": member.jaccard_to_keeper,
            }


def link_rows(decision: Decision) -> Iterable[Row]:
    """Yield the rows of `links.parquet`; a link has the cluster that holds both of its sides."""
    for edge in decision.edges:
        row: Row = {name: edge[name] for name in ("level", "relation", "grade", "jaccard", "containment", "flags")}
        found = set()
        for side, name in (("left", "a"), ("right", "b")):
            row[f"doc_{name}"] = edge[f"{side}_doc"]
            for column in ("start", "end", "text", "speaker"):
                row[f"{column}_{name}"] = edge[f"{side}_{column}"]
            span = (edge["level"], edge[f"{side}_doc"], edge[f"{side}_start"], edge[f"{side}_end"])
            found.add(decision.cluster_of.get(span, ""))
        row["cluster_id"] = found.pop() if len(found) == 1 else ""
        yield row
