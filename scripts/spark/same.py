"""`run` on both engines, over corpora that are there or an invented one: every byte they write must be the same.

The invented corpus has copies, noise, and quotes that are carried on.
"""

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq

from corpus_clean.config import Config, DedupConfig, EngineConfig
from corpus_clean.pipeline.run import run
from scripts.bench.corpus import generate_rows
from scripts.spark.outputs import find_differences

TABLES = ("documents", "quotes", "links", "clusters")
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


def compare_engines(source: Path, folder: Path, memory: str) -> list[str]:
    """Run both over one input; return the files of OUT that differ."""
    for name in ("local", "spark"):
        engine = EngineConfig(name, memory=memory)
        run(source, folder / name, Config(dedup=DedupConfig(max_removed=1.0), engine=engine))
        rows = {table: pq.read_metadata(folder / name / f"{table}.parquet").num_rows for table in TABLES}
        files = sum(path.is_file() for path in (folder / name / "data").rglob("*"))
        print(f"{source} on {name}: {rows}, {files} files in data", flush=True)
    return find_differences(folder / "local", folder / "spark")


def main() -> None:
    """Run both over each corpus, and compare every file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", nargs="*", type=Path, help="files or folders; none: an invented corpus")
    parser.add_argument("--documents", type=int, default=20_000, help="of the invented corpus")
    parser.add_argument("--memory", default="2GB")
    arguments = parser.parse_args()
    different = False
    with tempfile.TemporaryDirectory(prefix="corpus-clean-same-") as name:
        if not arguments.corpora:
            write_articles(Path(name) / "in", arguments.documents)
        for number, source in enumerate(arguments.corpora or [Path(name) / "in"]):
            differences = compare_engines(source, Path(name) / str(number), arguments.memory)
            print("  every byte is the same" if not differences else f"  different: {differences}", flush=True)
            different |= bool(differences)
    sys.exit(different)


if __name__ == "__main__":
    main()
