"""What the peers' files share. Standard library only: it runs in every peer's environment."""

import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

WORD = re.compile(r"[^\W_]+")
SIZE = 5
PERMUTATIONS = 128
THRESHOLD = float(os.environ.get("THRESHOLD", "0.8"))
REPEATS = 3
BANDS, ROWS = {0.8: (16, 8), 0.5: (25, 5), 0.3: (42, 3)}[THRESHOLD]
"""For tools that do not choose them by the threshold."""


def read_texts(corpus: str) -> Iterator[str]:
    """Yield the texts of a JSON-lines file."""
    with Path(corpus).open("rb") as stream:
        for line in stream:
            yield json.loads(line)["text"]


def shingle(text: str) -> set[bytes]:
    """Return the normal form's runs of five words: what a careful user of a signature library writes."""
    words = WORD.findall(text.casefold())
    if len(words) <= SIZE:
        return {" ".join(words).encode()}
    return {" ".join(words[i : i + SIZE]).encode() for i in range(len(words) - SIZE + 1)}


def report_time(way: str, texts: list[str], work: Callable[[list[str]], object]) -> None:
    """Print the processor time of `work`, the best of some repeats, in microseconds a text."""
    best = float("inf")
    for _ in range(REPEATS):
        start = time.process_time()
        work(texts)
        best = min(best, time.process_time() - start)
    print(json.dumps({"way": way, "microseconds": best / len(texts) * 1e6}), flush=True)


def write_labels(out: str, labels: dict[int, int]) -> None:
    """Write which documents a tool puts together."""
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    rows = "".join(f"{number}\t{label}\n" for number, label in sorted(labels.items()))
    (folder / "labels.tsv").write_text(rows)


def find_components(edges: Iterator[tuple[int, int]]) -> dict[int, int]:
    """Return the smallest number in each one's component."""
    parent: dict[int, int] = {}

    def find(x: int) -> int:
        parent.setdefault(x, x)
        while parent[x] != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x

    for a, b in edges:
        x, y = find(a), find(b)
        parent[max(x, y)] = min(x, y)
    return {x: find(x) for x in list(parent)}


def run(
    signatures: Callable[[list[str]], None],
    dedup: Callable[[str, str], None],
    label: Callable[[str], None] = lambda out: None,
) -> None:
    """Do what the command line asks for; `label` writes the labels of a tool that writes something else itself."""
    if sys.argv[1] == "signatures":
        signatures(list(read_texts(sys.argv[2])))
    elif sys.argv[1] == "label":
        label(sys.argv[2])
    else:
        dedup(sys.argv[2], sys.argv[3])
