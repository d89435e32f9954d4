"""Candidates in memory are those of the SQL."""

from collections import Counter
from dataclasses import replace

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_clean.similarity import backend, candidates, pairing
from corpus_clean.similarity.pairing import (
    Entries,
    KeyLists,
    pair_buckets,
    pair_copies,
    pair_rare,
    split_pairs,
    take_entries,
)

CONNECTION = duckdb.connect()
# Few keys, so that they are shared; far apart, so that cuts by size fall between them.
keys = st.integers(-12, 11).map(lambda n: n * 700_000_000_000_000_000)
segments = st.lists(st.tuples(st.integers(0, 9), st.lists(keys, max_size=6, unique=True)), max_size=40)


def lists(rows: list[tuple[int, list[int]]], several: int = 7) -> tuple[list[KeyLists], np.ndarray]:
    parts = []
    for first in range(0, len(rows), several):
        some = rows[first : first + several]
        bounds = np.concatenate(([0], np.cumsum([len(own) for _, own in some], dtype=np.int64)))
        values = np.array([key for _, own in some for key in own], np.int64)
        parts.append(KeyLists(values, bounds, np.arange(first, first + len(some))))
    return parts, np.array([document for document, _ in rows], np.int64)


def entries(rows: list[tuple[int, list[int]]]) -> tuple[Entries, np.ndarray]:
    parts, documents = lists(rows)
    return take_entries(parts), documents


def table(rows: list[tuple[int, list[int]]]) -> pa.Table:
    return name_columns([(key, segment, document) for segment, (document, own) in enumerate(rows) for key in own])


def name_columns(entries: list[tuple[int, ...]]) -> pa.Table:
    columns = zip(*entries, strict=True) if entries else ((), (), ())
    return pa.table([pa.array(c, pa.int64()) for c in columns], names=["bucket", "segment_id", "doc_id"])


def query(sql: str, **tables: pa.Table) -> list[tuple[int, ...]]:
    for name, rows in tables.items():
        CONNECTION.register(name, rows)
    return sorted(CONNECTION.execute(sql).fetchall())


def show(pairs: np.ndarray) -> list[tuple[int, int]]:
    left, right = split_pairs(pairs)
    return list(zip(left.tolist(), right.tolist(), strict=True))


@pytest.fixture(params=[1 << 22, 8], ids=["at once", "in parts"])
def parts(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing, "_AT_A_TIME", request.param)


@pytest.fixture(params=[False, True], ids=["plain", "compiled"], autouse=True)
def compiled(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "spend_work", lambda size: request.param)


@pytest.mark.usefixtures("parts")
@given(rows=segments, large=st.integers(1, 6), shared=st.integers(1, 3))
def test_buckets_give_the_pairs_of_the_sql(rows: list[tuple[int, list[int]]], large: int, shared: int) -> None:
    expected = query(candidates.pair_buckets_sql(large=large, shared=shared), buckets=table(rows))
    assert show(pair_buckets(*entries(rows), large=large, shared=shared)) == expected


@pytest.mark.usefixtures("parts")
@given(rows=segments, keep=st.integers(1, 4), most=st.integers(1, 8), shared=st.integers(1, 3))
def test_rare_features_give_the_pairs_of_the_sql(
    rows: list[tuple[int, list[int]]], keep: int, most: int, shared: int
) -> None:
    features = table(rows)
    rare = name_columns(query(candidates.rarest_features_sql(keep=keep, most=most), features=features))
    expected = query(candidates.pair_rare_sql(shared=shared), rare=rare, features=features)
    assert show(pair_rare(*entries(rows), keep=keep, most=most, shared=shared)) == expected


@given(st.lists(st.one_of(st.none(), keys), max_size=40))
def test_copies_are_those_of_the_sql(exact: list[int | None]) -> None:
    rows = pa.table({"segment_id": pa.array(range(len(exact)), pa.int64()), "exact": pa.array(exact, pa.int64())})
    known = np.array([key is not None for key in exact], bool)
    values = np.array([key or 0 for key in exact], np.int64)
    assert show(pair_copies(values, known)) == query(candidates.pair_copies_sql(), segments=rows)


def test_lists_without_an_owner_are_left_out() -> None:
    rows = [(0, [5]), (1, [5]), (2, [5])]
    [found], documents = lists(rows)
    owners = KeyLists(found.values, found.bounds, np.array([0, -1, 1]))
    assert (
        show(pair_buckets(take_entries([owners]), documents))
        == show(pair_rare(take_entries([owners]), documents))
        == [(0, 1)]
    )


@given(rows=segments, left_out=st.sets(st.integers(0, 39)))
def test_every_key_that_comes_more_than_once_is_kept(rows: list[tuple[int, list[int]]], left_out: set[int]) -> None:
    parts = [replace(p, owners=np.where(np.isin(p.owners, list(left_out)), -1, p.owners)) for p in lists(rows)[0]]
    kept = list(zip(*(values.tolist() for values in take_entries(parts)), strict=True))
    assert not parts
    given_keys = [(key, row) for row, (_, own) in enumerate(rows) for key in own if row not in left_out]
    times = Counter(key for key, _ in given_keys)
    assert [entry for entry in kept if times[entry[0]] > 1] == [entry for entry in given_keys if times[entry[0]] > 1]
    assert set(kept) <= set(given_keys)


def test_most_keys_that_come_once_are_left_out() -> None:
    values = np.random.default_rng(3).integers(-(1 << 63), 1 << 63, 10_000, np.int64)
    part = KeyLists(np.append(values, values[:10]), np.array([0, 10_010]), np.zeros(1, np.int64))
    assert 20 <= len(take_entries([part]).values) < (2_000 if backend.spend_work(0) else 20_000)
