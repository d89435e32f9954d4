"""A data set in a git repository of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from corpus_clean.config import Config, EngineConfig
from corpus_clean.pipeline.check import Checked, Only, Request, check, find_root
from tests.conftest import ROOT

STORY = (
    "Warga Kampung Seling mulai membersihkan rumah mereka setelah banjir surut pada Selasa pagi.\n"
    "Air setinggi pinggang merendam ratusan rumah sejak Sabtu malam, ketika tanggul di hulu sungai jebol.\n"
    "Bupati Sarma Wirya meninjau dapur umum dan menjanjikan perbaikan tanggul sebelum musim tanam tiba.\n"
    "Sekolah dasar di tepi sungai itu masih ditutup, dan murid-muridnya belajar di balai desa sampai Jumat.\n"
)
OTHER = (
    "Harga cabai di pasar induk Tanjung Lestari naik dua kali lipat dalam sepekan terakhir.\n"
    "Pedagang menyebut pasokan dari lereng gunung terlambat karena jalan putus tertimbun longsor.\n"
    "Dinas perdagangan berencana mendatangkan cabai dari pulau seberang mulai pekan depan.\n"
)
NOISE = "Baca juga: Panen Raya Dimulai di Lembah Aru\n"
RULE = "id/common.baca-juga-titled"
ENVIRONMENT = {
    "GIT_AUTHOR_NAME": "Uji",
    "GIT_AUTHOR_EMAIL": "uji@contoh.invalid",
    "GIT_COMMITTER_NAME": "Uji",
    "GIT_COMMITTER_EMAIL": "uji@contoh.invalid",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}


@dataclass(frozen=True)
class Place:
    """A working tree."""

    root: Path

    def git(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["git", *arguments], cwd=self.root, check=check, capture_output=True, text=True)

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")

    def read(self, path: str) -> str:
        return (self.root / path).read_bytes().decode()

    def stage(self, **files: str) -> None:
        """Write and stage files; `data__a` is `data/a.txt`."""
        for name, text in files.items():
            self.write(f"{name.replace('__', '/')}.txt", text)
        self.git("add", "--all")

    def commit(self, **files: str) -> None:
        self.stage(**files)
        self.git("commit", "--quiet", "--no-verify", "--allow-empty", "--message", "x")

    def request(self, *paths: str, staged: bool = True, only: Only = "", since: str = "") -> Request:
        root, repository, below = find_root(self.root, [Path(path) for path in paths])
        return Request(root, repository, below, staged, only, None, since)

    def check(self, *paths: str, staged: bool = True, only: Only = "", since: str = "") -> list[tuple[str, str, str]]:
        """Return document, rule and what is repeated, of each finding."""
        checked = self.look(*paths, staged=staged, only=only, since=since)
        return [(finding.doc_id, finding.rule_id, finding.other) for finding in checked.findings]

    def look(self, *paths: str, staged: bool = True, only: Only = "", since: str = "") -> Checked:
        return check(self.request(*paths, staged=staged, only=only, since=since), SETTINGS)

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command line there."""
        command = [sys.executable, "-m", "corpus_clean.cli", *arguments]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        return subprocess.run(command, cwd=self.root, check=False, capture_output=True, text=True, env=environment)


SETTINGS = Config(engine=EngineConfig(workers=1))


@pytest.fixture(autouse=True)
def _own_git(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    for name in list(os.environ):
        if name.startswith("GIT_") and name not in ENVIRONMENT:
            monkeypatch.delenv(name)  # a hook that runs these tests says where its own repository is


@pytest.fixture
def place(tmp_path: Path) -> Place:
    root = tmp_path / "dataset"
    root.mkdir()
    made = Place(root)
    made.git("init", "--quiet", "--initial-branch", "main")
    return made
