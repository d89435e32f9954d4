"""`run` as a promise: nothing lost, everything accounted for, the same bytes every time."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpus_clean.config import Config, DedupConfig, EngineConfig
from corpus_clean.errors import CorpusCleanError, IntegrityError, UsageError
from corpus_clean.pipeline import plan
from corpus_clean.pipeline import run as run_module
from corpus_clean.pipeline.restore import restore, verify
from corpus_clean.pipeline.run import run
from scripts.faults.processes import fingerprint
from tests.conftest import FIXTURES, ONE_WORKER


def test_the_same_bytes_with_four_workers_smaller_tasks_and_another_order(
    newsroom: Path, newsroom_out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = tmp_path / "newsroom"
    for path in sorted((path for path in newsroom.rglob("*") if path.is_file()), reverse=True):
        target = copied / path.relative_to(newsroom)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    walk = os.walk

    def walk_backwards(root: Path) -> object:
        for folder, folders, names in walk(root):
            folders.reverse()
            yield folder, folders, sorted(names, reverse=True)

    monkeypatch.setattr(os, "walk", walk_backwards)
    monkeypatch.setattr(plan, "TASK_FILES", 4)
    run(copied, tmp_path / "out", Config(engine=EngineConfig(workers=4)))
    assert fingerprint(tmp_path / "out") == fingerprint(newsroom_out)


def test_the_same_bytes_under_another_hash_seed(newsroom: Path, newsroom_out: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "corpus_clean.cli", "run", str(newsroom), "--out", str(tmp_path / "out"), "-q"]
    subprocess.run(command, check=True, env=os.environ | {"PYTHONHASHSEED": "4711"})
    assert fingerprint(tmp_path / "out") == fingerprint(newsroom_out)


def test_originals_come_back_and_the_input_is_untouched(newsroom: Path, newsroom_out: Path, tmp_path: Path) -> None:
    count = len(pq.read_table(newsroom_out / "documents.parquet"))
    assert verify(newsroom_out) == count
    restore(newsroom_out, tmp_path / "back")
    for path in (tmp_path / "back").rglob("*"):
        if path.is_file() and path.suffix not in {".gz", ".zst"}:
            assert path.read_bytes() == (newsroom / path.relative_to(tmp_path / "back")).read_bytes()


def test_broken_records_are_quarantined_and_the_rest_is_processed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(FIXTURES / "broken", out, ONE_WORKER)
    rejections = [json.loads(line) for line in (out / "quarantine" / "rejections.jsonl").read_bytes().splitlines()]
    assert {entry["doc_id"]: entry["reason"] for entry in rejections} == {
        "binary.txt": "binary",
        "empty.txt": "empty",
        "no-text.html": "no main text",
        "one-bad-line.jsonl#2": "not valid JSON",
    }
    for entry in rejections:
        assert (out / entry["raw"]).is_file()
    status = {row["doc_id"]: row["status"] for row in pq.read_table(out / "documents.parquet").to_pylist()}
    assert status["latin-1.txt"] == "kept"
    assert [status[f"one-bad-line.jsonl#{n}"] for n in (0, 1, 3, 4, 5)] == ["kept"] * 5
    assert "é" in (out / "data" / "latin-1.txt").read_text(encoding="utf-8")
    restore(out, tmp_path / "back")
    for path in (FIXTURES / "broken").iterdir():
        assert (tmp_path / "back" / path.name).read_bytes() == path.read_bytes()


def test_a_run_on_its_own_output_changes_nothing(newsroom_out: Path, tmp_path: Path) -> None:
    run(newsroom_out / "data", tmp_path / "again", ONE_WORKER)
    before = {path.relative_to(newsroom_out / "data"): path for path in (newsroom_out / "data").rglob("*.txt")}
    for relative, path in before.items():
        assert (tmp_path / "again" / "data" / relative).read_bytes() == path.read_bytes(), relative


def test_keep_duplicates_leaves_them_in(newsroom: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(newsroom, out, Config(dedup=DedupConfig(keep_duplicates=True), engine=EngineConfig(workers=1)))
    duplicates = [row for row in pq.read_table(out / "documents.parquet").to_pylist() if row["status"] == "duplicate"]
    assert duplicates
    assert all((out / "data" / row["path"]).is_file() for row in duplicates)
    assert verify(out)


@pytest.mark.parametrize(
    "name", ["data/jurnas", "ledger/edits.parquet", "documents.parquet", "manifest.json", "report.json"]
)
def test_a_flipped_byte_is_noticed(newsroom_out: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / "out"
    shutil.copytree(newsroom_out, out)
    target = out / name
    if target.is_dir():
        target = next(target.iterdir())
    data = bytearray(target.read_bytes())
    data[len(data) // 2] ^= 1
    target.write_bytes(data)
    with pytest.raises(IntegrityError, match=target.name):
        verify(out)


def test_missing_and_added_files_are_noticed(newsroom_out: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(newsroom_out, out)
    (out / "data" / "stray.txt").write_text("x", encoding="utf-8")
    with pytest.raises(IntegrityError, match="was not written"):
        verify(out)
    (out / "data" / "stray.txt").unlink()
    (out / "quotes.parquet").unlink()
    with pytest.raises(IntegrityError, match="is missing"):
        verify(out)


def test_an_input_that_changes_meanwhile_is_not_published(
    newsroom: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "in"
    source.mkdir()
    (source / "a.txt").write_text("Hujan turun di Kota Seling sejak pagi.\n", encoding="utf-8")
    compare = run_module.compare

    def edit_then_compare(*arguments: object) -> object:
        (source / "a.txt").write_text("Hujan reda.\n", encoding="utf-8")
        return compare(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(run_module, "compare", edit_then_compare)
    with pytest.raises(CorpusCleanError, match="changed while it was read"):
        run(source, tmp_path / "out", ONE_WORKER)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in"]


def test_places_that_cannot_be_used(newsroom: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        run(tmp_path / "nowhere", tmp_path / "out", ONE_WORKER)
    with pytest.raises(UsageError, match="already exists"):
        run(newsroom, tmp_path, ONE_WORKER)
    with pytest.raises(UsageError, match="inside the input"):
        run(newsroom, newsroom / "out", ONE_WORKER)
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="no file that can be read"):
        run(tmp_path / "empty", tmp_path / "out", ONE_WORKER)


def test_a_single_file_is_a_corpus_too(newsroom: Path, tmp_path: Path) -> None:
    run(newsroom / "kumpulan" / "portal.jsonl", tmp_path / "out", ONE_WORKER)
    assert (tmp_path / "out" / "data" / "portal.jsonl").is_file()
    assert verify(tmp_path / "out") == 5
