"""Disks that lie or fail at the last moment: what they did is noticed, and nothing is published."""

import io
from pathlib import Path
from typing import Any

import pytest

from corpus_clean.errors import CorpusCleanError
from corpus_clean.storage import publication, streams
from corpus_clean.storage.publication import discard_stages, publish


class Lying(io.FileIO):
    """Takes half of what it is given, and says that it took all of it."""

    def write(self, data: Any) -> int:
        super().write(bytes(data)[: len(data) // 2])
        return len(data)


class LyingFile(streams._CountedFile, Lying):
    """The same, counted."""


@pytest.mark.parametrize("name", ["a.json", "a.json.gz", "a.json.zst"])
def test_a_write_that_is_called_whole_and_is_not_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(streams, "_CountedFile", LyingFile)
    with pytest.raises(CorpusCleanError, match="fewer arrived"), streams.open_output(tmp_path / name) as stream:
        stream.write(b"Hujan turun di Kota Seling.")


def publish_empty(out: Path) -> None:
    with publish(out, {}) as build:
        discard_stages(build)


def test_a_name_that_the_disk_does_not_confirm_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    sync = publication.sync

    def sync_all_but_the_last(path: Path) -> None:
        if out.exists():
            raise OSError(5, "Input/output error")
        sync(path)

    monkeypatch.setattr(publication, "sync", sync_all_but_the_last)
    with pytest.raises(OSError, match="Input/output"):
        publish_empty(out)
    assert not list(tmp_path.iterdir())
