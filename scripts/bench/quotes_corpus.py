"""Invented articles with invented quotes, of which some are repeated, and it is known which: for measuring at any size.

What makes linking cheap or dear is kept as news have it (docs/quotes.md has the comparison):

- Words follow a Zipf law, and each has followers it prefers, so that word trigrams recur about as often as in news.
- Articles come in events, most of one article and the largest of forty; the articles of an event draw their quotes from
  one pool, and its quotes have words of their own in common.
- The first article prints the words as they were said. Others repeat them word for word, with words changed, cut, or in
  so many words of their own that no rule would find it.
- Between the quotes stand sentences of the paper's own.
- Stock sentences return in unrelated events and in every mouth.
"""

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from corpus_clean.pipeline.tables import AFFILIATIONS, NARRATION, QUOTE

QUOTES_PER_ARTICLE = 5
EVENTS_PER_GROUP = 2048
_OWN_SENTENCES = 4

_SYLLABLES = [a + b + c for a in "bcdfghjklmnprstwy" for b in "aeiou" for c in ("", "n", "r", "k", "s", "ng")]
_VOCABULARY = 200_000
_FOLLOWERS = 12
_PREFERRED = 0.4
"""How often the next word is one of a word's own followers."""
_TOPIC_WORDS = 12
_TOPICAL = 0.12
_STOCK = 5000
_STOCK_SHARE = 0.03
_SIZES = ((1, 0.80), (2, 0.12), (3, 0.04), (5, 0.025), (8, 0.01), (15, 0.004), (40, 0.001))
"""Articles of an event, and how often there are so many."""
_POOL = 9
_WORDS = (8, 26)

CLEANED_PART = pa.schema(
    [
        ("doc_id", pa.string()),
        ("published", pa.string()),
        ("quotes", pa.list_(QUOTE)),
        ("affiliations", AFFILIATIONS),
        ("narration", NARRATION),
    ]
)
"""What linking reads of a cleaned article."""

Planted = tuple[str, int, str, int]
"""A repetition: document and start of the quote, and of the one it repeats."""


def write_articles(quotes: int, folder: Path, seed: int = 7) -> list[Planted]:
    """Write articles with that many quotes as a stage; return the planted repetitions."""
    folder.mkdir(parents=True)
    source = _Source(seed)
    planted: list[Planted] = []
    written = number = 0
    with pq.ParquetWriter(folder / "part-00000.parquet", CLEANED_PART) as writer:
        while written < quotes:
            events = [_draw_event(source) for _ in range(EVENTS_PER_GROUP)]
            sentences = source.say(sum(event.pool for event in events), [t for e in events for t in [e.topic] * e.pool])
            rows: list[dict[str, object]] = []
            for event in events:
                said = [next(sentences) for _ in range(event.pool)]
                if written < quotes:
                    rows += _tell(event, said, source, number, planted)
                    written += event.articles * QUOTES_PER_ARTICLE
                number += event.articles
            writer.write_table(pa.Table.from_pylist(rows, CLEANED_PART))
    return planted


@dataclass(frozen=True, slots=True)
class _Event:
    articles: int
    pool: int
    topic: NDArray[np.int64]
    speakers: tuple[str, ...]
    day: int


