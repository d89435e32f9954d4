"""Candidates in SQL: what meets, and that common features do not make everything meet everything."""

import duckdb
import pyarrow as pa

from corpus_clean.similarity.candidates import pair_buckets_sql, pair_copies_sql, pair_rare_sql, rarest_features_sql


def query(sql: str, **tables: pa.Table) -> set[tuple[int, ...]]:
    with duckdb.connect() as connection:
        for name, table in tables.items():
            connection.register(name, table)
        return set(connection.execute(sql).fetchall())


def rows(*entries: tuple[int, int, str]) -> pa.Table:
    buckets, ids, docs = zip(*entries, strict=True)
    return pa.table({"bucket": pa.array(buckets, pa.int64()), "segment_id": pa.array(ids, pa.int64()), "doc_id": docs})


def test_a_small_bucket_gives_all_pairs_of_different_documents() -> None:
    table = rows((7, 1, "a"), (7, 2, "b"), (7, 3, "b"), (8, 4, "c"))
    assert query(pair_buckets_sql(), buckets=table) == {(1, 2), (1, 3)}


def test_a_large_bucket_gives_a_star() -> None:
    table = rows(*((7, n, f"d{n}") for n in range(100)))
    assert query(pair_buckets_sql(), buckets=table) == {(0, n) for n in range(1, 100)}


def test_copies_meet_the_smallest_of_them() -> None:
    table = pa.table(
        {"segment_id": pa.array([1, 2, 3, 4], pa.int64()), "exact": pa.array([9, 9, None, None], pa.int64())}
    )
    assert query(pair_copies_sql(), segments=table) == {(1, 2)}


def test_rare_on_one_side_is_enough() -> None:
    short = [(b, 1, "a") for b in range(3)]
    long = [(b, 2, "b") for b in range(3)] + [(b, 2, "b") for b in range(100, 140)]
    others = [(b, 3, "c") for b in range(100, 140)]
    features = rows(*short, *long, *others)
    rare_rows = query(rarest_features_sql(keep=2), features=features)
    assert (1, 2) in query(pair_rare_sql(), rare=rows(*sorted(rare_rows)), features=features)  # type: ignore[arg-type]


def test_what_one_document_says_a_thousand_times_is_not_rare() -> None:
    features = rows(*((7, n, f"d{n % 3}") for n in range(1000)), (8, 1, "d1"), (8, 2, "d2"))
    assert {bucket for bucket, _, _ in query(rarest_features_sql(), features=features)} == {8}
