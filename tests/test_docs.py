"""The documentation says what the code does."""

import re
import subprocess
import sys
from pathlib import Path

import corpus_clean
from corpus_clean.config import load_config
from corpus_clean.pipeline import tables
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
FORMATS = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def test_python_in_the_readme_runs() -> None:
    blocks = _blocks("python")
    assert blocks
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})


def test_settings_in_the_readme_load(tmp_path: Path) -> None:
    [block] = _blocks("toml")
    (tmp_path / "corpus-clean.toml").write_text(block, encoding="utf-8")
    assert load_config(tmp_path, environ={}).dedup.threshold == 0.85


def test_the_before_and_after_is_real(newsroom: Path, newsroom_out: Path) -> None:
    before = (newsroom / "kompas" / "selat-merbau.txt").read_text(encoding="utf-8")
    after = (newsroom_out / "data" / "kompas" / "selat-merbau.txt").read_text(encoding="utf-8")
    [block] = _blocks("diff")
    for line in block.splitlines():
        words = line[1:].removesuffix("…").rstrip()
        assert (words in before) == (line[0] != "+" or words in before), line
        assert (words in after.replace("\n", "\n ")) == (line[0] != "-") or words == "Baca juga:", line


def test_the_quotes_shown_are_real(newsroom_out: Path) -> None:
    [block] = _blocks("text")
    command = [sys.executable, "-m", "corpus_clean.cli", "quotes", str(newsroom_out), "--speaker", "Korhane"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert block.strip() in "\n".join(line.rstrip() for line in shown.splitlines())


def test_every_column_is_documented() -> None:
    for schema in (tables.DOCUMENTS, tables.QUOTES, tables.CLUSTERS, tables.LEDGER_EDITS, tables.LEDGER_RECORDS):
        for name in schema.names:
            assert re.search(rf"[`\s]{name}[`\s]", FORMATS), name


def test_the_public_names_are_few_and_documented() -> None:
    assert len(corpus_clean.__all__) <= 20
    for name in corpus_clean.__all__:
        assert getattr(corpus_clean, name).__doc__, name


def test_links_between_documents_lead_somewhere() -> None:
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"
