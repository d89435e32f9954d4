"""The fault scripts at small counts; `docs/reliability.md` has the counts they reached."""

import shutil
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts.faults.checks import SEEDS, check_parquet, check_reader, check_stream, make_parquet
from scripts.faults.invariant import PACKINGS
from scripts.faults.sizes import MB, try_size
from tests.conftest import ROOT


def call(*arguments: str) -> str:
    ended = subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_01_killed_and_gone_on_with_nothing_is_lost() -> None:
    assert "different 0" in call("scripts.faults.kills", "--kills", "3")


def test_02_interrupted_it_stops_at_once_and_leaves_nothing() -> None:
    assert "left 0" in call("scripts.faults.kills", "--kills", "2", "--signal", "INT")


@pytest.mark.skipif(sys.platform != "linux", reason="finds the workers in /proc")
def test_03_a_worker_that_is_gone_costs_nothing() -> None:
    assert "different 0" in call("scripts.faults.workers", "kill", "--times", "1")


@pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler for the fault shim")
@pytest.mark.skipif(sys.platform != "linux", reason="the fault shim speaks to Linux")
def test_04_05_06_a_faulty_disk_is_never_silent() -> None:
    assert "silent 0" in call("scripts.faults.disk", "--every", "700", "--first", "100")


@pytest.mark.parametrize("kind", ["line", "lines", "bomb"])
def test_35_36_40_size_does_not_matter(tmp_path_factory: pytest.TempPathFactory, kind: str) -> None:
    size = 4 * MB if kind == "lines" else 120 * MB
    found = try_size(kind, size, tmp_path_factory.mktemp("sizes"), workers=1)
    assert found.code == (0 if kind == "lines" else 3)
    assert found.peak_main < 512 * MB


def test_56_what_went_in_is_kept_edited_on_record_or_quarantined() -> None:
    assert "violations 0" in call("scripts.faults.invariant", "--documents", "150")


@pytest.mark.parametrize("name", SEEDS)
@given(data=st.data())
@settings(max_examples=40)
def test_57_no_bytes_break_a_reader(name: str, data: st.DataObject) -> None:
    seed = data.draw(st.sampled_from(SEEDS[name]))
    at = data.draw(st.integers(0, len(seed)))
    until = data.draw(st.integers(at, len(seed)))
    more = data.draw(st.sampled_from(SEEDS[name]))
    check_reader(name, seed[:at] + data.draw(st.binary(max_size=40)) + seed[until:] + more)


@given(st.integers(0, 3000), st.binary(max_size=4), st.sampled_from([name for name in PACKINGS if name]))
@settings(max_examples=40)
def test_57_no_bytes_break_a_container(at: int, noise: bytes, packing: str) -> None:
    whole = make_parquet()
    check_parquet(whole[:at] + noise + whole[at + len(noise) :])
    packed = PACKINGS[packing](b"Hujan turun.\n" * 99)
    check_stream(packing, packed[:at] + noise + packed[at + len(noise) :])


def test_58_every_flipped_byte_is_noticed() -> None:
    assert "missed 0" in call("scripts.faults.flips", "--flips", "40")
