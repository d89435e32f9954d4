"""`scripts/bench/dedup`: this tool and its peers on one corpus, in one run."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from scripts.bench.accuracy import find_copies, score_labels
from scripts.bench.corpus import generate_rows, write_rows
from scripts.bench.environments import ENVIRONMENTS, ROOT, find_python, list_peers, peer_file
from scripts.bench.extremes import EXTREMES
from scripts.bench.measure import Cost, measure_command
from scripts.evaluation.table import format_table

PAGE = ROOT / "docs" / "benchmarks.md"
ONE_CORE = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "0",
}

_REPEATS = 3
_SOON_OVER = 10.0
"""Seconds of processor time: what takes less is measured again, for others' work on the machine shows in it."""

_ROWS = {"signatures": "2000", "whole": "20000", "growth": "10000,100000", "extremes": "10000,100000"}


def main() -> None:
    """Measure one stage and print its table; `--write` puts it in docs/benchmarks.md."""
    parser = argparse.ArgumentParser(prog="scripts/bench/dedup", description=(__doc__ or "").strip())
    parser.add_argument("--stage", choices=("signatures", "whole", "growth", "extremes", "start"), default="whole")
    parser.add_argument("--rows", help="documents in the corpus, of several for growth and extremes, comma-separated")
    parser.add_argument("--tools", default=",".join(list_peers()), help="comma-separated; default all")
    parser.add_argument("--write", action="store_true", help="replace the stage's table in docs/benchmarks.md")
    options = parser.parse_args()
    os.environ.update(ONE_CORE)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed is compiled, and so is what is measured
    tools = [tool for tool in options.tools.split(",") if tool]
    if unknown := sorted(set(tools) - set(list_peers())):
        raise SystemExit(f"scripts/bench/dedup: no peer `{unknown[0]}`; known: {', '.join(list_peers())}")
    compile_kernels()
    if options.stage == "start":
        name, table = "start", time_start()
    else:
        name = options.stage
        sizes = [int(rows) for rows in (options.rows or _ROWS[name]).split(",")]
        if name == "signatures":
            table = time_signatures(prepare_corpus(sizes[0]), tools)
        elif name == "whole":
            name, table = f"whole-{sizes[0]}", time_whole(prepare_corpus(sizes[0]), tools)
        else:
            table = time_growth(sizes) if name == "growth" else time_extremes(sizes)
    print(table)
    if options.write:
        replace_table(PAGE, name, table)


def compile_kernels() -> None:
    """Have this tool's machine code compiled, which only the first process on a machine does."""
    code = "from corpus_clean.similarity.machine import load_code; load_code()"
    subprocess.run([find_python("ours"), "-c", code], check=True)


def prepare_corpus(rows: int) -> Path:
    """Return the corpus of that many rows, written if it is not there."""
    path = ENVIRONMENTS / f"corpus-{rows}.jsonl"
    if not path.is_file():
        path.parent.mkdir(exist_ok=True)
        partial = path.with_suffix(".partial")
        with partial.open("w", encoding="utf-8") as stream:
            write_rows(generate_rows(rows, seed=7), stream)
        partial.rename(path)
    return path


def time_signatures(corpus: Path, tools: Sequence[str]) -> str:
    """Return the table of processor time for the signature of one document."""
    timed: list[tuple[str, str, float]] = []
    for tool in tools:
        command: list[str | Path] = [find_python(tool), peer_file(tool), "signatures", corpus]
        lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
        rows = [json.loads(line) for line in lines if line.startswith("{")]
        timed += [(tool, row["way"], row["microseconds"]) for row in rows]
    ours = next((time for tool, way, time in timed if tool == "ours" and way.startswith("compiled")), None)
    return format_table(
        ("tool", "way", "µs a document", "× ours"),
        [(tool, way, f"{time:,.1f}", f"{time / ours:,.1f}" if ours else "–") for tool, way, time in timed],
    )


def time_whole(corpus: Path, tools: Sequence[str]) -> str:
    """Return the table of processor time, memory and accuracy from JSON lines to clusters."""
    copies = find_copies(corpus)
    rows: list[tuple[str, ...]] = []
    with tempfile.TemporaryDirectory(dir=ENVIRONMENTS) as scratch:
        costs = {}
        for tool in tools:
            log = ENVIRONMENTS / f"{tool}.log"
            cost, out = _measure_best(tool, corpus, Path(scratch), log)
            if cost.status:
                rows.append((tool, f"failed, see {log.relative_to(ROOT)}", *["–"] * 6))
                continue
            costs[tool] = cost
            subprocess.run([find_python(tool), peer_file(tool), "label", out], check=True)
            score = score_labels(copies, out / "labels.tsv")
            shares = (f"{value:.4f}" for value in (score.precision, score.recall, score.f1))
            rows.append((tool, f"{cost.cpu:,.1f}", "", "", f"{cost.peak:,.0f}", *shares))
    ours, floor = costs.get("ours"), costs.get("floor")
    done = [
        (
            row[0],
            row[1],
            f"{costs[row[0]].cpu / ours.cpu:,.1f}" if ours and row[0] in costs else "–",
            f"{costs[row[0]].cpu / floor.cpu:,.1f}" if floor and row[0] in costs else "–",
            *row[4:],
        )
        for row in rows
    ]
    return format_table(("tool", "CPU s", "× ours", "× floor", "peak MB", "precision", "recall", "F1"), done)


