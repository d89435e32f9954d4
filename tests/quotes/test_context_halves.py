"""Compiled code and NumPy find the same in articles that were made up at random, to the last bit."""

import random

import numpy as np
import pytest

from corpus_clean.quotes.articles import Articles, prepare_articles
from corpus_clean.quotes.context import WEIGHTS
from corpus_clean.quotes.spans import Reading
from corpus_clean.similarity import kernel, reference
from corpus_clean.similarity.sheets import Links
from corpus_clean.types import Quote, QuoteKind

WORDS = [
    *("jembatan", "jembatannya", "dibuka", "membuka", "pembukaan", "hari", "Senin", "pekan", "ini", "2024", "40"),
    *("kewargaan", "menunggu", "tunggu", "di", "ke", "bus", "pasar", "ikan", "tambah", "penambahan", "bertambah."),
    *("warga", "kota", "rusak", "diperbaiki", "perbaikan", "jalan", "itu", "ya?", "漢字漢字", "naïve", "tahun"),
]
KINDS: tuple[QuoteKind, ...] = ("direct", "fragment", "indirect")


def make_articles(seed: int, count: int = 12) -> Articles:
    draw = random.Random(seed)

    def read(name: str) -> Reading:
        start = 0

        def say(kind: QuoteKind, speaker: str) -> Quote:
            nonlocal start
            text = " ".join(draw.choices(WORDS, k=draw.choice((1, 4, 9, 20))))
            start += draw.choice((2, 40))
            said = Quote(name, start, start + len(text), text, kind, speaker)
            start = said.end
            return said

        quotes = [say(draw.choice(KINDS), draw.choice(("Sarma", "Rina", ""))) for _ in range(draw.choice((0, 1, 5)))]
        start = 7
        return Reading(tuple(quotes), narration=tuple(say("indirect", "") for _ in range(draw.choice((0, 3)))))

    return prepare_articles([read(str(number)) for number in range(count)])


@pytest.mark.parametrize("seed", range(6))
def test_halves_agree(seed: int) -> None:
    sheets = make_articles(seed).sheets
    numbers = np.arange(len(sheets.quotes))
    lefts, rights = (side.ravel().copy() for side in np.meshgrid(numbers, numbers, indexing="ij"))
    lefts, rights = lefts[lefts != rights].copy(), rights[lefts != rights].copy()
    near = kernel.find_near(sheets, lefts, rights, 3, 0.3)
    assert len(near)
    assert np.array_equal(near, reference.find_near(sheets, lefts, rights, 3, 0.3))
    runs = np.searchsorted(near[:, 0], np.arange(len(lefts) + 1))
    links = Links(runs, near[:, 1].copy(), near[:, 2].copy(), near[:, 3] % 2 == 0)
    ours, theirs = (half.weigh(sheets, lefts, rights, links, 3, 4, WEIGHTS) for half in (kernel, reference))
    assert all(np.array_equal(one, other) for one, other in zip(ours, theirs, strict=True))
    assert len(ours[1])
    assert set(ours[0].tolist()) == {True, False}


def test_little_room_is_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    sheets = make_articles(1).sheets
    lefts, rights = np.repeat(np.arange(11), 2), np.repeat(np.arange(1, 12), 2)
    near = kernel.find_near(sheets, lefts, rights, 3, 0.3)
    links = Links(np.searchsorted(near[:, 0], np.arange(23)), near[:, 1].copy(), near[:, 2].copy(), near[:, 3] > 9)
    whole = kernel.weigh(sheets, lefts, rights, links, 3, 4, WEIGHTS)
    monkeypatch.setattr(kernel, "_ROOM", 1)
    assert np.array_equal(near, kernel.find_near(sheets, lefts, rights, 3, 0.3))
    again = kernel.weigh(sheets, lefts, rights, links, 3, 4, WEIGHTS)
    assert all(np.array_equal(one, other) for one, other in zip(whole, again, strict=True))


def test_no_articles_share_nothing() -> None:
    sheets = prepare_articles([]).sheets
    nobody, none = np.empty(0, np.int64), np.empty(0, np.bool_)
    for half in (kernel, reference):
        assert len(half.find_near(sheets, nobody, nobody, 3, 0.3)) == 0
        kept, found, _ = half.weigh(
            sheets, nobody, nobody, Links(np.zeros(1, np.int64), nobody, nobody, none), 3, 4, WEIGHTS
        )
        assert (len(kept), len(found)) == (0, 0)
