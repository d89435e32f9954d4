"""`scripts/bench/hook`: what the hook costs, with many documents in the repository and some in the commit."""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from scripts.bench.corpus import Row, generate_rows
from scripts.bench.dedup_bench import PAGE, replace_table
from scripts.bench.environments import ENVIRONMENTS
from scripts.bench.measure import Cost, measure_command
from scripts.evaluation.table import format_table

COMMAND = [sys.executable, "-m", "corpus_clean.cli", "check", "--staged", "--only", "duplicates"]
_ARTICLES = 0.7
_COPIES = 10
_PROBE = """
import sys, time
started = time.process_time()
{load}
opened = time.process_time()
for _ in range(5):
    rows = {query}
print(opened - started, (time.process_time() - opened) / 5, rows)
"""


def main() -> None:
    """Measure and print; `--write` puts the table into docs/benchmarks.md."""
    parser = argparse.ArgumentParser(prog="scripts/bench/hook", description=(__doc__ or "").strip())
    parser.add_argument("--documents", type=int, default=200_000, help="documents in the repository")
    parser.add_argument("--changed", type=int, default=500, help="documents in a commit")
    parser.add_argument("--rounds", type=int, default=20, help="commits")
    parser.add_argument("--stores", action="store_true", help="measure SQLite beside DuckDB instead")
    parser.add_argument("--write", action="store_true", help="replace the table in docs/benchmarks.md")
    options = parser.parse_args()
    repository = prepare_repository(options.documents)
    if options.stores:
        name, table = "hook-stores", time_stores(repository, options.changed)
    else:
        name, table = "hook", time_hook(repository, options.changed, options.rounds)
    print(table)
    if options.write:
        replace_table(PAGE, name, table)


