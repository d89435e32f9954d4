"""Groups of quotes that are one utterance. A fragment hangs on a group as a leaf; it never joins two."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import xxhash

from corpus_clean.quotes.compare import match_texts
from corpus_clean.quotes.fold import count_words, fold_text
from corpus_clean.similarity.components import join_groups
from corpus_clean.types import Cluster, Link, Member, Segment

FRAGMENT_WORDS = 6
_SAMPLE = 100

Key = tuple[str, int, int]


def cluster_quotes(links: Sequence[Link]) -> list[Cluster]:
    """Group linked quotes around a keeper, the wording most like all others; sorted by the groups' first members.

    Groups grow over grade A and B links between quotes of six and more words. All others are leaves: each joins the
    group of its best link, and no two groups meet through it. A quote's sentences and the quote itself may be in
    different groups, for each of them can be repeated by itself.

    Example:
        >>> from corpus_clean.types import Match
        >>> a, b, c = (Segment(d, "quote", 0, 40, "Jalan itu dibuka lagi pada hari Senin") for d in "abc")
        >>> link = lambda x, y: Link(x, y, "quote", "A", Match(1.0, 1.0))
        >>> [len(cluster.members) for cluster in cluster_quotes([link(a, b), link(b, c)])]
        [3]
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
    known: dict[tuple[str, str], float] = {}
    for link in links:
        known[link.left.text, link.right.text] = known[link.right.text, link.left.text] = link.match.jaccard
    return [_cluster([segments[key] for key in keys], known) for _, keys in sorted(members.items()) if len(keys) > 1]


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


def _cluster(segments: list[Segment], known: Mapping[tuple[str, str], float]) -> Cluster:
    def resemble(one: Segment, other: Segment) -> float:
        if one.text == other.text:
            return 1.0
        found = known.get((one.text, other.text))
        return match_texts(one.text, other.text).jaccard if found is None else found

    keeper = _choose_keeper(segments, resemble)
    members = tuple(Member(s, s == keeper, 1.0 if s == keeper else resemble(s, keeper)) for s in segments)
    name = xxhash.xxh3_64_hexdigest(f"{keeper.doc_id}\x00{keeper.start}\x00{keeper.end}".encode())
    return Cluster(f"q{name}", "quote", members)


def _choose_keeper(segments: list[Segment], resemble: Callable[[Segment, Segment], float]) -> Segment:
    """The wording most like all others (of many, like a sample of them: the first hundred), then the longest."""
    sample = segments[:_SAMPLE]
    likeness: dict[str, float] = {}
    if len(sample) > 2:
        wordings = {segment.text: segment for segment in sample}
        likeness = {text: round(sum(resemble(one, other) for other in sample), 6) for text, one in wordings.items()}
    return min(sample, key=lambda one: (-likeness.get(one.text, 0.0), -len(one.text), _key(one)))
