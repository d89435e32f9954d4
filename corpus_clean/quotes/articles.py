"""Articles made ready for comparison with others: what is said in them, cut and counted once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus_clean.quotes.compare import SHINGLE
from corpus_clean.quotes.evidence import Vocabulary, read_vocabulary
from corpus_clean.quotes.fold import fold_text
from corpus_clean.quotes.identity import Affiliations
from corpus_clean.quotes.spans import Reading
from corpus_clean.quotes.units import split_units
from corpus_clean.similarity.sets import ShingleSets, hash_sets
from corpus_clean.similarity.shingle import Shingling
from corpus_clean.types import Quote

_LEAD_IN_GAP = 24


@dataclass(frozen=True, slots=True)
class Article:
    """An article's statements: its quotes in order, then the sentences that are its own.

    `rank` orders both by their place in the article, a sentence half a step behind the quote before it. `leads` says
    which indirect speech or own sentence stands straight before which quote: it sums that quote up. `units` are the
    statements and their sentences, `owners` whose each unit is, `starts` the first unit of each statement, which is the
    statement itself. The units' shingles are `sets[place]`.
    """

    statements: Sequence[Quote]
    quotes: int
    rank: NDArray[np.float64]
    leads: Mapping[int, int]
    units: Sequence[Quote]
    words: NDArray[np.int64]
    owners: NDArray[np.int64]
    starts: NDArray[np.int64]
    vocabulary: Vocabulary
    affiliations: Affiliations
    sets: ShingleSets
    place: range


def prepare_articles(readings: Sequence[Reading]) -> list[Article]:
    """Return articles that can be compared with one another.

    Example:
        >>> said = Quote("a", 0, 56, "Jalan ini dibuka lagi besok. Warga sudah lama menunggu itu", "direct", "Sarma")
        >>> article, = prepare_articles([Reading((said,))])
        >>> len(article.statements), len(article.units), article.place
        (1, 3, range(0, 3))
    """
    units = [
        [split_units(quote) for quote in reading.quotes] + [[sentence] for sentence in reading.narration]
        for reading in readings
    ]
    texts = [[fold_text(unit.text) for group in groups for unit in group] for groups in units]
    sets = hash_sets([text for own in texts for text in own], Shingling("char", SHINGLE))
    articles, begin = [], 0
    for reading, groups, own in zip(readings, units, texts, strict=True):
        place = range(begin, begin + len(own))
        articles.append(_prepare(reading, groups, own, sets, place))
        begin = place.stop
    return articles


def _prepare(
    reading: Reading, groups: Sequence[Sequence[Quote]], texts: Sequence[str], sets: ShingleSets, place: range
) -> Article:
    sizes = [len(group) for group in groups]
    starts = np.cumsum([0, *sizes[:-1]])[: len(sizes)]
    telling = np.zeros(len(texts), np.bool_)
    telling[starts[: len(reading.quotes)]] = True
    statements = [*reading.quotes, *reading.narration]
    return Article(
        statements,
        len(reading.quotes),
        _rank(reading),
        _find_leads(statements),
        [unit for group in groups for unit in group],
        np.array([text.count(" ") + bool(text) for text in texts], np.int64),
        np.repeat(np.arange(len(sizes)), sizes),
        starts,
        read_vocabulary(texts, telling),
        reading.affiliations,
        sets,
        place,
    )


def _rank(reading: Reading) -> NDArray[np.float64]:
    begins = np.array([quote.start for quote in reading.quotes], np.int64)
    own = np.searchsorted(begins, [sentence.start for sentence in reading.narration]) - 0.5
    return np.concatenate([np.arange(len(begins), dtype=np.float64), own])


def _find_leads(statements: Sequence[Quote]) -> dict[int, int]:
    order = sorted(range(len(statements)), key=lambda n: (statements[n].start, -statements[n].end))
    leads = {}
    for at, number in enumerate(order):
        first = statements[number]
        if first.kind == "direct":
            continue
        for following in order[at + 1 :]:
            second = statements[following]
            gap = second.start - first.end
            if gap < 0:
                continue
            # The paper's own sentences have no speaker.
            if gap <= _LEAD_IN_GAP and second.kind == "direct" and first.speaker in {second.speaker, ""}:
                leads[number] = following
            break
    return leads
