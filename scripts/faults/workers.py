"""Take workers away: kill them at random moments, or give a record more to hold than there is memory for.

python -m scripts.faults.workers kill --times 200
python -m scripts.faults.workers memory --bytes 12000000
"""

import argparse
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from corpus_clean.pipeline import plan
from scripts.faults.corpus import tell, write_corpus
from scripts.faults.processes import call, fingerprint, finish, hash_tree, start, warm_up
from scripts.faults.sizes import list_workers


def kill_workers(times: int, seed: int = 1) -> Counter[str]:
    """Kill so many workers of runs; `lost` and `different` must be 0.

    What a killed worker did is done again. Only a record at which two were killed is quarantined, which such chance
    seldom hits: `quarantined` counts the runs in which it did.
    """
    warm_up()
    plan.TASK_BYTES = 3000
    chance = random.Random(seed)
    counts: Counter[str] = Counter(lost=0, different=0, quarantined=0)
    with tempfile.TemporaryDirectory(prefix="corpus-clean-workers-") as folder:
        root = Path(folder)
        source = write_corpus(root / "in", records=40)
        before = hash_tree(source)
        command = ["run", str(source), "-q", "-j2", "-o"]
        whole = call([*command, str(root / "whole")])
        if whole.code != 3:
            raise SystemExit("the run without a fault did not end as it should")
        expected = fingerprint(root / "whole")
        while counts["killed"] < times:
            begun = time.monotonic()
            pid, errors = start([*command, str(root / "out")])
            time.sleep(chance.random() * whole.seconds)
            for worker in list_workers(pid)[: chance.randint(1, 2)]:
                with suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)
                    counts["killed"] += 1
            ended = finish(pid, errors, begun)
            counts["runs"] += 1
            counts["lost"] += hash_tree(source) != before or call(["verify", str(root / "out")]).code != 0
            if b"worker died" in (root / "out" / "quarantine" / "rejections.jsonl").read_bytes():
                counts["quarantined"] += 1
            else:
                counts["different"] += ended.code != 3 or fingerprint(root / "out") != expected
            shutil.rmtree(root / "out")
            print(dict(counts), file=sys.stderr, flush=True)
    return counts


def exhaust_memory(size: int, most: int) -> Counter[str]:
    """Run over ordinary records and one of so many bytes, with workers of at most `most` bytes of addresses each."""
    with tempfile.TemporaryDirectory(prefix="corpus-clean-memory-") as folder:
        root = Path(folder)
        with (root / "a.jsonl").open("w", encoding="utf-8") as lines:
            for number in range(4000):
                text = tell(number, 12)
                if number == 2000:
                    text = (text + " ") * (size // len(text))
                lines.write(json.dumps({"n": number, "text": text}) + "\n")
        command = [sys.executable, "-m", "corpus_clean.cli"]
        process = subprocess.Popen([*command, "run", str(root / "a.jsonl"), "-o", str(root / "out"), "-q", "-j2"])
        bounded: set[int] = set()
        while process.poll() is None:
            for worker in {*list_workers(process.pid)} - bounded:
                with suppress(ProcessLookupError):
                    resource.prlimit(worker, resource.RLIMIT_AS, (most, most))
                    bounded.add(worker)
            time.sleep(0.02)
        counts = Counter({"exit": process.returncode, "workers": len(bounded)})
        if process.returncode in {0, 3}:
            rejections = (root / "out" / "quarantine" / "rejections.jsonl").read_text(encoding="utf-8").splitlines()
            counts.update(json.loads(line)["reason"] for line in rejections)
            counts["lost"] = subprocess.run([*command, "verify", str(root / "out")], check=False).returncode
        return counts


def main() -> None:
    """Read the arguments, and leave with 1 if something was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["kill", "memory"])
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bytes", type=int, default=12_000_000)
    parser.add_argument("--most", type=int, default=1 << 30)
    given = parser.parse_args()
    if given.what == "kill":
        counts = kill_workers(given.times, given.seed)
        sound = not counts["lost"] and not counts["different"]
    else:
        counts = exhaust_memory(given.bytes, given.most)
        sound = counts["exit"] == 3 and counts["out of memory"] + counts["worker died"] == 1 and not counts["lost"]
    print(", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
    sys.exit(not sound)


if __name__ == "__main__":
    main()
