"""From verified links to what stays: keepers, duplicates, clusters."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus_clean.config import Config
from corpus_clean.dedup.keeper import Candidate, assign_keepers, order_candidates
from corpus_clean.errors import IntegrityError
from corpus_clean.pipeline.tables import CLUSTERS, FACTS, LINKS, Row
from corpus_clean.storage.arrow import wrap_numbers
from corpus_clean.storage.fingerprint import hash_bytes
from corpus_clean.storage.parts import read_stage
from corpus_clean.types import Cluster, Level

REMOVING = ("exact", "near-duplicate")
_JUDGED_FROM = 20
_ORDER = ("level", "left_doc_id", "left_start", "right_doc_id", "right_start", "left_end")


@dataclass(frozen=True, slots=True)
class Decision:
    """What the links come to.

    `keepers` maps each duplicate to the document it is left out for, `resemblance` to their likeness. `links` has the
    columns of `LINKS`, `clusters` those of `CLUSTERS`, each cluster's keeper first.
    """

    keepers: Mapping[str, str]
    resemblance: Mapping[str, float]
    links: pa.Table
    clusters: pa.Table


def decide(edges: pa.Table, documents: pa.Table, config: Config) -> Decision:
    """Choose keepers and form clusters.

    Args:
        edges: rows of `EDGES`; a pair that comes twice counts once.
        documents: the `FACTS` of every document; of an earlier run's documents nothing is known.
        config: the keeping policy.
    """
    order = np.lexsort([_rank(edges.column(name)) for name in reversed(_ORDER)])
    ordered = edges.take(wrap_numbers(order[_find_first(edges)[order]]))
    del edges  # there may be millions, and the caller does not hold them either
    whole = pc.equal(ordered.column("level"), "document")
    removing = pc.and_(whole, pc.is_in(ordered.column("relation"), pa.array(REMOVING)))
    groups, lengths = _group_documents(ordered.filter(removing), documents, config)
    keepers = {copy: keeper for keeper, copies in groups.items() for copy in copies}
    kept = ordered if pc.all(whole).as_py() else _drop_stale(ordered, whole, keepers)
    documents_in = _list_members("document", groups, lambda doc_id: (doc_id, 0, lengths[doc_id]))
    passages = _cluster_passages(kept.filter(pc.equal(kept.column("level"), "passage")).to_pylist())
    clusters = pa.concat_tables([documents_in, passages])
    resemblance = {copy: value for copies in groups.values() for copy, value in copies.items()}
    return Decision(keepers, resemblance, _make_links(kept, clusters), clusters)


def _rank(values: pa.ChunkedArray) -> NDArray[np.int64]:
    """Return numbers in the order of the values; of texts, which come again and again, each is compared once."""
    if not pa.types.is_string(values.type):
        numbers: NDArray[np.int64] = values.to_numpy()
        return numbers
    encoded = values.combine_chunks().dictionary_encode()
    order = pc.sort_indices(encoded.dictionary).to_numpy()
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order))
    ranked: NDArray[np.int64] = ranks[encoded.indices.to_numpy()]
    return ranked


def _drop_stale(edges: pa.Table, whole: pa.ChunkedArray, keepers: Mapping[str, str]) -> pa.Table:
    """Leave out repeated passages between a duplicate and anything else: they are no news."""
    gone = pa.array(keepers, pa.string())
    news = pc.invert(pc.or_(*(pc.is_in(edges.column(f"{side}_doc_id"), gone) for side in ("left", "right"))))
    return edges.filter(pc.or_(whole, news))


def read_facts(documents: Path) -> pa.Table:
    """Return what deciding needs to know of each document of a stage."""
    return read_stage(documents, FACTS)


def guard_removal(decision: Decision, documents: pa.Table, most: float) -> None:
    """Refuse to leave out more than a share of one source: a portal, or the first folder of the path.

    Sources of fewer than twenty documents are not judged.

    Raises:
        IntegrityError: more would be left out; the biggest cluster is named.
    """
    removed = pc.is_in(documents.column("doc_id"), pa.array(decision.keepers, pa.string()))
    removed_of = Counter(name_sources(documents.filter(removed)))
    totals = Counter(name_sources(documents))
    for source, count in sorted(removed_of.items()):
        if totals[source] >= _JUDGED_FROM and count > most * totals[source]:
            keeper, size = Counter(decision.keepers.values()).most_common(1)[0]
            raise IntegrityError(
                f"{source}: {count:,} of {totals[source]:,} documents would be left out as duplicates (the biggest "
                f"cluster has {size:,} copies of {keeper}); nothing was published: look into it, or raise --max-removed"
            )


def name_sources(documents: pa.Table) -> list[str]:
    """Return where each document is from: its portal, or else the first folder of its path."""
    portals, paths = (documents.column(name).to_pylist() for name in ("portal", "path"))
    return [portal or path.partition("/")[0] for portal, path in zip(portals, paths, strict=True)]


def _find_first(edges: pa.Table) -> NDArray[np.bool_]:
    """Tell which edges are the first between their two segments."""
    left, right = (edges.column(f"{side}_id").to_numpy() for side in ("left", "right"))
    order = np.lexsort((right, left))
    fresh = np.ones(len(order), bool)
    fresh[1:] = (np.diff(left[order]) != 0) | (np.diff(right[order]) != 0)
    first = np.zeros(len(order), bool)
    first[order[fresh]] = True
    return first


def _group_documents(
    edges: pa.Table, documents: pa.Table, config: Config
) -> tuple[dict[str, dict[str, float]], dict[str, int]]:
    """Return the copies of each keeper with their resemblance, and the length of every document concerned."""
    columns = [edges.column(name).to_pylist() for name in ("left_doc_id", "right_doc_id", "jaccard", "relation")]
    likeness = {(left, right): value for left, right, value, _ in zip(*columns, strict=True)}
    copies = [(left, right) for left, right, _, relation in zip(*columns, strict=True) if relation == "exact"]
    candidates = _list_candidates(sorted({doc_id for pair in likeness for doc_id in pair}), documents)
    lengths = {candidate.key: candidate.length for candidate in candidates}
    return assign_keepers(candidates, likeness, config.dedup.keep, copies), lengths


def order_keepers(doc_ids: Sequence[str], documents: pa.Table, policy: str) -> list[str]:
    """Return documents in the order in which they become keepers."""
    return [candidate.key for candidate in order_candidates(_list_candidates(doc_ids, documents), policy)]


def _list_candidates(doc_ids: Sequence[str], documents: pa.Table) -> list[Candidate]:
    """Return what is known of documents; of an earlier run's it is nothing."""
    facts = documents.filter(pc.is_in(documents.column("doc_id"), pa.array(doc_ids, pa.string())))
    noise = pc.subtract(facts.column("chars_in"), facts.column("chars_out"))
    named = (facts.column("published").fill_null(""), noise, facts.column("portal").fill_null(""))
    columns = [values.to_pylist() for values in (facts.column("doc_id"), facts.column("chars_out"), *named)]
    known = dict(zip(columns[0], map(Candidate, *columns), strict=True))
    return [known.get(doc_id) or Candidate(doc_id, 0, earlier=True) for doc_id in doc_ids]


