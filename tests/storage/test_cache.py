"""Results kept between runs: found again, never half written, and plain words where they cannot be kept."""

from pathlib import Path

import pytest

from corpus_clean.errors import CorpusCleanError
from corpus_clean.storage.cache import Cache


def test_what_is_kept_is_found_and_can_be_replaced(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "a" / "b")
    assert cache.get("ab12") is None
    cache.put("ab12", {"text": "Air surut — “pelan”.", "metadata": {"title": ""}})
    cache.put("ab12", {"text": "Air pasang."})
    assert cache.get("ab12") == {"text": "Air pasang."}
    assert [path.name for path in cache.folder.rglob("*") if path.is_file()] == ["12.json"]  # nothing partial stays


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", b'{"text": "Air'])
def test_a_damaged_entry_counts_as_missing(tmp_path: Path, damage: bytes) -> None:
    cache = Cache(tmp_path)
    cache.put("ab12", {"text": "Air surut."})
    (tmp_path / "ab" / "12.json").write_bytes(damage)
    assert cache.get("ab12") is None


def test_a_value_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        Cache(tmp_path).put("ab12", object())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("Bukan folder.", encoding="utf-8")
    with pytest.raises(CorpusCleanError, match=r"cannot be written .* choose another --cache"):
        Cache(tmp_path / "cache").put("ab12", {})
