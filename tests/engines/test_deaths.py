"""A record that kills its worker, or keeps it busy for good, costs nothing but itself, on every engine."""

from dataclasses import replace
from pathlib import Path

import pytest

from corpus_clean.config import Config, EngineConfig, ReadConfig
from corpus_clean.pipeline import plan
from corpus_clean.pipeline.inputs import find_inputs
from corpus_clean.pipeline.plan import plan_tasks
from corpus_clean.pipeline.stages import open_stages
from tests.engines.conftest import LOCAL
from tests.pipeline.test_formats import make_lines
from tests.pipeline.test_resume import PoisonedKernel


def test_a_record_that_kills_or_hangs_its_worker_is_rejected(
    engine: EngineConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "TASK_BYTES", 3000)  # tasks of several records: the others of them are not lost
    source = tmp_path / "in"
    source.mkdir()
    (source / "a.jsonl").write_bytes(make_lines(40))
    config = Config(read=ReadConfig(timeout=1.0))
    several = replace(LOCAL, workers=2) if engine is LOCAL else engine
    with open_stages(several, tmp_path / "stages", lambda *_: None) as stages:
        _, tasks = plan_tasks(stages, find_inputs(source), config.read)
        for how, reason in (("kill", "worker died"), ("hang", "timeout")):
            cleaned = stages.map(how, PoisonedKernel(source, config, poison="a.jsonl#17", how=how), tasks)
            rows = stages.read(cleaned).to_pylist()
            assert [row["doc_id"] for row in rows] == [f"a.jsonl#{n}" for n in range(40)]
            assert {row["doc_id"]: row["rejected_reason"] for row in rows if row["text"] is None} == {
                "a.jsonl#17": reason
            }
