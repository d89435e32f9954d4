"""The hooks through the real pre-commit, in a real repository: its own environment, its own ideas of what is staged."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from corpus_clean.readers.base import choose_reader
from scripts.faults.staged_names import compare_findings, make_tool
from tests.conftest import ROOT
from tests.gate.conftest import NOISE, OTHER, RULE, STORY, Place

COPY = STORY.replace("Selasa", "Rabu")
CONFIG = """
repos:
{tool}  hooks:
    - id: corpus-clean-fix
      stages: [manual]
    - id: corpus-clean
    - id: corpus-dedup
    - id: corpus-dedup-full
"""


@pytest.fixture(scope="module")
def tool(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, str]]:
    """Keep one home of pre-commit for all tests here: it installs the package into an environment, once."""
    return make_tool(tmp_path_factory.mktemp("pre-commit"))


@pytest.fixture
def hooked(place: Place, tool: tuple[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch) -> Place:
    entry, environment = tool
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    place.write(".pre-commit-config.yaml", CONFIG.format(tool=entry))
    types = ("pre-commit", "pre-merge-commit")
    pre_commit(place, "install", *(argument for name in types for argument in ("--hook-type", name)))
    return place


def pre_commit(place: Place, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pre_commit", *arguments]
    return subprocess.run(command, cwd=place.root, check=False, capture_output=True, text=True)


def commit(place: Place, **files: str) -> str:
    """Stage files and commit; return what stops it, or "" if nothing does."""
    place.stage(**files)
    result = place.git("commit", "--quiet", "--message", "x", check=False)
    return result.stdout + result.stderr if result.returncode else ""


def test_a_data_set_over_its_life(hooked: Place) -> None:
    place = hooked
    record = '{"id": 1, "text": "Panen raya dimulai di Lembah Aru.\\nPetani gembira."}\n'
    place.write("data/b.jsonl", record)
    place.write("README.md", "Baca juga: Dokumen Lain di Sini\n")
    assert commit(place, data__a=STORY) == ""

    said = commit(place, data__c=OTHER + NOISE)
    assert f"data/c.txt:4:1: {RULE}" in said
    assert f"-{NOISE.strip()}" in said
    assert "fix: corpus-clean fix data/c.txt; accept: corpus-clean baseline update --staged data/c.txt" in said

    fixed = pre_commit(place, "run", "corpus-clean-fix", "--hook-stage", "manual")
    assert fixed.returncode == 1
    assert place.read("data/c.txt") == OTHER
    assert commit(place) == ""

    said = commit(place, data__d=COPY)
    assert "data/d.txt: dedup.near-duplicate is a near-duplicate of data/a.txt (Jaccard 0." in said
    assert place.call("baseline", "update", "--staged", "data/d.txt").returncode == 0
    assert commit(place) == ""
    assert "data/e.txt: dedup.exact says the same as data/a.txt" in commit(place, data__e=STORY)
    place.git("rm", "--quiet", "--force", "data/e.txt")

    place.git("mv", "data/a.txt", "data/renamed.txt")
    assert commit(place) == ""
    place.git("rm", "--quiet", "data/c.txt")
    assert commit(place) == ""
    assert commit(place, data__c=OTHER) == ""

    full = pre_commit(place, "run", "corpus-dedup-full", "--hook-stage", "pre-push")
    assert full.returncode == 0, full.stdout


def test_partial_staging_merges_and_worktrees(hooked: Place) -> None:
    place = hooked
    assert commit(place, data__a=STORY) == ""
    place.stage(data__b=OTHER)
    place.write("data/b.txt", OTHER + NOISE)
    assert place.git("commit", "--quiet", "--message", "the clean part", check=False).returncode == 0
    assert place.read("data/b.txt") == OTHER + NOISE
    place.git("add", "data/b.txt")
    place.write("data/b.txt", OTHER)
    stopped = place.git("commit", "--message", "the noisy part", check=False)
    assert RULE in stopped.stdout + stopped.stderr
    place.git("add", "data/b.txt")

    place.git("worktree", "add", "--quiet", "-b", "side", "../second")
    second = Place(place.root.parent / "second")
    assert (
        commit(second, data__theirs="Kapal feri malam kembali berlayar dari Dermaga Seling setelah dua pekan.\n") == ""
    )
    assert "data/copy.txt: dedup.exact says the same as data/a.txt" in commit(second, data__copy=STORY)
    second.git("rm", "--quiet", "--force", "data/copy.txt")

    assert commit(place, data__ours="Kapal feri malam kembali berlayar dari Dermaga Seling setelah dua pekan!\n") == ""
    merged = place.git("merge", "--no-edit", "side", check=False)
    said = merged.stdout + merged.stderr
    assert merged.returncode != 0
    assert "data/theirs.txt: dedup.exact says the same as data/ours.txt" in said


def test_parquet_is_gated_too(hooked: Place) -> None:
    if choose_reader("a.parquet") == "":
        pytest.skip("no reader for Parquet is there")
    import pyarrow as pa
    import pyarrow.parquet as pq

    place = hooked
    file = place.root / "data" / "a.parquet"
    file.parent.mkdir()
    pq.write_table(pa.table({"id": [1, 2], "text": [STORY, OTHER]}), file)
    assert commit(place) == ""
    pq.write_table(pa.table({"id": [1, 2, 3], "text": [STORY, OTHER, OTHER + NOISE]}), file)
    said = commit(place)
    assert f"data/a.parquet (#2): {RULE}" in said
    assert "data/a.parquet (#2): dedup.near-duplicate is a near-duplicate of data/a.parquet#1" in said
    pq.write_table(pa.table({"id": [1, 2, 3], "text": [STORY, OTHER, f"Kapal feri kembali berlayar.\n{NOISE}"]}), file)
    assert f"data/a.parquet (#2): {RULE}" in commit(place)
    assert pre_commit(place, "run", "corpus-clean-fix", "--hook-stage", "manual").returncode == 1
    assert commit(place) == ""
    assert pq.read_table(file)["text"].to_pylist() == [STORY, OTHER, "Kapal feri kembali berlayar.\n"]


def test_names_shared_out_among_processes_give_the_findings_of_one(
    tmp_path: Path, tool: tuple[str, dict[str, str]]
) -> None:
    # The same with 20,000 names: python -m scripts.faults.staged_names
    counts = compare_findings(300, tmp_path, *tool)
    assert counts["findings"] == 34
    assert counts["processes"] == min(2, len(os.sched_getaffinity(0))) or counts["processes"] > 2
    assert (counts["missing"], counts["more"]) == (0, 0)


def test_the_hooks_read_what_the_readers_read() -> None:

    from pre_commit.clientlib import load_manifest

    from corpus_clean.pipeline.setup import FILES
    from corpus_clean.readers.base import load_readers

    hooks = {hook["id"]: hook for hook in load_manifest(ROOT / ".pre-commit-hooks.yaml")}
    assert list(hooks) == ["corpus-clean", "corpus-clean-fix", "corpus-dedup", "corpus-dedup-full"]
    assert {hook["files"] for hook in hooks.values()} == {FILES}
    endings = {ending for reader in load_readers().values() for ending in reader.EXTENSIONS}
    for ending in endings - {".md"}:
        assert re.search(FILES, f"data/a{ending}"), ending
        assert re.search(FILES, f"data/A{ending.upper()}.gz"), ending
    for hook in hooks.values():
        command = [sys.executable, "-m", "corpus_clean.cli", *hook["entry"].split()[1:], "--help"]
        assert subprocess.run(command, check=False, capture_output=True).returncode == 0
