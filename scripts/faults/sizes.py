"""Feed very large files: how much memory each process takes, how long it goes, and whether nothing is lost.

python -m scripts.faults.sizes line --bytes 2000000000      one JSON line
python -m scripts.faults.sizes lines --bytes 2000000000     ordinary JSON lines
python -m scripts.faults.sizes bomb --bytes 2000000000      a .gz that becomes so much
python -m scripts.faults.sizes speed --bytes 50000000       one worker and two
"""

import argparse
import gzip
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from scripts.faults.corpus import tell

MB = 1 << 20


@dataclass(slots=True)
class Measured:
    """What a run took: peak resident memory of the first process and of the largest worker, seconds, exit code."""

    code: int = 0
    seconds: float = 0.0
    peak_main: int = 0
    peaks: dict[int, int] = field(default_factory=dict)

    @property
    def peak_worker(self) -> int:
        """The largest peak among the workers."""
        return max(self.peaks.values(), default=0)


def write_line(stream: BinaryIO, size: int) -> None:
    """Write one JSON line of about so many bytes."""
    stream.write(b'{"text": "')
    block = (tell(1).replace("\n", " ") + " ").encode() * 200
    for _ in range(size // len(block)):
        stream.write(block)
    stream.write(b'"}\n')


def write_lines(stream: BinaryIO, size: int) -> None:
    """Write ordinary JSON lines, about so many bytes."""
    number = written = 0
    while written < size:
        written += stream.write(json.dumps({"n": number, "text": tell(number, 12)}).encode() + b"\n")
        number += 1


def write_bomb(stream: BinaryIO, size: int) -> None:
    """Write a .gz that becomes so many bytes of one letter."""
    with gzip.GzipFile(fileobj=stream, mode="wb") as packed:
        for _ in range(size // MB):
            packed.write(b"a" * MB)


def measure(arguments: list[str]) -> Measured:
    """Run the command line and watch the memory of its processes."""
    found = Measured()
    started = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "corpus_clean.cli", *arguments])
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.1):
            found.peak_main = max(found.peak_main, _read_peak(process.pid))
            for pid in list_workers(process.pid):
                found.peaks[pid] = max(found.peaks.get(pid, 0), _read_peak(pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    found.code = process.wait()
    found.seconds = time.monotonic() - started
    ended.set()
    watcher.join()
    return found


def list_workers(pid: int) -> list[int]:
    """Return the workers of a run, by their process ids."""
    try:
        children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return [child for child in children if "spawn_main" in _read_command(child)]


def _read_peak(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


def _read_command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""


MOST = {"line": 1 << 30, "lines": 512 * MB, "bomb": 512 * MB}
"""How much memory a worker may take."""
FASTER = 1.7
WRITERS = {"line": ("a.jsonl", write_line), "lines": ("a.jsonl", write_lines), "bomb": ("a.jsonl.gz", write_bomb)}


def try_size(kind: str, size: int, folder: Path, workers: int = 2) -> Measured:
    """Write a file, run over it, and verify what comes out."""
    name, write = WRITERS[kind]
    source = folder / "in"
    source.mkdir(exist_ok=True)
    if not (source / name).exists():
        with (source / name).open("wb") as stream:
            write(stream, size)
        (source / "b.txt").write_text(tell(10**9), encoding="utf-8")
    out = folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    found = measure(["run", str(source), "-o", str(out), "-q", f"-j{workers}"])
    if found.code in {0, 3}:
        verified = measure(["verify", str(out)])
        found.code = found.code if verified.code == 0 else verified.code
        found.peak_main = max(found.peak_main, verified.peak_main)
    return found


def main() -> None:
    """Read the arguments, measure, print one line each, and leave with 1 if something is not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=[*WRITERS, "speed"])
    parser.add_argument("--bytes", type=int, default=200_000_000)
    parser.add_argument("--folder", type=Path, help="where to work; it is removed")
    given = parser.parse_args()
    sound = True
    seconds = []
    with tempfile.TemporaryDirectory(prefix="corpus-clean-sizes-", dir=given.folder) as folder:
        for workers in (1, 2) if given.kind == "speed" else (2,):
            kind = "lines" if given.kind == "speed" else given.kind
            found = try_size(kind, given.bytes, Path(folder), workers)
            seconds.append(found.seconds)
            size, took = f"{given.bytes / 1e6:,.0f} MB, {workers} workers", f"{found.seconds:.0f} s"
            peaks = f"{found.peak_main / MB:,.0f} MB in the first process, {found.peak_worker / MB:,.0f} MB in a worker"
            print(f"{given.kind}: {size}, exit {found.code}, {took}, peak {peaks}", flush=True)
            sound = sound and found.code in {0, 3} and found.peak_worker <= MOST[kind]
    if len(seconds) == 2:
        ratio = seconds[0] / seconds[1]
        print(f"speed: two workers have {ratio:.2f} times the throughput of one; {FASTER} are asked for")
        sound = sound and ratio >= FASTER
    sys.exit(not sound)


if __name__ == "__main__":
    main()
