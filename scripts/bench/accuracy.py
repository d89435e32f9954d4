"""How well labels agree with the copies that are known to be in a corpus."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from corpus_clean.similarity.compare import compare_pairs
from corpus_clean.similarity.shingle import Shingling

THRESHOLD = 0.8


@dataclass(frozen=True, slots=True)
class Copies:
    """Each document's article, and for each copy its original and their exact resemblance (5 words)."""

    articles: dict[int, int]
    likeness: dict[tuple[int, int], float]


@dataclass(frozen=True, slots=True)
class Score:
    """Pairs of copy and original: what share of those put together, and of those that reach the threshold."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        return 2 * self.precision * self.recall / (self.precision + self.recall) if self.precision else 0.0


def find_copies(corpus: Path) -> Copies:
    """Measure every copy against its original."""
    articles: dict[int, int] = {}
    originals: dict[int, tuple[int, str]] = {}
    copies: list[tuple[int, int, str]] = []
    with corpus.open("rb") as stream:
        for line in stream:
            row = json.loads(line)
            articles[row["id"]] = row["cluster"]
            if row["edit"] == "base":
                originals[row["cluster"]] = (row["id"], row["text"])
            else:
                copies.append((row["id"], row["cluster"], row["text"]))
    texts = [text for _, _, text in copies]
    jaccard, _ = compare_pairs(texts, [originals[cluster][1] for _, cluster, _ in copies], Shingling("word", 5))
    pairs = [(number, originals[cluster][0]) for number, cluster, _ in copies]
    return Copies(articles, dict(zip(pairs, jaccard.tolist(), strict=True)))


def score_labels(copies: Copies, path: Path) -> Score:
    """Score one tool's labels. A pair from two different articles that is put together counts against precision."""
    labels: dict[int, int] = {}
    for line in path.read_text().splitlines():
        number, label = map(int, line.split("\t"))
        labels[number] = label
    together = {
        pair for pair in copies.likeness if labels.get(pair[0], -1 - pair[0]) == labels.get(pair[1], -1 - pair[1])
    }
    wanted = {pair for pair, value in copies.likeness.items() if value >= THRESHOLD}
    groups = Counter((label, copies.articles[number]) for number, label in labels.items())
    largest: Counter[int] = Counter()
    for (label, _), size in groups.items():
        largest[label] = max(largest[label], size)
    strangers = sum(groups.values()) - sum(largest.values())
    right = len(together & wanted)
    return Score(right / max(1, len(together) + strangers), right / max(1, len(wanted)))
