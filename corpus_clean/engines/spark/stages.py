"""The verbs of `engines.base` on Spark.

Nothing is renamed: a task writes a file under a name of its own attempt, and Spark tells the driver which attempts
count. Those are listed in the stage's manifest (`storage.parts`); what a lost worker left behind never is. What another
engine finished of a stage before it was stopped is taken over.
"""

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, wait
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from corpus_clean import errors
from corpus_clean.engines.base import Kernel, Progress, do_first, pair_by_sql
from corpus_clean.engines.local.heap import HEAPS
from corpus_clean.engines.spark.session import describe_failure
from corpus_clean.engines.spark.store import Store
from corpus_clean.engines.spark.tasks import RESULT, make_map_task, make_read_task, make_write_task, store_schema
from corpus_clean.errors import CorpusCleanError
from corpus_clean.similarity.candidates import join_sql
from corpus_clean.storage.fingerprint import hash_bytes
from corpus_clean.storage.mirror import find_mirror
from corpus_clean.storage.parts import Part, find_part, is_committed, open_part, read_stage

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

# More tasks than these cost the scheduler more than they even out; further row groups join their neighbours.
_MOST_TASKS = 20_000
_POLL_SECONDS = 0.2
_PATTERN = re.compile(r"[][*?{}\\]")


