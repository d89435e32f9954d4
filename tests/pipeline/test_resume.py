"""A run that is stopped goes on where it was; a record that kills or hangs costs itself, not the run."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from corpus_clean.config import Config, EngineConfig, ReadConfig
from corpus_clean.errors import UsageError
from corpus_clean.pipeline import clean as clean_module
from corpus_clean.pipeline import plan
from corpus_clean.pipeline import run as run_module
from corpus_clean.pipeline.clean import CleanKernel
from corpus_clean.pipeline.restore import verify
from corpus_clean.pipeline.run import run
from corpus_clean.rules.ruleset import RuleSet
from corpus_clean.types import Record
from scripts.faults.processes import fingerprint
from tests.conftest import ONE_WORKER
from tests.pipeline.test_formats import make_lines, rejections, statuses

TWO_WORKERS = Config(engine=EngineConfig(workers=2))


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of forty records in several parts."""
    monkeypatch.setattr(plan, "TASK_BYTES", 1500)
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.jsonl").write_bytes(make_lines(40))
    return folder


def stop_after(tasks: int, source: Path, out: Path) -> None:
    """Run until so many tasks of the cleaning are done, and stop as SIGTERM does."""

    def notice(stage: str, done: int, _: int) -> None:
        if stage == "cleaned" and done == tasks:
            raise SystemExit(143)

    with pytest.raises(SystemExit):
        run(source, out, ONE_WORKER, notice)


def test_what_was_done_is_not_done_again(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(source, tmp_path / "whole", ONE_WORKER)
    stop_after(3, source, tmp_path / "out")
    parts = tmp_path / ".out.building" / ".stages" / "cleaned"
    before = {path.name: path.stat().st_mtime_ns for path in parts.iterdir()}
    assert len(before) == 3
    seen: list[dict[str, int]] = []
    monkeypatch.setattr(run_module, "publish_tables", _spy(run_module.publish_tables, parts, seen))
    run(source, tmp_path / "out", ONE_WORKER)
    assert len(seen[0]) > 3
    assert {name: seen[0][name] for name in before} == before
    assert fingerprint(tmp_path / "out") == fingerprint(tmp_path / "whole")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("step", ["compare", "_link_quotes", "publish_tables", "prove", "write_page", "write_manifest"])
def test_a_run_goes_on_wherever_it_was_stopped(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    run(source, tmp_path / "whole", ONE_WORKER)
    finish = getattr(run_module, step)

    def finish_and_stop(*arguments: object) -> None:
        finish(*arguments)
        raise SystemExit(143)

    monkeypatch.setattr(run_module, step, finish_and_stop)
    with pytest.raises(SystemExit):
        run(source, tmp_path / "out", ONE_WORKER)
    monkeypatch.setattr(run_module, step, finish)
    run(source, tmp_path / "out", ONE_WORKER)
    assert fingerprint(tmp_path / "out") == fingerprint(tmp_path / "whole")


def _spy(function: object, parts: Path, seen: list[dict[str, int]]) -> object:
    def spy(*arguments: object) -> object:
        seen.append({path.name: path.stat().st_mtime_ns for path in parts.iterdir()})
        return function(*arguments)  # type: ignore[operator]

    return spy


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("setting", r"config\.read\.max_record was 33554432, is 1000000"),
        ("input", r"input\.b\.txt was absent"),
        ("command", "command was"),
    ],
)
def test_an_unfinished_run_of_something_else_is_refused(source: Path, tmp_path: Path, change: str, words: str) -> None:
    stop_after(2, source, tmp_path / "out")
    config = ONE_WORKER
    if change == "setting":
        config = replace(config, read=ReadConfig(max_record=1_000_000))
    elif change == "input":
        (source / "b.txt").write_text("Hujan turun.", encoding="utf-8")
    else:
        from corpus_clean.pipeline.dedup import dedup

        with pytest.raises(UsageError, match=words):
            dedup(source, tmp_path / "out", config)
        return
    with pytest.raises(UsageError, match=words):
        run(source, tmp_path / "out", config)
    assert (tmp_path / ".out.building").is_dir()
    run(source, tmp_path / "out", config, resume=False)
    assert verify(tmp_path / "out")


