"""`scripts/bench/quotes`: finding quotes in megabytes a second, and linking them stage by stage."""

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq

from corpus_clean.config import Config, EngineConfig
from corpus_clean.engines.base import Kernel
from corpus_clean.pipeline.quotes import link_quotes
from corpus_clean.pipeline.stages import Stages, open_stages
from corpus_clean.quotes.spans import read_document
from corpus_clean.types import Document
from scripts.bench.environments import ROOT
from scripts.bench.quotes_corpus import write_articles
from scripts.evaluation.data import SHARED, read_rows
from scripts.evaluation.table import format_table

_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class TimedStages(Stages):
    """Stages that note the seconds each of them took by the clock."""

    seconds: dict[str, float] = field(default_factory=dict)

    def map(self, name: str, kernel: Kernel, source: Path) -> Path:
        """See `Stages.map`."""
        begin = time.perf_counter()
        target = Stages.map(self, name, kernel, source)
        self.seconds[name] = time.perf_counter() - begin
        return target

    def query(self, name: str, sql: str, **sources: Path | Sequence[Path]) -> Path:
        """See `Stages.query`."""
        begin = time.perf_counter()
        target = Stages.query(self, name, sql, **sources)
        self.seconds[name] = time.perf_counter() - begin
        return target


def main() -> None:
    """Measure one part and print its table."""
    parser = argparse.ArgumentParser(prog="scripts/bench/quotes", description=(__doc__ or "").strip())
    parser.add_argument("part", choices=("extract", "link"))
    parser.add_argument("--quotes", default="100000", help="comma-separated numbers of quotes; default 100000")
    parser.add_argument("--workers", type=int, default=0, help="default: one a core")
    parser.add_argument("--memory", default="2GB", help="for the SQL part; default 2GB")
    options = parser.parse_args()
    if options.part == "extract":
        print(time_extraction())
    else:
        engine = EngineConfig(workers=options.workers, memory=options.memory)
        print(time_linking([int(quotes) for quotes in options.quotes.split(",")], engine))


def time_extraction() -> str:
    """Return the table of megabytes of UTF-8 a second on one core, the best of three rounds; language known."""
    rows = []
    for name, documents in _corpora():
        size = sum(len(document.text.encode()) for document in documents)
        best, found = float("inf"), 0
        for _ in range(_ROUNDS):
            begin = time.process_time()
            found = sum(len(read_document(document).quotes) for document in documents)
            best = min(best, time.process_time() - begin)
        rows.append((name, len(documents), f"{size / 1e6:.2f}", found, f"{size / 1e6 / best:.2f}"))
    return format_table(("plain text", "documents", "MB", "quotes", "MB/s of processor time"), rows)


def _corpora() -> list[tuple[str, list[Document]]]:
    texts = [path.read_text("utf-8", "replace") for path in sorted((ROOT / "tests/fixtures/newsroom").rglob("*.txt"))]
    corpora = [("invented newsroom", [Document(str(n), text, language="id") for n, text in enumerate(texts)])]
    if SHARED.is_dir():
        for name, language in (("news_id_raw.jsonl.zst", "id"), ("quotes_en_polnear.jsonl.zst", "en")):
            rows = read_rows(name)
            corpora.append((name, [Document(row["id"], row["text"], language=language) for row in rows]))
    return corpora


def time_linking(sizes: Sequence[int], engine: EngineConfig) -> str:
    """Return the table of seconds by the clock for each stage from found quotes to links, one column a size."""
    columns: list[dict[str, str]] = []
    for quotes in sizes:
        with tempfile.TemporaryDirectory() as folder:
            cleaned = Path(folder, "cleaned")
            planted = write_articles(quotes, cleaned)
            cpu, begin = _cpu_seconds(), time.perf_counter()
            with open_stages(engine, Path(folder, "stages"), lambda *_: None) as plain:
                stages = TimedStages(plain.engine, plain.scratch, plain.notice)
                found = link_quotes(stages, cleaned, Config(engine=engine))
            total = time.perf_counter() - begin
            cpu = _cpu_seconds() - cpu
            rows = {
                name: sum(pq.read_metadata(part).num_rows for part in (stages.scratch / f"quote-{name}").glob("*"))
                for name in ("units", "candidates", "meetings", "contexts", "links")
            }
            linked = set(_read_links(found.links))
        column = {name: f"{seconds:.1f}" for name, seconds in stages.seconds.items()}
        column["all"] = f"{total:.1f}"
        column["processor time, all"] = f"{cpu:.1f}"
        column["processor µs a unit"] = f"{cpu / rows['units'] * 1e6:.0f}"
        column |= {f"rows: {name}": f"{count}" for name, count in rows.items()}
        column["planted repetitions linked"] = f"{sum(pair in linked for pair in planted) / max(1, len(planted)):.4f}"
        # Linux counts in KB; what of it is DuckDB's is bounded by --memory.
        column["peak MB of the main process"] = f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}"
        column["peak MB of a worker"] = f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f}"
        columns.append(column)
        print(json.dumps({"quotes": quotes, **column}, ensure_ascii=False), file=sys.stderr, flush=True)
    names = list(dict.fromkeys(name for column in columns for name in column))
    table = [(name, *(column.get(name, "–") for column in columns)) for name in names]
    return format_table(("seconds by the clock", *(f"{quotes:,} quotes" for quotes in sizes)), table)


def _read_links(stage: Path) -> Iterator[tuple[str, int, str, int]]:
    """Both directions of each link."""
    columns = ["doc_a", "start_a", "doc_b", "start_b"]
    for part in sorted(stage.glob("*.parquet")):
        for batch in pq.ParquetFile(part).iter_batches(columns=columns):
            for a, m, b, n in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                yield a, m, b, n
                yield b, n, a, m


def _cpu_seconds() -> float:
    """Processor time of this process and of its children that have ended."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


if __name__ == "__main__":
    main()
