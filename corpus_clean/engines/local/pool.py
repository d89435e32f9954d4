"""Worker processes that may die: what they were doing is done again, without the record that killed them."""

import multiprocessing
import os
import signal
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from corpus_clean.engines.watch import MARK_BYTES, end_with_parent, install_mark, read_mark
from corpus_clean.errors import CorpusCleanError
from corpus_clean.storage.process import keep_memory, settle_process

Job = tuple[Any, ...]
Revise = Callable[[Job, str, str], Job | None]
"""Called with a job, what killed a process twice over it ("" if unknown), and how; returns the job without that."""


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    pipe: Connection
    mark: Any
    job: Job | None = None

    def describe_end(self) -> str:
        self.process.join()
        code = self.process.exitcode or 0
        if code == -signal.SIGVTALRM:
            return "timeout: it did not come back in time; raise read.timeout"
        if code == _OUT_OF_MEMORY:
            return "worker died: twice over this, out of memory"
        try:
            return f"worker died: twice over this, by {signal.Signals(-code).name}"
        except ValueError:
            return f"worker died: twice over this, with exit code {code}"


def revise_kernel(job: Job, culprit: str, reason: str) -> Job | None:
    """Return a job whose kernel comes first, with a kernel that does without the culprit, if it can."""
    kernel, *rest = job
    without = getattr(kernel, "without", None)
    revised = without(culprit, reason) if without is not None and culprit else None
    return None if revised is None else (revised, *rest)


class Pool:
    """Processes that do one job at a time, each named by its last mark when it dies."""

    def __init__(self, workers: int) -> None:
        # Forking would copy the locks of Arrow's and DuckDB's threads; a fresh interpreter has none.
        self._context = multiprocessing.get_context("spawn")
        self._count = workers
        self._workers: list[_Worker] = []

    def run(
        self, task: Callable[..., object], jobs: Sequence[Job], progress: Callable[[int], None], revise: Revise
    ) -> None:
        """Run a task for each tuple of arguments; `progress` is told how many are done.

        A job whose worker dies is done again as it is, for the worker may have been killed for no fault of its own; if
        it dies once more at the same place, the job is revised.

        Raises:
            CorpusCleanError: a job keeps killing its worker, and nobody knows why.
        """
        waiting = deque(jobs)
        deaths: dict[int, list[str]] = {}
        numbers = {id(job): number for number, job in enumerate(jobs)}
        done = 0
        while done < len(jobs):
            self._hand_out(task, waiting)
            busy = [worker for worker in self._workers if worker.job is not None]
            ready = wait([*(worker.pipe for worker in busy), *(worker.process.sentinel for worker in busy)])
            for worker in busy:
                if worker.pipe not in ready and worker.process.sentinel not in ready:
                    continue
                job, worker.job = worker.job, None
                try:
                    error = worker.pipe.recv() if worker.pipe.poll() else EOFError()
                except (EOFError, OSError):
                    error = EOFError()
                if error is None:
                    done += 1
                    progress(done)
                    continue
                if not isinstance(error, EOFError):
                    raise error
                number = numbers[id(job)]
                again = self._retry(worker, job or (), deaths.setdefault(number, []), revise)
                numbers[id(again)] = number
                waiting.appendleft(again)

    @contextmanager
    def beside(self, task: Callable[..., object], job: Job) -> Iterator[None]:
        """Run a task in a process while the block runs, or here and after it if that process dies."""
        worker = next((worker for worker in self._workers if worker.job is None), None) or self._start()
        worker.job = job
        with suppress(OSError):
            worker.pipe.send((task, job))
        yield
        try:
            error = worker.pipe.recv()
        except (EOFError, OSError):
            self._workers.remove(worker)
            worker.pipe.close()
            task(*job)
            return
        worker.job = None
        if error is not None:
            raise error

    def _hand_out(self, task: Callable[..., object], waiting: deque[Job]) -> None:
        while waiting:
            worker = next((worker for worker in self._workers if worker.job is None), None)
            if worker is None:
                if len(self._workers) >= self._count:
                    return
                worker = self._start()
            job = waiting.popleft()
            worker.job = job
            with suppress(OSError):  # it may have died already; waiting for it will show that
                worker.pipe.send((task, job))

    def _retry(self, worker: _Worker, job: Job, deaths: list[str], revise: Revise) -> Job:
        reason, culprit = worker.describe_end(), read_mark(worker.mark)
        self._workers.remove(worker)
        worker.pipe.close()
        deaths.append(culprit)
        if deaths.count(culprit) < 2 and not reason.startswith("timeout"):
            return job
        revised = revise(job, culprit, reason)
        if revised is None:
            raise CorpusCleanError(
                f"{culprit or 'unknown record'}: {reason}; nothing was published: try fewer workers, or more memory"
            )
        return revised

    def _start(self) -> _Worker:
        here, there = self._context.Pipe()
        mark = self._context.RawArray("c", MARK_BYTES)
        process = self._context.Process(target=_serve, args=(there, mark), daemon=True)
        # Known before it runs: an interruption meanwhile must find it to stop it.
        self._workers.append(_Worker(process, here, mark))
        process.start()
        there.close()
        return self._workers[-1]

    def stop(self) -> None:
        """End the processes, whatever they are doing."""
        started = [worker for worker in self._workers if worker.process.pid is not None]
        for worker in started:
            worker.process.kill()
        for worker in started:
            worker.process.join()
            worker.pipe.close()
        self._workers = []


def _serve(pipe: Connection, mark: Any) -> None:
    settle_process()
    keep_memory()
    # Ctrl-C reaches the whole process group; the parent decides what happens then.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    install_mark(mark)
    while True:
        try:
            task, job = pipe.recv()
        except (EOFError, OSError):
            return
        mark.value = b""
        try:
            task(*job)
            answer: BaseException | None = None
        except MemoryError:
            os._exit(_OUT_OF_MEMORY)  # a process that begins anew may have enough
        except Exception as error:
            answer = _make_portable(error)
        pipe.send(answer)


_OUT_OF_MEMORY = 75


def _make_portable(error: Exception) -> BaseException:
    """Return an error that another process can raise: the same, or one of its class with the same words."""
    if isinstance(error, CorpusCleanError):
        portable = CorpusCleanError(str(error))
        portable.exit_code = error.exit_code
        return portable
    if isinstance(error, OSError):
        return OSError(error.errno, error.strerror or str(error), error.filename)
    return RuntimeError(f"{error}\n{traceback.format_exc()}")
