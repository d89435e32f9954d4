"""Compressed streams: what goes in comes out, always in the same bytes; damage is reported, never passed over."""

import gzip
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from corpus_clean.storage.streams import DamagedStreamError, open_input, open_output

NAMES = ["a.txt", "a.txt.gz", "a.txt.zst"]


@pytest.mark.parametrize("name", NAMES)
def test_the_same_content_gives_the_same_file(tmp_path: Path, name: str) -> None:
    for folder in ("one", "two"):
        with open_output(tmp_path / folder / name) as stream:
            stream.write(b"Hujan turun.\n" * 1000)
    assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    with open_input(tmp_path / "one" / name) as stream:
        assert stream.read() == b"Hujan turun.\n" * 1000


@given(st.lists(st.binary(max_size=300_000), max_size=3))
def test_zstd_frames_are_read_one_after_another(parts: list[bytes]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.zst")
        path.write_bytes(b"".join(zstandard.compress(part) for part in parts))
        with open_input(path) as stream:
            assert stream.read() == b"".join(parts)


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
@pytest.mark.parametrize("damage", ["cut", "flip"])
def test_damage_is_reported(tmp_path: Path, suffix: str, damage: str) -> None:
    content = bytes(range(256)) * 2000
    packed = bytearray(
        gzip.compress(content) if suffix == ".gz" else zstandard.ZstdCompressor(write_checksum=True).compress(content)
    )
    if damage == "cut":
        del packed[-6:]
    else:
        packed[len(packed) // 2] ^= 0xFF
    path = tmp_path / f"a{suffix}"
    path.write_bytes(packed)
    with pytest.raises(DamagedStreamError, match="damaged"), open_input(path) as stream:
        stream.read()
