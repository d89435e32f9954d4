"""What lines call which rules: in Python at first, in compiled code as soon as there is enough text to be worth it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from corpus_clean.rules.lines import Lines
from corpus_clean.rules.prefilter import Call, Called, Prefilter
from corpus_clean.similarity.backend import spend_work

if TYPE_CHECKING:
    from corpus_clean.rules.scanner import Scanner


# What is called in vain has its pattern compiled in vain; a few articles of that take longer than loading automata.
_EAGER = 64


class Callers:
    """The lines' way to the rules. Both ways call every rule that matches; the compiled one calls fewer in vain."""

    __slots__ = ("_prefilter", "_scanner", "calls")

    def __init__(self, calls: Sequence[Call]) -> None:
        """Take what calls each rule; nothing is built before it is needed."""
        self.calls = calls
        self._prefilter: Prefilter | None = None
        self._scanner: Scanner | None = None

    def find(self, text: str, active: bytes) -> tuple[Lines, list[Called]]:
        r"""Return a text's lines and, in order, what rules these call.

        Args:
            text: any text.
            active: for each rule, whether it may be called.

        Example:
            >>> Callers([Call([["\nbaca"]], 20)]).find("siang\nBACA juga", b"\1")[1]
            [(1, 0, None)]
        """
        if self._scanner is None:
            if not spend_work(len(text), _EAGER):
                self._prefilter = self._prefilter or Prefilter(self.calls)
                return self._prefilter.find(text, active)
            from corpus_clean.rules.scanner import Scanner

            self._scanner = Scanner(self.calls)
        return self._scanner.find(text, active)
