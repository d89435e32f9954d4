"""Flip bytes of a published run, one at a time: `verify` notices every one.

python -m scripts.faults.flips --flips 2000
"""

import argparse
import random
import sys
import tempfile
from pathlib import Path

from corpus_clean.errors import IntegrityError
from scripts.faults.corpus import write_corpus
from scripts.faults.processes import call, warm_up


def run_flips(flips: int, seed: int = 1) -> tuple[int, list[str]]:
    """Flip so many bytes, in every file at least one; return how many, and those that were not noticed."""
    from corpus_clean.pipeline.restore import verify

    warm_up()
    chance = random.Random(seed)
    missed: list[str] = []
    count = 0
    with tempfile.TemporaryDirectory(prefix="corpus-clean-flips-") as folder:
        source, out = write_corpus(Path(folder, "in")), Path(folder, "out")
        call(["run", str(source), "-o", str(out), "-q", "-j1"])
        files = sorted(path for path in out.rglob("*") if path.is_file() and path.stat().st_size)
        while count < flips or count < len(files):
            path = files[count] if count < len(files) else chance.choice(files)
            data = path.read_bytes()
            at, bit = chance.randrange(len(data)), 1 << chance.randrange(8)
            path.write_bytes(data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :])
            try:
                verify(out)
                missed.append(f"{path.relative_to(out)} at {at}, bit {bit}")
            except IntegrityError:
                pass
            path.write_bytes(data)
            count += 1
        verify(out)
    return count, missed


def main() -> None:
    """Read the arguments, and leave with 1 if a flip was missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--flips", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    count, missed = run_flips(given.flips, given.seed)
    print(f"flips {count}, missed {len(missed)}")
    for flip in missed:
        print(flip, file=sys.stderr)
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
