"""Accuracy does not go down."""

import tomllib
from pathlib import Path

import pytest

from scripts.evaluation import dedup, noise

pytestmark = pytest.mark.shared
FLOORS = tomllib.loads(Path(__file__).with_name("floors.toml").read_text(encoding="utf-8"))


def test_noise() -> None:
    result, mistakes = noise.score(noise.read_articles(), noise.remove_by_rules)
    floors = FLOORS["noise"]
    assert result.recall >= floors["recall"], mistakes
    assert result.precision >= floors["precision"], mistakes
    assert result.char_recall >= floors["char_recall"], mistakes
    assert result.loss <= floors["loss"], mistakes


def test_copies() -> None:
    result, _ = dedup.judge()
    floors = FLOORS["copies"]
    assert result.precision >= floors["precision"]
    assert result.recall >= floors["recall"]
    assert result.ari >= floors["ari"]
