"""Groups of quotes that are one utterance. A fragment hangs on a group as a leaf; it never joins two."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from operator import mul

import numpy as np
import xxhash

from corpus_clean.quotes.compare import SHINGLE
from corpus_clean.quotes.fold import count_words, fold_text, fold_texts
from corpus_clean.similarity.components import join_groups
from corpus_clean.similarity.sets import ShingleSets, hash_sets
from corpus_clean.similarity.shingle import Shingling
from corpus_clean.types import Cluster, Link, Member, Segment

FRAGMENT_WORDS = 6
_SAMPLE = 100
_PAIRS_AT_ONCE = 1 << 20

Key = tuple[str, int, int]


def cluster_quotes(links: Sequence[Link]) -> list[Cluster]:
    """Group linked quotes around a keeper, the wording most like all others; sorted by the groups' first members.

    Example:
        >>> from corpus_clean.types import Match
        >>> a, b, c = (Segment(d, "quote", 0, 40, "Jalan itu dibuka lagi pada hari Senin") for d in "abc")
        >>> link = lambda x, y: Link(x, y, "quote", "A", Match(1.0, 1.0))
        >>> [len(cluster.members) for cluster in cluster_quotes([link(a, b), link(b, c)])]
        [3]
    """
    return make_clusters(group_quotes(links))


def group_quotes(links: Sequence[Link]) -> list[list[Segment]]:
    """Return the quotes that are one utterance, group by group; sorted by the groups' first members.

    Groups grow over grade A and B links between quotes of six and more words. All others are leaves: each joins the
    group of its best link, and no two groups meet through it. A quote's sentences and the quote itself may be in
    different groups, for each of them can be repeated by itself.

    Example:
        >>> from corpus_clean.types import Match
        >>> a, b, c = (Segment(d, "quote", 0, 40, "Jalan itu dibuka lagi pada hari Senin") for d in "abc")
        >>> link = lambda x, y: Link(x, y, "quote", "A", Match(1.0, 1.0))
        >>> [[segment.doc_id for segment in group] for group in group_quotes([link(a, b), link(b, c)])]
        [['a', 'b', 'c']]
    """
    segments = {_key(segment): segment for link in links for segment in (link.left, link.right)}
    core: set[Key] = set()
    firm: list[tuple[Key, Key]] = []
    loose: dict[Key, list[tuple[float, Key]]] = defaultdict(list)
    for link in links:
        a, b = _key(link.left), _key(link.right)
        if link.grade != "C" and not _is_fragment(link.left) and not _is_fragment(link.right):
            firm.append((a, b))
            core |= {a, b}
        else:
            loose[a].append((-link.match.containment, b))
            loose[b].append((-link.match.containment, a))
    groups = join_groups(core, firm)
    hubs = _choose_hubs(sorted(set(segments) - core), segments, loose, core)
    for key in sorted(set(segments) - core):
        anchored = [pair for pair in loose[key] if pair[1] in core]
        groups[key] = groups[min(anchored)[1]] if anchored else hubs[key]
    members: dict[Key, list[Key]] = defaultdict(list)
    for key in sorted(groups):
        members[groups[key]].append(key)
    return [[segments[key] for key in keys] for _, keys in sorted(members.items()) if len(keys) > 1]


def _choose_hubs(
    keys: Sequence[Key],
    segments: Mapping[Key, Segment],
    loose: Mapping[Key, list[tuple[float, Key]]],
    core: set[Key],
) -> dict[Key, Key]:
    """Leaves that hang on no group make stars of their own: the longest wording takes in those linked to it."""
    hubs: dict[Key, Key] = {}
    for key in sorted(keys, key=lambda key: (-len(segments[key].text), key)):
        if key in hubs or any(other in core for _, other in loose[key]):
            continue
        hubs[key] = key
        for _, other in sorted(loose[key]):
            if not any(partner in core for _, partner in loose[other]):
                hubs.setdefault(other, key)
    return hubs


def _key(segment: Segment) -> Key:
    return (segment.doc_id, segment.start, segment.end)


def _is_fragment(segment: Segment) -> bool:
    return count_words(fold_text(segment.text)) < FRAGMENT_WORDS


def make_clusters(groups: Sequence[Sequence[Segment]]) -> list[Cluster]:
    """Find the keeper of each group, and how like it the others are.

    Example:
        >>> a, b = (Segment(d, "quote", 0, 40, "Jalan itu dibuka lagi pada hari Senin") for d in "ab")
        >>> [member.jaccard_to_keeper for member in make_clusters([[a, b]])[0].members]
        [1.0, 1.0]
    """
    numbers: dict[str, int] = {}
    wordings = [[numbers.setdefault(segment.text, len(numbers)) for segment in group] for group in groups]
    sets = hash_sets(fold_texts(numbers), Shingling("char", SHINGLE))
    clusters: list[Cluster] = []
    for first, end in _share_out(wordings):
        tables = _resemble(sets, wordings[first:end])
        clusters += map(_cluster, groups[first:end], wordings[first:end], tables)
    return clusters


def _share_out(wordings: Sequence[Sequence[int]]) -> Iterator[tuple[int, int]]:
    """Yield runs of groups, so many that what is compared in a run fits in memory."""
    first = pairs = 0
    for end, own in enumerate(wordings):
        pairs += min(len(own), _SAMPLE) * len(own)
        if pairs > _PAIRS_AT_ONCE and end > first:
            yield first, end
            first, pairs = end, min(len(own), _SAMPLE) * len(own)
    yield first, len(wordings)


def _resemble(sets: ShingleSets, wordings: Sequence[Sequence[int]]) -> Iterator[list[float]]:
    """Yield the Jaccard of a sample of each group's wordings with all of them, row by row, as `match_texts` has it."""
    samples = [list(dict.fromkeys(own[:_SAMPLE])) for own in wordings]
    whole = [list(dict.fromkeys(own)) for own in wordings]
    nothing = [np.empty(0, np.int64)]
    one = np.concatenate([*nothing, *(np.repeat(rows, len(own)) for rows, own in zip(samples, whole, strict=True))])
    other = np.concatenate([*nothing, *(np.tile(own, len(rows)) for rows, own in zip(samples, whole, strict=True))])
    shared = sets.count_shared(one, other)
    union = np.maximum(sets.sizes[one] + sets.sizes[other] - shared, 1)
    jaccard = [round(share, 4) for share in (shared / union).tolist()]
    first = 0
    for rows, own in zip(samples, whole, strict=True):
        yield jaccard[first : first + len(rows) * len(own)]
        first += len(rows) * len(own)


def _cluster(segments: Sequence[Segment], wordings: Sequence[int], jaccard: Sequence[float]) -> Cluster:
    """Choose the wording most like all others (of many, like a sample of them: the first hundred), then the longest."""
    places = {wording: place for place, wording in enumerate(dict.fromkeys(wordings))}
    counts = list(Counter(wordings[:_SAMPLE]).values())  # in the order of their first coming, as the rows are
    rows = [jaccard[place : place + len(places)] for place in range(0, len(jaccard), len(places))]
    likeness = [round(sum(map(mul, row, counts)), 6) for row in rows]
    keeper, own = min(
        zip(segments, wordings[:_SAMPLE], strict=False),
        key=lambda one: (-likeness[places[one[1]]], -len(one[0].text), _key(one[0])),
    )
    like = rows[places[own]]
    members = tuple(
        Member(segment, segment == keeper, like[places[wording]])
        for segment, wording in zip(segments, wordings, strict=True)
    )
    name = xxhash.xxh3_64_hexdigest(f"{keeper.doc_id}\x00{keeper.start}\x00{keeper.end}".encode())
    return Cluster(f"q{name}", "quote", members)
