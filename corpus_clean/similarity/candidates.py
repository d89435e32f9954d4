"""Candidates: which segments are worth comparing, in SQL that DuckDB and Spark both run.

Input is a table `buckets(bucket, segment_id, doc_id)`: segments that share a bucket may be alike. A small
bucket gives all its pairs; a large one gives a star around its smallest id, so that the work stays linear when
a hundred thousand documents carry the same footer. All ids and buckets are signed 64-bit integers.
"""

from collections.abc import Sequence

DISTINCT_SQL = "SELECT DISTINCT left_id, right_id FROM found ORDER BY left_id, right_id"
LARGE_BUCKET = 64
RAREST = 8
MOST_CARRIERS = 50


def pair_copies_sql(segments: str = "segments") -> str:
    """Return SQL giving `(left_id, right_id)` for segments of equal normal form: each with the group's smallest id.

    Equality is transitive, so the smallest one can stand for its group everywhere else.

    Example:
        >>> "MIN(segment_id)" in pair_copies_sql()
        True
    """
    return f"""
        SELECT g.leader AS left_id, s.segment_id AS right_id
        FROM {segments} s
        JOIN (SELECT exact, MIN(segment_id) AS leader FROM {segments}
              WHERE exact IS NOT NULL GROUP BY exact HAVING COUNT(*) > 1) g
        ON s.exact = g.exact WHERE s.segment_id <> g.leader
    """


def explode_sql(column: str, explode: str, segments: str = "segments", copies: str = "copies") -> str:
    """Return SQL that turns a list column into rows `(bucket, segment_id, doc_id)`, copies left out.

    Example:
        >>> "unnest(l.buckets)" in explode_sql("buckets", "unnest")
        True
    """
    return f"""
        SELECT {explode}(l.{column}) AS bucket, l.segment_id AS segment_id, l.doc_id AS doc_id
        FROM (SELECT s.{column} AS {column}, s.segment_id AS segment_id, s.doc_id AS doc_id
              FROM {segments} s LEFT JOIN {copies} c ON s.segment_id = c.right_id
              WHERE c.right_id IS NULL AND s.segment_id IS NOT NULL) l
    """


def pair_buckets_sql(buckets: str = "buckets", large: int = LARGE_BUCKET) -> str:
    """Return SQL giving `(left_id, right_id)`, distinct, `left_id < right_id`, never within one document.

    Example:
        >>> "GROUP BY" in pair_buckets_sql()
        True
    """
    sizes = (
        f"SELECT bucket, COUNT(*) AS size, MIN(segment_id) AS leader FROM {buckets} GROUP BY bucket HAVING COUNT(*) > 1"
    )
    return f"""
        SELECT DISTINCT p.left_id AS left_id, p.right_id AS right_id FROM (
            SELECT a.segment_id AS left_id, b.segment_id AS right_id
            FROM ({sizes}) s
            JOIN {buckets} a ON a.bucket = s.bucket
            JOIN {buckets} b ON b.bucket = s.bucket
            WHERE s.size <= {large} AND a.segment_id < b.segment_id AND a.doc_id <> b.doc_id
            UNION ALL
            SELECT s.leader AS left_id, b.segment_id AS right_id
            FROM ({sizes}) s
            JOIN {buckets} b ON b.bucket = s.bucket
            JOIN {buckets} a ON a.bucket = s.bucket AND a.segment_id = s.leader
            WHERE s.size > {large} AND b.segment_id <> s.leader AND a.doc_id <> b.doc_id
        ) p
    """


def rarest_features_sql(features: str = "features", keep: int = RAREST, most: int = MOST_CARRIERS) -> str:
    """Return SQL that keeps of `features(bucket, segment_id, doc_id)` each segment's rarest ones.

    A feature counts when between 2 and `most` documents have it, in at most four times as many segments (one document
    may say the same a thousand times over); of those, the `keep` rarest of each segment stay.

    Example:
        >>> "ROW_NUMBER" in rarest_features_sql()
        True
    """
    return f"""
        SELECT r.bucket AS bucket, r.segment_id AS segment_id, r.doc_id AS doc_id FROM (
            SELECT f.bucket AS bucket, f.segment_id AS segment_id, f.doc_id AS doc_id,
                   ROW_NUMBER() OVER (PARTITION BY f.segment_id ORDER BY d.carriers, f.bucket) AS place
            FROM {features} f
            JOIN (SELECT bucket, COUNT(DISTINCT doc_id) AS carriers FROM {features}
                  GROUP BY bucket
                  HAVING COUNT(*) <= {4 * most} AND COUNT(DISTINCT doc_id) BETWEEN 2 AND {most}) d
            ON f.bucket = d.bucket
        ) r WHERE r.place <= {keep}
    """


def pair_rare_sql(rare: str = "rare", features: str = "features") -> str:
    """Return SQL giving `(left_id, right_id)` where one segment has any feature that is among the other's rarest.

    This finds the short quote inside the long one and the excerpt inside the article, which MinHash takes for unlike.
    What is rare in the short one may not be among the rarest of the long one, so one side is enough.

    Example:
        >>> "DISTINCT" in pair_rare_sql()
        True
    """
    return f"""
        SELECT DISTINCT CASE WHEN r.segment_id < f.segment_id THEN r.segment_id ELSE f.segment_id END AS left_id,
                        CASE WHEN r.segment_id < f.segment_id THEN f.segment_id ELSE r.segment_id END AS right_id
        FROM {rare} r JOIN {features} f ON r.bucket = f.bucket
        WHERE r.doc_id <> f.doc_id
    """


def join_sql(columns: Sequence[str], pairs: str = "pairs", segments: str = "segments") -> str:
    """Return SQL giving pairs with `left_` and `right_` columns, ordered; never of one document or of earlier ones.

    Example:
        >>> 'l."end" AS left_end' in join_sql(["end"])
        True
    """
    listed = ", ".join(
        f'{table}."{column}" AS {side}_{column}'
        for side, table in (("left", "l"), ("right", "r"))
        for column in columns
    )
    return f"""
        SELECT p.left_id AS left_id, p.right_id AS right_id, {listed}
        FROM {pairs} p
        JOIN {segments} l ON l.segment_id = p.left_id
        JOIN {segments} r ON r.segment_id = p.right_id
        WHERE l.doc_id <> r.doc_id AND NOT (l.earlier AND r.earlier)
        ORDER BY p.left_id, p.right_id
    """
