"""`run` on both engines over an invented corpus of any size: copies, noise, and quotes that are carried on."""

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from corpus_clean.config import Config, DedupConfig, EngineConfig
from corpus_clean.pipeline.run import run
from scripts.bench.corpus import generate_rows
from scripts.spark.outputs import find_differences

_FILE = 1000
"""Documents in a file."""


def generate_articles(count: int, seed: int = 5) -> Iterator[str]:
    """Yield beginnings of the articles of `scripts.bench.corpus`, each with a quote; one in four was said before."""
    draw = random.Random(seed)
    said: list[str] = []
    for row in generate_rows(count, seed):
        start, _, rest = row.text.partition("\n")
        words = rest.split()[:22]
        if said and draw.random() < 0.25:
            quote = draw.choice(said)
        else:
            name = " ".join(word.strip(".,:").title() for word in rest.split()[22:24])
            quote = f'"{" ".join(words).capitalize().rstrip(".,")}," kata {name}.'
            said.append(quote)
        yield f"{start[:500]}\n\n{quote}\n"


def write_articles(folder: Path, count: int) -> None:
    """Write them as JSON lines, a thousand in each file."""
    folder.mkdir()
    articles = generate_articles(count)
    for first in range(0, count, _FILE):
        lines = (json.dumps({"text": next(articles)}) + "\n" for _ in range(min(_FILE, count - first)))
        (folder / f"{first // _FILE:04d}.jsonl").write_text("".join(lines), encoding="utf-8")


def main() -> None:
    """Run both, and compare every file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=20_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="corpus-clean-same-") as name:
        folder = Path(name)
        write_articles(folder / "in", arguments.documents)
        for engine in ("local", "spark"):
            run(folder / "in", folder / engine, Config(dedup=DedupConfig(max_removed=1.0), engine=EngineConfig(engine)))
            report = json.loads((folder / engine / "report.json").read_text(encoding="utf-8"))
            print(engine, {key: value for key, value in report.items() if isinstance(value, int)}, flush=True)
        differences = find_differences(folder / "local", folder / "spark")
    print("the same" if not differences else f"different: {differences}")
    sys.exit(bool(differences))


if __name__ == "__main__":
    main()
