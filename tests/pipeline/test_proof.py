"""Before a run is published it proves that it gives its input back: whatever goes wrong on the way is exit 4."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from corpus_clean.config import Config, DedupConfig, EngineConfig
from corpus_clean.errors import IntegrityError
from corpus_clean.pipeline import publish, target
from corpus_clean.pipeline import run as run_module
from corpus_clean.pipeline.restore import verify
from corpus_clean.pipeline.run import run
from corpus_clean.pipeline.tables import CLEANED, Row, make_batch
from scripts.faults.corpus import write_corpus
from tests.conftest import ROOT

CONFIG = Config(dedup=DedupConfig(max_removed=1.0), engine=EngineConfig(workers=1))
FILES = ("a.txt", "b.txt.gz", "c.html", "e.jsonl.zst", "f.csv", "i.parquet")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("proof") / "in")


Spoil = Callable[[list[Row]], list[Row]]


def change_edit(rows: list[Row]) -> list[Row]:
    edit = next(edit for row in rows for edit in row["edits"] if edit["before"] != edit["after"])
    edit["before"] = edit["before"][:-1] + "?"
    return rows


def lose_edit(rows: list[Row]) -> list[Row]:
    row = next(row for row in rows if row["edits"])
    row["edits"] = []
    return rows


def move_edit(rows: list[Row]) -> list[Row]:
    edit = next(edit for row in rows for edit in row["edits"] if edit["stage"] in {"rules", "extract"})
    edit["start"] += 1
    edit["end"] += 1
    return rows


def change_text(rows: list[Row]) -> list[Row]:
    row = next(row for row in rows if row["text"])
    row["text"] = row["text"].replace("a", "o", 1)
    return rows


def lose_record(rows: list[Row]) -> list[Row]:
    return rows[1:]


def repeat_record(rows: list[Row]) -> list[Row]:
    return [rows[0], *rows]


SPOILS: tuple[Spoil, ...] = (change_edit, lose_edit, move_edit, change_text, lose_record, repeat_record)


def spoil_rows(monkeypatch: pytest.MonkeyPatch, spoil: Spoil) -> None:
    """Spoil what the stage of cleaned records gives to the publication."""
    read_batches = publish.read_batches

    def read_spoiled(stage: Path, columns: list[str], rows: int) -> Iterator[pa.RecordBatch]:
        found = [row for batch in read_batches(stage, columns, rows) for row in batch.to_pylist()]
        yield make_batch(spoil(found), CLEANED).select(columns)

    monkeypatch.setattr(publish, "read_batches", read_spoiled)


@pytest.mark.parametrize(
    ("name", "spoil"), [*(("d.jsonl", spoil) for spoil in SPOILS), *((name, change_edit) for name in FILES)]
)
def test_what_would_not_come_back_is_not_published(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, spoil: Spoil
) -> None:
    spoil_rows(monkeypatch, spoil)
    with pytest.raises(IntegrityError, match=r"^nothing was published: ") as caught:
        run(corpus / name, tmp_path / "out", CONFIG)
    assert name in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_record_that_never_reached_the_disk_is_missed(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(target._SplicedTarget, "add", lambda self, row: self.leave_out(row))
    with pytest.raises(IntegrityError, match="is neither in data/ nor in the ledger"):
        run(corpus / "f.csv", tmp_path / "out", CONFIG)


def test_a_stored_file_that_is_not_the_original_is_missed(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = shutil.copyfile

    def copy_badly(source: Path, place: Path) -> None:
        copy(source, place)
        place.write_bytes(place.read_bytes()[:-1])

    monkeypatch.setattr(shutil, "copyfile", copy_badly)
    with pytest.raises(IntegrityError, match=r"j\.warc\.gz: is not the original"):
        run(corpus / "j.warc.gz", tmp_path / "out", CONFIG)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("i.parquet", "data/i.parquet"),
        ("e.jsonl.zst", "data/e.jsonl.zst"),
        ("c.html", "data/c.html.txt"),
        ("d.jsonl", "ledger/edits.parquet"),
        ("d.jsonl", "ledger/records.parquet"),
        ("d.jsonl", "documents.parquet"),
    ],
)
def test_what_the_disk_spoils_is_missed(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, place: str
) -> None:
    publish_tables = run_module.publish_tables

    def write_then_spoil(build: Path, *arguments: object) -> None:
        publish_tables(build, *arguments)  # type: ignore[arg-type]
        data = bytearray((build / place).read_bytes())
        data[len(data) // 3 : len(data) // 3 + 9] = b"\0" * 9
        (build / place).write_bytes(data)

    monkeypatch.setattr(run_module, "publish_tables", write_then_spoil)
    with pytest.raises(IntegrityError, match=r"^nothing was published: "):
        run(corpus / name, tmp_path / "out", CONFIG)


def test_sound_runs_are_published(corpus: Path, tmp_path: Path) -> None:
    run(corpus, tmp_path / "out", CONFIG)
    assert verify(tmp_path / "out") > len(FILES)


def test_the_command_exits_4_with_one_line(corpus: Path, tmp_path: Path) -> None:
    script = (
        "from corpus_clean.pipeline import clean\n"
        "describe = clean.edit_row\n"
        "clean.edit_row = lambda edit: describe(edit) | {'before': edit.before + '!'}\n"
        "from corpus_clean.cli import main\n"
        "main()\n"
    )
    command = [sys.executable, "-c", script, "run", str(corpus / "d.jsonl"), "-o", str(tmp_path / "out"), "-q", "-j1"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 4
    [line] = ended.stderr.splitlines()
    assert line.startswith("corpus-clean: nothing was published: d.jsonl#")
    assert not list(tmp_path.iterdir())
