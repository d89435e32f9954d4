"""Articles made ready for comparison with others: what is said in them, cut and counted once."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corpus_clean.quotes.compare import SHINGLE
from corpus_clean.quotes.fold import fold_texts
from corpus_clean.quotes.identity import Affiliations
from corpus_clean.quotes.paraphrase import GRAM, carries_topic
from corpus_clean.quotes.spans import Reading
from corpus_clean.quotes.units import split_units
from corpus_clean.similarity.arrays import Hashes, Offsets
from corpus_clean.similarity.hashing import hash_unit
from corpus_clean.similarity.sets import hash_sets
from corpus_clean.similarity.sheets import DIRECT, FRAGMENT, INDIRECT, Sheets
from corpus_clean.similarity.shingle import Shingling
from corpus_clean.types import Quote

_LEAD_IN_GAP = 24
_KINDS = {"fragment": FRAGMENT, "direct": DIRECT, "indirect": INDIRECT}


@dataclass(frozen=True, slots=True)
class Articles:
    """Articles to be compared with one another, and laid out for that.

    Statements are the quotes of each article, in order, and then the sentences that are its own; units are the
    statements and their sentences, `texts` are those folded. `sheets` says whose each one is.
    """

    statements: Sequence[Quote]
    units: Sequence[Quote]
    texts: Sequence[str]
    affiliations: Sequence[Affiliations]
    sheets: Sheets


def prepare_articles(readings: Sequence[Reading]) -> Articles:
    """Return articles that can be compared with one another.

    Example:
        >>> said = Quote("a", 0, 56, "Jalan ini dibuka lagi besok. Warga sudah lama menunggu itu", "direct", "Sarma")
        >>> articles = prepare_articles([Reading((said,))])
        >>> len(articles.statements), len(articles.units), articles.sheets.lengths.tolist()
        (1, 3, [10, 5, 5])
    """
    statements = [statement for reading in readings for statement in (*reading.quotes, *reading.narration)]
    cut = [
        group
        for reading in readings
        for group in (*map(split_units, reading.quotes), *([sentence] for sentence in reading.narration))
    ]
    units = [unit for group in cut for unit in group]
    sizes = np.array([len(group) for group in cut], np.int64)
    starts = bounds_of(sizes)
    texts = fold_texts([unit.text for unit in units])
    sets = hash_sets(texts, Shingling("char", SHINGLE))
    quotes = np.array([len(reading.quotes) for reading in readings], np.int64)
    said = bounds_of([len(reading.quotes) + len(reading.narration) for reading in readings])
    telling = np.zeros(len(units), np.uint8)
    telling[
        starts[:-1][np.arange(len(statements)) - np.repeat(said[:-1], np.diff(said)) < np.repeat(quotes, np.diff(said))]
    ] = 1
    sheets = Sheets(
        said,
        quotes,
        np.array([_KINDS[statement.kind] for statement in statements], np.int64),
        np.concatenate([np.empty(0, np.int64), *map(_rank, readings)]),
        np.concatenate([np.empty(0, np.int64), *map(_find_leads, readings, said.tolist())]),
        starts,
        np.repeat(np.arange(len(statements)), sizes),
        np.array([text.count(" ") + bool(text) for text in texts], np.int64),
        telling,
        sets.bounds,
        sets.hashes,
        *_index_words(texts, starts[said]),
    )
    return Articles(statements, units, texts, [reading.affiliations for reading in readings], sheets)


def bounds_of(sizes: Sequence[int] | Offsets) -> Offsets:
    """Return where runs of these sizes begin, and where the last one ends.

    Example:
        >>> bounds_of([2, 3]).tolist()
        [0, 2, 5]
    """
    return np.concatenate([[0], np.cumsum(np.asarray(sizes, np.int64))])


def _rank(reading: Reading) -> Offsets:
    begins = np.array([quote.start for quote in reading.quotes], np.int64)
    own = np.searchsorted(begins, [sentence.start for sentence in reading.narration])
    return np.concatenate([2 * np.arange(len(begins)), 2 * own - 1])


def _find_leads(reading: Reading, first: int) -> Offsets:
    """Which indirect speech or own sentence stands straight before which quote: it sums that quote up."""
    statements = [*reading.quotes, *reading.narration]
    order = sorted(range(len(statements)), key=lambda n: (statements[n].start, -statements[n].end))
    leads = np.full(len(statements), -1, np.int64)
    for at, number in enumerate(order):
        lead = statements[number]
        if lead.kind == "direct":
            continue
        for following in itertools.islice(order, at + 1, None):
            said = statements[following]
            gap = said.start - lead.end
            if gap < 0:
                continue
            # The paper's own sentences have no speaker.
            if gap <= _LEAD_IN_GAP and said.kind == "direct" and lead.speaker in {said.speaker, ""}:
                leads[number] = first + following
            break
    return leads


def _index_words(texts: Sequence[str], articles: Offsets) -> tuple[Offsets, Offsets, Offsets, Offsets, Hashes]:
    """Number the content words of each article, and say where they stand, and what their forms have in common."""
    known = _Numbers()
    numbers = np.fromiter(map(known.__getitem__, " ".join(texts).split()), np.int64)
    lengths = [text.count(" ") + bool(text) for text in texts]
    text_of = np.repeat(np.arange(len(texts)), lengths)[numbers >= 0]
    words = known.words()
    width = max(1, len(words))
    # A word is one thing in one article: it is numbered anew in each, and counts once in a text.
    article_of = np.repeat(np.arange(len(articles) - 1), np.diff(articles))
    said = np.sort((article_of[text_of] * width + numbers[numbers >= 0]) * len(texts) + text_of)
    said = said[np.flatnonzero(np.diff(said, prepend=-1))]
    held = said % len(texts)
    first = np.flatnonzero(np.diff(said // len(texts), prepend=-1))
    holders = np.append(first, len(said))
    own = said[first] // len(texts)
    forms = own % width
    grams, roots = find_grams(words)
    sizes = np.diff(roots)[forms]
    starts = bounds_of(sizes)
    places = np.arange(starts[-1]) + np.repeat(roots[forms] - starts[:-1], sizes)
    return np.searchsorted(own // width, np.arange(len(articles))), holders, held, starts, grams[places]


class _Numbers(dict[str, int]):
    """Numbers words in the order of their coming; those that carry no topic have -1."""

    def __init__(self) -> None:
        super().__init__()
        self._count = 0

    def __missing__(self, word: str) -> int:
        number = -1
        if carries_topic(word):
            number, self._count = self._count, self._count + 1
        self[word] = number
        return number

    def words(self) -> list[str]:
        """Return the numbered words in their order."""
        return [word for word, number in self.items() if number >= 0]


def find_grams(words: Sequence[str]) -> tuple[Hashes, Offsets]:
    """Return the distinct runs of four letters of each word, and where those of each one begin.

    Two words have one form if they share enough of them. A number or a short word is like itself alone: it has one key.

    Example:
        >>> grams, bounds = find_grams(["tambah", "penambahan", "2024", "2024"])
        >>> bounds.tolist(), len(set(grams[:3].tolist()) & set(grams[3:10].tolist()))
        ([0, 3, 10, 11, 12], 2)
    """
    # Four UTF-16 units are one 64-bit number.
    units = np.frombuffer("\0".join(["", *words, ""]).encode("utf-16-le", "surrogatepass"), np.uint16).astype(np.uint64)
    ends = units == 0
    owner = np.cumsum(ends) - 1
    inside = max(0, len(units) - GRAM + 1)
    keys, whole = np.zeros(inside, np.uint64), np.ones(inside, np.bool_)
    for place in range(GRAM):
        keys |= units[place : place + inside] << np.uint64(16 * place)
        whole &= ~ends[place : place + inside]
    whole &= ~np.array([*(word[0].isdigit() for word in words), True], np.bool_)[owner[:inside]]
    keys, owner = keys[whole], owner[:inside][whole]
    alone = np.setdiff1d(np.arange(len(words)), owner)
    names = np.array([hash_unit(words[word].encode("utf-8", "surrogatepass")) for word in alone.tolist()], np.uint64)
    keys, owner = np.concatenate([keys, names]), np.concatenate([owner, alone])
    order = np.lexsort((keys, owner))
    keys, owner = keys[order], owner[order]
    fresh = np.ones(len(keys), np.bool_)
    fresh[1:] = (np.diff(keys) != 0) | (np.diff(owner) != 0)
    keys, owner = keys[fresh], owner[fresh]
    return keys, np.searchsorted(owner, np.arange(len(words) + 1))