def test_a_half_written_part_is_written_again(source: Path, tmp_path: Path) -> None:
    run(source, tmp_path / "whole", ONE_WORKER)
    stop_after(2, source, tmp_path / "out")
    stages = tmp_path / ".out.building" / ".stages"
    (stages / "cleaned" / "part-00002.parquet.77.partial").write_bytes(b"PAR1")
    (tmp_path / ".out.building" / "data").mkdir()
    (tmp_path / ".out.building" / "data" / "a.jsonl").write_bytes(b"half")
    run(source, tmp_path / "out", ONE_WORKER)
    assert fingerprint(tmp_path / "out") == fingerprint(tmp_path / "whole")


def test_killed_at_random_and_run_again_it_is_the_same(tmp_path: Path, newsroom: Path, newsroom_out: Path) -> None:
    command = [sys.executable, "-m", "corpus_clean.cli", "run", str(newsroom), "-o", str(tmp_path / "out"), "-q", "-j2"]
    chance = random.Random(7)
    for _ in range(3):
        process = subprocess.Popen(command)
        deadline = time.monotonic() + 60
        while not (tmp_path / ".out.building").exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(chance.random())
        process.kill()
        process.wait()
        assert not (tmp_path / "out").exists() or process.returncode == 0
        if (tmp_path / "out").exists():
            break
    if not (tmp_path / "out").exists():
        subprocess.run(command, check=True)
    assert fingerprint(tmp_path / "out") == fingerprint(newsroom_out)


@dataclass(frozen=True)
class PoisonedKernel(CleanKernel):
    """A kernel whose process a certain record kills, or keeps busy where no signal handler runs."""

    poison: str = ""
    how: str = "kill"

    @contextmanager
    def attend(self, record: Record) -> Iterator[None]:
        with super().attend(record):
            if record.id == self.poison:
                if self.how == "kill":
                    os.kill(os.getpid(), signal.SIGKILL)
                if self.how == "too large":
                    bytearray(1 << 62)
                hashlib.pbkdf2_hmac("sha256", b"lama", b"sekali", 10**9)  # no handler of Python's runs meanwhile
            yield


@pytest.mark.parametrize(
    ("how", "reason"), [("kill", "worker died"), ("hang", "timeout"), ("too large", "out of memory")]
)
def test_a_record_that_kills_or_hangs_its_worker_is_quarantined(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, reason: str
) -> None:
    def make(root: Path, config: Config, *_: object) -> PoisonedKernel:
        return PoisonedKernel(root, config, poison="a.jsonl#17", how=how)

    monkeypatch.setattr(run_module, "CleanKernel", make)
    run(source, tmp_path / "out", replace(TWO_WORKERS, read=ReadConfig(timeout=1.0)))
    found = rejections(tmp_path / "out")
    assert {doc_id: entry["reason"] for doc_id, entry in found.items()} == {"a.jsonl#17": reason}
    assert sum(status == "kept" for status in statuses(tmp_path / "out").values()) == 39
    assert json.loads((tmp_path / "out" / found["a.jsonl#17"]["raw"]).read_bytes())["n"] == 17
    assert verify(tmp_path / "out") == 40


@pytest.mark.parametrize("how", ["kill", "memory"])
def test_a_worker_killed_for_no_fault_of_its_own_costs_nothing(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    run(source, tmp_path / "whole", ONE_WORKER)
    marker = tmp_path / "killed"

    def make(root: Path, config: Config, *_: object) -> OnceKernel:
        return OnceKernel(root, config, marker=marker, how=how)

    monkeypatch.setattr(run_module, "CleanKernel", make)
    run(source, tmp_path / "out", TWO_WORKERS)
    assert marker.exists()
    assert fingerprint(tmp_path / "out") == fingerprint(tmp_path / "whole")


@dataclass(frozen=True)
class OnceKernel(CleanKernel):
    """A kernel whose process dies once, wherever it is, or has no memory left for what it did."""

    marker: Path = Path()
    how: str = "kill"

    def _clean(self, record: Record, rules: RuleSet) -> dict[str, object]:
        if record.id == "a.jsonl#21" and not self.marker.exists():
            self.marker.touch()
            if self.how == "memory":
                raise MemoryError
            os.kill(os.getpid(), signal.SIGKILL)
        return super()._clean(record, rules)


def test_time_is_up_in_the_same_process_too(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cleaner = clean_module.clean_record

    def clean_slowly(record: Record, *rest: object) -> object:
        while record.id == "a.jsonl#5":
            sum(range(1000))
        return cleaner(record, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(clean_module, "clean_record", clean_slowly)
    run(source, tmp_path / "out", replace(ONE_WORKER, read=ReadConfig(timeout=0.2)))
    assert {entry["reason"] for entry in rejections(tmp_path / "out").values()} == {"timeout"}
