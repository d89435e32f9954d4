"""`scripts/bench/run`: the main job on text files and JSON lines, on one core, with and without quotes."""

import argparse
import json
import os
import random
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from scripts.bench.corpus import generate_rows
from scripts.bench.dedup_bench import ONE_CORE, PAGE, replace_table
from scripts.bench.measure import measure_command
from scripts.evaluation.data import SHARED, read_rows
from scripts.evaluation.table import format_table

_SHOWN = ("start", "plan", "clean", "sign", "compare", "quotes", "write")
_ATTEMPTS = 3


def main() -> None:
    """Measure every corpus, as text files and as JSON lines, and print the table."""
    parser = argparse.ArgumentParser(prog="scripts/bench/run", description=(__doc__ or "").strip())
    parser.add_argument("--megabytes", type=float, nargs="+", default=[4.0, 20.0], help="of each corpus; default 4 20")
    parser.add_argument("--write", action="store_true", help="replace the table in docs/benchmarks.md")
    options = parser.parse_args()
    os.environ.update(ONE_CORE)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed is compiled, and so is what is measured
    rows = []
    # Nothing is removed before the end: ext4 passes over the inodes of files that were removed in the last minutes,
    # and to create thousands of files next to thousands of those takes ten times as long.
    with tempfile.TemporaryDirectory() as folder:
        for megabytes in options.megabytes:
            for name, texts, forms in _corpora(megabytes * 1e6):
                size = sum(len(text.encode()) for text in texts) / 1e6
                for form in forms:
                    source = Path(folder, f"{name} {form} {megabytes}")
                    _FORMS[form](texts, source)
                    for quotes in ("without", "with"):
                        costs = _measure(source, quotes)
                        speed = f"{size / sum(costs.values()):.2f}"
                        seconds = (f"{costs[phase]:.2f}" if costs.get(phase) else "–" for phase in _SHOWN)
                        rows.append((name, form, quotes, f"{size:.1f}", speed, *seconds))
    table = format_table(("corpus", "as", "quotes", "MB", "MB/s", *(f"{phase}, s" for phase in _SHOWN)), rows)
    print(table)
    if options.write:
        replace_table(PAGE, "run", table)


def _corpora(size: float) -> Iterator[tuple[str, list[str], list[str]]]:
    forms = list(_FORMS)
    yield "invented words", list(_take((row.text for row in generate_rows(100_000, seed=7)), size)), forms
    if SHARED.is_dir():
        texts = [str(row["text"]) for row in read_rows("news_id_raw.jsonl.zst")]
        yield "raw news", list(_take(_multiply(texts, _ALL), size)), forms
        yield "raw news, variants", list(_take(_multiply(texts, _HALF), size)), forms[-1:]


def _multiply(texts: list[str], replaced: float) -> Iterator[str]:
    """Yield texts as they are, and then over and over with other words in their long lines, so that none is a copy.

    So many of the words of five letters and more, names left out, are replaced: with half of them, each article and
    each quote has a variant in each round.
    """
    yield from texts
    words = sorted({word for text in texts for word in re.findall(r"\b[a-z]{5,}\b", text)})
    draw = random.Random(7)

    def replace(match: re.Match[str]) -> str:
        return match[0] if draw.random() > replaced else draw.choice(words)

    while True:
        for text in texts:
            lines = (
                line if len(line) < _LONG else re.sub(r"\b[a-z]{5,}\b", replace, line) for line in text.split("\n")
            )
            yield "\n".join(lines)


_ALL, _HALF = 0.95, 0.5
_LONG = 120
"""Shorter lines are noise more often than not, and stay."""


def _take(texts: Iterator[str], size: float) -> Iterator[str]:
    for text in texts:
        size -= len(text.encode())
        if size < 0:
            return
        yield text


def _write_files(texts: list[str], folder: Path) -> None:
    for number, text in enumerate(texts):
        path = folder / f"{number // 1000:03}" / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _write_lines(texts: list[str], folder: Path) -> None:
    folder.mkdir()
    lines = (json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts)
    (folder / "all.jsonl").write_text("".join(lines), encoding="utf-8")


_FORMS = {"text files": _write_files, "JSON lines": _write_lines}


def _measure(source: Path, quotes: str) -> Mapping[str, float]:
    """Return the processor time of each phase, and of starting, of the quickest of a few fresh processes."""
    runs: list[Mapping[str, float]] = []
    for attempt in range(_ATTEMPTS):
        out = source.with_name(f"{source.name} {quotes} {attempt}")
        command = [sys.executable, "-m", "scripts.bench.phases", source, out, quotes]
        log = out.with_suffix(".log")
        cost = measure_command(command, log)
        if cost.status:
            raise SystemExit(log.read_text(encoding="utf-8"))
        phases = json.loads(log.read_text(encoding="utf-8").splitlines()[-1])
        runs.append(phases | {"start": cost.cpu - sum(phases.values()) + phases["start"]})
    return min(runs, key=lambda phases: sum(phases.values()))


if __name__ == "__main__":
    main()