class SparkEngine:
    """The protocol of `engines.base` on Spark."""

    explode = "explode"

    def __init__(self, session: "SparkSession", own: bool, scratch: Path, work: str = "") -> None:
        """Work in a session.

        Args:
            session: a session.
            own: stop it at the end.
            scratch: the folder of the stages.
            work: the URL under which their files lie, or "" for that folder.
        """
        self._session = session
        self._own = own
        self._heaps = scratch.absolute() / HEAPS
        self._store = Store(work, self._heaps)
        self._jobs = 0

    def map(self, kernel: Kernel, source: Path, target: Path, progress: Progress) -> None:
        """See `Engine.map`. Part numbers follow the source's order, whoever finishes first."""
        source, target = source.absolute(), target.absolute()
        groups = [(place, n) for place, part in self._store.list_parts(source) for n in range(part.groups)]
        width = max(1, -(-len(groups) // _MOST_TASKS))
        tasks = [groups[i : i + width] for i in range(0, len(groups), width)]
        schema = store_schema(kernel.schema)
        attempt = self._store.open_attempt(target)
        found: dict[int, Part] = {}
        if schema == kernel.schema and width == 1:  # else the local engine has references in it, or other tasks
            finished = ((n, self._store.take_over(target, n, attempt)) for n in range(len(tasks)))
            found = {n: part for n, part in finished if part}
        left = [number for number in range(len(tasks)) if number not in found]
        if left:
            # Each number on a partition of its own.
            numbers = self._session.range(0, len(left), 1, len(left))
            mirror = find_mirror(root) if (root := getattr(kernel, "root", None)) else None
            told = self._session.sparkContext.broadcast(mirror) if mirror else None
            named = {n: (task, tasks[task]) for n, task in enumerate(left)}
            work = make_map_task(kernel, named, attempt, self._heaps, told)
            found |= self._run(numbers.mapInArrow(work, RESULT), target, progress)
        made = {"kernel": f"{type(kernel).__module__}.{type(kernel).__qualname__}", "of": self._describe([source])}
        self._store.commit(target, attempt, found, schema, made)

    def query(self, sql: str, tables: Mapping[str, Sequence[Path]], target: Path) -> None:
        """See `Engine.query`."""
        from pyspark.errors import PySparkException
        from pyspark.sql.pandas.types import to_arrow_schema

        target = target.absolute()
        if is_committed(target) or find_part(target, 0):
            return
        attempt = self._store.open_attempt(target)
        try:
            for name, stages in tables.items():
                self._open(stages, sql).createOrReplaceTempView(name)
            result = self._session.sql(sql)
            schema = to_arrow_schema(result.schema, prefers_large_types=True)
            found = self._run(result.mapInArrow(make_write_task(schema, attempt), RESULT), target, _ignore)
        except PySparkException as error:
            raise CorpusCleanError(f"Spark: {describe_failure(error)}; nothing was published") from None
        finally:
            for name in tables:
                self._session.catalog.dropTempView(name)
        sources = [stage.absolute() for stages in tables.values() for stage in stages]
        made = {"sql": hash_bytes(sql.encode()), "of": self._describe(sources)}
        self._store.commit(target, attempt, found, schema, made)

    def pair(self, segments: Sequence[Path], target: Path, shared: int = 1) -> None:
        """See `Engine.pair`."""
        pair_by_sql(self, segments, target, shared)

    def join(self, pairs: Path, segments: Sequence[Path], columns: Sequence[str], target: Path) -> None:
        """See `Engine.join`."""
        self.query(join_sql(columns), {"pairs": [pairs], "segments": segments}, target)

    def read(self, stage: Path) -> pa.Table:
        """See `Engine.read`."""
        return read_stage(stage)

    def beside(self, task: Callable[..., object], *arguments: object) -> AbstractContextManager[None]:
        """See `Engine.beside`. What lies on this machine's disk is no work for others."""
        return do_first(task, *arguments)

    def close(self) -> None:
        """See `Engine.close`. A session that was there before stays."""
        if self._own:
            self._session.stop()

    def _open(self, stages: Sequence[Path], sql: str) -> "DataFrame":
        """Return stages as one table; of files that only Python reaches, the columns that the SQL names."""
        from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema

        stages = [stage.absolute() for stage in stages]
        with open_part(self._store.list_parts(stages[0])[0][0]) as part:
            columns = part.schema_arrow
        schema = from_arrow_schema(columns)  # finding it out would be a job of its own
        if self._store.is_remote:
            named = [f for f in columns if "*" in sql or re.search(rf"\b{f.name}\b", sql)] or [columns.field(0)]
            schema = from_arrow_schema(pa.schema(named))
            tasks = self._store.share_out(stages)
            work = make_read_task(tasks, to_arrow_schema(schema, prefers_large_types=True))
            return self._session.range(0, len(tasks), 1, len(tasks)).mapInArrow(work, schema)
        files = [place for stage in stages for place, _ in self._store.list_parts(stage)]
        reader = self._session.read.schema(schema).option("__globPaths__", "false")
        # Told not to expand patterns, Spark reads plain paths twice that come with paths that look like patterns.
        odd = {path for path in files if _PATTERN.search(path)}
        groups = [path for path in files if path not in odd], sorted(odd)
        return functools.reduce(lambda a, b: a.union(b), (reader.parquet(*group) for group in groups if group))

    def _describe(self, stages: Sequence[Path]) -> dict[str, Any]:
        return {stage.name: self._store.describe(stage) for stage in stages}

    def _run(self, results: "DataFrame", target: Path, progress: Progress) -> dict[int, Part]:
        """Run the job whose tasks write parts of a stage; return these by the numbers of their tasks."""
        from pyspark import InheritableThread

        context = self._session.sparkContext
        self._jobs += 1
        group = f"corpus-clean-{id(self)}-{self._jobs}"
        future: Future[list[Any]] = Future()

        def work() -> None:
            context.setJobGroup(group, target.name, interruptOnCancel=True)
            try:
                future.set_result(results.collect())
            except Exception as error:
                future.set_exception(error)

        InheritableThread(target=work, daemon=True).start()
        try:
            while not wait([future], _POLL_SECONDS).done:
                progress(*self._count_tasks(group))
        except BaseException:  # interrupted: the work is not waited for
            context.cancelJobGroup(group)
            raise
        failure = future.exception()
        if failure is not None:
            raise CorpusCleanError(f"Spark: {describe_failure(failure)}; nothing was published") from None
        found = sorted(future.result())
        for row in found:
            if row.error:
                raise getattr(errors, row.error, CorpusCleanError)(row.detail)
        progress(len(found), len(found))
        return {row.task: Part(row.name, row.rows, row.groups, row.bytes) for row in found}

    def _count_tasks(self, group: str) -> tuple[int, int]:
        tracker = self._session.sparkContext.statusTracker()
        done = total = 0
        for job in tracker.getJobIdsForGroup(group):
            info = tracker.getJobInfo(job)
            for stage in info.stageIds if info else ():
                counted = tracker.getStageInfo(stage)
                if counted:
                    done += counted.numCompletedTasks
                    total += counted.numTasks
        return done, max(total, 1)


def _ignore(_: int, __: int) -> None:
    pass
