"""Publication: whole or not there, and never half of what a later run would go on with."""

import shutil
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

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


def interrupt_after(lines: int, out: Path) -> bool:
    """Publish something, and send Ctrl-C when so many lines of the module have run; tell whether there were as many."""
    left = lines

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal left
        if frame.f_code.co_filename != publication.__file__:
            return None
        if event == "line":
            left -= 1
            if left == 0:
                signal.raise_signal(signal.SIGINT)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        with publish(out, {"of": "a"}) as build:
            (build / "data.txt").write_text("a")
            discard_stages(build)
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(before)
    return left <= 0


def test_wherever_it_is_interrupted_nothing_is_left_but_what_is_whole(tmp_path: Path) -> None:
    lines = 1
    while interrupt_after(lines, tmp_path / "out"):
        assert [path.name for path in tmp_path.iterdir()] in ([], ["out"]), lines
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
        lines += 1
    assert lines > 50
