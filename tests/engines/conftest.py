"""The engines under one contract; Spark is started once for all tests, as that takes longer than any of them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus_clean.config import EngineConfig
from corpus_clean.engines.spark.session import open_session
from corpus_clean.pipeline.stages import Stages, open_stages

LOCAL = EngineConfig("local", workers=1)
# Compiling each query, and compiling Java well, pays for large tables only.
QUICK = (
    "spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.codegen.wholeStage=false",
    "spark.sql.codegen.factoryMode=NO_CODEGEN",
    "spark.sql.shuffle.partitions=2",
)
SPARK = EngineConfig("spark", workers=2, memory="1GB", options=QUICK)


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineConfig]:
    pytest.importorskip("pyspark", reason="needs PySpark: pip install 'corpus-clean[spark]'")
    if not shutil.which("java"):
        pytest.skip("needs Java 17")
    session, own = open_session(SPARK, tmp_path_factory.mktemp("spark"))
    yield SPARK
    if own:
        session.stop()


@pytest.fixture(params=["local", "spark"])
def engine(request: pytest.FixtureRequest) -> EngineConfig:
    return LOCAL if request.param == "local" else request.getfixturevalue("spark")


@pytest.fixture
def stages(engine: EngineConfig, tmp_path: Path) -> Iterator[Stages]:
    with open_stages(engine, tmp_path / "stages", lambda *_: None) as opened:
        yield opened
