"""Feed many copies, and many texts that share a footer: ten times the documents may not take a hundred times the work.

python -m scripts.faults.copies identical --documents 100000
python -m scripts.faults.copies footer --documents 1000000
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from scripts.faults.corpus import tell

STORY = "Air mulai surut di Kota Seling pada Selasa pagi dan warga kembali ke rumah mereka masing-masing."
FOOTER = (
    "Hak cipta dilindungi undang-undang, dilarang mengutip seluruh atau sebagian naskah ini tanpa izin tertulis dari "
    "redaksi kami, termasuk untuk keperluan pelatihan mesin dan penyusunan arsip dalam bentuk apa pun."
)
LINEAR = 10
"""How many times the documents there are the second time."""
MOST = 25
"""How many times the work that may be: ten is linear, a hundred quadratic."""


def make_texts(kind: str, documents: int) -> Iterator[str]:
    """Yield so many texts, all the same or each its own above one footer."""
    for number in range(documents):
        yield STORY if kind == "identical" else f"{tell(number, 2)}\n{FOOTER}"


def measure(kind: str, documents: int, command: str, workers: int) -> float:
    """Run over so many documents; return the seconds of processor time.

    Raises:
        SystemExit: the run failed.
    """
    with tempfile.TemporaryDirectory(prefix="corpus-clean-copies-") as folder:
        source = Path(folder, "a.jsonl")
        with source.open("w", encoding="utf-8") as lines:
            lines.writelines(json.dumps({"text": text}) + "\n" for text in make_texts(kind, documents))
        before = os.times()
        started = time.monotonic()
        arguments = [command, str(source), "-o", str(Path(folder, "out")), "-q", f"-j{workers}", "--max-removed", "1"]
        ended = subprocess.run([sys.executable, "-m", "corpus_clean.cli", *arguments], check=False)
        if ended.returncode not in {0, 3}:
            raise SystemExit(f"{kind}: exit {ended.returncode}")
        after = os.times()
        spent = after.children_user + after.children_system - before.children_user - before.children_system
        print(f"{command}, {kind}: {documents:,} documents, {spent:.1f} s of processor time", end=", ", flush=True)
        print(f"{time.monotonic() - started:.0f} s in all", flush=True)
        return spent


def main() -> None:
    """Read the arguments, and leave with 1 if the work grows as the pairs do."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["identical", "footer"])
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--command", choices=["run", "dedup"], default="run")
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    few, many = (
        measure(given.kind, documents, given.command, given.workers)
        for documents in (given.documents // LINEAR, given.documents)
    )
    print(f"{LINEAR} times the documents take {many / few:.1f} times the processor time")
    sys.exit(many > MOST * few)


if __name__ == "__main__":
    main()
