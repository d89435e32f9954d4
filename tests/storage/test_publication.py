"""Publication: whole or not there, and never half of what a later run would go on with."""

import shutil
from pathlib import Path

import pytest

from corpus_clean.storage import publication
from corpus_clean.storage.publication import KEPT, discard_stages, publish


def build_and_stop(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Build, and be stopped when half of the stages are removed."""

    def remove_half(folder: Path) -> None:
        (folder / "cleaned").rmdir()
        raise SystemExit(143)

    with publish(out, {"of": "a"}) as build:
        (build / KEPT / "cleaned").mkdir()
        monkeypatch.setattr(shutil, "rmtree", remove_half)
        discard_stages(build)


def test_stages_that_were_half_removed_are_not_gone_on_with(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.MonkeyPatch.context() as patched, pytest.raises(SystemExit):
        build_and_stop(out, patched)
    assert (tmp_path / ".out.building" / KEPT).is_dir()
    with publish(out, {"of": "another"}) as build:  # had it a key, this would be refused
        assert [path.name for path in (build / KEPT).iterdir()] == [publication.KEY]
        discard_stages(build)
    assert list(tmp_path.iterdir()) == [out]
