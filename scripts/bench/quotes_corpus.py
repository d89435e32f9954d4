"""Invented quotes in invented articles, with repetitions whose truth is known: for measuring speed at any size.

Words follow a Zipf law over a fixed invented vocabulary, so that rare and common word trigrams occur as in news. One
quote in five repeats an earlier one by the same speaker: word for word, with words changed, or only a part of it.
"""

import itertools
import random
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from corpus_clean.pipeline.tables import AFFILIATIONS, QUOTE, TEXT

QUOTES_PER_ARTICLE = 5
ROWS_PER_GROUP = 4096
_REPEATED = 0.2
_EDITED_WORDS = 0.12
_SYLLABLES = [a + b + c for a in "bcdfghjklmnprstwy" for b in "aeiou" for c in ("", "n", "r", "k", "s", "ng")]
_VOCABULARY = 30000

CLEANED_PART = pa.schema(
    [("doc_id", pa.string()), ("text", TEXT), ("quotes", pa.list_(QUOTE)), ("affiliations", AFFILIATIONS)]
)
"""What the comparison reads of a cleaned article."""

Planted = tuple[str, int, str, int]
"""A repetition: document and start of the quote, and of the one it repeats."""


def write_articles(units: int, folder: Path, seed: int = 7) -> list[Planted]:
    """Write articles with that many quotes as a stage; return the planted repetitions."""
    folder.mkdir(parents=True)
    planted: list[Planted] = []
    rows = _generate_articles(units, random.Random(seed), planted)
    with pq.ParquetWriter(folder / "part-00000.parquet", CLEANED_PART) as writer:
        while group := list(itertools.islice(rows, ROWS_PER_GROUP)):
            writer.write_table(pa.Table.from_pylist(group, CLEANED_PART), row_group_size=ROWS_PER_GROUP)
    return planted


def _generate_articles(units: int, rng: random.Random, planted: list[Planted]) -> Iterator[dict[str, object]]:
    lengths = rng.choices((2, 3, 4), weights=(4, 4, 2), k=_VOCABULARY)
    words = ["".join(rng.choices(_SYLLABLES, k=length)) for length in lengths]
    weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(_VOCABULARY)))
    speakers = [f"{rng.choice(words).title()} {rng.choice(words).title()}" for _ in range(max(10, units // 20))]
    earlier: list[tuple[str, int, str, str]] = []
    for number in range(units // QUOTES_PER_ARTICLE):
        doc_id = f"{number:08d}.txt"
        quotes, start = [], 0
        for _ in range(QUOTES_PER_ARTICLE):
            if earlier and rng.random() < _REPEATED:
                other, place, said, speaker = rng.choice(earlier)
                said = _vary(said, rng, words)
                if other != doc_id:
                    planted.append((doc_id, start, other, place))
            else:
                said = " ".join(rng.choices(words, cum_weights=weights, k=rng.randint(9, 30))).capitalize() + ","
                speaker = rng.choice(speakers)
                earlier.append((doc_id, start, said, speaker))
            quote = {"start": start, "end": start + len(said), "kind": "direct", "speaker": speaker, "cue": "kata"}
            quotes.append({**quote, "text": said})
            start += len(said) + 60
        yield {"doc_id": doc_id, "text": f"{number} {rng.choice(words)}", "quotes": quotes, "affiliations": []}


def _vary(said: str, rng: random.Random, words: list[str]) -> str:
    way = rng.random()
    parts = said.split()
    if way < 0.4:
        return said
    if way < 0.8:
        return " ".join(rng.choice(words) if rng.random() < _EDITED_WORDS else word for word in parts)
    width = max(8, len(parts) * 2 // 3)
    start = rng.randint(0, len(parts) - width)
    return " ".join(parts[start : start + width])
