"""`scripts/bench/run`: the main job on text files and JSON lines, on one core, with and without quotes."""

import argparse
import json
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from corpus_clean.config import Config, DedupConfig, EngineConfig, QuotesConfig
from corpus_clean.pipeline.run import run
from corpus_clean.storage.process import settle_process
from scripts.bench.corpus import generate_rows
from scripts.bench.dedup_bench import PAGE, replace_table
from scripts.evaluation.data import SHARED, read_rows
from scripts.evaluation.table import format_table

_SHOWN = ("plan", "clean", "sign", "compare", "quotes", "write")
_PHASES = {
    "input-plan": "plan",
    "cleaned": "clean",
    "segments": "sign",
    "edges": "compare",
    "confirm": "compare",
    "write": "write",
}
"""Which phase the time before a stage's progress belongs to, by how its name begins."""


def main() -> None:
    """Measure every corpus, as text files and as JSON lines, and print the table."""
    parser = argparse.ArgumentParser(prog="scripts/bench/run", description=(__doc__ or "").strip())
    parser.add_argument("--megabytes", type=float, default=4.0, help="of each corpus at most; default 4")
    parser.add_argument("--write", action="store_true", help="replace the table in docs/benchmarks.md")
    options = parser.parse_args()
    settle_process()  # as the command line does
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, texts in _corpora(options.megabytes * 1e6):
            for form, write in (("text files", _write_files), ("JSON lines", _write_lines)):
                source = Path(folder, f"{name} {form}")
                write(texts, source)
                for quotes in (False, True):
                    rows.append((name, form, "with" if quotes else "without", *_measure(source, texts, quotes)))
    table = format_table(("corpus", "as", "quotes", "MB", "MB/s", *(f"{phase}, s" for phase in _SHOWN)), rows)
    print(table)
    if options.write:
        replace_table(PAGE, "run", table)


def _corpora(size: float) -> Iterator[tuple[str, list[str]]]:
    yield "invented words", list(_take((row.text for row in generate_rows(100_000, seed=7)), size))
    if SHARED.is_dir():
        yield "raw news", list(_take(_multiply([str(row["text"]) for row in read_rows("news_id_raw.jsonl.zst")]), size))


def _multiply(texts: list[str]) -> Iterator[str]:
    """Yield texts as they are, and then over and over with other words in their long lines, so that none is a copy."""
    yield from texts
    words = sorted({word for text in texts for word in re.findall(r"\b[a-z]{5,}\b", text)})
    draw = random.Random(7)

    def replace(match: re.Match[str]) -> str:
        return match[0] if draw.random() > _REPLACED else draw.choice(words)

    while True:
        for text in texts:
            lines = (
                line if len(line) < _LONG else re.sub(r"\b[a-z]{5,}\b", replace, line) for line in text.split("\n")
            )
            yield "\n".join(lines)


_REPLACED = 0.5
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


def _measure(source: Path, texts: list[str], quotes: bool) -> tuple[str, ...]:
    """Return size, speed, and the processor time of each phase, of the quicker of two runs."""
    config = Config(
        dedup=DedupConfig(max_removed=1.0), quotes=QuotesConfig(enabled=quotes), engine=EngineConfig(workers=1)
    )
    size = sum(len(text.encode()) for text in texts) / 1e6
    best: Counter[str] | None = None
    for attempt in range(2):
        out = source.with_name(f"{source.name} {quotes} {attempt}")
        phases: Counter[str] = Counter()
        marks = [time.process_time()]

        def note(stage: str, done: int, of: int, phases: Counter[str] = phases, marks: list[float] = marks) -> None:
            marks.append(time.process_time())
            phases[_name_phase(stage, done)] += marks[-1] - marks[-2]  # type: ignore[assignment]

        run(source, out, config, note)
        if best is None or phases.total() < best.total():
            best = phases
    assert best is not None
    seconds = (f"{best[phase]:.2f}" if best[phase] else "–" for phase in _SHOWN)
    return (f"{size:.1f}", f"{size / best.total():.2f}", *seconds)


def _name_phase(stage: str, done: int) -> str:
    if stage == "write" and not done:
        return "compare"  # deciding ends when writing begins
    return next((phase for start, phase in _PHASES.items() if stage.startswith(start)), "quotes")


if __name__ == "__main__":
    main()
