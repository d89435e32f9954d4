"""Compressed streams: what goes in comes out, always in the same bytes; damage is reported, never passed over."""

import bz2
import gzip
import lzma
import tracemalloc
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_clean.storage.streams import DamagedStreamError, open_input, open_output, read_small

NAMES = ["a.txt", "a.txt.gz", "a.txt.zst", "a.txt.bz2", "a.txt.xz"]
COMPRESS: Mapping[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".zst": lambda data: zstd.compress(data, options={zstd.CompressionParameter.checksum_flag: 1}),
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
}


@pytest.mark.parametrize("name", NAMES)
def test_the_same_content_gives_the_same_file(tmp_path: Path, name: str) -> None:
    for folder in ("one", "two"):
        with open_output(tmp_path / folder / name) as stream:
            stream.write(b"Hujan turun.\n" * 1000)
    assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    with open_input(tmp_path / "one" / name) as stream:
        assert stream.read() == b"Hujan turun.\n" * 1000


@pytest.mark.parametrize("suffix", COMPRESS)
@settings(max_examples=20)
@given(parts=st.lists(st.binary(max_size=300_000), max_size=3))
def test_frames_are_read_one_after_another(suffix: str, parts: list[bytes]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"a{suffix}")
        path.write_bytes(b"".join(COMPRESS[suffix](part) for part in parts))
        with open_input(path) as stream:
            assert stream.read() == b"".join(parts)


@pytest.mark.parametrize("suffix", COMPRESS)
@pytest.mark.parametrize("damage", ["cut", "flip", "garbage"])
def test_damage_is_reported_after_what_could_be_read(tmp_path: Path, suffix: str, damage: str) -> None:
    content = bytes(range(256)) * 20_000
    packed = bytearray(COMPRESS[suffix](content))
    if damage == "cut":
        del packed[-6:]
    elif damage == "garbage":
        packed += b"garbage"
    else:
        packed[-3] ^= 0xFF
    path = tmp_path / f"a{suffix}"
    path.write_bytes(packed)
    found = b""
    with open_input(path) as stream, pytest.raises(DamagedStreamError, match="damaged"):  # noqa: PT012
        while chunk := stream.read1(1 << 20):  # type: ignore[attr-defined]  # a BufferedReader
            found += chunk
    assert content.startswith(found)
    assert found or suffix == ".bz2"


@pytest.mark.parametrize("suffix", COMPRESS)
def test_what_expands_a_thousandfold_is_never_held_at_once(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(COMPRESS[suffix](bytes(50 << 20)))
    with open_input(path) as stream:
        tracemalloc.start()
        total = 0
        while chunk := stream.read(1 << 16):
            total += len(chunk)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert total == 50 << 20
    assert peak < 12 << 20  # of which 8 are the window of xz


@pytest.mark.parametrize("size", [0, 1, 1 << 16, (1 << 16) + 1])
def test_a_file_is_read_at_once_if_it_is_small_and_whole_either_way(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * size)
    assert read_small(path) == (b"x" * size if size <= 1 << 16 else None)
    with open_input(path) as stream:
        assert stream.read() == b"x" * size


def test_what_is_no_file_is_not_read_at_once(tmp_path: Path) -> None:
    assert read_small(tmp_path) is None
    with pytest.raises(IsADirectoryError), open_input(tmp_path):
        pass
