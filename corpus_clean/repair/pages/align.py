"""Which blocks of a page a text consists of: the blocks are marked by aligning their words with the text's."""

import re
from collections.abc import Sequence

from corpus_clean.repair.pages.tree import Block

# Scripts without spaces would make one word of a clause; there, each character counts.
_TOKEN = re.compile(r"[぀-ヿ㐀-䶿一-鿿豈-﫿]|[^\W぀-ヿ㐀-䶿一-鿿豈-﫿]+")
_RUN = 4
_NEAR = 3
_MOST_NEAR = 10
_CARRIED = 0.4


def split_tokens(text: str) -> list[str]:
    """Return the words of a text in lower case; of scripts without spaces, the characters."""
    return _TOKEN.findall(text.lower())


def mark_blocks(blocks: Sequence[Block], text: str) -> list[float]:
    """Return for each block the share of its words that are part of a text, each word of the text used once, in order.

    Words count in runs of four that the text has too; blocks shorter than that count whole, where most of what
    stands near them counts.

    Example:
        >>> page = [Block(0, "Beranda", 7, 0), Block(1, "Air di Kota Lama mulai surut.", 0, 0)]
        >>> mark_blocks(page, "Air di Kota Lama mulai surut.")
        [0.0, 1.0]
    """
    from rapidfuzz.distance import LCSseq

    gold = split_tokens(text)
    if not gold:
        return [0.0] * len(blocks)
    runs = {tuple(gold[i : i + _RUN]) for i in range(len(gold) - _RUN + 1)}
    numbers: dict[str, int] = {}
    target = [numbers.setdefault(token, len(numbers)) for token in gold]
    tokens = [split_tokens(block.text) for block in blocks]
    source: list[int] = []
    owner: list[int] = []
    for place, words in enumerate(tokens):
        shared = _find_shared(words, runs)
        for word, is_shared in zip(words, shared, strict=True):
            if is_shared and word in numbers:
                source.append(numbers[word])
                owner.append(place)
    found = [0] * len(blocks)
    for step in LCSseq.opcodes(source, target):
        if step.tag == "equal":
            for index in range(step.src_start, step.src_end):
                found[owner[index]] += 1
    marks = [count / len(words) if words else 0.0 for count, words in zip(found, tokens, strict=True)]
    return _drop_strays(marks, [len(words) for words in tokens])


def _find_shared(words: Sequence[str], runs: set[tuple[str, ...]]) -> list[bool]:
    if len(words) < _RUN:
        return [True] * len(words)
    shared = [False] * len(words)
    for start in range(len(words) - _RUN + 1):
        if tuple(words[start : start + _RUN]) in runs:
            shared[start : start + _RUN] = [True] * _RUN
    return shared


def _drop_strays(marks: list[float], sizes: Sequence[int]) -> list[float]:
    """A word or two are found by chance: without neighbours that are found they count for nothing."""
    kept = marks.copy()
    for place, size in enumerate(sizes):
        if not 0 < size < _RUN or not marks[place]:
            continue
        near = [i for i in range(max(0, place - _NEAR), min(len(marks), place + _NEAR + 1)) if i != place and sizes[i]]
        weight = sum(min(sizes[i], _MOST_NEAR) for i in near)
        carried = sum(marks[i] * min(sizes[i], _MOST_NEAR) for i in near)
        if marks[place] < 1 or (weight and carried < _CARRIED * weight):
            kept[place] = 0.0
    return kept
