"""What lines call which rules: in Python at first, in compiled code as soon as there is enough text to be worth it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from corpus_clean.rules.lines import Lines
from corpus_clean.rules.prefilter import Call, Called, Choose, Prefilter
from corpus_clean.similarity.backend import spend_work

if TYPE_CHECKING:
    from corpus_clean.rules.scanner import Scanner


# What is called in vain has its pattern compiled in vain; a few articles of that take longer than loading automata.
_EAGER = 64


class Callers:
    """The lines' way to the rules. Both ways call every rule that matches; the compiled one calls fewer in vain."""

    __slots__ = ("_prefilter", "_scanner", "calls", "signs")

    def __init__(self, calls: Sequence[Call], signs: Sequence[Call] = ()) -> None:
        """Take what calls each rule, and the signs that decide which rules may be called; nothing is built yet."""
        self.calls, self.signs = calls, signs
        self._prefilter: Prefilter | None = None
        self._scanner: Scanner | None = None

    def find(self, text: str, choose: Choose) -> tuple[Lines, list[Called]]:
        r"""Return a text's lines and, in order, what rules these call.

        Args:
            text: any text.
            choose: from the lines, and what signs they have, to whether each rule may be called.

        Example:
            >>> callers = Callers([Call([["\nbaca"]], 20)], [Call([["warta muara"]], 90)])
            >>> callers.find("Warta Muara, siang\nBACA juga", lambda lines, signs: bytes([signs == [(0, 0)]]))[1]
            [(1, 0, None)]
        """
        if self._scanner is None:
            if not spend_work(len(text), _EAGER):
                self._prefilter = self._prefilter or Prefilter(self.calls, self.signs)
                return self._prefilter.find(text, choose)
            from corpus_clean.rules.scanner import Scanner

            self._scanner = Scanner(self.calls, self.signs)
        return self._scanner.find(text, choose)
