"""Link the quotes of a set of articles: candidates, verification, and the context pass."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from corpus_clean.config import QuotesConfig
from corpus_clean.quotes.compare import compare_quotes
from corpus_clean.quotes.context import link_quotes_in_context
from corpus_clean.quotes.features import LARGEST_FREQUENCY, RAREST, quote_features
from corpus_clean.quotes.formulas import mark_formulas
from corpus_clean.quotes.identity import NO_AFFILIATIONS, Affiliations
from corpus_clean.quotes.spans import read_document
from corpus_clean.quotes.units import split_units
from corpus_clean.types import Document, Link, Quote

# 32 bands of 4 rows find a resemblance of .6 in 99 of 100 cases.
SIGNATURE_SHINGLE = 5
SIGNATURE_BANDS = 32
SIGNATURE_ROWS = 4


def link_documents(documents: Sequence[Document], config: QuotesConfig) -> list[Link]:
    """Find and link the quotes of these articles; meant for sets that fit in memory.

    The result does not depend on the order of the documents.

    Example:
        >>> said = '"Jalan itu kami buka lagi pada hari Senin pekan depan," kata Bupati Sarma Wirya.'
        >>> links = link_documents([Document("a", said), Document("b", "Sarma Wirya sibuk. " + said)], QuotesConfig())
        >>> [(link.left.doc_id, link.right.doc_id, link.grade) for link in links]
        [('a', 'b', 'A')]
    """
    quotes: dict[str, tuple[Quote, ...]] = {}
    affiliations: dict[str, Affiliations] = {}
    for document in sorted(documents, key=lambda document: document.id):
        reading = read_document(document)
        quotes[document.id] = reading.quotes
        affiliations[document.id] = reading.affiliations
    return link_quotes(quotes, config, affiliations)


def link_quotes(
    quotes: Mapping[str, Sequence[Quote]],
    config: QuotesConfig,
    affiliations: Mapping[str, Affiliations] | None = None,
) -> list[Link]:
    """Link quotes that were found before, by document id.

    Example:
        >>> link_quotes({"a": [], "b": []}, QuotesConfig())
        []
    """
    known = affiliations or {}
    units = [unit for doc_id in sorted(quotes) for quote in quotes[doc_id] for unit in split_units(quote)]
    pairs: set[tuple[str, str]] = set()
    for i, j in find_candidates(units):
        left, right = units[i], units[j]
        pair = (left.doc_id, right.doc_id)
        if pair not in pairs and compare_quotes(left, right, config, _known(known, *pair)):
            pairs.add(pair)
    links: list[Link] = []
    for a, b in sorted(pairs):
        links.extend(link_quotes_in_context(quotes[a], quotes[b], config, _known(known, a, b)))
    return mark_formulas(links)


def _known(affiliations: Mapping[str, Affiliations], a: str, b: str) -> Affiliations:
    return frozenset(affiliations.get(a, NO_AFFILIATIONS)) | frozenset(affiliations.get(b, NO_AFFILIATIONS))


def find_candidates(units: Sequence[Quote]) -> list[tuple[int, int]]:
    """Return the index pairs of units of different documents that are worth comparing, sorted.

    A pair is a candidate if one unit has one of the other's eight rarest word trigrams (a trigram that stands in more
    than 50 documents is no evidence), or if the MinHash signatures of their character 5-shingles agree in a band.

    Example:
        >>> said = "jalan itu dibuka lagi pada hari senin"
        >>> find_candidates([Quote("a", 0, 9, said, "direct"), Quote("b", 0, 9, said, "direct")])
        [(0, 1)]
    """
    features = [quote_features(unit) for unit in units]
    documents: dict[int, set[str]] = defaultdict(set)
    postings: dict[int, list[int]] = defaultdict(list)
    for index, feature in enumerate(features):
        for trigram in feature.trigrams:
            documents[trigram].add(units[index].doc_id)
            postings[trigram].append(index)
    pairs: set[tuple[int, int]] = set()
    for index, feature in enumerate(features):
        rare = sorted(
            (len(documents[trigram]), trigram)
            for trigram in feature.trigrams
            if 2 <= len(documents[trigram]) <= LARGEST_FREQUENCY
        )
        for _, trigram in rare[:RAREST]:
            for other in postings[trigram]:
                if units[other].doc_id != units[index].doc_id:
                    pairs.add((min(index, other), max(index, other)))
    pairs.update(_meeting(units, [feature.text for feature in features]))
    return sorted(pairs)


def _meeting(units: Sequence[Quote], texts: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Pairs that meet in a band of their MinHash signatures."""
    from corpus_clean.similarity.banding import Banding
    from corpus_clean.similarity.minhash import band_keys_batch, sign_batch  # imports NumPy
    from corpus_clean.similarity.shingle import Shingling
    from corpus_clean.similarity.texts import pack_texts

    shingling = Shingling("char", SIGNATURE_SHINGLE)
    signatures = sign_batch(pack_texts(texts), shingling, SIGNATURE_BANDS * SIGNATURE_ROWS)
    keys = band_keys_batch(signatures, Banding(SIGNATURE_BANDS, SIGNATURE_ROWS), "quote")
    buckets: dict[int, list[int]] = defaultdict(list)
    for index, row in enumerate(keys.tolist()):
        for key in row:
            buckets[key].append(index)
    for bucket in buckets.values():
        for i, j in combinations(bucket, 2):
            if units[i].doc_id != units[j].doc_id:
                yield i, j
