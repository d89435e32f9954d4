"""Every format goes through `run` and comes back: the same bytes, whatever was wrong with the file."""

import bz2
import gzip
import json
import lzma
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from backports import zstd

from corpus_clean.config import ReadConfig
from corpus_clean.errors import UsageError
from corpus_clean.pipeline import plan, survey
from corpus_clean.pipeline.restore import restore, verify
from corpus_clean.pipeline.run import run
from tests.conftest import ONE_WORKER

STORY = "Air mulai surut di Kota Seling pada Selasa pagi dan warga kembali ke rumah mereka masing-masing."
PROMO = "Baca juga: Banjir di Kota Seling, Warga Mengungsi"
COMPRESS: Mapping[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".zst": zstd.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
}


def tell(number: int) -> str:
    """A story like no other."""
    words = [
        "kota",
        "sungai",
        "warga",
        "jalan",
        "pasar",
        "hujan",
        "banjir",
        "sekolah",
        "rumah",
        "kapal",
        "nelayan",
        "bupati",
        "harga",
        "beras",
    ]
    chosen = [words[(number * 31 + k * k * (number + 3)) % len(words)] + str((number * k) % 97) for k in range(20)]
    return f"Laporan {number} dari " + " ".join(chosen) + "."


def make_lines(count: int) -> bytes:
    lines = (json.dumps({"n": n, "text": f"{tell(n)}\n{PROMO}\nSelesai."}) for n in range(count))
    return "".join(line + "\n" for line in lines).encode()


def make_table(count: int) -> bytes:
    rows = (f'{n},"{tell(n + 500)}\r\n{PROMO}\r\nKata ""selesai""."\r\n' for n in range(count))
    return ("n,text\r\n" + "".join(rows)).encode()


def statuses(out: Path) -> dict[str, str]:
    return {row["doc_id"]: row["status"] for row in pq.read_table(out / "documents.parquet").to_pylist()}


def rejections(out: Path) -> dict[str, dict[str, str]]:
    lines = (out / "quarantine" / "rejections.jsonl").read_bytes().splitlines()
    return {entry["doc_id"]: entry for entry in map(json.loads, lines)}


@pytest.mark.parametrize("packing", COMPRESS)
@pytest.mark.parametrize(("name", "make"), [("a.jsonl", make_lines), ("a.csv", make_table)])
def test_a_file_comes_back_however_it_is_packed(
    tmp_path: Path, packing: str, name: str, make: Callable[[int], bytes]
) -> None:
    source = tmp_path / "in" / (name + packing)
    source.parent.mkdir()
    source.write_bytes(COMPRESS[packing](make(5)))
    run(source.parent, tmp_path / "out", ONE_WORKER)
    assert verify(tmp_path / "out") == 5
    restore(tmp_path / "out", tmp_path / "back")
    run(tmp_path / "out" / "data", tmp_path / "again", ONE_WORKER)
    for folder in ("back", "out/data", "again/data"):
        found = (tmp_path / folder / (name + packing)).read_bytes()
        if folder == "back" and not packing:
            assert found == source.read_bytes()
        assert (found[:2] == source.read_bytes()[:2]) or not packing
    assert (tmp_path / "again/data" / source.name).read_bytes() == (tmp_path / "out/data" / source.name).read_bytes()


def test_the_parts_of_a_file_change_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "in"
    source.mkdir()
    (source / "a.jsonl").write_bytes(b"\n" + make_lines(60).replace(b"\n", b"\n\n\n", 30))
    (source / "b.csv.gz").write_bytes(gzip.compress(make_table(60)))
    run(source, tmp_path / "whole", ONE_WORKER)
    monkeypatch.setattr(plan, "TASK_BYTES", 700)
    run(source, tmp_path / "parts", ONE_WORKER)
    for name in ("data/a.jsonl", "data/b.csv.gz", "documents.parquet", "ledger/edits.parquet", "ledger/files.parquet"):
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "parts" / name).read_bytes(), name
    assert verify(tmp_path / "parts") == 120


