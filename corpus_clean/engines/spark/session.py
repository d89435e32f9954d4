"""Starting Spark: what a session is told, and what may be missing on the way."""

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from corpus_clean.config import EngineConfig
from corpus_clean.engines.base import parse_memory
from corpus_clean.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SQL = {
    # What makes its SQL that of DuckDB: overflow is an error, "end" in double quotes is a name.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.caseSensitive": "true",
    "spark.sql.execution.arrow.useLargeVarTypes": "true",  # a batch may hold more than 2 GB of text
    "spark.sql.execution.arrow.maxRecordsPerBatch": "4096",
    "spark.sql.adaptive.enabled": "true",  # shuffles are cut by size, and partitions far above the others split
    "spark.sql.adaptive.skewJoin.enabled": "true",
}

_UNSEEN = {
    # What Python reads for it, Spark takes for next to nothing; how large it is, it learns from the first shuffle.
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    "spark.sql.adaptive.autoBroadcastJoinThreshold": "10MB",
}
_ATTEMPTS = 8


def open_session(config: EngineConfig, scratch: Path) -> tuple["SparkSession", bool]:
    """Return a session, and whether it was started here. A running one is used, but not its SQL settings.

    Raises:
        ConfigError: an option is no `key=value`, or PySpark is not installed.
        UsageError: there is no Java, or Spark does not start.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise ConfigError("engine.name: Spark is not installed; run: pip install 'corpus-clean[spark]'") from None
    options = read_options(config.options)
    running = SparkSession.getActiveSession()
    session = running.newSession() if running else _start(describe_session(config, scratch) | options, options)
    own = {key: options[key] for key in options if key.startswith("spark.sql.")}
    for key, value in {**SQL, **(_UNSEEN if config.work else {}), **own}.items():
        if session.conf.isModifiable(key):
            session.conf.set(key, value)
    return session, running is None


def _start(settings: Mapping[str, str], options: Mapping[str, str]) -> "SparkSession":
    from pyspark.sql import SparkSession

    home = os.environ.get("JAVA_HOME", "")
    if not shutil.which("java", path=f"{home}/bin" if home else None):
        raise UsageError("Spark needs Java 17 and there is no `java` here; install it, or set JAVA_HOME")
    builder = SparkSession.builder
    for key, value in settings.items():
        builder = builder.config(key, value)
    # The workers need the packages of this interpreter; PySpark takes the path from here and nowhere else.
    os.environ.setdefault("PYSPARK_PYTHON", options.get("spark.pyspark.python", sys.executable))
    with tempfile.TemporaryFile() as log:
        try:
            # Java says a good deal before any log level holds; who asks for a level gets it all.
            with nullcontext() if "spark.log.level" in options else _redirect_stderr(log.fileno()):
                return builder.getOrCreate()
        except Exception as error:  # of Py4J, of Spark, of the Java process: one kind each
            log.seek(0)
            said = describe_failure(RuntimeError(log.read().decode("utf-8", "replace") + str(error)))
            raise UsageError(f"Spark does not start: {said}; see --master, --memory and --engine-opt") from None


@contextmanager
def _redirect_stderr(target: int) -> Iterator[None]:
    """Have the processes started meanwhile write their errors elsewhere, for as long as they live."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        os.dup2(target, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def describe_session(config: EngineConfig, scratch: Path) -> dict[str, str]:
    """Return the settings of a new session, before the user's options.

    Without a master the work stays on this machine, unless `spark-submit` says where it goes. `memory` bounds each
    executor, which on one machine is the driver.

    Example:
        >>> described = describe_session(EngineConfig(workers=2, memory="1GB"), Path("/tmp/scratch"))
        >>> described["spark.master"], described["spark.driver.memory"]
        ('local[2,8]', '1024m')
    """
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    master = config.master or ("" if submitted else f"local[{config.workers or '*'}]")
    memory = f"{max(1, parse_memory(config.memory) >> 20)}m"
    settings = {
        "spark.app.name": "corpus-clean",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.task.maxFailures": str(_ATTEMPTS),
        "spark.executor.memory": memory,
        "spark.sql.warehouse.dir": str(scratch.absolute() / "warehouse"),
    }
    if master:
        # One machine gives a task one attempt, unless it is told how many.
        settings["spark.master"] = re.sub(r"^local(\[([\d*]+)\])?$", _retry, master)
    if master.startswith("local"):
        cores = config.workers or len(os.sched_getaffinity(0))
        settings |= {
            "spark.driver.memory": memory,
            "spark.driver.host": "localhost",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.local.dir": str(scratch.absolute() / "spark"),
            "spark.sql.shuffle.partitions": str(2 * cores),
        }
    return settings


def _retry(master: re.Match[str]) -> str:
    return f"local[{master[2] or 1},{_ATTEMPTS}]"


def read_options(options: tuple[str, ...]) -> dict[str, str]:
    """Return `key=value` pairs as a mapping.

    Raises:
        ConfigError: one of them is something else.

    Example:
        >>> read_options(("spark.executor.cores=4",))
        {'spark.executor.cores': '4'}
    """
    for option in options:
        if not re.fullmatch(r"spark\.[\w.-]+=.*", option):
            raise ConfigError(f"engine.options: `{option}` is no Spark setting; write it as spark.executor.cores=4")
    return dict(option.split("=", 1) for option in options)


def describe_failure(error: BaseException) -> str:
    r"""Return what a failed job comes down to, in one line.

    Example:
        >>> describe_failure(ValueError("Job aborted.\n  File x\nKeyError: 'a'\n\nDriver stacktrace:"))
        "KeyError: 'a'"
    """
    text = str(error).partition("Driver stacktrace:")[0]
    causes = re.findall(
        r"^(?:Caused by: )?([\w.$]*(?:Error|Exception|Failure)\b:? .*|[\w.$]*(?:Error|Exception))$", text, re.M
    )
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return str((causes or lines or [type(error).__name__])[-1])