def prepare_repository(documents: int) -> Path:
    """Return a repository of that many articles, none a copy of another, one file each; made if it is not there."""
    place = ENVIRONMENTS / f"hook-{documents}"
    if (place / "ready").is_file():
        return place
    shutil.rmtree(place, ignore_errors=True)
    git(place.parent, "init", "--quiet", str(place))
    command = ["git", "-C", str(place), "-c", "core.compression=1", "fast-import", "--quiet"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        written = 0
        for row in generate_rows(int(documents / _ARTICLES) + 1, seed=7):
            if row.edit == "base" and written < documents:
                written += 1
                data = row.text.encode()
                process.stdin.write(b"blob\nmark :%d\ndata %d\n%b\n" % (written, len(data), data))
        process.stdin.write(b"commit HEAD\ncommitter bench <bench@invalid> 0 +0000\ndata 0\n")
        for number in range(1, written + 1):
            process.stdin.write(b"M 100644 :%d data/%03d/%06d.txt\n" % (number, number // 1000, number))
        process.stdin.write(b"\n")
    git(place, "read-tree", "HEAD")
    (place / "ready").touch()
    return place


def time_hook(repository: Path, changed: int, rounds: int) -> str:
    """Return the table: the first look, the start, and commits of new articles with a few copies among them."""
    shutil.rmtree(repository / ".git" / "corpus-clean", ignore_errors=True)
    first = time_commit(repository, ["Satu berita saja.\n"])
    size = (repository / ".git" / "corpus-clean" / "documents.sqlite").stat().st_size
    starts = [time_commit(repository, []) for _ in range(rounds)]
    singles = [time_commit(repository, draw_articles(1, seed=5000 + number)) for number in range(rounds)]
    commits = []
    for number in range(rounds):
        texts = [*draw_articles(changed - _COPIES, seed=1000 + number), *draw_copies(repository, number)]
        commits.append(time_commit(repository, texts))
    start = Cost(
        statistics.median(cost.cpu for cost in starts), statistics.median(cost.wall for cost in starts), 0.0, 0
    )
    after = [Cost(cost.cpu - start.cpu, cost.wall - start.wall, cost.peak, 0) for cost in commits]
    rows = [
        ("first look: all documents are read and signed", f"{first.cpu:.1f}", "", f"{first.wall:.1f}", ""),
        ("start: nothing staged", *percentiles(starts)),
        ("one document staged, with the start", *percentiles(singles)),
        (f"{changed:,} documents staged, {_COPIES} of them near-copies, after the start", *percentiles(after)),
    ]
    found = f"{len(commits):,} commits, index {size / 2**20:,.0f} MiB\n\n"
    return found + format_table(("", "CPU s, median", "p95", "by the clock, median", "p95"), rows)


def percentiles(costs: Sequence[Cost]) -> tuple[str, ...]:
    """Return median and 95th percentile, of processor time and by the clock."""
    shown = []
    for values in ([cost.cpu for cost in costs], [cost.wall for cost in costs]):
        ordered = sorted(values)
        shown += [statistics.median(ordered), ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]]
    return tuple(f"{value:.2f}" for value in shown)


def run_hook(repository: Path) -> Cost:
    """Run the hook in a fresh process."""
    log = ENVIRONMENTS / "hook.log"
    here = Path.cwd()
    os.environ["PYTHONPATH"] = str(here)
    os.chdir(repository)
    try:
        cost = measure_command(COMMAND, log)
    finally:
        os.chdir(here)
    if cost.status not in {0, 1}:
        raise SystemExit(f"the hook failed, see {log}")
    return cost


def time_commit(repository: Path, texts: Iterable[str]) -> Cost:
    """Stage documents, run the hook, and take them back."""
    folder = repository / "data" / "new"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for place, text in enumerate(texts):
        (folder / f"{place:04d}.txt").write_text(text, encoding="utf-8")
    git(repository, "read-tree", "HEAD")
    git(repository, "add", "data/new")
    return run_hook(repository)


def draw_articles(count: int, seed: int) -> Iterator[str]:
    """Yield articles that the repository does not have."""
    rows: Iterator[Row] = generate_rows(int(count / _ARTICLES) + 10, seed)
    yield from [row.text for row in rows if row.edit == "base"][:count]


def draw_copies(repository: Path, number: int) -> Iterator[str]:
    """Yield documents of the repository, the first two words dropped."""
    names = git(repository, "ls-tree", "-r", "--name-only", "HEAD").splitlines()
    for place in range(_COPIES):
        name = names[(number * 7919 + place * 104_729) % len(names)]
        yield git(repository, "cat-file", "blob", f"HEAD:{name}").split(" ", 2)[2]


def time_stores(repository: Path, changed: int) -> str:
    """Return the table of SQLite and DuckDB: a fresh process that loads the library and asks for a commit's keys."""
    import duckdb

    index = repository / ".git" / "corpus-clean" / "documents.sqlite"
    if not index.is_file():
        run_hook(repository)
    copy = ENVIRONMENTS / "hook-bands.duckdb"
    copy.unlink(missing_ok=True)
    import sqlite3

    import pyarrow as pa

    with sqlite3.connect(index) as source, duckdb.connect(str(copy)) as target:
        pairs = source.execute("SELECT key, text FROM bands ORDER BY key, text").fetchall()
        keys, texts = (pa.array([pair[side] for pair in pairs], pa.int64()) for side in (0, 1))
        bands = pa.table({"key": keys, "text": texts})
        target.execute("CREATE TABLE bands AS SELECT * FROM bands")
        target.execute("CREATE INDEX bands_of_key ON bands (key)")
        first = [row[0] for row in source.execute(f"SELECT keys FROM texts WHERE keys <> x'' LIMIT {changed}")]
    del bands
    wanted = ENVIRONMENTS / "hook-keys.bin"
    wanted.write_bytes(b"".join(first))
    join = "SELECT COUNT(*) FROM probe p {how} JOIN bands b ON b.key = p.key"
    keys_code = f"import array; keys = array.array('q', open({str(wanted)!r}, 'rb').read())"
    ways = {
        "SQLite": _PROBE.format(
            load=f"import sqlite3; {keys_code}; c = sqlite3.connect({str(index)!r}); "
            "c.execute('CREATE TEMP TABLE probe (key INTEGER)'); "
            "c.executemany('INSERT INTO probe VALUES (?)', ((k,) for k in keys))",
            query=f"c.execute({join.format(how='CROSS')!r}).fetchone()",
        ),
        "DuckDB": _PROBE.format(
            load=f"import duckdb, numpy; {keys_code}; c = duckdb.connect({str(copy)!r}, read_only=True); "
            "c.execute('SET threads = 1'); asked = {'key': numpy.array(keys)}; "
            "c.execute('CREATE TEMP TABLE probe AS SELECT * FROM asked')",
            query=f"c.execute({join.format(how='')!r}).fetchone()",
        ),
    }
    rows = []
    for name, code in ways.items():
        runs = [
            subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True) for _ in range(5)
        ]
        times = sorted(tuple(map(float, run.stdout.split()[:2])) for run in runs)
        place = index if name == "SQLite" else copy
        rows.append((name, f"{times[2][0]:.3f}", f"{times[2][1]:.3f}", f"{place.stat().st_size / 2**20:,.0f}"))
    note = f"{len(pairs):,} keys; the SQLite file holds the texts, too\n\n"
    return note + format_table(
        ("", f"load, open, hand over the keys of {changed} documents, CPU s", "join, CPU s", "MiB"), rows
    )


def git(place: Path, *arguments: str) -> str:
    """Run git there and return what it prints."""
    return subprocess.run(["git", *arguments], cwd=place, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
