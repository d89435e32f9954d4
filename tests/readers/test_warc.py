"""WARC and WET: pages come out whatever their encoding; damage costs the record it is in."""

import gzip
import io
import random
import zlib
from pathlib import Path

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_clean.config import ReadConfig
from corpus_clean.readers.warc import plan, read
from corpus_clean.storage.streams import open_input
from corpus_clean.types import Record
from corpus_clean.writers.warc import join

PAGE = "<html><body><p>Air mulai surut di Kota Seling, nomor %d.</p></body></html>"


def make_response(
    body: bytes, http: str = "", status: str = "200 OK", kind: str = "text/html; charset=utf-8", uri: str = ""
) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{http}\r\n".encode()
    return make_record("response", head + body, "application/http; msgtype=response", uri=uri)


def make_record(kind: str, block: bytes, media: str, length: int | None = None, uri: str = "") -> bytes:
    count = len(block) if length is None else length
    uri = uri or f"https://kabar.example/{len(block)}"
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {uri}\r\n"
        f"WARC-Date: 2024-05-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:{zlib.crc32(block):032x}>\r\n"
        f"Content-Type: {media}\r\nContent-Length: {count}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def make_pages(count: int) -> list[bytes]:
    filler = random.Random(1)
    return [make_response((PAGE % n).encode() + filler.randbytes(400).hex().encode()) for n in range(count)]


def read_all(data: bytes, config: ReadConfig | None = None) -> list[Record]:
    return list(read(io.BytesIO(data), "a.warc", config or ReadConfig()))


@pytest.mark.parametrize(
    ("http", "encode"),
    [
        ("", bytes),
        ("Content-Encoding: gzip\r\n", gzip.compress),
        ("Content-Encoding: deflate\r\n", zlib.compress),
        ("Content-Encoding: br\r\n", brotli.compress),
        ("Transfer-Encoding: chunked\r\n", lambda body: b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)),
    ],
)
def test_bodies_are_decoded(http: str, encode: object) -> None:
    body = (PAGE % 1).encode()
    [record] = read_all(make_response(encode(body), http))  # type: ignore[operator]
    assert (record.payload, record.media, record.charset, record.fault) == (body, "page", "utf-8", "")
    assert record.metadata.url.startswith("https://kabar.example/")


def test_what_is_no_article_is_passed_by_and_still_counted() -> None:
    body = (PAGE % 1).encode()
    records = [
        make_record("warcinfo", b"software: kami\r\n", "application/warc-fields"),
        make_record("request", b"GET / HTTP/1.1\r\n\r\n", "application/http; msgtype=request"),
        make_response(body, status="404 Not Found"),
        make_response(b"\x89PNG", kind="image/png"),
        make_response(body),
        make_record("conversion", b"Hujan turun.", "text/plain"),
        make_record("resource", body, "text/html"),
    ]
    assert [record.id for record in read_all(b"".join(records))] == ["a.warc#4", "a.warc#5", "a.warc#6"]


def test_a_corrupt_member_costs_one_record_of_fifty(tmp_path: Path) -> None:
    members = [gzip.compress(page) for page in make_pages(50)]
    for place, spoil in (("head", 2), ("body", 200), ("sum", -5)):
        damaged = bytearray(members[20])
        damaged[spoil] ^= 0xFF
        path = tmp_path / f"{place}.warc.gz"
        path.write_bytes(b"".join([*members[:20], bytes(damaged), *members[21:]]))
        with open_input(path, lenient=True) as stream:
            records = list(read(stream, path.name, ReadConfig()))
        good = [record for record in records if not record.fault]
        assert len(good) == 49, place
        [bad] = [record for record in records if record.fault]
        assert bad.fault.startswith("damaged member")
        assert bad.index == 20
        assert good[20].payload.startswith((PAGE % 21).encode())


def test_a_file_cut_short_gives_what_came_before(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"".join(gzip.compress(page) for page in make_pages(5))[:-20])
    with open_input(path, lenient=True) as stream:
        records = list(read(stream, path.name, ReadConfig()))
    assert [bool(record.fault) for record in records] == [False] * 4 + [True]


@pytest.mark.parametrize("wrong", [0, 7, 5000, 10**15])
def test_a_wrong_length_costs_one_record(wrong: int) -> None:
    pages = make_pages(5)
    block = pages[2].partition(b"\r\n\r\n")[2][:-4]
    pages[2] = make_record("response", block, "application/http; msgtype=response", wrong)
    records = read_all(b"".join(pages))
    good = [record.payload[: len(PAGE) - 1] for record in records if not record.fault]
    assert [
        (PAGE % n).encode() in record.payload
        for n, record in zip([0, 1, 3, 4], [record for record in records if not record.fault], strict=True)
    ] == [True] * 4, good


def test_undecodable_bodies_are_faulty() -> None:
    broken = make_response(b"not gzip at all", "Content-Encoding: gzip\r\n")
    no_http = make_record("response", b"\x00\x01", "application/http; msgtype=response")
    for data in (broken, no_http):
        records = read_all(data + make_pages(1)[0])
        assert [bool(record.fault) for record in records] == [True, False]
        assert records[0].fault.startswith("damaged record")


def test_what_expands_too_far_is_not_held() -> None:
    bomb = make_response(gzip.compress(bytes(5_000_000)), "Content-Encoding: gzip\r\n")
    [record] = read_all(bomb, ReadConfig(max_record=100_000))
    assert record.fault.startswith("too large")
    assert len(record.payload) < 100_000
    large = make_response(b"x" * 200_000)
    image = make_response(b"x" * 200_000, kind="image/png")
    [record, other] = read_all(large + image + make_pages(1)[0], ReadConfig(max_record=100_000))
    assert (record.span, other.fault) == ((0, len(large) - 4), "")


@given(st.integers(1, 3000), st.integers(0, 6000), st.binary(max_size=30))
@settings(max_examples=60)
def test_records_are_the_same_however_the_file_is_cut(size: int, at: int, noise: bytes) -> None:
    data = b"".join(make_pages(6))
    data = data[:at] + noise + data[at + 5 :]
    found: list[Record] = []
    for part in plan(io.BytesIO(data), ReadConfig(), size):
        found += read(io.BytesIO(data[part.start :]), "a.warc", ReadConfig(), part)
    assert found == read_all(data)


@given(st.binary(max_size=400), st.booleans())
def test_no_bytes_at_all_stop_it(noise: bytes, framed: bool) -> None:
    data = b"WARC/1.0\r\nContent-Length: 5\r\nWARC-Type: response\r\n" + noise if framed else noise
    read_all(data + b"\r\n\r\n" + make_pages(1)[0])


def test_a_conversion_with_the_same_text_is_the_same_record() -> None:
    [page] = read_all(make_pages(1)[0])
    wet = join(page.prefix, "Air mulai surut é.".encode(), b"")
    [text] = read_all(wet)
    assert text.payload.decode() == "Air mulai surut é."
    assert text.metadata.url == page.metadata.url
    assert join(text.prefix, text.payload, b"") == wet
    [shorter] = read_all(join(text.prefix, b"Air", b""))
    assert (shorter.payload, shorter.fault) == (b"Air", "")
