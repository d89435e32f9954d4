"""Spark on object storage: input, stages and output in a bucket of a real S3 server on loopback."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from corpus_clean.cli import app
from corpus_clean.config import Config, EngineConfig, QuotesConfig, ReadConfig
from corpus_clean.engines.spark import stages as spark_stages
from corpus_clean.engines.spark.tasks import Work
from corpus_clean.errors import CorpusCleanError, UsageError
from corpus_clean.pipeline.plan import PlanKernel
from corpus_clean.pipeline.run import run
from corpus_clean.pipeline.stages import open_stages
from corpus_clean.pipeline.tables import FILES
from corpus_clean.storage import mirror
from corpus_clean.storage.remote import fetch
from scripts.spark.outputs import find_differences
from tests.engines.conftest import LOCAL, QUICK
from tests.engines.kernels import DoubleKernel, LengthKernel, TextKernel
from tests.engines.test_contract import write_numbers


@pytest.fixture
def at_work(bucket: Any, environment: Mapping[str, str], spark: EngineConfig) -> Iterator[EngineConfig]:
    """Spark with its stages in the bucket; its workers know where that is."""
    from pyspark.sql import SparkSession

    session = SparkSession.getActiveSession()
    assert session is not None
    before = dict(session.sparkContext.environment)
    told = {key: value for key, value in environment.items() if key.startswith("AWS_")}
    session.sparkContext.environment.update(told)
    yield replace(spark, work=f"s3://{bucket[1]}/work")
    session.sparkContext.environment.clear()
    session.sparkContext.environment.update(before)


def test_a_bucket_becomes_a_bucket(
    at_work: EngineConfig,
    bucket: Any,
    newsroom: Path,
    newsroom_out: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Workers that share no disk with the driver bring the input from where that got it."""
    system, name = bucket
    system.put(str(newsroom), f"{name}/newsroom", recursive=True)
    elsewhere = tmp_path / "another-machine" / "listing.json"

    def find_mirror(root: Path) -> mirror.Mirror | None:
        found = mirror.find_mirror(root)
        return found and replace(found, listing=elsewhere)

    monkeypatch.setattr(spark_stages, "find_mirror", find_mirror)
    options = [word for option in QUICK for word in ("--engine-opt", option)]
    where = ["run", f"s3://{name}/newsroom", "-o", f"s3://{name}/out", "--engine", "spark"]
    result = CliRunner().invoke(app, [*where, *options, "--quiet"])
    assert (result.exit_code, result.stderr) == (0, "")
    assert sorted(path.partition("/")[2].partition("/")[0] for path in system.ls(name)) == ["newsroom", "out"]
    assert find_differences(newsroom_out, fetch(f"s3://{name}/out", tmp_path / "fetched")) == []


@pytest.mark.parametrize("ending", ["spark", "local"])
def test_another_machine_goes_on_with_what_is_in_the_bucket(
    ending: str, at_work: EngineConfig, bucket: Any, newsroom: Path, tmp_path: Path
) -> None:
    system, name = bucket
    plain = Config(quotes=QuotesConfig(enabled=False), engine=LOCAL)
    run(newsroom, tmp_path / "whole", plain)

    def stop(stage: str, *_: int) -> None:
        if stage == "edges":
            raise SystemExit(143)

    with pytest.raises(SystemExit):
        run(newsroom, tmp_path / "out", replace(plain, engine=at_work), stop)
    assert system.exists(f"{name}/work/cleaned/manifest.json")
    here = tmp_path / ".out.building"
    assert not list((here / ".stages" / "cleaned").rglob("*.parquet"))
    shutil.rmtree(here)
    system.pipe_file(f"{name}/work/cleaned/attempt-lost/part-00000-7.parquet", b"half a file")
    config = replace(plain, engine=replace(at_work, name=ending, workers=1))
    with pytest.raises(UsageError, match="holds the stages of another run"):
        run(newsroom, tmp_path / "other", replace(config, read=ReadConfig(max_record=1 << 20)))
    heard: list[str] = []
    run(newsroom, tmp_path / "out", config, lambda stage, *_: heard.append(stage))
    assert "cleaned" not in heard
    assert "edges" in heard
    assert find_differences(tmp_path / "whole", tmp_path / "out") == []
    assert not system.exists(f"{name}/work")


def test_what_was_begun_here_is_ended_in_the_bucket(at_work: EngineConfig, bucket: Any, tmp_path: Path) -> None:
    """What the local engine finished is sent, with the long values that it keeps beside its stages."""
    system, name = bucket
    source = write_numbers(tmp_path / "numbers", list(range(60)), parts=3, group=10)
    with open_stages(LOCAL, tmp_path / "stages", lambda *_: None) as stages:
        half = stages.map("half", DoubleKernel(), source)
        texts = stages.map("texts", TextKernel(), source)
        expected = stages.read(half).to_pylist()
    (half / "part-00002.parquet").unlink()
    with open_stages(at_work, tmp_path / "stages", lambda *_: None) as stages:
        half = stages.map("half", DoubleKernel(), source)
        assert stages.read(half).to_pylist() == expected
        told = stages.map("told", LengthKernel(), stages.query("asked", "SELECT text AS text FROM a", a=texts))
        assert sorted(stages.read(told)["number"].to_pylist()) == [len(f"teks {n}") for n in range(60)]
        sql = "SELECT COUNT(*) AS rows, SUM(number) AS numbers FROM a"
        assert stages.read(stages.query("sum", sql, a=half)).to_pylist() == [{"rows": 60, "numbers": 60 * 59}]
        none = stages.query("none", "SELECT a.text AS text FROM a WHERE number < 0", a=half)
        assert stages.read(stages.map("no-lengths", LengthKernel(), none)).num_rows == 0
    attempts = {path.split("/")[3] for path in system.find(f"{name}/work/half") if path.endswith(".parquet")}
    assert len(attempts) == 1


def test_a_worker_brings_what_it_reads(bucket: Any, tmp_path: Path) -> None:
    system, name = bucket
    system.pipe_file(f"{name}/in/a/satu.txt", b"Hujan turun di hulu.")
    system.pipe_file(f"{name}/in/dua.txt", b"Sungai meluap.")
    for url, paths in ((f"s3://{name}/in", ["a/satu.txt", "dua.txt"]), (f"s3://{name}/in/dua.txt", ["dua.txt"])):
        folder = tmp_path / paths[0]
        root = fetch(url, folder / "driver")
        found = mirror.find_mirror(root)
        assert found is not None
        assert found.is_here()
        stage = tmp_path / "files.parquet"
        pq.write_table(pa.table({"path": paths, "bytes": [0] * len(paths)}, schema=FILES), stage)
        shutil.rmtree(folder / "driver")
        assert not found.is_here()
        work = Work(PlanKernel(root, ReadConfig()), [(str(stage), 0)], tmp_path, found, folder / "worker")
        planned = [row["bytes"] for batch in work.run() for row in batch.to_pylist()]
        assert planned == [20, 14][-len(paths) :]
        assert len([path for path in (folder / "worker").rglob("*") if path.is_file()]) == len(paths)
        system.pipe_file(f"{name}/in/dua.txt", b"Sungai surut.")
        with pytest.raises(CorpusCleanError, match=r"dua\.txt changed while it was read"):
            list(replace(work, folder=folder / "late").run())
        system.pipe_file(f"{name}/in/dua.txt", b"Sungai meluap.")
