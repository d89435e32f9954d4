"""CSV and TSV: cells are cut out of their bytes, whatever the dialect, and damaged rows harm no others."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_clean.config import ReadConfig
from corpus_clean.readers.base import Part
from corpus_clean.readers.csv import plan, read
from corpus_clean.types import Record
from corpus_clean.writers import csv as writer

CELL = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


def read_all(data: bytes, config: ReadConfig | None = None) -> list[Record]:
    return list(read(io.BytesIO(data), "a.csv", config or ReadConfig()))


def join(records: list[Record]) -> bytes:
    return b"".join(record.prefix + record.payload + record.suffix for record in records)


def text_of(record: Record) -> str:
    return writer.unwrap(record.payload.decode(), writer.choose_form(record, "utf-8"))


@given(
    st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_python_writes_is_read_and_comes_back(
    rows: list[tuple[str, str]], delimiter: str, ending: str, quoting: int
) -> None:
    stream = io.StringIO(newline="")
    table = csv.writer(stream, delimiter=delimiter, lineterminator=ending, quoting=quoting)  # type: ignore[arg-type]
    table.writerows([("id", "text"), *rows])
    data = stream.getvalue().encode()
    records = read_all(data)
    head = data.index(ending.encode()) + len(ending)
    assert data[:head] + join(records) == data
    if "\r" not in "".join(map("".join, rows)):
        # A bare carriage return needs no quotes in Python's eyes, and ends no row in ours.
        assert [text_of(record) for record in records] == [text for _, text in rows]


@given(st.binary(max_size=300))
def test_any_bytes_at_all_come_back(data: bytes) -> None:
    data = b"text,n\n" + data
    assert b"text,n\n" + join(read_all(data)) == data


@given(st.text(alphabet='ab"\n,', max_size=60), st.integers(1, 20))
def test_rows_are_the_same_however_the_file_is_cut(body: str, size: int) -> None:
    data = b"text,n\n" + body.encode()
    parts = list(plan(io.BytesIO(data), ReadConfig(), size))
    assert [part.start for part in parts] == [0, *(part.end for part in parts[:-1])]
    found: list[Record] = []
    for part in parts:
        found += read(io.BytesIO(data[part.start : part.end]), "a.csv", ReadConfig(), part)
    assert found == read_all(data)


@given(CELL, st.sampled_from(["quoted", "bare,", "bare"]))
def test_a_wrapped_text_unwraps_in_its_form(text: str, form: str) -> None:
    payload = writer.wrap(text, form)
    if form == "quoted" or payload == text:
        assert writer.unwrap(payload, form) == text
    else:
        [row] = csv.reader(io.StringIO(payload, newline=""))
        assert row == [text]


def test_the_dialect_and_every_other_cell_stay() -> None:
    data = '\ufeff"id";"text";n\r\n1;"Dia ""tahu"";\r\n\r\nlalu pergi.";1.10\r\n2;Pulang;1e400'.encode()
    records = read_all(data)
    assert [text_of(record) for record in records] == ['Dia "tahu";\r\n\r\nlalu pergi.', "Pulang"]
    assert [writer.choose_form(record, "utf-8") for record in records] == ["quoted", "bare;"]
    assert (records[0].prefix, records[0].suffix) == (b'1;"', b'";1.10\r\n')


def test_a_damaged_row_is_one_faulty_record() -> None:
    good = b'1,"Hujan\nturun."\n'
    for damaged in (b"1,2,3\n", b'"tak ditutup\n', b"\x00\n"):
        records = read_all(b"id,text\n" + good + damaged + good)
        assert [record.payload for record in records if not record.fault] == [b"Hujan\nturun."] * 2, damaged
        assert b"id,text\n" + join(records) == b"id,text\n" + good + damaged + good


def test_stray_quotes_do_no_harm() -> None:
    [one, two] = read_all(b'id,text\n1,pipa 5" itu\n2,"Halo" katanya\n')
    assert (one.payload, one.fault) == (b'pipa 5" itu', "")
    assert (two.payload, two.fault) == (b'"Halo" katanya', "")


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "empty"),
        (b"judul,isi\n1,2\n", "no text"),
        ("text,n\nx,1\n".encode("utf-16"), "not UTF-8"),
    ],
)
def test_a_table_without_a_text_column_is_one_faulty_record(data: bytes, fault: str) -> None:
    [record] = read_all(data)
    assert record.fault.startswith(fault)
    assert record.payload == data
    assert list(plan(io.BytesIO(data), ReadConfig(), 4)) == [Part()]


def test_a_row_too_large_is_named_not_held() -> None:
    data = b"text,n\n" + b"x" * 100 + b",1\nkecil,2\n"
    large, small = read_all(data, ReadConfig(max_record=50))
    assert (large.span, large.payload) == ((7, 110), b"")
    assert small.payload == b"kecil"
    assert not read_all(b"text,n\n")
