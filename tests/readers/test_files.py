"""Which files of a folder are read, in which order, and why the others are not."""

import os
from pathlib import Path

from corpus_clean.readers.listing import list_files


def test_files_come_in_path_order_with_reasons_for_those_not_read(tmp_path: Path) -> None:
    for name in ("b/2.txt", "b/10.TXT", "a.jsonl.zst", "Z.md", "foto.jpg", "c/page.htm.gz"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "link.txt").symlink_to("Z.md")
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / os.fsdecode(b"buruk\xff.txt")).write_bytes(b"x")
    found = {file.path: file.skipped for file in list_files(tmp_path)}
    assert list(found) == sorted(found, key=lambda name: name.encode().replace(b"\\xff", b"\xff"))
    assert {name for name, reason in found.items() if not reason} == {
        "Z.md",
        "a.jsonl.zst",
        "b/10.TXT",
        "b/2.txt",
        "buruk\\xff.txt",
        "c/page.htm.gz",
    }
    assert "link" in found["link.txt"]
    assert "link" in found["loop"]
    assert found["pipe.txt"] == "not a regular file"
    assert found["foto.jpg"] == "no reader for this kind of file"
