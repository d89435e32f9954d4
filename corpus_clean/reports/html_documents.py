"""The documents that the HTML report speaks of, each with its outlet and under a number."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

# A portal's name as people say it: the host or the site name without `www.` and the domain's ending.
_OUTLET = r"""regexp_replace(
    regexp_replace(
        lower(trim(CASE WHEN COALESCE(site, '') <> '' THEN site
                        WHEN COALESCE(portal, '') <> '' THEN portal
                        ELSE regexp_extract(COALESCE(url, ''), '^https?://([^/:?#]+)', 1) END)),
        '^www\.', ''),
    '(\.(com|co|go|ac|or|net|org|web|id|my|sg|uk|us|au|news|tv|info|biz))+$', '')"""


class DocumentIndex:
    """Numbers documents, so that a page names each of them once, and makes `docs`: the documents with their outlet."""

    def __init__(self, tables: "duckdb.DuckDBPyConnection") -> None:
        self._tables = tables
        self._numbers: dict[str, int] = {}
        tables.execute(
            f"""CREATE OR REPLACE TEMP TABLE docs AS
                SELECT doc_id, status, COALESCE(portal, '') AS portal, COALESCE(title, '') AS title,
                       COALESCE(url, '') AS url, COALESCE(published, '') AS published, {_OUTLET} AS outlet
                FROM documents"""
        )

    def number(self, doc_id: str) -> int:
        """Return a document's number, a new one at its first mention."""
        return self._numbers.setdefault(doc_id, len(self._numbers))

    def rows(self) -> list[list[str]]:
        """Return id, outlet, portal, publication date, title and URL of each document, in order of their numbers."""
        import pyarrow as pa

        self._tables.register("mentioned", pa.table({"doc_id": pa.array(list(self._numbers), pa.string())}))
        found = self._tables.execute(
            """SELECT d.doc_id, d.outlet, d.portal, d.published, d.title, d.url
               FROM docs d JOIN mentioned m ON m.doc_id = d.doc_id"""
        ).fetchall()
        known = {row[0]: list(row) for row in found}
        return [known.get(doc_id, [doc_id, "", "", "", "", ""]) for doc_id in self._numbers]