class _Source:
    """Draws words, sentences and names."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.numbers = np.random.default_rng(seed)
        lengths = self.rng.choices((2, 3, 4), weights=(4, 4, 2), k=_VOCABULARY)
        self.words = np.array(["".join(self.rng.choices(_SYLLABLES, k=length)) for length in lengths])
        ranks = np.arange(_VOCABULARY)
        weights = 1 / (ranks + 6) / (1 + ranks / 5000) ** 0.9
        self.odds = np.cumsum(weights / weights.sum())
        self.followers = self.draw(_VOCABULARY * _FOLLOWERS).reshape(_VOCABULARY, _FOLLOWERS)
        liked = 1 / (np.arange(_FOLLOWERS) + 1)
        self.preference = np.cumsum(liked / liked.sum())
        self.names = [word.title() for word in self.words[2000:12000].tolist()]
        nowhere = np.zeros((_STOCK, 0), np.int64)
        self.stock = list(self._chain(_STOCK, nowhere, 10))
        self.stock_odds = list(itertools.accumulate(1 / (rank + 1) for rank in range(_STOCK)))

    def draw(self, count: int) -> NDArray[np.int64]:
        return np.minimum(np.searchsorted(self.odds, self.numbers.random(count)), _VOCABULARY - 1)

    def name(self) -> str:
        return f"{self.rng.choice(self.names)} {self.rng.choice(self.names)}"

    def say(self, count: int, topics: list[NDArray[np.int64]]) -> Iterator[list[str]]:
        """Yield sentences, each with words of its topic."""
        lengths = self.numbers.integers(*_WORDS, count).tolist()
        for words, length in zip(self._chain(count, np.array(topics), _WORDS[1]), lengths, strict=True):
            yield words[:length]

    def _chain(self, count: int, topics: NDArray[np.int64], length: int) -> Iterator[list[str]]:
        chain = np.empty((count, length), np.int64)
        chain[:, 0] = self.draw(count)
        everyone = np.arange(count)
        for place in range(1, length):
            rank = np.searchsorted(self.preference, self.numbers.random(count))
            follower = self.followers[chain[:, place - 1], np.minimum(rank, _FOLLOWERS - 1)]
            chain[:, place] = np.where(self.numbers.random(count) < _PREFERRED, follower, self.draw(count))
            if topics.shape[1]:
                topical = topics[everyone, self.numbers.integers(0, topics.shape[1], count)]
                chain[:, place] = np.where(self.numbers.random(count) < _TOPICAL, topical, chain[:, place])
        for row in self.words[chain]:
            yield row.tolist()


def _draw_event(source: _Source) -> _Event:
    articles = source.rng.choices([n for n, _ in _SIZES], weights=[share for _, share in _SIZES])[0]
    pool = QUOTES_PER_ARTICLE if articles == 1 else _POOL
    topic = source.numbers.integers(300, _VOCABULARY // 10, _TOPIC_WORDS)
    return _Event(articles, pool, topic, (source.name(), source.name()), source.rng.randrange(365))


def _tell(
    event: _Event, said: list[list[str]], source: _Source, number: int, planted: list[Planted]
) -> Iterator[dict[str, object]]:
    """Yield the articles of an event; note what repeats the first of them."""
    rng = source.rng
    speakers = [rng.choice(event.speakers) for _ in said]
    first: dict[int, int] = {}
    for article in range(event.articles):
        doc_id = f"{number + article:09d}.txt"
        quotes, own, start = [], [], 0
        for chosen in sorted(rng.sample(range(len(said)), QUOTES_PER_ARTICLE)):
            words, kind, known = said[chosen], "direct", True
            if rng.random() < _STOCK_SHARE:
                words, known = [*rng.choices(source.stock, cum_weights=source.stock_odds)[0], *words[:3]], False
            elif article:
                words, kind, known = _vary(words, source)
            text = " ".join(words).capitalize() + ("," if kind == "direct" else ".")
            quotes.append({
                "start": start, "end": start + len(text), "kind": kind,
                "speaker": speakers[chosen], "cue": "kata", "text": text,
            })  # fmt: skip
            if known and not article:
                first[chosen] = start
            elif known and chosen in first:
                planted.append((doc_id, start, f"{number:09d}.txt", first[chosen]))
            start += len(text) + 60
            if len(own) < _OWN_SENTENCES:
                sentence = " ".join(_change(rng.choice(said), 0.7, source)).capitalize() + "."
                own.append({"start": start, "end": start + len(sentence), "text": sentence})
                start += len(sentence) + 60
        yield {
            "doc_id": doc_id,
            "published": f"2024-{event.day // 31 + 1:02d}-{event.day % 28 + 1:02d}",
            "quotes": quotes,
            "affiliations": [],
            "narration": own,
        }


def _vary(words: list[str], source: _Source) -> tuple[list[str], str, bool]:
    """Return another paper's wording, its kind, and whether it is close enough to be found."""
    rng = source.rng
    way = rng.random()
    if way < 0.35:
        return words, "direct", True
    if way < 0.7:
        return _change(words, 0.1, source), "direct", True
    if way < 0.85:
        width = max(8, len(words) * 2 // 3)
        start = rng.randint(0, max(0, len(words) - width))
        return words[start : start + width], "direct", True
    return _change(words, 0.6, source), "indirect", False


def _change(words: list[str], share: float, source: _Source) -> list[str]:
    others = source.words[source.draw(len(words))].tolist()
    return [other if source.rng.random() < share else word for word, other in zip(words, others, strict=True)]
