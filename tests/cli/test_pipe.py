"""`corpus-clean run -`: a filter like any other."""

import gzip
import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.test_cli import COMMAND
from tests.pipeline.test_formats import PROMO, make_lines, make_table, tell


def pipe(data: bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMAND, "run", "-", "-j1", *arguments], input=data, capture_output=True, check=False)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_json_lines_go_in_and_come_out(pack: object) -> None:
    result = pipe(pack(make_lines(3)))  # type: ignore[operator]
    assert (result.returncode, result.stderr) == (0, b"")
    found = gzip.decompress(result.stdout) if pack is gzip.compress else result.stdout
    rows = list(map(json.loads, found.splitlines()))
    assert [row["text"] for row in rows] == [f"{tell(n)}\nSelesai." for n in range(3)]


def test_the_format_is_recognised_or_named(tmp_path: Path) -> None:
    assert pipe(f"{tell(1)}\n{PROMO}\n{tell(2)}\n".encode()).stdout.decode() == f"{tell(1)}\n{tell(2)}\n"
    table = pipe(make_table(2), "--input-format", "csv").stdout
    assert table.startswith(b"n,text\r\n")
    assert PROMO.encode() not in table
    wrong = pipe(b"x", "--input-format", "doc")
    assert wrong.returncode == 2
    assert b"known: csv, html" in wrong.stderr
    (tmp_path / "a.txt").write_text(f"{tell(1)}\n{PROMO}\n", encoding="utf-8")
    out = subprocess.run([*COMMAND, "run", tmp_path / "a.txt", "-o", "-"], capture_output=True, check=True)
    assert out.stdout.decode() == f"{tell(1)}\n"
    folder = subprocess.run([*COMMAND, "run", tmp_path, "-o", "-"], capture_output=True, check=False)
    assert (folder.returncode, folder.stdout) == (2, b"")


def test_what_is_rejected_is_named_on_stderr() -> None:
    result = pipe(make_lines(1) + b"{broken\n")
    assert result.returncode == 3
    assert len(result.stdout.splitlines()) == 1
    [line] = result.stderr.decode().splitlines()
    assert "stdin.jsonl#1" in line
    assert "not valid JSON" in line


def test_an_output_can_be_named(tmp_path: Path) -> None:
    result = pipe(make_lines(2), "-o", str(tmp_path / "out"))
    assert result.returncode == 0
    assert (tmp_path / "out" / "data" / "stdin.jsonl").is_file()


def test_a_full_device_is_an_error_and_a_closed_pipe_is_not() -> None:
    with Path("/dev/full").open("w") as full:
        command = [*COMMAND, "run", "-", "-j1"]
        result = subprocess.run(command, input=make_lines(2), stdout=full, stderr=subprocess.PIPE, check=False)
    assert result.returncode == 2
    assert b"Traceback" not in result.stderr
    reader, writer = os.pipe()
    os.close(reader)
    result = subprocess.run(command, input=make_lines(2), stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (result.returncode, result.stderr) == (0, b"")