def _list_members(
    level: Level, groups: Mapping[str, Mapping[str, float]], locate: Callable[[str], tuple[str, int, int]]
) -> pa.Table:
    """Return the rows of `CLUSTERS` for keepers and their copies, given where each of these stands."""
    ids: list[str] = []
    places: list[tuple[str, int, int]] = []
    values: list[float] = []
    keepers: list[bool] = []
    for keeper in sorted(groups):
        copies = groups[keeper]
        first = locate(keeper)
        name = f"{level}-{hash_bytes('{} {} {}'.format(*first).encode())[:12]}"
        ids += [name] * (1 + len(copies))
        places += [first, *map(locate, copies)]
        values += [1.0, *copies.values()]
        keepers += [True] + [False] * len(copies)
    doc_ids, starts, ends = zip(*places, strict=True) if places else ((), (), ())
    columns = [ids, [level] * len(ids), doc_ids, starts, ends, keepers, values]
    arrays = [pa.array(values, field.type) for values, field in zip(columns, CLUSTERS, strict=True)]
    return pa.table(arrays, schema=CLUSTERS)


def _cluster_passages(edges: Sequence[Row]) -> pa.Table:
    places: dict[str, tuple[str, int, int]] = {}
    likeness: dict[tuple[str, str], float] = {}
    copies: list[tuple[str, str]] = []
    for edge in edges:
        keys = []
        for side in ("left", "right"):
            place = edge[f"{side}_doc_id"], edge[f"{side}_start"], edge[f"{side}_end"]
            key = f"{place[0]}\0{place[1]:012d}"
            places[key] = place
            keys.append(key)
        # A contained passage has a low resemblance, yet belongs to the one that holds it.
        likeness[keys[0], keys[1]] = edge["jaccard"]
        if edge["relation"] == "verbatim":
            copies.append((keys[0], keys[1]))
    candidates = [Candidate(key, end - start) for key, (_, start, end) in sorted(places.items())]
    return _list_members("passage", assign_keepers(candidates, likeness, "longest", copies), places.__getitem__)


def _make_links(edges: pa.Table, clusters: pa.Table) -> pa.Table:
    """Return edges as links; a link has the cluster that holds both of its sides."""
    names = {
        f"{side}_{column}": f"{name}_{letter}"
        for side, letter in (("left", "a"), ("right", "b"))
        for column, name in _SIDES
    }
    columns: dict[str, Any] = {names.get(name, name): edges.column(name) for name in edges.column_names}
    count = len(edges)
    columns["speaker_a"] = columns["speaker_b"] = pa.repeat(pa.scalar("", pa.string()), count)
    columns["flags"] = pa.ListArray.from_arrays(wrap_numbers(np.zeros(count + 1, np.int32)), pa.array([], pa.string()))
    member_columns = [clusters.column(name).to_pylist() for name in ("level", "doc_id", "start")]
    cluster_of = dict(zip(zip(*member_columns, strict=True), clusters.column("cluster_id").to_pylist(), strict=True))
    # Most links of a large corpus are between documents of no cluster; those are not looked at one by one.
    members = clusters.column("doc_id")
    held = pc.and_(*(pc.is_in(edges.column(f"{side}_doc_id"), members) for side in ("left", "right"))).combine_chunks()
    inside = edges.filter(held)
    level = inside.column("level").to_pylist()
    found = [
        [
            cluster_of.get(place, "")
            for place in zip(
                level, *(inside.column(f"{side}_{name}").to_pylist() for name in ("doc_id", "start")), strict=True
            )
        ]
        for side in ("left", "right")
    ]
    named = pa.array([a if a == b else "" for a, b in zip(*found, strict=True)], pa.string())
    columns["cluster_id"] = pc.replace_with_mask(pa.repeat(pa.scalar("", pa.string()), count), held, named)
    return pa.table([columns[field.name].cast(field.type) for field in LINKS], schema=LINKS)


_SIDES = (("doc_id", "doc"), ("start", "start"), ("end", "end"), ("text", "text"))


def cluster_rows(clusters: Iterable[Cluster]) -> Iterable[Row]:
    """Yield the rows of `clusters.parquet`."""
    for cluster in clusters:
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
