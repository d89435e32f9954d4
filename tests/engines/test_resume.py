"""A run that is killed on one machine ends on Spark, and the result does not show it."""

import json
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest

from corpus_clean.config import Config, EngineConfig, QuotesConfig
from corpus_clean.pipeline import plan
from corpus_clean.pipeline.run import run
from corpus_clean.storage.parts import list_parts
from scripts.spark.outputs import find_differences
from tests.engines.conftest import LOCAL
from tests.engines.test_outputs import draw_corpus

KILLED = """
import os, signal, sys
from pathlib import Path
from tests.engines.test_resume import run_plainly
def notice(stage, done, of):
    if stage == sys.argv[3] and done == int(sys.argv[4]):
        os.kill(os.getpid(), signal.SIGKILL)
run_plainly(Path(sys.argv[1]), Path(sys.argv[2]), notice=notice)
"""


def run_plainly(source: Path, out: Path, engine: EngineConfig = LOCAL, **options: object) -> None:
    with patch.object(plan, "TASK_FILES", 32):  # so that there are several tasks
        run(source, out, Config(quotes=QuotesConfig(enabled=False), engine=engine), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(("stage", "done"), [("cleaned", 2), ("segments", 3), ("edges", 1)])
def test_a_run_killed_on_one_machine_ends_on_spark(spark: EngineConfig, tmp_path: Path, stage: str, done: int) -> None:
    source = tmp_path / "in"
    source.mkdir()
    for number, text in enumerate(draw_corpus(3) * 4):
        (source / f"{number:04d}.txt").write_text(f"{text} nomor {number // 120}", encoding="utf-8")
    run_plainly(source, tmp_path / "whole")
    command = [sys.executable, "-c", KILLED, source, tmp_path / "out", stage, str(done)]
    assert subprocess.run(command, check=False, cwd=Path(__file__).parents[2]).returncode == -9
    scratch = tmp_path / ".out.building" / ".stages"
    before = {path: path.stat().st_mtime_ns for path in scratch.glob("cleaned/*.parquet")}
    assert len(before) >= 2
    heard: list[str] = []

    def notice(stage: str, *_: int) -> None:
        heard.append(stage)
        if stage == "segments":  # what was cleaned before has not been cleaned again
            parts = list_parts(scratch / "cleaned")
            assert {path: path.stat().st_mtime_ns for path in map(Path, parts)}.items() >= before.items()
            assert json.loads((scratch / "cleaned" / "manifest.json").read_text())["rows"] == len(
                list(source.iterdir())
            )

    run_plainly(source, tmp_path / "out", spark, notice=notice)
    assert "segments" in heard
    assert find_differences(tmp_path / "whole", tmp_path / "out") == []