@pytest.mark.parametrize("packing", [".gz", ".zst", ".bz2", ".xz"])
@pytest.mark.parametrize("damage", ["cut", "garbage"])
def test_what_comes_before_the_damage_is_kept(tmp_path: Path, packing: str, damage: str) -> None:
    source = tmp_path / "in"
    source.mkdir()
    packed = COMPRESS[packing](make_lines(40)) + COMPRESS[packing](make_lines(3))
    packed = packed[:-5] if damage == "cut" else packed + b"garbage"
    (source / f"a.jsonl{packing}").write_bytes(packed)
    (source / f"b.txt{packing}").write_bytes(COMPRESS[packing](STORY.encode())[:-4])
    run(source, tmp_path / "out", ONE_WORKER)
    found = statuses(tmp_path / "out")
    assert sum(status != "rejected" for status in found.values()) >= 40
    damaged = rejections(tmp_path / "out")
    assert damaged[f"a.jsonl{packing}"]["reason"] == f"damaged {packing} data"
    assert damaged[f"b.txt{packing}"]["reason"] == f"damaged {packing} data"
    assert verify(tmp_path / "out") == len(found)
    restore(tmp_path / "out", tmp_path / "back")
    for path in source.iterdir():
        assert (tmp_path / "back" / path.name).read_bytes() == path.read_bytes()


def test_a_decompression_bomb_stops_at_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey, "_ALWAYS_EXPANDED", 1 << 16)
    source = tmp_path / "in"
    source.mkdir()
    (source / "a.jsonl.gz").write_bytes(gzip.compress(make_lines(2) + b" " * (8 << 20)))
    (source / "b.txt").write_text(STORY, encoding="utf-8")
    run(source, tmp_path / "out", replace(ONE_WORKER, read=ReadConfig(max_expansion=20)))
    assert rejections(tmp_path / "out")["a.jsonl.gz"]["reason"] == "expands too far"
    assert statuses(tmp_path / "out")["b.txt"] == "kept"
    assert verify(tmp_path / "out")


