"""What lines call which rules: in Python at first, in compiled code as soon as there is enough text to be worth it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from corpus_clean.rules.prefilter import Call, Prefilter
from corpus_clean.similarity.backend import spend_work

if TYPE_CHECKING:
    from corpus_clean.rules.scanner import Scanner


class Callers:
    """The lines' way to the rules. Both ways call every rule that matches; the compiled one calls fewer in vain."""

    __slots__ = ("_calls", "_prefilter", "_scanner")

    def __init__(self, calls: Sequence[Call]) -> None:
        """Take what calls each rule; nothing is built before it is needed."""
        self._calls = calls
        self._prefilter: Prefilter | None = None
        self._scanner: Scanner | None = None

    def find(self, folded: str, active: bytes) -> list[tuple[int, int]]:
        r"""Return, in order, each line's place with the number of each rule that it calls.

        Args:
            folded: the lines, trimmed and folded, with a line break before and after each.
            active: for each rule, whether it may be called.

        Example:
            >>> Callers([Call([["\nbaca"]], 20)]).find("\nsiang\nbaca juga\n", b"\1")
            [(1, 0)]
        """
        if self._scanner is None:
            if not spend_work(len(folded)):
                self._prefilter = self._prefilter or Prefilter(self._calls)
                return self._prefilter.find(folded[1:-1].split("\n"), active)
            from corpus_clean.rules.scanner import Scanner

            self._scanner = Scanner(self._calls)
        return self._scanner.find(folded, active)
