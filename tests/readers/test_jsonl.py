"""JSON lines: records are cut out of their bytes, and put together they are the file again."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_clean.config import ReadConfig
from corpus_clean.errors import RejectedRecordError
from corpus_clean.pipeline.records import load_text
from corpus_clean.readers.base import PlainTexts
from corpus_clean.readers.jsonl import plan, read, read_texts
from corpus_clean.storage import lines as line_storage
from corpus_clean.storage.streams import slice_stream
from corpus_clean.types import Record
from corpus_clean.writers import jsonl as writer

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def read_all(data: bytes, *fields: str) -> list[Record]:
    config = ReadConfig(text_fields=fields) if fields else ReadConfig()
    return list(read(io.BytesIO(data), "a.jsonl", config))


def join(records: list[Record]) -> bytes:
    return b"".join(record.prefix + record.payload + record.suffix for record in records)


@given(st.lists(st.dictionaries(st.text(), JSON, max_size=3), max_size=4), st.text(), st.booleans())
def test_records_put_together_are_the_file(objects: list[dict[str, object]], text: str, ascii_only: bool) -> None:
    lines = [json.dumps(value | {"text": text}, ensure_ascii=ascii_only) for value in objects]
    data = "\n".join(lines).encode("utf-8", "surrogatepass")
    records = read_all(data)
    assert join(records) == data
    assert len(records) == len(objects)


@given(st.binary(max_size=200))
def test_any_bytes_at_all_come_back(data: bytes) -> None:
    assert join(read_all(data)) == data


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.booleans())
def test_a_wrapped_text_unwraps(text: str, ascii_only: bool) -> None:
    assert writer.unwrap(writer.wrap(text, "ascii" if ascii_only else ""), "") == text


def test_only_a_line_feed_ends_a_line() -> None:
    line = '{"text": "satu\u2028dua\x85tiga"}\n'.encode()
    assert [record.fault for record in read_all(line + line)] == ["", ""]


def test_of_equal_keys_the_last_counts() -> None:
    [record] = read_all(b'{"text": "lama", "text": "baru"}')
    assert record.payload == b"baru"


def test_the_text_field_is_the_first_that_holds_a_string() -> None:
    assert read_all(b'{"content": "isi", "text": 0, "meta": {"text": "bukan"}}')[0].payload == b"isi"
    assert read_all(b'{"text": "a", "isi": "b"}', "isi")[0].payload == b"b"
    assert read_all('{"téks": "b"}'.encode(), "téks")[0].payload == b"b"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b'{"text": "x"', "not valid JSON"),
        (b'{"text": "x"} 1', "not valid JSON"),
        (b'{"text": "a\tb"}', "not valid JSON"),
        (b'["text"]', "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b'{"text": ' + b"[" * 100_000, "not valid JSON: nested too deeply"),
        (b'{"title": "x"}', "no text"),
        (b"{}", "no text"),
    ],
)
def test_a_line_without_text_carries_a_fault(line: bytes, fault: str) -> None:
    good = b'{"text": "x"}\n'
    records = read_all(good + line + b"\n" + good)
    assert [bool(record.fault) for record in records] == [False, True, False]
    assert records[1].fault.startswith(fault)
    assert join(records) == good + line + b"\n" + good


def test_blank_lines_belong_to_the_next_record_or_the_last() -> None:
    records = read_all(b'\n \n{"text": "x"}\n\n\n')
    assert [(record.prefix, record.suffix) for record in records] == [(b'\n \n{"text": "', b'"}\n\n\n')]
    assert [record.fault for record in read_all(b"\n\n")] == ["no records: the file holds only blank lines"]


def test_metadata_comes_from_the_usual_fields() -> None:
    line = b'{"url": "https://x.id/\\u00e9", "judul": "J", "date": "2024-10-28", "source": "Antara", "text": "x"}'
    metadata = read_all(line)[0].metadata
    assert (metadata.url, metadata.title, metadata.published, metadata.site) == (
        "https://x.id/é",
        "J",
        "2024-10-28",
        "Antara",
    )


ODD_LINES = st.sampled_from(
    [
        b'{"text": "Air surut."}\n',
        b'{"text": "Air naik.", "source": " Antara ", "date": "2024-10-28"}\n',
        b' {"text": "menjorok"}\n',
        b'{"text": " "}\n',
        b'{"text": 4, "body": "badan"}\n',
        b'{"text": "lama", "text": "baru"}\n',
        b'{"text": "belum selesai\n',
        b'{"text": "\\ud800"}\n',
        b'{"text": "\xff"}\n',
        b'{"text": NaN}\n',
        b'["text"]\n',
        b'{"text": "' + b"panjang " * 40 + b'"}\n',
        b"\n",
        b" \t\n",
    ]
)


def texts_of(found: list[Record | PlainTexts]) -> list[tuple[str, str, str, str, str]]:
    rows = []
    for one in found:
        if isinstance(one, PlainTexts):
            numbered = enumerate(zip(one.texts, one.sites, one.published, strict=True), one.first)
            rows += [(f"{one.path}#{number}", *values, "") for number, values in numbered]
            continue
        try:
            text, fault = load_text(one), ""
        except RejectedRecordError as error:
            text, fault = "", str(error)
        rows.append((one.id, text, one.metadata.site, one.metadata.published, fault))
    return rows


@given(st.lists(ODD_LINES, max_size=12), st.booleans(), st.integers(1, 300), st.sampled_from([60, 1 << 17]))
def test_texts_are_those_of_the_records_in_whatever_parts(lines: list[bytes], ended: bool, size: int, run: int) -> None:
    data = b"".join(lines) if ended else b"".join(lines).rstrip(b"\n")
    config = ReadConfig(max_record=200)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line_storage, "_RUN", run)
        parts = list(plan(io.BytesIO(data), config, size))
        found: list[Record | PlainTexts] = []
        for part in parts:
            stream = io.BytesIO(data)
            stream.seek(part.start)
            found += read_texts(slice_stream(stream, part.end - part.start), "a.jsonl", config, part)
    assert [part.start for part in parts[1:]] == [part.end for part in parts[:-1]]
    assert (parts[0].start, parts[-1].end) == (0, len(data))
    assert texts_of(found) == texts_of(list(read(io.BytesIO(data), "a.jsonl", config)))
