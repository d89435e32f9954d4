"""OUT's tables, opened for the HTML report, and the words that several of its sections share."""

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from corpus_clean.errors import UsageError

if TYPE_CHECKING:
    import duckdb

Row = dict[str, Any]

TABLES = ("documents", "quotes", "links", "clusters", "ledger/edits")

# A portal's name as people say it: the host or the site name without `www.` and the domain's ending.
_OUTLET = r"""regexp_replace(
    regexp_replace(
        lower(trim(CASE WHEN COALESCE(site, '') <> '' THEN site
                        WHEN COALESCE(portal, '') <> '' THEN portal
                        ELSE regexp_extract(COALESCE(url, ''), '^https?://([^/:?#]+)', 1) END)),
        '^www\.', ''),
    '(\.(com|co|go|ac|or|net|org|web|id|my|sg|uk|us|au|news|tv|info|biz))+$', '')"""


class Texts(Protocol):
    """Gives the texts of documents.

    For each of `doc_ids` that has a text: its id, and by name the text that the stages `repair`, `extract` and
    `rules` worked on, and the `clean` text.
    """

    def __call__(self, doc_ids: Collection[str], /) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Yield them in any order."""
        ...


@contextmanager
def open_tables(out: Path) -> Iterator["duckdb.DuckDBPyConnection"]:
    """Open OUT's Parquet tables by their names, and `docs`: the documents with their outlet.

    Raises:
        UsageError: `out` is no finished run.
    """
    import duckdb
    import pyarrow.dataset as ds

    if not (out / "documents.parquet").is_file():
        raise UsageError(f"{out}: holds no documents.parquet; give the folder that `corpus-clean run` wrote")
    with duckdb.connect() as tables:
        for name in TABLES:
            # Files are handed over as Arrow data: DuckDB would take `[` or `*` in a path for a pattern.
            tables.register(name.rpartition("/")[2], ds.dataset(out / f"{name}.parquet"))
        tables.execute(
            f"""CREATE TEMP TABLE docs AS
                SELECT doc_id, format, status, keeper, chars_in, chars_out,
                       COALESCE(portal, '') AS portal, COALESCE(language, '') AS language,
                       COALESCE(title, '') AS title, COALESCE(url, '') AS url,
                       COALESCE(published, '') AS published, {_OUTLET} AS outlet
                FROM documents"""
        )
        yield tables


def read_rows(tables: "duckdb.DuckDBPyConnection", sql: str, parameters: object = None) -> list[Row]:
    """Run a query and return its rows as dicts."""
    result = tables.execute(sql, parameters) if parameters is not None else tables.execute(sql)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def read_lines(path: Path) -> list[Row]:
    """Return the rows of a JSON lines file; a missing file has none."""
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_bytes().split(b"\n") if line]


class DocumentIndex:
    """Numbers documents, so that a page names each of them once.

    `rows()` gives for each number: id, outlet, portal, publication date, title, URL.
    """

    def __init__(self, tables: "duckdb.DuckDBPyConnection") -> None:
        self._tables = tables
        self._numbers: dict[str, int] = {}

    def number(self, doc_id: str) -> int:
        """Return a document's number, a new one at its first mention."""
        return self._numbers.setdefault(doc_id, len(self._numbers))

    def rows(self) -> list[list[str]]:
        """Return what is known of each document, in the order of their numbers."""
        import pyarrow as pa

        self._tables.register("mentioned", pa.table({"doc_id": pa.array(list(self._numbers), pa.string())}))
        found = self._tables.execute(
            """SELECT d.doc_id, d.outlet, d.portal, d.published, d.title, d.url
               FROM docs d JOIN mentioned m ON m.doc_id = d.doc_id"""
        ).fetchall()
        known = {row[0]: list(row) for row in found}
        return [known.get(doc_id, [doc_id, "", "", "", "", ""]) for doc_id in self._numbers]
