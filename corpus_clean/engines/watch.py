"""Which record a process is working on, and how long it may: one that hangs or kills is to cost nothing but itself."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from corpus_clean.errors import RejectedRecordError

MARK_BYTES = 4096
_HARD = 3.0
"""A record that is still at work after so many times its limit takes its process with it."""

_mark: Any = None


class _ExpiredError(BaseException):
    """Raised by the timer; no handler of ordinary errors stops it."""


def install_mark(mark: Any) -> None:
    """Have this process write down what it works on: in `mark`, an array of `MARK_BYTES` bytes that outlives it."""
    global _mark  # noqa: PLW0603  # one per process, like the process itself
    _mark = mark


def read_mark(mark: Any) -> str:
    """Return what a process was working on, or ""."""
    return bytes(mark.value).decode("utf-8", "ignore")


def set_mark(name: str) -> None:
    """Write down what this process is working on now."""
    if _mark is not None:
        _mark.value = name.encode("utf-8")[: MARK_BYTES - 1]


@contextmanager
def watch(name: str, seconds: float) -> Iterator[None]:
    """Work on something for at most so many seconds of processor time.

    Code that does not come back to Python is not reached by the timer; in a worker the system then ends the process.

    Raises:
        RejectedRecordError: the time is up.
    """
    set_mark(name)
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    signal.signal(signal.SIGPROF, _expire)
    try:
        try:
            signal.setitimer(signal.ITIMER_PROF, seconds)
            if _mark is not None:
                signal.setitimer(signal.ITIMER_VIRTUAL, _HARD * seconds)
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            if _mark is not None:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    except _ExpiredError:
        raise RejectedRecordError("read", "timeout", f"took more than {seconds:g} s; raise read.timeout") from None


def _expire(_: int, __: FrameType | None) -> None:
    raise _ExpiredError


def end_with_parent() -> None:
    """Have the system end this process when its parent dies, so that no orphan goes on working."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