def _measure_best(tool: str, corpus: Path, scratch: Path, log: Path) -> tuple[Cost, Path]:
    """Return what a tool took and where its result is: of what is soon over, the best of three."""
    runs: list[tuple[Cost, Path]] = []
    while not runs or (len(runs) < _REPEATS and runs[0][0].cpu < _SOON_OVER and not runs[-1][0].status):
        out = scratch / f"{tool}-{len(runs)}"
        runs.append((measure_command([find_python(tool), peer_file(tool), "dedup", corpus, out], log), out))
    return min(runs, key=lambda run: (run[0].status != 0, run[0].cpu))


def time_growth(sizes: Sequence[int]) -> str:
    """Return the table of what a document costs this tool as the corpus grows, beside reading and hashing it."""
    rows = []
    with tempfile.TemporaryDirectory(dir=ENVIRONMENTS) as scratch:
        for size in sizes:
            corpus = prepare_corpus(size)
            costs = {}
            for tool in ("floor", "ours"):
                folder = Path(scratch, str(size))
                folder.mkdir(exist_ok=True)
                costs[tool], _ = _measure_best(tool, corpus, folder, ENVIRONMENTS / f"{tool}.log")
            ours, floor = costs["ours"], costs["floor"]
            each = f"{ours.cpu / size * 1e6:.0f}"
            rows.append((f"{size:,}", f"{ours.cpu:.1f}", each, f"{ours.cpu / floor.cpu:.1f}", f"{ours.peak:,.0f}"))
    return format_table(("documents", "CPU s", "µs a document", "× floor", "peak MB"), rows)


def time_extremes(sizes: Sequence[int]) -> str:
    """Return the table of corpora that make other tools compare everything with everything, or merge it all."""
    rows = []
    with tempfile.TemporaryDirectory(dir=ENVIRONMENTS) as scratch:
        for name, generate in EXTREMES.items():
            for size in sizes:
                corpus = Path(scratch, "corpus.jsonl")
                with corpus.open("w", encoding="utf-8") as stream:
                    stream.writelines(json.dumps({"text": text}) + "\n" for text in generate(size))
                out = Path(scratch, f"{name}-{size}")
                command = [
                    find_python("ours"),
                    "-m",
                    "corpus_clean.cli",
                    "dedup",
                    corpus,
                    "--out",
                    out,
                    "--workers",
                    "1",
                ]
                cost = measure_command([*command, "--quiet", "--max-removed", "1"], ENVIRONMENTS / "ours.log")
                if cost.status:
                    rows.append((name, f"{size:,}", "failed, see .bench/ours.log", "–", "–", "–"))
                    continue
                kept = json.loads((out / "report.json").read_text())["documents"]["kept"]
                each = f"{cost.cpu / size * 1e6:.0f}"
                rows.append((name, f"{size:,}", f"{kept:,}", f"{cost.cpu:.1f}", each, f"{cost.peak:,.0f}"))
    return format_table(("corpus", "documents", "kept", "CPU s", "µs a document", "peak MB"), rows)


def time_start() -> str:
    """Return the table of what the first call costs: each half, and the compiled one with and without cache."""
    call = (
        "from corpus_clean.similarity import backend, texts; {load}; "
        "from corpus_clean.similarity.minhash import *; from corpus_clean.similarity.banding import Banding; "
        "band_keys_batch(sign_batch(['a b'], Shingling('word', 5), 128), Banding(32, 4), 'x')"
    )
    ways = {
        "import numpy": "import numpy",
        "import datasketch": "import datasketch",
        "import numba": "import numba",
        "first call, Python and NumPy": call.format(load="pass"),
        "first call, compiled, cached": call.format(load="backend.load_kernel()"),
    }
    rows = []
    for way, code in ways.items():
        rows.append((way, f"{_cpu_of(code):.2f}"))
    with tempfile.TemporaryDirectory() as empty:
        os.environ["NUMBA_CACHE_DIR"] = empty
        cost = measure_command([sys.executable, "-c", ways["first call, compiled, cached"]], Path(os.devnull))
        del os.environ["NUMBA_CACHE_DIR"]
    rows.append(("first call, compiled, no cache: all is compiled", f"{cost.cpu:.2f}"))
    return format_table(("a fresh process, and in it", "CPU s"), rows)


def _cpu_of(code: str) -> float:
    return min(measure_command([sys.executable, "-c", code], Path(os.devnull)).cpu for _ in range(4))


def replace_table(page: Path, name: str, table: str) -> None:
    """Put a table between the page's markers of that name."""
    text = page.read_text(encoding="utf-8")
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    head, found, rest = text.partition(begin)
    _, closed, tail = rest.partition(end)
    if not found or not closed:
        raise SystemExit(f"{page}: no place for `{name}`; add the lines {begin} and {end}")
    page.write_text(f"{head}{begin}\n{table}\n{end}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
