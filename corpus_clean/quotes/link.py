"""Link the quotes of a set of articles: candidates, verification, and the context pass."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from corpus_clean.config import QuotesConfig
from corpus_clean.quotes.articles import prepare_articles
from corpus_clean.quotes.compare import judge_overlap
from corpus_clean.quotes.context import link_articles
from corpus_clean.quotes.features import SHARED, Features, find_features, screen_pairs
from corpus_clean.quotes.formulas import mark_formulas
from corpus_clean.quotes.identity import match_speakers
from corpus_clean.quotes.spans import Reading, read_document
from corpus_clean.quotes.units import count_days, split_units
from corpus_clean.similarity.candidates import MOST_CARRIERS, RAREST
from corpus_clean.types import Document, Link, Quote


def link_documents(documents: Sequence[Document], config: QuotesConfig) -> list[Link]:
    """Find and link the quotes of these articles; meant for sets that fit in memory.

    The result does not depend on the order of the documents.

    Example:
        >>> said = '"Jalan itu kami buka lagi pada hari Senin pekan depan," kata Bupati Sarma Wirya.'
        >>> links = link_documents([Document("a", said), Document("b", "Sarma Wirya sibuk. " + said)], QuotesConfig())
        >>> [(link.left.doc_id, link.right.doc_id, link.grade) for link in links]
        [('a', 'b', 'A')]
    """
    readings = {document.id: read_document(document) for document in documents}
    days = {document.id: count_days(document.metadata.published) for document in documents}
    return link_quotes(readings, config, days)


def link_quotes(
    readings: Mapping[str, Reading], config: QuotesConfig, days: Mapping[str, int | None] | None = None
) -> list[Link]:
    """Link the quotes of articles that were read before, by document id; days are counted from 1970.

    Example:
        >>> link_quotes({"a": Reading(()), "b": Reading(())}, QuotesConfig())
        []
    """
    units = [unit for doc_id in sorted(readings) for quote in readings[doc_id].quotes for unit in split_units(quote)]
    features = find_features(units)
    candidates = _find_candidates(units, features)
    texts = features.texts
    meetings: set[tuple[str, str]] = set()
    for number, overlap in screen_pairs([texts[i] for i, _ in candidates], [texts[j] for _, j in candidates], config):
        one, other = (units[unit] for unit in candidates[number])
        a, b = one.doc_id, other.doc_id
        if (a, b) in meetings or not _lie_near(days or {}, a, b, config):
            continue
        same = match_speakers(one.speaker, other.speaker, readings[a].affiliations | readings[b].affiliations)
        if judge_overlap(overlap, same, config):
            meetings.add((a, b))
    names = sorted({doc_id for pair in meetings for doc_id in pair})
    numbers = {name: number for number, name in enumerate(names)}
    pairs = [(numbers[a], numbers[b]) for a, b in sorted(meetings)]
    return mark_formulas(link_articles(prepare_articles([readings[name] for name in names]), pairs, config))


def _lie_near(days: Mapping[str, int | None], a: str, b: str, config: QuotesConfig) -> bool:
    x, y = days.get(a), days.get(b)
    return not config.within_days or x is None or y is None or abs(x - y) <= config.within_days


def find_candidates(units: Sequence[Quote]) -> list[tuple[int, int]]:
    """Return the index pairs of units of different documents that are worth comparing, sorted.

    A pair is a candidate if one unit has two of the other's eight rarest word trigrams (a trigram that stands in more
    than 50 documents, or in 200 units, is no evidence), or if the MinHash signatures of their character 5-shingles
    agree in two bands.

    Example:
        >>> said = "jalan itu dibuka lagi pada hari senin"
        >>> find_candidates([Quote("a", 0, 9, said, "direct"), Quote("b", 0, 9, said, "direct")])
        [(0, 1)]
    """
    return _find_candidates(units, find_features(units))


def _find_candidates(units: Sequence[Quote], features: Features) -> list[tuple[int, int]]:
    pairs = {*_share_rare(units, features), *_meet(units, features)}
    return sorted((i, j) for i, j in pairs if units[i].doc_id != units[j].doc_id)


def _share_rare(units: Sequence[Quote], features: Features) -> Iterable[tuple[int, int]]:
    """Pairs of which one has two of the other's rarest trigrams."""
    documents: dict[int, set[str]] = defaultdict(set)
    postings: dict[int, list[int]] = defaultdict(list)
    trigrams = [row.tolist() for row in features.trigrams]
    for index, row in enumerate(trigrams):
        for trigram in row:
            documents[trigram].add(units[index].doc_id)
            postings[trigram].append(index)
    for index, row in enumerate(trigrams):
        rare = sorted(
            (len(documents[trigram]), trigram)
            for trigram in row
            if 2 <= len(documents[trigram]) <= MOST_CARRIERS and len(postings[trigram]) <= 4 * MOST_CARRIERS
        )
        shared = Counter(other for _, trigram in rare[:RAREST] for other in postings[trigram])
        yield from ((min(index, other), max(index, other)) for other, count in shared.items() if count >= SHARED)


def _meet(units: Sequence[Quote], features: Features) -> Iterable[tuple[int, int]]:
    """Pairs that meet in two buckets of their signatures."""
    buckets: dict[int, list[int]] = defaultdict(list)
    for index, row in enumerate(features.buckets):
        for key in row.tolist():
            buckets[key].append(index)
    met = Counter(pair for bucket in buckets.values() for pair in combinations(bucket, 2))
    yield from (pair for pair, count in met.items() if count >= SHARED)