def test_a_record_too_large_to_hold_is_quarantined_whole(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    long = json.dumps({"text": "panjang " * 1000}).encode() + b"\n"
    (source / "a.jsonl").write_bytes(make_lines(1) + long + make_lines(2)[-300:] + long)
    (source / "b.txt").write_bytes(b"x" * 5000)
    (source / "c.csv").write_bytes(b"text\n" + b"y" * 5000 + b"\nHujan turun di kota.\n")
    run(source, tmp_path / "out", replace(ONE_WORKER, read=ReadConfig(max_record=2000)))
    found = rejections(tmp_path / "out")
    large = {doc_id for doc_id, entry in found.items() if entry["reason"] == "too large"}
    assert large == {"a.jsonl#1", "a.jsonl#4", "b.txt", "c.csv#0"}
    assert (tmp_path / "out" / found["a.jsonl#1"]["raw"]).read_bytes() == long
    assert verify(tmp_path / "out")
    restore(tmp_path / "out", tmp_path / "back")
    for path in source.iterdir():
        assert (tmp_path / "back" / path.name).read_bytes() == path.read_bytes()


def test_files_without_records_stay(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    (source / "a.jsonl").write_bytes(b"")
    (source / "b.csv").write_bytes(b"id,text\n")
    (source / "c.txt").write_text(STORY, encoding="utf-8")
    run(source, tmp_path / "out", ONE_WORKER)
    assert (tmp_path / "out" / "data" / "b.csv").read_bytes() == b"id,text\n"
    assert verify(tmp_path / "out") == 1
    assert restore(tmp_path / "out", tmp_path / "back") == 3


def test_names_of_all_kinds_work(tmp_path: Path) -> None:
    source = tmp_path / "in"
    names = [b"bad\xff.txt", b"bad\\xff.txt", b"baris\nbaru.txt", b"\x1b[31m.txt", "\u202etxt.exe.txt".encode()]
    names += [b"[/foo].txt", b"n" * 246 + b".txt", b"p" * 245 + b".html", b"\xfe/\xff\xff.jsonl", b"#1.txt"]
    names += ["é.txt".encode(), "e\u0301.txt".encode(), b"A.txt", b"a.txt"]
    for number, name in enumerate(names):
        path = source / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        body = f"Laporan {number}: {STORY}\n{PROMO}\nBagian {number}."
        if name.endswith(b"html"):
            body = f"<html><body><article><p>{body}</p></article></body></html>"
        path.write_text(json.dumps({"text": body}) if name.endswith(b"jsonl") else body, encoding="utf-8")
    (source / os.fsdecode(b"\xfe/kosong\xff.txt")).write_bytes(b"")
    run(source, tmp_path / "out", ONE_WORKER)
    found = statuses(tmp_path / "out")
    assert found["bad\\xff.txt"] != "rejected"
    assert found["bad\\x5cxff.txt"] != "rejected"
    assert [doc_id for doc_id, status in found.items() if status == "rejected"] == ["\\xfe/kosong\\xff.txt"]
    for path in (tmp_path / "out").rglob("*.json*"):
        if "data" not in path.parts:
            path.read_text(encoding="utf-8")
    assert verify(tmp_path / "out") == len(names) + 1
    restore(tmp_path / "out", tmp_path / "back")
    for path in (path for path in source.rglob("*") if path.is_file()):
        assert (tmp_path / "back" / path.relative_to(source)).read_bytes() == path.read_bytes()


def test_two_files_that_would_be_written_as_one_are_refused(tmp_path: Path) -> None:
    for name in ("a.html", "a.html.txt"):
        (tmp_path / name).write_text(STORY, encoding="utf-8")
    with pytest.raises(UsageError, match=r"a\.html and a\.html\.txt would both be written"):
        run(tmp_path, tmp_path.with_name("out"), ONE_WORKER)


def test_what_git_lfs_has_not_fetched_is_not_called_clean(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 12345\n"
    (source / "a.jsonl").write_text(pointer, encoding="utf-8")
    with pytest.raises(UsageError, match="1 skipped"):
        run(source, tmp_path / "out", ONE_WORKER)
    (source / "b.txt").write_text(STORY, encoding="utf-8")
    run(source, tmp_path / "out", ONE_WORKER)
    [entry] = map(json.loads, (tmp_path / "out" / "quarantine" / "skipped.jsonl").read_bytes().splitlines())
    assert "not checked" in entry["reason"]


def test_a_data_set_keeps_its_card_but_not_its_sizes(tmp_path: Path) -> None:
    source = tmp_path / "in"
    (source / "data").mkdir(parents=True)
    (source / ".git").mkdir()
    (source / ".git" / "note.txt").write_text(STORY, encoding="utf-8")
    card = """---
license: cc0-1.0
dataset_info:
  features:
  - name: text
    dtype: string
  splits:
  - name: train
    num_bytes: 1000
    num_examples: 5
  - name: test
    num_bytes: 10
    num_examples: 1
  download_size: 900
  dataset_size: 1010
configs:
- config_name: default
---
# Kabar Seling

splits: kata ini tetap
"""
    (source / "README.md").write_text(card, encoding="utf-8")
    (source / "LICENSE.txt").write_text("Bebas dipakai.", encoding="utf-8")
    (source / "dataset_infos.json").write_text("{}", encoding="utf-8")
    (source / "data" / "train.jsonl").write_bytes(make_lines(5))
    run(source, tmp_path / "out", ONE_WORKER)
    data = tmp_path / "out" / "data"
    found = (data / "README.md").read_text(encoding="utf-8")
    assert "num_examples" not in found
    assert "_size" not in found
    assert [line for line in card.splitlines() if line in found.splitlines()] == found.splitlines()
    assert found.endswith("configs:\n- config_name: default\n---\n# Kabar Seling\n\nsplits: kata ini tetap\n")
    assert (data / "LICENSE.txt").read_text(encoding="utf-8") == "Bebas dipakai."
    assert set(statuses(tmp_path / "out")) == {f"data/train.jsonl#{n}" for n in range(5)}
    [skipped] = map(json.loads, (tmp_path / "out" / "quarantine" / "skipped.jsonl").read_bytes().splitlines())
    assert skipped["path"] == "dataset_infos.json"
    assert verify(tmp_path / "out") == 5
    restore(tmp_path / "out", tmp_path / "back")
    assert (tmp_path / "back" / "README.md").read_text(encoding="utf-8") == card
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    assert [entry["path"] for entry in manifest["inputs"]] == ["data/train.jsonl", "LICENSE.txt", "README.md"]
