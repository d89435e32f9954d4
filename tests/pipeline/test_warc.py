"""WARC through `run`: texts as WET, the original file as it was."""

import gzip
from pathlib import Path

import pytest

from corpus_clean.pipeline.restore import restore, verify
from corpus_clean.pipeline.run import run
from tests.conftest import ONE_WORKER
from tests.pipeline.test_formats import PROMO, rejections, statuses, tell
from tests.readers.test_warc import make_record, make_response


def make_page(number: int) -> bytes:
    paragraphs = "".join(f"<p>{tell(10 * number + n)}</p>" for n in range(3))
    return (
        f"<html><head><title>Kabar {number}</title></head><body><article>{paragraphs}</article></body></html>".encode()
    )


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_pages_become_texts_and_the_file_comes_back(tmp_path: Path, name: str) -> None:
    source = tmp_path / "in"
    source.mkdir()
    records = [
        make_record("warcinfo", b"software: kami\r\n", "application/warc-fields"),
        *(make_response(make_page(n)) for n in range(4)),
        make_response(make_page(2)),
        make_record("conversion", f"{tell(99)}\n{PROMO}\nSelesai.".encode(), "text/plain"),
        make_response(b"<html></html>"),
    ]
    data = b"".join(gzip.compress(record) if name.endswith("gz") else record for record in records)
    (source / name).write_bytes(data)
    run(source, tmp_path / "out", ONE_WORKER)
    found = statuses(tmp_path / "out")
    assert [doc_id for doc_id, status in found.items() if status == "kept"] == [f"{name}#{n}" for n in (1, 2, 3, 4, 6)]
    assert found[f"{name}#5"] == "duplicate"
    assert list(rejections(tmp_path / "out")) == [f"{name}#7"]
    assert verify(tmp_path / "out") == 7
    restore(tmp_path / "out", tmp_path / "back")
    assert (tmp_path / "back" / name).read_bytes() == data

    wet = name.replace(".warc", ".warc.wet")
    text = (tmp_path / "out" / "data" / wet).read_bytes()
    assert text[:2] == (b"\x1f\x8b" if name.endswith("gz") else b"WA")
    text = gzip.decompress(text) if name.endswith("gz") else text
    assert text.count(b"WARC-Type: conversion") == 5
    assert text.count(b"WARC-Refers-To:") == 4
    assert tell(11).encode() in text
    assert PROMO.encode() not in text
    run(tmp_path / "out" / "data", tmp_path / "again", ONE_WORKER)
    assert (tmp_path / "again" / "data" / wet).read_bytes() == (tmp_path / "out" / "data" / wet).read_bytes()


def test_what_is_lost_is_named_and_the_file_still_comes_back(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    members = [gzip.compress(make_response(make_page(n))) for n in range(4)]
    members[1] = members[1][:60] + b"\0\0\0" + members[1][63:]
    data = b"".join(members)[:-7]
    (source / "a.warc.gz").write_bytes(data)
    run(source, tmp_path / "out", ONE_WORKER)
    assert list(statuses(tmp_path / "out").values()) == ["kept", "rejected", "kept", "rejected"]
    assert {entry["reason"] for entry in rejections(tmp_path / "out").values()} == {"damaged member"}
    assert verify(tmp_path / "out") == 4
    restore(tmp_path / "out", tmp_path / "back")
    assert (tmp_path / "back" / "a.warc.gz").read_bytes() == data
