"""Let every write, fsync and rename fail in turn: a run ends with an error and publishes nothing, or is sound.

python -m scripts.faults.disk                    every call, every kind of fault
python -m scripts.faults.disk --every 25         a sample
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from scripts.faults.corpus import write_corpus
from scripts.faults.processes import Ended, call, hash_tree, warm_up

KINDS = (
    *(("write", kind) for kind in ("eio", "enospc", "short", "lie")),
    ("fsync", "eio"),
    ("rename", "eio"),
)
_INSIDE = "FAULT_SHIM_LOADED"


def build_shim(folder: Path) -> Path:
    """Compile the shim.

    Raises:
        OSError: there is no C compiler.
    """
    shim = folder / "shim.so"
    source = Path(__file__).with_name("shim.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", str(shim), str(source)], check=True)
    return shim


def run_faults(every: int, first: int = 1) -> Counter[str]:
    """Let calls fail; return what was counted. `silent` and `lost` must be 0. Runs under the shim only."""
    warm_up()
    counts: Counter[str] = Counter(silent=0, lost=0)
    with tempfile.TemporaryDirectory(prefix="corpus-clean-disk-") as folder:
        root = Path(folder)
        source = write_corpus(root / "in", records=2)
        before = hash_tree(source)
        work, log = root / "work", root / "log"
        work.mkdir()
        out = work / "out"
        for call_name, kind in KINDS:
            at = first
            while True:
                environment = {
                    "FAULT_UNDER": str(work),
                    "FAULT_CALL": call_name,
                    "FAULT_KIND": kind,
                    "FAULT_AT": str(at),
                    "FAULT_LOG": str(log),
                }
                ended = call(["run", str(source), "-o", str(out), "-q", "-j1"], environment)
                counts["lost"] += hash_tree(source) != before
                happened = log.exists()
                log.unlink(missing_ok=True)
                if happened:
                    counts[f"{call_name} {kind}"] += 1
                    if not _is_accounted_for(ended, out, counts):
                        counts["silent"] += 1
                        words = f"exit {ended.code}, published {out.exists()}: {ended.errors.strip()[-2000:]}"
                        print(f"{call_name} {kind} at {at}: {words}", file=sys.stderr, flush=True)
                shutil.rmtree(work)
                work.mkdir()
                if not happened:
                    break
                at += every if call_name == "write" else max(1, every // 10)
    return counts


def _is_accounted_for(ended: Ended, out: Path, counts: Counter[str]) -> bool:
    if ended.code in {2, 4} and not out.exists() and len(ended.errors.splitlines()) == 1:
        counts["refused"] += 1
        return True
    if ended.code == 3 and out.exists() and call(["verify", str(out)]).code == 0:
        counts["sound all the same"] += 1
        return True
    return False


def main() -> None:
    """Read the arguments, load the shim, and leave with 1 if a fault was passed over."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--first", type=int, default=1)
    given = parser.parse_args()
    if _INSIDE not in os.environ:
        with tempfile.TemporaryDirectory(prefix="corpus-clean-shim-") as folder:
            environment = os.environ | {"LD_PRELOAD": str(build_shim(Path(folder))), _INSIDE: "1"}
            command = [sys.executable, "-m", "scripts.faults.disk", *sys.argv[1:]]
            sys.exit(subprocess.run(command, env=environment, check=False).returncode)
    counts = run_faults(given.every, given.first)
    print(", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
    sys.exit(bool(counts["silent"] or counts["lost"]))


if __name__ == "__main__":
    main()
