"""A cluster on loopback loses a worker while it holds work, again and again: the job must end right each time.

The expected result is that of the local engine. Spark's event log must show which tasks the lost executor held, that
it ran on the worker that was killed, and that they were done on another one.

With `--buckets` input and stages lie in a bucket of an S3 server on loopback, and what the driver has on disk is hidden
from the workers.
"""

import argparse
import os
import signal
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from corpus_clean.config import Config, EngineConfig, QuotesConfig
from corpus_clean.pipeline.run import run
from scripts.bench.corpus import generate_rows
from scripts.spark.bucket import move_there, open_bucket
from scripts.spark.cluster import Cluster, start_cluster
from scripts.spark.events import find_lost_tasks
from scripts.spark.outputs import find_differences

STAGES = ("cleaned", "segments")
"""During which the worker is killed, in turn."""
CONFIG = Config(quotes=QuotesConfig(enabled=False))  # the invented articles quote nobody


class Killer:
    """Listens to a run, and kills a worker of the cluster when a stage has so many tasks done."""

    def __init__(self, cluster: Cluster, worker: int, stage: str, after: int) -> None:
        self._cluster = cluster
        self._wanted = (stage, after)
        self.worker = worker
        self.killed = ""

    def __call__(self, stage: str, done: int, of: int) -> None:
        """See `pipeline.stages.Notice`."""
        wanted, after = self._wanted
        if not self.killed and stage == wanted and after <= done < of - 2:
            self._cluster.kill_worker(self.worker)
            self.killed = f"{stage} {done}/{of}"


def write_corpus(folder: Path, documents: int) -> Path:
    """Write invented articles, a file each: files are read in tasks of 128, so there are tasks to be shared out."""
    folder.mkdir()
    for row in generate_rows(documents, seed=9):
        (folder / f"{row.id:06d}.txt").write_text(row.text[:600], encoding="utf-8")
    return folder


def configure(cluster: Cluster, events: Path, work: str) -> Config:
    """Return the settings of a run on the cluster that keeps an event log, its stages under the URL `work` if any."""
    options = (
        *(f"spark.executorEnv.{key}={value}" for key, value in os.environ.items() if key.startswith("AWS_")),
        "spark.eventLog.enabled=true",
        f"spark.eventLog.dir={events.as_uri()}",
        "spark.eventLog.rolling.enabled=false",
        "spark.eventLog.compress=false",
        "spark.driver.host=127.0.0.1",
        "spark.driver.bindAddress=127.0.0.1",
        "spark.executor.cores=1",
        "spark.sql.shuffle.partitions=2",
        "spark.sql.codegen.wholeStage=false",  # compiling each query pays for large tables only
        "spark.sql.codegen.factoryMode=NO_CODEGEN",
        "spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    )
    engine = EngineConfig("spark", memory="512MB", master=cluster.url, options=options, work=work)
    return replace(CONFIG, engine=engine)


def check_round(cluster: Cluster, source: Path, expected: Path, folder: Path, number: int, work: str = "") -> str:
    """Run the job once and kill a worker meanwhile; return what happened.

    Raises:
        AssertionError: the result is another, or the event log does not show that work was lost and done again.
    """
    events = folder / "events"
    events.mkdir(parents=True)
    victim = sorted(cluster.workers)[number % len(cluster.workers)]
    killer = Killer(cluster, victim, STAGES[number % len(STAGES)], 1 + number % 3)
    run(source, folder / "out", configure(cluster, events, work), killer)
    require(bool(killer.killed), "no worker was killed: the stage was over too soon")
    differences = find_differences(expected, folder / "out")
    require(not differences, f"differs from the local engine: {differences}")
    [log] = events.iterdir()
    lost = find_lost_tasks(log)
    require(bool(lost), "the worker held no work when it was killed")
    workers = {cluster.find_worker(log.name, task.executor) for task in lost}
    require(workers == {killer.worker}, f"work was lost on {workers}, not on {killer.worker}")
    others = {cluster.find_worker(log.name, task.done_by) for task in lost}
    require(killer.worker not in others, "work was done on a worker that was dead")
    tasks = ", ".join(f"{task.index} of stage {task.stage}" for task in lost)
    return f"worker {victim} killed at {killer.killed}; it held task {tasks}, done by worker {min(others)}; same result"


def require(held: bool, message: str) -> None:
    """Raise `message` as an AssertionError unless `held`."""
    if not held:
        raise AssertionError(message)


def main() -> None:
    """Run the rounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--documents", type=int, default=1280)
    parser.add_argument("--buckets", action="store_true", help="no disk that driver and workers share")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the cluster ends too
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    with tempfile.TemporaryDirectory(prefix="corpus-clean-cluster-", ignore_cleanup_errors=True) as name:
        folder, logs = Path(name) / "driver", Path(name) / "cluster"
        folder.mkdir()
        logs.mkdir()
        source = write_corpus(folder / "in", arguments.documents)
        with ExitStack() as stack:
            bucket = ""
            if arguments.buckets:
                bucket = stack.enter_context(open_bucket())
                source = move_there(source, f"{bucket}/in", folder / "cache")
            run(source, folder / "expected", CONFIG)
            cluster = stack.enter_context(start_cluster(logs, 2, folder if bucket else None))
            for number in range(arguments.rounds):
                work = f"{bucket}/work-{number}" if bucket else ""
                happened = check_round(cluster, source, folder / "expected", folder / str(number), number, work)
                print(f"{number + 1}: {happened}", flush=True)
                cluster.start_worker()


if __name__ == "__main__":
    main()
