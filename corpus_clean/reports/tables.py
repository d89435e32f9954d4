"""OUT's tables, opened for SQL."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus_clean.errors import UsageError

if TYPE_CHECKING:
    import duckdb

Row = dict[str, Any]

_TABLES = ("documents", "quotes", "links", "clusters", "ledger/edits")
_EMPTY = {
    "quotes": "doc_id VARCHAR",
    "edits": """doc_id VARCHAR, stage VARCHAR, start BIGINT, "end" BIGINT, before VARCHAR, after VARCHAR,
                rule_id VARCHAR, rule_version VARCHAR, action VARCHAR, confidence DOUBLE""",
}
"""What `corpus-clean dedup` does not write: it edits nothing and looks for no quotes."""

_FEW_BYTES = 32 << 20
"""Up to this size, tables are decoded once, and queries are over before a second thread is awake."""

_TAKEN = "SELECT doc_id, stage, (LENGTH(before) - LENGTH(after))::BIGINT AS chars FROM edits"
_TAKEN_BY_STATUS = "SELECT doc_id, 'dedup' AS stage, chars_out AS chars FROM documents WHERE status = 'duplicate'"


@contextmanager
def open_tables(out: Path) -> Iterator["duckdb.DuckDBPyConnection"]:
    """Open OUT's Parquet tables by their names, and `taken`: how many characters each edit took or, negative, added.

    Raises:
        UsageError: `out` is no finished run.
    """
    import duckdb
    import pyarrow.dataset as ds
    import pyarrow.parquet as pq

    if not (out / "documents.parquet").is_file():
        raise UsageError(f"{out}: holds no documents.parquet; give the folder that `corpus-clean run` wrote")
    files = {path.rpartition("/")[2]: out / f"{path}.parquet" for path in _TABLES}
    few = sum(file.stat().st_size for file in files.values() if file.is_file()) <= _FEW_BYTES
    with duckdb.connect(config={"threads": 1} if few else {}) as tables:
        for name, file in files.items():
            if file.is_file() or name not in _EMPTY:
                # Files are handed over as Arrow data: DuckDB would take `[` or `*` in a path for a pattern.
                tables.register(name, pq.ParquetFile(file).read(use_threads=False) if few else ds.dataset(file))
            else:
                tables.execute(f"CREATE TABLE {name} ({_EMPTY[name]})")
        has_ledger = (out / "ledger" / "edits.parquet").is_file()
        tables.execute(f"CREATE TEMP TABLE taken AS {_TAKEN if has_ledger else _TAKEN_BY_STATUS}")
        yield tables


def read_rows(tables: "duckdb.DuckDBPyConnection", sql: str) -> list[Row]:
    """Run a query and return its rows as dicts."""
    result = tables.execute(sql)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def read_number(tables: "duckdb.DuckDBPyConnection", sql: str) -> int:
    """Run a query for one whole number; no row and null count as 0."""
    row = tables.execute(sql).fetchone()
    return int(row[0] or 0) if row else 0


def read_taken(tables: "duckdb.DuckDBPyConnection") -> dict[str, int]:
    """Return how many characters each stage took or, negative, added."""
    rows = read_rows(tables, "SELECT stage, SUM(chars)::BIGINT AS chars FROM taken GROUP BY stage ORDER BY stage")
    return {row["stage"]: row["chars"] for row in rows}


def read_lines(path: Path) -> list[Row]:
    """Return the rows of a JSON lines file; a missing file has none."""
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_bytes().split(b"\n") if line]
