"""Processor time and peak memory of a command with all its processes."""

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_INTERVAL = 0.05


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of processor time, seconds by the clock, and the largest memory in MB (shared pages counted once)."""

    cpu: float
    wall: float
    peak: float
    status: int


def measure_command(command: Sequence[str | Path], log: Path) -> Cost:
    """Run a command, its output in `log`, and return what it took."""
    start = time.perf_counter()
    with log.open("wb") as stream:
        child = subprocess.Popen(command, stdout=stream, stderr=subprocess.STDOUT)
    peak = [0]
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(child.pid, peak, done))
    watcher.start()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    done.set()
    watcher.join()
    # Not `usage.ru_maxrss`: it begins at the size of the process that forked, which is this one.
    return Cost(usage.ru_utime + usage.ru_stime, time.perf_counter() - start, peak[0] / 1024, child.returncode)


def _watch(root: int, peak: list[int], done: threading.Event) -> None:
    while not done.wait(_INTERVAL):
        family = _list_family(root)
        together = sum(_read_field(pid, "smaps_rollup", "Pss:") for pid in family)
        # What the root needed between two looks, it remembers itself.
        peak[0] = max(peak[0], together, _read_field(root, "status", "VmHWM:"))


def _list_family(root: int) -> list[int]:
    family = [root]
    for pid in family:
        try:
            for task in Path(f"/proc/{pid}/task").iterdir():
                family += map(int, (task / "children").read_text().split())
        except OSError:
            continue
    return family


def _read_field(pid: int, file: str, name: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(name)), 0)
