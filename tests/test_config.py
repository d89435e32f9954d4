"""Configuration: where values come from, in which order, and what is said of wrong ones."""

from pathlib import Path

import pytest

from corpus_clean.config import Config, describe_config, load_config
from corpus_clean.errors import ConfigError


def test_flags_come_before_environment_before_files(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[tool.corpus-clean.dedup]\nthreshold = 0.81\nkeep = 'earliest'\npermutations = 64\n"
    )
    (tmp_path / "corpus-clean.toml").write_text("[dedup]\nthreshold = 0.82\npermutations = 32\n")
    environ = {"CORPUS_CLEAN_DEDUP_THRESHOLD": "0.83"}
    flags = {"dedup": {"threshold": 0.84, "keep": None}}
    assert load_config(tmp_path, environ=environ, flags=flags).dedup.threshold == 0.84
    assert load_config(tmp_path, environ=environ).dedup.threshold == 0.83
    config = load_config(tmp_path, environ={}).dedup
    assert (config.threshold, config.permutations, config.keep) == (0.82, 32, "earliest")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[dedup]\ntreshold = 1", "did you mean `threshold`?"),
        ("[dedupe]\nthreshold = 1", "did you mean `dedup`?"),
        ("dedup = 1", "write it as \\[dedup\\]"),
        ("[dedup]\nthreshold = 'high'", "is not a float"),
        ("[dedup]\nkeep_duplicates = 'perhaps'", "is not a bool"),
        ("[dedup]\nthreshold = 1.5", "out of range"),
        ("[dedup]\nthreshold = 0.3", "below dedup.link_jaccard"),
        ("[dedup]\nkeep = 'newest'", "longest, earliest"),
        ("[engine]\nworkers = -1", "negative"),
        ("[dedup", "not valid TOML"),
    ],
)
def test_wrong_values_are_said_in_one_line(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=words) as caught:
        load_config(file=path, environ={})
    assert "\n" not in str(caught.value)


def test_a_description_names_every_setting() -> None:
    described = describe_config(Config())
    assert described["read"]["text_fields"] == ["text", "content", "body", "article"]
    assert described["dedup"].keys() >= {"threshold", "keep", "link_jaccard"}
