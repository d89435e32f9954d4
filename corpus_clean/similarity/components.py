"""Connected components: of pairs that fit in memory, and in SQL of pairs that do not."""

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    import pyarrow as pa


class _Ordered(Hashable, Protocol):
    def __lt__(self, other: Any, /) -> bool: ...


Key = TypeVar("Key", bound=_Ordered)


def join_groups(keys: Iterable[Key], pairs: Iterable[tuple[Key, Key]]) -> dict[Key, Key]:
    """Return for each key the smallest key that pairs connect it with, directly or not.

    Example:
        >>> join_groups("abcd", [("c", "b"), ("d", "c")])
        {'a': 'a', 'b': 'b', 'c': 'b', 'd': 'b'}
    """
    parent = {key: key for key in keys}

    def root(key: Key) -> Key:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for left, right in pairs:
        low, high = sorted((root(left), root(right)))
        parent[high] = low
    return {key: root(key) for key in parent}


Table = TypeVar("Table")


class Relations(Protocol[Table]):
    """Runs SQL over tables by name; each result is a new table."""

    def query(self, name: str, sql: str, **tables: Table) -> Table:
        """Run SQL and keep the result under a name."""
        ...

    def read(self, table: Table, /) -> "pa.Table":
        """Return a table that fits in memory."""
        ...


# Edges point from the larger key to the smaller, and every step keeps them so: a root points nowhere.
_ORIENT = """
    SELECT DISTINCT CASE WHEN left_id < right_id THEN right_id ELSE left_id END AS source,
                    CASE WHEN left_id < right_id THEN left_id ELSE right_id END AS target
    FROM pairs WHERE left_id <> right_id
"""
_BOTH_WAYS = "SELECT source AS a, target AS b FROM edges UNION ALL SELECT target AS a, source AS b FROM edges"
_LARGE_STAR = f"""
    SELECT DISTINCT n.b AS source, m.root AS target
    FROM ({_BOTH_WAYS}) n
    JOIN (SELECT a, CASE WHEN MIN(b) < a THEN MIN(b) ELSE a END AS root FROM ({_BOTH_WAYS}) o GROUP BY a) m
    ON n.a = m.a WHERE n.b > n.a
"""
_SMALL_STAR = """
    SELECT DISTINCT s.source AS source, s.target AS target FROM (
        SELECT e.target AS source, m.root AS target
        FROM edges e JOIN (SELECT source, MIN(target) AS root FROM edges GROUP BY source) m ON e.source = m.source
        WHERE e.target <> m.root
        UNION ALL
        SELECT source, MIN(target) AS target FROM edges GROUP BY source
    ) s
"""
_CHANGED = """
    SELECT COUNT(*) AS changed FROM (
        SELECT c.source AS source, c.target AS target, SUM(c.side) AS difference
        FROM (SELECT source, target, 1 AS side FROM before UNION ALL SELECT source, target, -1 AS side FROM after) c
        GROUP BY c.source, c.target HAVING SUM(c.side) <> 0
    ) d
"""


def label_components(relations: Relations[Table], name: str, pairs: Table) -> Table:
    """Return `(source, target)` for every key of `pairs(left_id, right_id)` that is not the least it is connected with.

    Large star and small star in turn (Kiveris et al., Connected Components in MapReduce and Beyond, 2014), until a
    round changes no row; then every edge points from a key to the least of its component. The number of rounds grows
    with the logarithm of the longest path.

    Args:
        relations: where the SQL runs.
        name: what the names of the intermediate tables begin with.
        pairs: 64-bit keys, in either order, repeated or not.
    """
    edges = relations.query(f"{name}-edges", _ORIENT, pairs=pairs)
    number = 0
    while True:
        number += 1
        large = relations.query(f"{name}-large-{number}", _LARGE_STAR, edges=edges)
        small = relations.query(f"{name}-small-{number}", _SMALL_STAR, edges=large)
        changed = relations.query(f"{name}-changed-{number}", _CHANGED, before=edges, after=small)
        edges = small
        if relations.read(changed)["changed"][0].as_py() == 0:
            return edges
