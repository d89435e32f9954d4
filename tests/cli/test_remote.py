"""Object storage: a real S3 server on loopback, the command line as users call it."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from corpus_clean.errors import CorpusCleanError, UsageError
from corpus_clean.storage import remote
from tests.cli.test_cli import COMMAND
from tests.pipeline.test_formats import make_lines, tell


@pytest.fixture
def bucket(bucket: Any) -> Any:
    """The bucket with two files in it."""
    system, name = bucket
    system.pipe_file(f"{name}/berita/a.jsonl", make_lines(3))
    system.pipe_file(f"{name}/berita/dalam/b.txt", tell(9).encode())
    return system, name


def call(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, env=environment, check=False)


def test_a_bucket_is_cleaned_into_a_bucket_and_comes_back(
    bucket: Any, environment: Mapping[str, str], tmp_path: Path
) -> None:
    system, name = bucket
    result = call(environment, "run", f"s3://{name}/berita", "-o", f"s3://{name}/bersih", "-j1")
    assert (result.returncode, result.stderr) == (0, "")
    assert f"s3://{name}/bersih" in result.stdout
    assert system.cat_file(f"{name}/bersih/data/dalam/b.txt").decode() == tell(9)
    assert b"Baca juga" not in system.cat_file(f"{name}/bersih/data/a.jsonl")
    assert call(environment, "verify", f"s3://{name}/bersih").returncode == 0
    assert call(environment, "restore", f"s3://{name}/bersih", str(tmp_path / "back")).returncode == 0
    assert (tmp_path / "back" / "a.jsonl").read_bytes() == make_lines(3)
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    again = call(environment, "run", f"s3://{name}/berita/a.jsonl", "-o", f"s3://{name}/bersih", "-j1")
    assert again.returncode == 2
    assert "already exists" in again.stderr
    system.pipe_file(f"{name}/bersih/data/a.jsonl", b"{}")
    assert call(environment, "verify", f"s3://{name}/bersih").returncode == 4


def test_what_cannot_be_had_is_one_line(environment: Mapping[str, str], bucket: Any) -> None:
    for place, words in (
        (f"s3://{bucket[1]}/nowhere", "holds no files"),
        ("s3://no-such-bucket-at-all/x", "no-such-bucket-at-all"),
        ("zip9://x", "zip9"),
    ):
        result = call(environment, "run", place, "-o", "/nowhere/out")
        assert result.returncode == 2, place
        assert len(result.stderr.splitlines()) == 1
        assert words in result.stderr


def test_what_is_here_already_is_not_fetched_again(bucket: Any, tmp_path: Path) -> None:
    system, name = bucket
    url = f"s3://{name}/berita"
    data = remote.fetch(url, tmp_path / "spool")
    assert sorted(path.name for path in data.rglob("*") if path.is_file()) == ["a.jsonl", "b.txt"]
    times = {path: path.stat().st_mtime_ns for path in data.rglob("*") if path.is_file()}
    system.pipe_file(f"{name}/berita/a.jsonl", make_lines(4))
    remote.fetch(url, tmp_path / "spool")
    assert (data / "a.jsonl").read_bytes() == make_lines(4)
    assert (data / "dalam" / "b.txt").stat().st_mtime_ns == times[data / "dalam" / "b.txt"]
    system.rm_file(f"{name}/berita/dalam/b.txt")
    remote.fetch(url, tmp_path / "spool")
    assert [path.name for path in data.rglob("*") if path.is_file()] == ["a.jsonl"]
    one = remote.fetch(f"{url}/a.jsonl", tmp_path / "one")
    assert one.read_bytes() == make_lines(4)


def test_a_source_that_changes_while_it_is_fetched_is_refused(
    bucket: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system, name = bucket
    fetch_some = remote._fetch_some

    def fetch_and_change(*arguments: Any) -> None:
        fetch_some(*arguments)
        system.pipe_file(f"{name}/berita/a.jsonl", b"{}")

    monkeypatch.setattr(remote, "_fetch_some", fetch_and_change)
    with pytest.raises(CorpusCleanError, match=r"a\.jsonl changed while it was fetched"):
        remote.fetch(f"s3://{name}/berita", tmp_path / "spool")


def test_a_missing_package_is_named_with_its_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    monkeypatch.setattr("fsspec.core.get_filesystem_class", _refuse)
    monkeypatch.setattr("fsspec.core.filesystem", _refuse, raising=False)
    with pytest.raises(UsageError, match=r"pip install 'corpus-clean\[s3\]'"):
        remote.fetch("s3://ember/berita", tmp_path)


def _refuse(*_: object, **__: object) -> None:
    raise ImportError("Install s3fs to access S3")
