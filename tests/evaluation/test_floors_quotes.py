"""Accuracy of quotes does not go down."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from corpus_clean.quotes.spans import Reading
from scripts.evaluation.linking import articles, frames, polnear, seeds
from scripts.evaluation.linking.rivals import link_like_ours

pytestmark = pytest.mark.shared
FLOORS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("floors.toml").read_text(encoding="utf-8"))["quotes"]


@pytest.fixture(scope="module")
def readings() -> dict[str, Reading]:
    return articles.read_articles()


@pytest.fixture(scope="module")
def links(readings: dict[str, Reading]) -> articles.ArticleLinks:
    return articles.score_links(readings, link_like_ours)


@pytest.fixture(scope="module")
def spans(readings: dict[str, Reading]) -> articles.ArticleSpans:
    return articles.score_spans(readings)


def test_links_on_five_articles() -> None:
    floors = FLOORS["seeds"]
    score = seeds.score_links(seeds.read_seeds(), link_like_ours)
    assert {grade: score.strict[grade] >= floors[grade] for grade in "AB"} == {"A": True, "B": True}
    assert score.loose["C"] >= floors["C"]
    assert score.precision >= floors["precision"]
    assert score.controls == 0


def test_spans_and_speakers_on_five_articles() -> None:
    score = seeds.score_spans(seeds.read_seeds())
    assert score.spans >= FLOORS["seeds"]["spans"], score.errors
    assert score.speakers >= FLOORS["seeds"]["speakers"], score.errors


def test_links_on_pairs_of_articles(links: articles.ArticleLinks) -> None:
    floors = FLOORS["articles"]
    assert links.recall("AB") >= floors["recall_ab"], links.errors
    assert links.recall("C") >= floors["recall_c"], links.errors
    assert links.precision >= floors["precision"], links.errors
    assert links.traps <= floors["traps"], links.errors
    assert links.elsewhere == 0


@pytest.mark.parametrize("kind", ["direct", "fragment", "indirect"])
def test_spans_and_speakers_on_pairs_of_articles(kind: str, spans: articles.ArticleSpans) -> None:
    assert spans.found[kind] >= FLOORS["articles"]["spans"][kind], spans.errors
    assert spans.right[kind] >= FLOORS["articles"]["speakers"][kind], spans.errors


def test_few_marked_quotes_on_pairs_of_articles_are_none(spans: articles.ArticleSpans) -> None:
    assert spans.confirmed >= FLOORS["articles"]["marked_precision"] * spans.predicted


@pytest.mark.parametrize(("mode", "floors"), [("one speaker", "frames"), ("no speaker", "frames_without_speaker")])
def test_links_of_framed_quotes(mode: frames.Mode, floors: str) -> None:
    score = frames.score_frames(frames.read_frames(mode), link_like_ours)
    assert score.recall >= FLOORS[floors]["recall"], score.linked
    assert score.precision >= FLOORS[floors]["precision"], score.linked


def test_english_attributions() -> None:
    floors = FLOORS["polnear"]
    score = polnear.score_polnear()
    for kind in ("direct", "mixed", "indirect"):
        assert score.covered[kind] >= floors["covered"][kind] * score.total[kind], kind
        assert score.right[kind] >= floors["sources"][kind] * score.named[kind], kind
    for kind in ("direct", "indirect"):
        assert score.confirmed[kind] >= floors["precision"][kind] * score.predicted[kind], kind
