"""Fuzz the readers, guided by coverage: whatever the bytes, records come out or a named error, never a traceback.

    python -m scripts.faults.fuzz --seconds 3600
    python -m scripts.faults.fuzz --seconds 60 --target csv

For every input the bytes of the records must be those of the file (where the format promises it), the parts in which it
is planned must give the same records, and each record must decode, be written and be read again.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TARGETS = ("text", "html", "jsonl", "csv", "warc", "parquet", ".gz", ".zst", ".bz2", ".xz")


def fuzz(target: str, seconds: int) -> None:
    """Fuzz one target in this process; it ends with the process."""
    import atheris

    with atheris.instrument_imports(include=["corpus_clean.readers", "corpus_clean.storage", "corpus_clean.writers"]):
        from scripts.faults.checks import find_check, load_modules

        load_modules()
    check, seeds = find_check(target)
    with tempfile.TemporaryDirectory(prefix="corpus-clean-fuzz-") as folder:
        for number, seed in enumerate(seeds):
            Path(folder, str(number)).write_bytes(seed)
        arguments = [
            f"-max_total_time={seconds}",
            f"-artifact_prefix={tempfile.gettempdir()}/",
            "-max_len=20000",
            "-print_final_stats=1",
            "-rss_limit_mb=2048",
        ]
        atheris.Setup([sys.argv[0], *arguments, folder], check)
        atheris.Fuzz()


def main() -> None:
    """Share the time among the targets, each in a process of its own; leave with 1 if one fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--target", choices=TARGETS)
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.alone:
        fuzz(given.target, given.seconds)
        return
    targets = [given.target] if given.target else TARGETS
    failed = total = 0
    started = time.monotonic()
    for target in targets:
        command = [sys.executable, "-m", "scripts.faults.fuzz", "--alone", "--target", target]
        each = max(1, given.seconds // len(targets))
        ended = subprocess.run([*command, "--seconds", str(each)], capture_output=True, text=True, check=False)
        lines = [line for line in ended.stderr.splitlines() if "number_of_executed_units" in line]
        runs = int(lines[-1].rpartition(":")[2]) if lines else 0
        total += runs
        failed += ended.returncode != 0
        print(f"{target}: {runs:,} inputs, exit {ended.returncode}", flush=True)
        if ended.returncode:
            print(ended.stdout[-3000:], ended.stderr[-3000:], file=sys.stderr)
    print(json.dumps({"inputs": total, "failed": failed, "seconds": round(time.monotonic() - started)}))
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
