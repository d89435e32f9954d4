"""Worker processes, started when there is enough to do."""

import multiprocessing
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from corpus_clean.errors import CorpusCleanError
from corpus_clean.storage.process import settle_process


class Pool:
    """A pool of processes that is stopped, not waited for."""

    def __init__(self, workers: int) -> None:
        # Forking would copy the locks of Arrow's and DuckDB's threads; a fresh interpreter has none.
        context = multiprocessing.get_context("spawn")
        self._executor = ProcessPoolExecutor(workers, context, initializer=_prepare)

    def run(self, task: Callable[..., None], jobs: Sequence[tuple[Any, ...]], progress: Callable[[int], None]) -> None:
        """Run a task for each tuple of arguments; `progress` is told how many are done.

        Raises:
            CorpusCleanError: a process died.
        """
        waiting: set[Future[None]] = {self._executor.submit(task, *job) for job in jobs}
        done_count = 0
        try:
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    future.result()
                done_count += len(done)
                progress(done_count)
        except BrokenProcessPool:
            raise CorpusCleanError(
                "a worker process died (out of memory?); nothing was published: try fewer workers with --workers"
            ) from None

    def stop(self) -> None:
        """End the processes, whatever they are doing."""
        processes = list((self._executor._processes or {}).values())
        self._executor.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()
        for process in processes:
            process.join()


def _prepare() -> None:
    settle_process()
    # Ctrl-C reaches the whole process group; the parent decides what happens then.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
