"""What each stage of `dedup` on Spark costs: processor seconds, rows, and bytes shuffled and spilt, a document."""

import argparse
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from corpus_clean.config import Config, DedupConfig, EngineConfig
from corpus_clean.engines.spark.stages import SparkEngine
from corpus_clean.pipeline.dedup import dedup
from corpus_clean.storage.parts import read_parts
from scripts.bench.corpus import generate_rows, write_rows
from scripts.spark.events import read_events


@dataclass
class Cost:
    """Of one stage: `cpu` is of all processes, the driver's included; bytes are of Spark's shuffles and of Parquet."""

    cpu: float = 0.0
    rows: int = 0
    written: int = 0
    shuffled: int = 0
    spilt: int = 0
    tasks: int = 0
    peak: int = 0


def measure(source: Path, folder: Path, master: str, memory: str) -> dict[str, Cost]:
    """Run `dedup` once; return what each stage cost, in order."""
    events = folder / "events"
    events.mkdir(parents=True)
    options = (
        "spark.eventLog.enabled=true",
        f"spark.eventLog.dir={events.as_uri()}",
        "spark.eventLog.rolling.enabled=false",
        "spark.eventLog.compress=false",
    )
    engine = EngineConfig("spark", memory=memory, master=master, options=options)
    costs: dict[str, Cost] = defaultdict(Cost)
    with _watch(costs):
        dedup(source, folder / "out", Config(dedup=DedupConfig(max_removed=1.0), engine=engine))
    [log] = events.iterdir()
    _add_events(costs, log)
    return dict(costs)


@contextmanager
def _watch(costs: dict[str, Cost]) -> Iterator[None]:
    """Note the rows, bytes and seconds of every stage that is made meanwhile."""
    originals = SparkEngine.map, SparkEngine.query

    def watched(method: Callable[..., None]) -> Callable[..., None]:
        def call(engine: SparkEngine, *arguments: Any) -> None:
            target: Path = arguments[2]
            before = _count_seconds()
            method(engine, *arguments)
            cost = costs[target.name]
            cost.cpu += _count_seconds() - before
            cost.rows = sum(part.rows for part in read_parts(target))
            cost.written = sum(part.bytes for part in read_parts(target))

        return call

    SparkEngine.map, SparkEngine.query = watched(originals[0]), watched(originals[1])  # type: ignore[method-assign]
    try:
        yield
    finally:
        SparkEngine.map, SparkEngine.query = originals  # type: ignore[method-assign]


def _count_seconds() -> float:
    """Return the processor seconds of this process and all below it so far."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            values = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(folder.name)] = int(values[1])
        ticks[int(folder.name)] = sum(map(int, values[11:15]))
    own = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in own} - own:
        own |= more
    return sum(ticks[pid] for pid in own) / os.sysconf("SC_CLK_TCK")


def _add_events(costs: dict[str, Cost], log: Path) -> None:
    names: dict[int, str] = {}
    for event in read_events(log):
        if event["Event"] == "SparkListenerJobStart":
            name = event.get("Properties", {}).get("spark.job.description", "")
            names |= dict.fromkeys(event["Stage IDs"], name)
        elif event["Event"] == "SparkListenerTaskEnd" and names.get(event["Stage ID"]) in costs:
            cost, metrics = costs[names[event["Stage ID"]]], event["Task Metrics"]
            cost.tasks += 1
            cost.shuffled += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"]
            cost.spilt += metrics["Disk Bytes Spilled"]
            cost.peak = max(cost.peak, metrics["Peak Execution Memory"])


def main() -> None:
    """Measure corpora of growing size, and print a table for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--memory", default="2GB")
    arguments = parser.parse_args()
    for count in arguments.documents:
        with tempfile.TemporaryDirectory(prefix="corpus-clean-scale-") as name:
            source = Path(name) / "corpus.jsonl"
            with source.open("w", encoding="utf-8") as stream:
                write_rows(generate_rows(count, seed=7), stream)
            costs = measure(source, Path(name) / "run", arguments.master, arguments.memory)
            print(f"\n{count:,} documents, {source.stat().st_size / 1e6:,.0f} MB")
        print_costs(costs, count)


def print_costs(costs: dict[str, Cost], count: int) -> None:
    """Print a row for each stage, and their sum: per document, but for the rows of the stage itself."""
    print("| stage | tasks | rows a document | ms | bytes written | bytes shuffled | bytes spilt | peak MB |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    total = Cost(**{field.name: sum(getattr(cost, field.name) for cost in costs.values()) for field in fields(Cost)})
    total.peak = max(cost.peak for cost in costs.values())
    for name, cost in [*costs.items(), ("all", total)]:
        values = (
            cost.rows / count,
            1e3 * cost.cpu / count,
            *(b / count for b in (cost.written, cost.shuffled, cost.spilt)),
        )
        shown = " | ".join(f"{value:,.2f}" if value < 10 else f"{value:,.0f}" for value in values)
        print(f"| {name} | {cost.tasks:,} | {shown} | {cost.peak / 1e6:,.0f} |")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
