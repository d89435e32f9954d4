"""Kill runs at random moments and go on with them: no byte of the input is lost, and the result is the same.

python -m scripts.faults.kills --kills 1000
python -m scripts.faults.kills --kills 200 --signal INT
"""

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from corpus_clean.pipeline import plan
from scripts.faults.corpus import write_corpus
from scripts.faults.processes import call, fingerprint, finish, hash_tree, start, warm_up

_PATIENCE = 5
"""About so many kills before a run is let go to its end."""


def run_kills(kills: int, signal_name: str = "KILL", seed: int = 1) -> Counter[str]:
    """Kill so many runs; return what was counted. `lost`, `partial`, `different`, `late` and `left` must be 0.

    Each run goes on with what the killed ones before it did. After some kills one is let go to its end, and what it
    publishes is compared with that of a run that nobody killed.
    """
    warm_up()
    plan.TASK_BYTES = 3000  # many small tasks, so that there is something to go on with
    number = signal.Signals[f"SIG{signal_name}"]
    chance = random.Random(seed)
    counts: Counter[str] = Counter(lost=0, partial=0, different=0, late=0, left=0)
    with tempfile.TemporaryDirectory(prefix="corpus-clean-kills-") as folder:
        root = Path(folder)
        source = write_corpus(root / "in")
        before = hash_tree(source)
        command = ["run", str(source), "-q", "-o"]
        started = time.monotonic()
        whole = call([*command, str(root / "whole"), "-j1"])
        lasts = time.monotonic() - started
        if whole.code != 3:
            raise SystemExit(f"the run without a fault ended with {whole.code}: {whole.errors}")
        expected = fingerprint(root / "whole")
        out = root / "work" / "out"
        out.parent.mkdir()
        patience = chance.randint(1, 2 * _PATIENCE)
        while counts["kills"] < kills:
            begun = time.monotonic()
            pid, errors = start([*command, str(out), f"-j{2 if counts['kills'] % 5 == 4 else 1}"])
            time.sleep(chance.random() * lasts * 1.1)
            os.kill(pid, number)
            sent = time.monotonic()
            ended = finish(pid, errors, begun)
            counts["kills" if ended.code in {-number, 128 + number} else "too late"] += 1
            if number == signal.SIGINT:
                counts["late"] += ended.code == 130 and time.monotonic() - sent > 2
                left = [path for path in out.parent.rglob("*") if not path.is_relative_to(out)]
                if ended.code == 130 and left:
                    counts["left"] += 1
                    print("left:", *left, file=sys.stderr, flush=True)
            if counts["kills"] % 50 == 0:
                print(dict(counts), file=sys.stderr, flush=True)
            counts["lost"] += hash_tree(source) != before
            patience -= 1
            finish_now = patience <= 0 or counts["kills"] == kills
            if finish_now and number != signal.SIGINT and not out.exists():  # Ctrl-C leaves nothing to go on with
                counts["gone on with"] += any(out.parent.iterdir())
                counts["different"] += call([*command, str(out), "-j1"]).code != 3
                patience = chance.randint(1, 2 * _PATIENCE)
            if out.exists():
                counts["finished"] += 1
                counts["partial"] += not (out / "manifest.json").is_file()
                counts["different"] += fingerprint(out) != expected
                counts["different"] += call(["verify", str(out)]).code != 0
                shutil.rmtree(out)
    return counts


def main() -> None:
    """Read the arguments, and leave with 1 if something was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--signal", default="KILL", choices=["KILL", "INT", "TERM"])
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    counts = run_kills(given.kills, given.signal, given.seed)
    print(", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
    sys.exit(any(counts[name] for name in ("lost", "partial", "different", "late", "left")))


if __name__ == "__main__":
    main()
