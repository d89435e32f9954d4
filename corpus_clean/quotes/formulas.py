"""Words that many unrelated people say: verdicts, condolences, police formulas.

They are known in two ways: by the language's list, and by how many different speakers carry them. Two quotes that
share nothing else do not repeat each other.
"""

import functools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from corpus_clean.languages.lexicon import load_lexicons
from corpus_clean.quotes.fold import fold_text
from corpus_clean.quotes.identity import match_speakers
from corpus_clean.quotes.paraphrase import pick_content, share_root
from corpus_clean.similarity.components import join_groups
from corpus_clean.types import Link, Segment

_SHARED_REST = 0.5
_SPEAKERS = 3

Key = tuple[str, int, int]


@functools.cache
def _formulas() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """The formulas of all languages, folded, by their first word; longest first."""
    by_head: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for lexicon in load_lexicons().values():
        for formula in lexicon.formulas:
            words = tuple(fold_text(formula).split())
            by_head[words[0]].add(words)
    return {head: tuple(sorted(group, key=lambda words: (-len(words), words))) for head, group in by_head.items()}


@functools.lru_cache(maxsize=65536)
def strip_formulas(folded: str) -> str | None:
    """Return a folded text without its formulas; `None` if it holds none.

    Example:
        >>> strip_formulas("kasus ini masih dalam penyelidikan api berasal dari dapur")
        'kasus ini api berasal dari dapur'
        >>> strip_formulas("api berasal dari dapur") is None
        True
    """
    words = folded.split()
    by_head = _formulas()
    if by_head.keys().isdisjoint(words):
        return None
    kept: list[str] = []
    index = 0
    while index < len(words):
        for formula in by_head.get(words[index], ()):
            if tuple(words[index : index + len(formula)]) == formula:
                index += len(formula)
                break
        else:
            kept.append(words[index])
            index += 1
    return " ".join(kept) if len(kept) < len(words) else None


@functools.lru_cache(maxsize=1 << 14)
def share_formula_only(left: str, right: str) -> bool:
    """Whether two folded texts have a formula in common, and too little besides.

    Example:
        >>> verdict = "menjatuhkan pidana terhadap terdakwa dengan pidana penjara selama {} tahun"
        >>> share_formula_only(verdict.format(3), verdict.format(16))
        True
        >>> share_formula_only(verdict.format(3), verdict.format(3))
        False
    """
    a, b = strip_formulas(left), strip_formulas(right)
    if a is None or b is None:
        return False
    x, y = _telling_words(a), _telling_words(b)
    if not x or not y:
        return True
    if len(x) > len(y):
        x, y = y, x
    numbers = {word for word in x if word.isdigit()}, {word for word in y if word.isdigit()}
    if numbers[0] - numbers[1] and numbers[1] - numbers[0]:
        return True
    return sum(any(share_root(word, other) for other in y) for word in x) < _SHARED_REST * len(x)


def _telling_words(text: str) -> list[str]:
    words = text.split()
    content = pick_content(words)
    return [word for word in dict.fromkeys(words) if word.isdigit() or word in content]


def mark_formulas(links: Sequence[Link]) -> list[Link]:
    """Recognise what three and more different speakers say in the same words: a formula, whoever says it.

    Links between different speakers over such words are left out, those of one speaker are flagged `formula`.

    Example:
        >>> from corpus_clean.types import Match
        >>> said = lambda d: Segment(d, "quote", 0, 9, "Kami tetap optimistis menatap masa depan")
        >>> link = lambda a, b, x, y: Link(said(a), said(b), "quote", "A", Match(1.0, 1.0), x, y, ("other-speaker",))
        >>> mark_formulas([link("a", "b", "Rina", "Tono"), link("b", "c", "Tono", "Sari")])
        []
    """
    return [
        replace(link, flags=(*link.flags, "formula")) if formula else link
        for link, formula in zip(links, find_formulas(links), strict=True)
        if not formula or "other-speaker" not in link.flags
    ]


def find_formulas(links: Sequence[Link]) -> list[bool]:
    """Return which links are over words that three and more different speakers say.

    Example:
        >>> find_formulas([])
        []
    """
    names = {name for link in links for name in (link.speaker_left, link.speaker_right) if name}
    if len(names) < _SPEAKERS:
        return [False] * len(links)
    speakers: dict[Key, str] = {}
    alike: list[tuple[Key, Key]] = []
    for link in links:
        a, b = _key(link.left), _key(link.right)
        speakers[a], speakers[b] = link.speaker_left, link.speaker_right
        if link.grade != "C":
            alike.append((a, b))
    wording = join_groups(speakers, alike)
    said_by: dict[Key, list[str]] = defaultdict(list)
    for key in sorted(speakers):
        name = speakers[key]
        known = said_by[wording[key]]
        if name and len(known) < _SPEAKERS and not any(match_speakers(name, other) for other in known):
            known.append(name)
    return [link.grade != "C" and len(said_by[wording[_key(link.left)]]) >= _SPEAKERS for link in links]


def _key(segment: Segment) -> Key:
    return (segment.doc_id, segment.start, segment.end)
