r"""Where in a folded line a match may begin: a quick look before the pattern is tried there.

It never turns down what the pattern matches.
"""

from dataclasses import dataclass

from corpus_clean.rules.literals import find_ends

# No line holds a line break.
_NONE = ("\n",)


@dataclass(frozen=True, slots=True)
class Gate:
    """The strings of which every match begins with one, by their first character; empty if unknown."""

    heads: dict[str, tuple[str, ...]]

    def admits_at(self, folded: str, start: int) -> bool:
        r"""Tell whether a match may begin at an offset of a folded line, or after the space there.

        Example:
            >>> make_gate(r"\s*ikuti").admits_at("hujan. ikuti kami", 6)
            True
        """
        if not self.heads:
            return True
        start += folded[start : start + 1] == " "
        return folded.startswith(self.heads.get(folded[start : start + 1], _NONE), start)


def make_gate(pattern: str, *, across: bool = False) -> Gate:
    r"""Derive the gate of an expanded pattern; with `across` a match may go over several lines.

    Example:
        >>> make_gate(r"(?:\()?(?:baca|simak)\s+juga.*").heads["("]
        ('(baca juga', '(simak juga')
    """
    heads: dict[str, list[str]] = {}
    begins = {begin.lstrip("\n ").rstrip("\n") for begin in find_ends(pattern, across=across)[0]}
    for begin in sorted(begins, key=lambda begin: (len(begin), begin)):
        group = heads.setdefault(begin[:1], [])
        # What begins with a shorter one adds nothing.
        if not begin.startswith(tuple(group)):
            group.append(begin)
    return Gate({} if "" in heads or "\n" in heads else {char: tuple(group) for char, group in heads.items()})
