"""Accuracy does not go down."""

import tomllib
from pathlib import Path

import pytest

from scripts.evaluation import noise

pytestmark = pytest.mark.shared
FLOORS = tomllib.loads(Path(__file__).with_name("floors.toml").read_text(encoding="utf-8"))


def test_noise() -> None:
    result, mistakes = noise.score(noise.read_articles(), noise.remove_by_rules)
    floors = FLOORS["noise"]
    assert result.recall >= floors["recall"], mistakes
    assert result.precision >= floors["precision"], mistakes
    assert result.char_recall >= floors["char_recall"], mistakes
    assert result.loss <= floors["loss"], mistakes
