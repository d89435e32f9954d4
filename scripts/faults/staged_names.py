"""Hand many staged names to the hook through pre-commit, which shares them out: the findings are those of one run.

python -m scripts.faults.staged_names --files 20000
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
_PARTS = ("corpus_clean", "pyproject.toml", "README.md", "CHANGELOG.md", ".pre-commit-hooks.yaml")
_IDENTITY = {
    "GIT_AUTHOR_NAME": "Uji",
    "GIT_AUTHOR_EMAIL": "uji@contoh.invalid",
    "GIT_COMMITTER_NAME": "Uji",
    "GIT_COMMITTER_EMAIL": "uji@contoh.invalid",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}


def make_tool(folder: Path) -> tuple[str, dict[str, str]]:
    """Return the entry of pre-commit's configuration for the code as it is here, and the environment to run it in.

    pre-commit takes hooks from a repository, so the code is committed to one; its own cache lies in the folder too.
    """
    tool = folder / "tool"
    tool.mkdir(parents=True)
    for part in _PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, tool / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / part, tool / part)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    # With this code in its path, a hook would not show that its environment holds all it needs.
    inherited.pop("PYTHONPATH", None)
    environment = inherited | _IDENTITY | {"PRE_COMMIT_HOME": str(folder / "cache"), "PRE_COMMIT_COLOR": "never"}
    git(tool, environment, "init", "--quiet")
    git(tool, environment, "add", "--all")
    git(tool, environment, "commit", "--quiet", "--message", "tool")
    rev = git(tool, environment, "rev-parse", "HEAD").strip()
    return f"- repo: {tool}\n  rev: {rev}\n", environment


def compare_findings(files: int, folder: Path, tool: str, environment: Mapping[str, str]) -> Counter[str]:
    """Stage so many files and return what was counted; `missing` and `more` must be 0."""
    place = folder / "dataset"
    write_files(place, files)
    entry = f"{tool}  hooks:\n    - id: corpus-clean\n"
    (place / ".pre-commit-config.yaml").write_text(f"repos:\n{entry}", encoding="utf-8")
    git(place, environment, "init", "--quiet")
    git(place, environment, "add", "--all")
    shared = call([sys.executable, "-m", "pre_commit", "run", "corpus-clean"], place, environment)
    alone = [sys.executable, "-m", "corpus_clean.cli", "check", "--staged", "--only", "noise"]
    together = call(alone, place, dict(environment) | {"PYTHONPATH": str(ROOT)})
    found, expected = (Counter(pick_findings(output)) for output in (shared, together))
    return Counter(
        files=files,
        processes=sum(" findings in " in line for line in shared.splitlines()),
        findings=expected.total(),
        missing=(expected - found).total(),
        more=(found - expected).total(),
    )


def write_files(place: Path, files: int) -> None:
    """Write short articles, one in nine of them with noise."""
    for number in range(files):
        noise = f"Baca juga: Kabar Nomor {number} dari Lembah Aru\n" if number % 9 == 0 else ""
        file = place / "data" / f"{number % 100:02d}" / f"berita-dari-kampung-nomor-{number:06d}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        text = f"Warga {number} membersihkan saluran air.\n{noise}Hujan belum turun di kampung itu.\n"
        file.write_text(text, encoding="utf-8")


def pick_findings(output: str) -> list[str]:
    """Return the lines that name a finding."""
    return [line for line in output.splitlines() if line.startswith("data/")]


def call(command: list[str], place: Path, environment: Mapping[str, str]) -> str:
    """Return what a command prints."""
    return subprocess.run(command, cwd=place, env=environment, check=False, capture_output=True, text=True).stdout


def git(place: Path, environment: Mapping[str, str], *arguments: str) -> str:
    """Return what git prints."""
    done = subprocess.run(["git", *arguments], cwd=place, env=environment, check=True, capture_output=True, text=True)
    return done.stdout


def main() -> None:
    """Compare once and print what was counted; exit 1 if the findings differ."""
    parser = argparse.ArgumentParser(prog="python -m scripts.faults.staged_names", description=(__doc__ or "").strip())
    parser.add_argument("--files", type=int, default=20_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="corpus-clean-names-") as folder:
        tool, environment = make_tool(Path(folder))
        counts = compare_findings(options.files, Path(folder), tool, environment)
    print(", ".join(f"{name} {count:,}" for name, count in counts.items()))
    sys.exit(1 if counts["missing"] or counts["more"] or not counts["findings"] else 0)


if __name__ == "__main__":
    main()
