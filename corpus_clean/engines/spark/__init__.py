"""A cluster, or one machine standing for one: Apache Spark runs the kernels in its Python workers, and the SQL."""

from pathlib import Path

from corpus_clean.config import EngineConfig
from corpus_clean.engines.base import Engine


def create(config: EngineConfig, scratch: Path) -> Engine:
    """Start a session, or use the one that this process has; `EngineConfig` says what goes into it.

    Raises:
        ConfigError: an option is no `key=value`, or PySpark is not installed.
        UsageError: there is no Java, or Spark does not start.
    """
    from corpus_clean.engines.spark.session import open_session
    from corpus_clean.engines.spark.stages import SparkEngine

    return SparkEngine(*open_session(config, scratch), scratch, config.work)
