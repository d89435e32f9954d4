"""What was compiled is there for later processes, and whatever happens to it costs only time."""

import os
from pathlib import Path

import pytest

from corpus_clean.storage.compiled import is_kept, keep_compiled, name_compiled, read_compiled


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "kept"))
    return tmp_path / "kept"


def test_what_is_kept_is_read(folder: Path) -> None:
    name = name_compiled("loops", b"one")
    assert not is_kept(name)
    keep_compiled(name, {"sign": ("symbol", b"code")})
    assert is_kept(name)
    assert read_compiled(name) == {"sign": ("symbol", b"code")}
    assert read_compiled(name_compiled("loops", b"two")) is None
    assert [path.name for path in folder.iterdir()] == [f"{name}.code"]


@pytest.mark.parametrize("damage", [b"", b"x", b"x" * 40])
def test_what_is_damaged_is_not_read(folder: Path, damage: bytes) -> None:
    keep_compiled("loops-0", [1, 2, 3])
    (folder / "loops-0.code").write_bytes(damage)
    assert read_compiled("loops-0") is None


def test_a_name_depends_on_where_one_part_ends() -> None:
    assert name_compiled("loops", b"ab", b"c") != name_compiled("loops", b"a", b"bc")


def test_where_nothing_can_be_written_nothing_is_kept(folder: Path) -> None:
    folder.write_text("a file")
    keep_compiled("loops-0", 1)
    assert read_compiled("loops-0") is None


def test_old_ones_of_a_kind_go(folder: Path) -> None:
    keep_compiled("patterns-0", 0)
    for number in range(12):
        keep_compiled(f"loops-{number}", number)
        os.utime(folder / f"loops-{number}.code", (number, number))
    kept = {path.stem for path in folder.iterdir()}
    assert kept == {"patterns-0", *(f"loops-{number}" for number in range(4, 12))}
