"""An invented corpus that reads like Indonesian news to a deduplicator, with known copies.

70 of 100 rows are articles of their own; 10 are exact copies and 20 are copies with words replaced, at expected 5-word
resemblances of .95 to .5. Every row is a function of the seed and its numbers alone, so a corpus of any size is written
row by row in little memory, and the same arguments give the same bytes.
"""

import argparse
import itertools
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

LEVELS = (0.95, 0.9, 0.8, 0.7, 0.6, 0.5)
_VOCABULARY = 30_000
_SHINGLE = 5
_COMMON = (
    "yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya ke karena tersebut bisa ada mereka lebih "
    "kata tahun sudah atau saat oleh menjadi orang ia telah adalah seperti sebagai bahwa dapat para harus namun kita "
    "dua satu masih hari hanya mengatakan kepada kami setelah melakukan bagi lain sehingga antara pemerintah kota warga"
)
_SYLLABLES = (
    "ba be bi bu da di du ka ke ki ku la le li lu ma me mi mu na ni nu pa pe pi pu ra re ri ru sa se si su ta te ti tu "
    "ya yu wa wi ga gi gu ja ji ju ca ci ha hi hu nga nya kan kah pun an lah men pen ber ter"
)
_NOISE = (
    "Baca juga: {}",
    "ADVERTISEMENT",
    "SCROLL TO CONTINUE WITH CONTENT",
    "Editor: {}",
    "Penulis: {}",
    "Lihat juga: {}",
    "Ikuti saluran kami untuk kabar pilihan setiap hari: https://kanal.invalid/berita",
    "Hak cipta 2024 Kantor Berita Selat. Dilarang mengutip tanpa izin tertulis.",
)


@dataclass(frozen=True, slots=True)
class Row:
    """Row `id` is a copy of article `cluster`; `edit` says which kind: `base`, `exact`, or `near0.90`."""

    id: int
    text: str
    cluster: int
    edit: str


def generate_rows(count: int, seed: int) -> Iterator[Row]:
    """Yield the rows in a shuffled order, numbered as they come."""
    generator = np.random.default_rng(seed)
    words = _draw_vocabulary(generator)
    ranks = 1.0 / (np.arange(len(words)) + 5) ** 0.95
    shares = np.cumsum(ranks / ranks.sum())
    exact, near = count // 10, count // 5
    articles = count - exact - near
    # A third of the articles has exact copies, another third edited ones; some have several.
    third = max(1, articles // 3)
    clusters = np.concatenate(
        [
            np.arange(articles),
            generator.integers(0, third, exact),
            generator.integers(min(third, articles - 1), min(2 * third, articles), near),
        ]
    )
    kinds = np.concatenate([np.full(articles, -2), np.full(exact, -1), generator.integers(0, len(LEVELS), near)])
    for number, place in enumerate(generator.permutation(count).tolist()):
        cluster, kind = int(clusters[place]), int(kinds[place])
        lines = _write_article(np.random.default_rng((seed, cluster)), words, shares)
        own = np.random.default_rng((seed, cluster if kind < 0 else articles + place, 1))
        if kind >= 0:
            lines = _replace_words(lines, LEVELS[kind], own, words)
        text = "\n".join(_add_noise(lines, own, words))
        yield Row(number, text, cluster, {-2: "base", -1: "exact"}.get(kind) or f"near{LEVELS[kind]:.2f}")


def _draw_vocabulary(generator: np.random.Generator) -> list[str]:
    words = dict.fromkeys(_COMMON.split())
    syllables = _SYLLABLES.split()
    while len(words) < _VOCABULARY:
        word = "".join(syllables[i] for i in generator.integers(0, len(syllables), generator.integers(2, 5)))
        words[word.capitalize() if generator.random() < 0.08 else word] = None
    return list(words)


def _write_article(generator: np.random.Generator, words: list[str], shares: NDArray[np.float64]) -> list[str]:
    length = max(60, int(generator.normal(460, 120)))
    drawn = [words[i] for i in np.searchsorted(shares, generator.random(length)).tolist()]
    ends = np.cumsum(generator.integers(8, 29, length // 8 + 1))
    sentences = [drawn[a:b] for a, b in itertools.pairwise([0, *ends[ends < length].tolist(), length])]
    starts_line = generator.random(len(sentences)) < 0.5
    lines: list[str] = []
    for sentence, starts in zip(sentences, starts_line.tolist(), strict=True):
        body = " ".join(sentence)
        body = f"{body[:1].upper()}{body[1:]}."
        if starts or not lines:
            lines.append(body)
        else:
            lines[-1] += f" {body}"
    return lines


def _replace_words(lines: list[str], jaccard: float, generator: np.random.Generator, words: list[str]) -> list[str]:
    # A shingle survives if none of its words is replaced; of n shingles each, p·n survive: j = p / (2 - p).
    rate = 1 - (2 * jaccard / (1 + jaccard)) ** (1 / _SHINGLE)
    edited = []
    for line in lines:
        parts = line.split(" ")
        for i in np.flatnonzero(generator.random(len(parts)) < rate).tolist():
            parts[i] = words[int(generator.integers(len(words)))]
        edited.append(" ".join(parts))
    return edited


def _add_noise(lines: list[str], generator: np.random.Generator, words: list[str]) -> list[str]:
    lines = list(lines)
    for _ in range(int(generator.integers(1, 4))):
        title = " ".join(words[i] for i in generator.integers(0, len(words), 4))
        lines.insert(int(generator.integers(len(lines) + 1)), _NOISE[generator.integers(len(_NOISE))].format(title))
    return lines


def write_rows(rows: Iterator[Row], stream: TextIO) -> None:
    """Write rows as JSON lines."""
    for row in rows:
        record: dict[str, Any] = {"id": row.id, "text": row.text, "cluster": row.cluster, "edit": row.edit}
        stream.write(json.dumps(record, ensure_ascii=False) + "\n")


def main() -> None:
    """Write a corpus."""
    parser = argparse.ArgumentParser(prog="scripts/bench/make_corpus", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("rows", type=int, help="how many documents, of some 3 KB each")
    parser.add_argument("out", help="the JSONL file to write, or - for standard output")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    rows = generate_rows(options.rows, options.seed)
    if options.out == "-":
        write_rows(rows, sys.stdout)
    else:
        Path(options.out).parent.mkdir(parents=True, exist_ok=True)
        with Path(options.out).open("w", encoding="utf-8") as stream:
            write_rows(rows, stream)


if __name__ == "__main__":
    main()
