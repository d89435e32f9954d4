"""Parquet through `run` and back: schema, metadata and values are equal; damage is named, never read as rows."""

import datetime
import decimal
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus_clean.errors import IntegrityError
from corpus_clean.pipeline.restore import restore, verify
from corpus_clean.pipeline.run import run
from corpus_clean.storage.values import ValueDigest
from tests.conftest import ONE_WORKER
from tests.pipeline.test_formats import PROMO, rejections, statuses, tell


def make_table(count: int, text_type: pa.DataType | None = None) -> pa.Table:
    """A table with nested and extension columns, metadata on fields and on the schema, copies and nulls."""
    texts = [f"{tell(n)}\n{PROMO}\nSelesai." for n in range(count)]
    texts[3] = texts[1]
    rows: list[str | None] = [*texts[: count - 1], None]
    column = pa.array(rows, pa.string())
    if text_type is not None and pa.types.is_dictionary(text_type):
        column = column.dictionary_encode().cast(text_type)
    elif text_type is not None:
        column = column.cast(text_type)
    pick = range(count)
    columns = {
        "id": pa.array(pick, pa.int32()),
        "text": column,
        "date": pa.array([datetime.datetime(2024, 5, 1 + n % 28, tzinfo=datetime.UTC) for n in pick]),
        "price": pa.array([decimal.Decimal(f"{n}.10") for n in pick]),
        "tags": pa.array([[f"t{n}", None] if n % 3 else None for n in pick], pa.list_(pa.string())),
        "source": pa.array([{"name": f"Media {n}", "ids": [n] * (n % 4)} if n % 5 else None for n in pick]),
        "marks": pa.array([[("k", n)] * (n % 2) for n in pick], pa.map_(pa.string(), pa.int64())),
        "vector": pa.array([[n * 0.5, -n] for n in pick], pa.list_(pa.float32(), 2)),
        "key": pa.array([n.to_bytes(16, "big") for n in pick], pa.uuid()),
        "meta": pa.array([json.dumps({"n": n}) for n in pick], pa.json_()),
        "kind": pa.array(["berita", "opini", None][n % 3] for n in pick).dictionary_encode(),
        "nothing": pa.nulls(count),
    }
    table = pa.table(columns)
    fields = [
        field.with_metadata({"note": "naskah"}) if field.name == "text" else field.with_nullable(field.name != "id")
        for field in table.schema
    ]
    return table.cast(pa.schema(fields)).replace_schema_metadata({"huggingface": '{"info": {}}', "pembuat": "kami"})


def digest(path: Path) -> str:
    found = ValueDigest(pq.read_schema(path))
    found.update(pq.read_table(path, partitioning=None))
    return found.hexdigest()


@pytest.mark.parametrize(
    "kind",
    [pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.dictionary(pa.int32(), pa.string())],
    ids=str,
)
def test_a_data_set_goes_through_and_comes_back(tmp_path: Path, kind: pa.DataType) -> None:
    source = tmp_path / "in" / "data" / "train-00000-of-00001.parquet"
    source.parent.mkdir(parents=True)
    pq.write_table(make_table(20, kind), source, row_group_size=8, compression="zstd")
    run(tmp_path / "in", tmp_path / "out", ONE_WORKER)
    assert verify(tmp_path / "out") == 20
    restore(tmp_path / "out", tmp_path / "back")
    before, after = (pq.ParquetFile(tmp_path / name / source.relative_to(tmp_path / "in")) for name in ("in", "back"))
    assert after.schema_arrow.equals(before.schema_arrow, check_metadata=True)
    assert after.metadata.metadata.keys() == before.metadata.metadata.keys()
    assert after.read().to_pylist() == before.read().to_pylist()
    assert digest(tmp_path / "back" / "data" / source.name) == digest(source)
    assert [after.metadata.row_group(n).num_rows for n in range(3)] == [8, 8, 4]

    clean = pq.ParquetFile(tmp_path / "out" / "data" / "data" / source.name, page_checksum_verification=True)
    assert clean.schema_arrow.equals(before.schema_arrow, check_metadata=True)
    assert clean.metadata.row_group(0).column(0).compression == "ZSTD"
    rows = clean.read().to_pylist()
    assert [row["id"] for row in rows] == [n for n in range(20) if n not in {3, 19}]
    expected = before.read().to_pylist()
    for row in rows:
        assert PROMO not in (row["text"] if isinstance(row["text"], str) else row["text"].decode())
        assert row | {"text": ""} == expected[row["id"]] | {"text": ""}
    name = f"data/{source.name}"
    assert statuses(tmp_path / "out")[f"{name}#3"] == "duplicate"
    assert rejections(tmp_path / "out")[f"{name}#19"]["reason"] == "no text"


def test_a_run_on_its_own_output_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    pq.write_table(make_table(20), tmp_path / "in" / "a.parquet", row_group_size=8)
    run(tmp_path / "in", tmp_path / "out", ONE_WORKER)
    run(tmp_path / "out" / "data", tmp_path / "again", ONE_WORKER)
    one, two = ((tmp_path / name / "data" / "a.parquet").read_bytes() for name in ("out", "again"))
    assert one == two


def test_tables_without_rows_and_without_text(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    pq.write_table(make_table(20).slice(0, 0), tmp_path / "in" / "kosong.parquet")
    pq.write_table(pa.table({"judul": ["a"]}), tmp_path / "in" / "lain.parquet")
    pq.write_table(make_table(20), tmp_path / "in" / "penuh.parquet")
    run(tmp_path / "in", tmp_path / "out", ONE_WORKER)
    assert rejections(tmp_path / "out")["lain.parquet"]["reason"] == "no text"
    assert verify(tmp_path / "out") == 21
    restore(tmp_path / "out", tmp_path / "back")
    for path in (tmp_path / "in").iterdir():
        assert digest(tmp_path / "back" / path.name) == digest(path)
    assert pq.read_table(tmp_path / "out" / "data" / "kosong.parquet").num_rows == 0


def test_damage_is_named_and_no_wrong_row_is_read(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    pq.write_table(make_table(20), source / "a.parquet", write_page_checksum=True, compression="none")
    whole = (source / "a.parquet").read_bytes()
    at = whole.index(b"Laporan 7 dari")
    damaged = {"balik": whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :], "potong": whole[:-9], "kosong": b""}
    for name, data in damaged.items():
        (source / f"{name}.parquet").write_bytes(data)
    run(source, tmp_path / "out", ONE_WORKER)
    found = rejections(tmp_path / "out")
    assert {found[f"{name}.parquet"]["reason"] for name in damaged} == {"damaged Parquet"}
    assert sum(status == "kept" for status in statuses(tmp_path / "out").values()) == 18
    assert verify(tmp_path / "out") == 23
    restore(tmp_path / "out", tmp_path / "back")
    for name, data in damaged.items():
        assert (tmp_path / "back" / f"{name}.parquet").read_bytes() == data


def test_another_value_anywhere_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    pq.write_table(make_table(20), tmp_path / "in" / "a.parquet", row_group_size=8)
    run(tmp_path / "in", tmp_path / "out", ONE_WORKER)
    files = tmp_path / "out" / "ledger" / "rows" / "a.parquet"
    pq.write_table(
        pq.read_table(files).set_column(0, pq.read_schema(files).field(0), [pa.array([7, 7], pa.int32())]), files
    )
    monkeypatch.setattr("corpus_clean.pipeline.restore.check_outputs", lambda *_: None)
    with pytest.raises(IntegrityError, match="not the original"):
        verify(tmp_path / "out")
