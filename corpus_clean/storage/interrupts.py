"""Moments in which Ctrl-C and SIGTERM wait, since what they would leave half done nobody would come to finish."""

import signal
import threading
from types import FrameType
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """Holds signals back, and lets them go.

    Example:
        >>> interrupts = Interrupts()
        >>> interrupts.hold()
        >>> signal.raise_signal(signal.SIGINT)  # nothing happens yet
        >>> try:
        ...     interrupts.let_go()
        ... except KeyboardInterrupt:
        ...     print("stopped")
        stopped
    """

    def __init__(self) -> None:
        self._before: dict[int, Any] = {}
        self._received: list[int] = []

    def hold(self) -> None:
        """Note signals from now on; only the main thread gets any."""
        if not self._before and threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                self._before[number] = signal.signal(number, self._note)

    def let_go(self) -> None:
        """Have signals do what they did before, and those that came meanwhile do it now."""
        before, self._before = self._before, {}
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        received, self._received = self._received, []
        for number in dict.fromkeys(received):
            signal.raise_signal(number)

    def _note(self, number: int, _: FrameType | None) -> None:
        self._received.append(number)
