"""The command line as its users meet it: a real process, its words, its exit codes."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import FIXTURES, ROOT

COMMAND = [sys.executable, "-m", "corpus_clean.cli"]
HEAVY = ("trafilatura", "duckdb", "datasketch", "pyarrow", "numpy", "rich", "ftfy", "numba")


def call(*arguments: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], capture_output=True, text=True, cwd=cwd, stdin=subprocess.DEVNULL, check=False
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "nowhere"], "does not exist"),
        (["run", "tests/fixtures/newsroom", "--out", "docs"], "already exists"),
        (["run", "tests/fixtures/newsroom", "--no-such-option"], "No such option"),
        (["run", "tests/fixtures/newsroom", "--threshold", "7"], "out of range"),
        (["run", "tests/fixtures/newsroom", "--out", "/proc/out"], "cannot be created"),
        (["run", "tests/fixtures/newsroom", "--rules", "nowhere.toml"], "nowhere.toml"),
        (["run", "tests/fixtures/newsroom", "--engine", "abacus"], "abacus"),
        (["verify", "docs"], "holds no manifest.json"),
        (["explain", "nowhere.txt"], "no such file"),
        (["rules", "show", "id/common.baca-juga-titeld"], "did you mean id/common.baca-juga-titled"),
        (["nonsense"], "No such command"),
    ],
)
def test_bad_requests_get_one_line_and_exit_2(arguments: list[str], words: str) -> None:
    result = call(*arguments)
    assert result.returncode == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert words in result.stderr


def test_an_unknown_key_in_the_configuration_gets_a_suggestion(tmp_path: Path, newsroom: Path) -> None:
    (tmp_path / "corpus-clean.toml").write_text("[dedup]\ntreshold = 0.9\n", encoding="utf-8")
    result = call("run", newsroom, "--out", tmp_path / "out", cwd=tmp_path)
    assert result.returncode == 2
    assert "did you mean `threshold`?" in result.stderr


def test_quarantined_records_exit_3(tmp_path: Path) -> None:
    result = call("run", FIXTURES / "broken", "--out", tmp_path / "out", "-j1")
    assert result.returncode == 3
    assert "4 quarantined" in result.stdout
    assert "one-bad-line.jsonl#2: not valid JSON" in result.stdout
    assert "Traceback" not in result.stderr


def test_the_summary_names_rules_duplicates_and_quotes(newsroom: Path, tmp_path: Path) -> None:
    result = call("run", newsroom, "--out", tmp_path / "out", "-j1")
    assert result.returncode == 0
    assert result.stderr == ""
    for words in (
        "2 duplicates left out",
        "id/common.baca-juga-titled",
        "Elsbet Korhane",
        "skipped kumpulan/photo.jpg",
    ):
        assert words in result.stdout
    assert "\x1b" not in result.stdout
    again = call("report", tmp_path / "out", "--json")
    assert again.stdout == (tmp_path / "out" / "report.json").read_text(encoding="utf-8")
    assert json.loads(again.stdout)["documents"]["duplicate"] == 2


def test_explain_gives_the_rules_own_words(newsroom_out: Path) -> None:
    result = call("explain", "kompas/selat-merbau.txt", "--in", newsroom_out)
    assert result.returncode == 0
    assert "Harga Ikan Asin" in result.stdout
    assert "why:" in result.stdout
    shown = json.loads(call("explain", "kompas/selat-merbau.txt", "--in", newsroom_out, "--json").stdout)
    assert shown[0]["edits"]


def test_verify_and_restore(newsroom_out: Path, tmp_path: Path) -> None:
    assert call("verify", newsroom_out).returncode == 0
    result = call("restore", newsroom_out, tmp_path / "back")
    assert result.returncode == 0
    assert (tmp_path / "back" / "kompas" / "selat-merbau.txt").is_file()


def test_a_damaged_run_exits_4(newsroom_out: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    subprocess.run(["cp", "-r", newsroom_out, out], check=True)
    next((out / "data" / "kompas").glob("*.txt")).write_text("x", encoding="utf-8")
    result = call("verify", out)
    assert result.returncode == 4
    assert len(result.stderr.splitlines()) == 1


def test_a_locked_output_exits_11(newsroom: Path, tmp_path: Path) -> None:
    with (tmp_path / ".out.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = call("run", newsroom, "--out", tmp_path / "out")
    assert result.returncode == 11


@pytest.mark.parametrize(
    ("number", "code", "left"), [(signal.SIGINT, 130, []), (signal.SIGTERM, 143, [".out.building"])]
)
def test_signals_stop_it_and_only_sigterm_leaves_what_was_done(
    tmp_path: Path, newsroom: Path, number: signal.Signals, code: int, left: list[str]
) -> None:
    process = subprocess.Popen(
        [*COMMAND, "run", str(newsroom), "--out", str(tmp_path / "out"), "-j1"],
        stderr=subprocess.PIPE,
        text=True,
        # A background job inherits an ignored SIGINT, and these tests may be run as one.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 (no threads here)
    )
    deadline = time.monotonic() + 30
    while not (tmp_path / ".out.building").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == code
    assert "Traceback" not in errors
    assert [path.name for path in tmp_path.iterdir()] == left


def test_a_full_device_is_an_error_and_a_closed_pipe_is_not(newsroom_out: Path) -> None:
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [*COMMAND, "report", str(newsroom_out)], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert result.returncode == 2
    assert b"Traceback" not in result.stderr
    reader, writer = os.pipe()
    os.close(reader)
    result = subprocess.run([*COMMAND, "rules", "list"], stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert result.returncode == 0
    assert result.stderr == b""


def test_rules_can_be_listed_and_tested() -> None:
    assert "id/common.baca-juga-titled" in call("rules", "list").stdout
    assert "baca juga" in call("rules", "show", "id/common.baca-juga-titled").stdout.lower()
    result = call("rules", "test")
    assert result.returncode == 0, result.stdout
    assert "all examples hold" in result.stdout


@pytest.mark.parametrize("statement", ["import corpus_clean", "import corpus_clean.cli"])
def test_importing_loads_nothing_heavy(statement: str) -> None:
    script = f"{statement}\nimport sys\nprint([name for name in {HEAVY} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    from corpus_clean.cli import app

    names = [command.callback.__name__ for command in app.registered_commands if command.callback]
    assert len(names) >= 5
    for name in names:
        assert f"corpus-clean {name}" in readme, name
