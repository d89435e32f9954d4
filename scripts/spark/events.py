"""What an event log of Spark tells of a lost executor."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class LostTask:
    """A task that ran on an executor when that was lost, and the executor on which it was then done."""

    stage: int
    index: int
    executor: str
    done_by: str


def read_events(log: Path) -> Iterator[dict[str, Any]]:
    """Yield the events of an application in order; `log` is its file, or the folder of its rolled files."""
    files = [log] if log.is_file() else sorted(log.glob("events_*"), key=lambda file: int(file.name.split("_")[1]))
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def find_lost_tasks(log: Path) -> list[LostTask]:
    """Return the tasks that were under way on executors when these were removed."""
    running: dict[int, tuple[int, int, str]] = {}
    lost: dict[tuple[int, int], str] = {}
    gone: set[str] = set()
    found: list[LostTask] = []
    for event in read_events(log):
        kind = event["Event"]
        if kind == "SparkListenerTaskStart":
            info = event["Task Info"]
            running[info["Task ID"]] = (event["Stage ID"], info["Index"], info["Executor ID"])
        elif kind == "SparkListenerExecutorRemoved":
            gone.add(event["Executor ID"])
        elif kind == "SparkListenerTaskEnd":
            stage, index, executor = running.pop(event["Task Info"]["Task ID"])
            reason = event["Task End Reason"]["Reason"]
            if reason == "ExecutorLostFailure":
                lost[stage, index] = executor
            elif reason == "Success" and (stage, index) in lost:
                found.append(LostTask(stage, index, lost.pop((stage, index)), executor))
    if lost:
        raise ValueError(f"{log}: tasks were lost and never done: {lost}")
    if not gone.issuperset(task.executor for task in found):
        raise ValueError(f"{log}: tasks were lost on executors that were not")
    return found
