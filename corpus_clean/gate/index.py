"""The index of a repository's documents: which texts each blob holds, and under which keys alike texts meet.

It is a cache in one SQLite file, keyed by blob: what a blob holds never changes, so no blob is read twice. It can be
thrown away at any time. `files` says which blob lies at which path in one tree; what differs from that tree (the
staged files of a commit) is laid over it for as long as the index is open.
"""

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xxhash

from corpus_clean.config import DedupConfig
from corpus_clean.dedup.segment import SHINGLING
from corpus_clean.similarity.banding import Banding, choose_banding
from corpus_clean.similarity.candidates import LARGE_BUCKET
from corpus_clean.similarity.minhash import band_keys_batch, sign_batch
from corpus_clean.similarity.texts import normalize_texts
from corpus_clean.storage.fingerprint import hash_bytes

FORMAT = "2"
_RECALL = 0.99
_HIGHEST = 0.9
"""A higher threshold would leave too few bands to choose from; candidates are compared exactly anyway."""
_WAIT_SECONDS = 600
_SIGNED_AT_ONCE = 4096
_PRUNED_FROM = 10_000
_SETTLED_FROM = 1 << 19
_CACHE_KIB = 256 << 10

_TABLES = """
    CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT);
    CREATE TABLE blobs (id INTEGER PRIMARY KEY, name TEXT, suffix TEXT, UNIQUE (name, suffix));
    CREATE TABLE texts (id INTEGER PRIMARY KEY, digest BLOB UNIQUE, body BLOB, keys BLOB);
    CREATE TABLE documents (blob INTEGER, part TEXT, text INTEGER, PRIMARY KEY (blob, part)) WITHOUT ROWID;
    CREATE INDEX documents_of_text ON documents (text);
    CREATE TABLE bands (key INTEGER, text INTEGER, PRIMARY KEY (key, text)) WITHOUT ROWID;
    CREATE TABLE recent (key INTEGER, text INTEGER, PRIMARY KEY (key, text)) WITHOUT ROWID;
    CREATE TABLE files (path BLOB PRIMARY KEY, blob INTEGER) WITHOUT ROWID;
    CREATE INDEX files_of_blob ON files (blob);
"""
_OVERLAY = """
    CREATE TEMP TABLE changed (path BLOB PRIMARY KEY, blob INTEGER) WITHOUT ROWID;
    CREATE INDEX temp.changed_of_blob ON changed (blob);
    CREATE TEMP TABLE sought (text INTEGER PRIMARY KEY);
    CREATE TEMP TABLE probe (key INTEGER, text INTEGER);
    CREATE INDEX temp.probe_of_key ON probe (key);
    CREATE TEMP TABLE met (key INTEGER, text INTEGER);
    CREATE INDEX temp.met_of_key ON met (key);
    CREATE TEMP TABLE sizes (key INTEGER, size INTEGER);
    CREATE TEMP VIEW live AS
        SELECT f.path AS path, f.blob AS blob FROM files f
        WHERE NOT EXISTS (SELECT 1 FROM changed c WHERE c.path = f.path)
        UNION ALL SELECT path, blob FROM changed WHERE blob IS NOT NULL;
"""
_MET = """
    INSERT INTO met
        SELECT b.key, b.text FROM (SELECT DISTINCT key FROM probe) p CROSS JOIN bands b ON b.key = p.key
        UNION ALL SELECT r.key, r.text FROM (SELECT DISTINCT key FROM probe) p CROSS JOIN recent r ON r.key = p.key
"""
"""In SQLite, CROSS JOIN takes the tables in the order in which they stand: few keys are looked up in many bands."""

_SIZES = "INSERT INTO sizes SELECT key, COUNT(*) FROM met GROUP BY key HAVING COUNT(*) > 1"
_ALIVE = "EXISTS (SELECT 1 FROM documents d CROSS JOIN live l ON l.blob = d.blob WHERE d.text = b.text)"
"""Whether a text is that of a document in the tree, not of one that was."""

_CANDIDATES = f"""
    SELECT DISTINCT p.text AS left_id, b.text AS right_id
    FROM sizes s CROSS JOIN probe p ON p.key = s.key CROSS JOIN met b ON b.key = s.key
    WHERE s.size <= {LARGE_BUCKET} AND b.text <> p.text AND {_ALIVE}
    UNION
    SELECT p.text AS left_id, g.leader AS right_id
    FROM (SELECT s.key AS key, MIN(b.text) AS leader FROM sizes s CROSS JOIN met b ON b.key = s.key
          WHERE s.size > {LARGE_BUCKET} AND {_ALIVE} GROUP BY s.key) g
    CROSS JOIN probe p ON p.key = g.key WHERE p.text <> g.leader
    ORDER BY left_id, right_id
"""
"""Small buckets give all their pairs; a large one a star around its oldest text, as in `similarity.candidates`."""


Change = tuple[str, tuple[str, str] | None]
"""A path, and the (blob, suffix) that lies there now; None where nothing does."""


@dataclass(frozen=True, slots=True)
class Held:
    """What one blob holds: `parts` are what its documents' ids add to a path ("", or "#3"), with their texts."""

    blob: str
    suffix: str
    parts: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Located:
    """A document of the tree, and the number of its text."""

    path: str
    part: str
    text: int


class Index:
    """An open index. All changes are one transaction, made when the block of `open_index` ends well."""

    def __init__(self, connection: sqlite3.Connection, banding: Banding, permutations: int) -> None:
        self._connection = connection
        self._banding = banding
        self._permutations = permutations
        for statement in _OVERLAY.split(";"):
            connection.execute(statement)

    def find_tree(self, scope: str) -> str:
        """Return the tree that `files` describes, as far as this scope looks at it; "" for none."""
        row = self._connection.execute("SELECT value FROM state WHERE name = ?", (f"tree {scope}",)).fetchone()
        return str(row[0]) if row else ""

    def find_unknown(self, wanted: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return those (blob, suffix) that the index holds nothing of, each once."""
        query = "SELECT 1 FROM blobs WHERE name = ? AND suffix = ?"
        return [key for key in dict.fromkeys(wanted) if not self._connection.execute(query, key).fetchone()]

    def add(self, held: Iterable[Held]) -> None:
        """Take in what blobs hold."""
        fresh: dict[int, str] = {}
        for one in held:
            cursor = self._connection.execute("INSERT INTO blobs (name, suffix) VALUES (?, ?)", (one.blob, one.suffix))
            blob = cursor.lastrowid
            for part, text in one.parts:
                number = self._add_text(text, fresh)
                self._connection.execute("INSERT INTO documents VALUES (?, ?, ?)", (blob, part, number))
            while len(fresh) >= _SIGNED_AT_ONCE:
                self._sign({number: fresh.pop(number) for number in list(fresh)[:_SIGNED_AT_ONCE]})
        self._sign(fresh)

    def set_files(self, scope: str, tree: str, changes: Iterable[Change]) -> None:
        """Bring `files` to another tree; from nothing, if they were those of another scope."""
        if not self.find_tree(scope):
            self._connection.execute("DELETE FROM files")
            self._connection.execute("DELETE FROM state WHERE name LIKE 'tree %'")
        self._place("files", changes)
        self._connection.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (f"tree {scope}", tree))

    def overlay(self, changes: Iterable[Change]) -> None:
        """Lay changes over `files`, until the index is closed."""
        self._place("changed", changes, keep_gone=True)

    def list_documents(self, paths: Iterable[str]) -> list[Located]:
        """Return the documents at these paths, in their order; those without a single word are like no other."""
        query = """
            SELECT d.part, d.text FROM live l JOIN documents d ON d.blob = l.blob JOIN texts t ON t.id = d.text
            WHERE l.path = ? AND t.keys <> x'' ORDER BY LENGTH(d.part), d.part
        """
        return [
            Located(path, part, text)
            for path in paths
            for part, text in self._connection.execute(query, (_encode(path),))
        ]

    def list_paths(self) -> list[str]:
        """Return every path of the tree that holds documents."""
        return sorted(_decode(row[0]) for row in self._connection.execute("SELECT path FROM live"))

    def has_path(self, path: str) -> bool:
        """Tell whether a file lies there."""
        return bool(self._connection.execute("SELECT 1 FROM live WHERE path = ?", (_encode(path),)).fetchone())

    def find_documents(self, texts: Iterable[int]) -> list[Located]:
        """Return all documents of the tree that have one of these texts."""
        query = "SELECT l.path, d.part FROM documents d JOIN live l ON l.blob = d.blob WHERE d.text = ?"
        return [
            Located(_decode(path), part, text)
            for text in texts
            for path, part in self._connection.execute(query, (text,))
        ]

    def pair(self, texts: Iterable[int]) -> list[tuple[int, int]]:
        """Return pairs worth comparing: each of these texts with texts of the tree that it shares a band with."""
        run = self._connection.execute
        for table in ("sought", "probe", "met", "sizes"):
            run(f"DELETE FROM {table}")
        self._connection.executemany("INSERT OR IGNORE INTO sought VALUES (?)", ((text,) for text in texts))
        rows = run("SELECT t.id, t.keys FROM sought s JOIN texts t ON t.id = s.text").fetchall()
        probes = ((key, text) for text, keys in rows for key in np.frombuffer(keys, "<i8").tolist())
        self._connection.executemany("INSERT INTO probe VALUES (?, ?)", probes)
        run(_MET)
        run(_SIZES)
        pairs = {(min(pair), max(pair)) for pair in run(_CANDIDATES)}
        return sorted(pairs)

    def read_texts(self, texts: Iterable[int]) -> Iterator[tuple[int, str]]:
        """Yield the texts of these numbers."""
        for text in texts:
            (body,) = self._connection.execute("SELECT body FROM texts WHERE id = ?", (text,)).fetchone()
            yield text, zlib.decompress(body).decode("utf-8")

    def read_digest(self, text: int) -> str:
        """Return what the baseline knows a text by."""
        (digest,) = self._connection.execute("SELECT digest FROM texts WHERE id = ?", (text,)).fetchone()
        return bytes(digest).hex()[:12]

    def settle(self) -> None:
        """Put things in order for the next time: merge recent keys, forget blobs that are long gone."""
        self._merge_recent()
        self._prune()

    def _merge_recent(self) -> None:
        """Merge the recent keys into the others once they are many.

        A key lands anywhere in the large table, and each touches a page of it: a commit's few thousand keys would
        rewrite tens of megabytes. In the order of the keys half a million of them costs little more.
        """
        (waiting,) = self._connection.execute("SELECT COUNT(*) FROM recent").fetchone()
        if waiting >= _SETTLED_FROM:
            self._connection.execute("INSERT INTO bands SELECT key, text FROM recent ORDER BY key, text")
            self._connection.execute("DELETE FROM recent")

    def _prune(self) -> None:
        """Forget blobs that no file of the tree has, once as many were added as there were when last it was looked."""
        state = dict(self._connection.execute("SELECT name, value FROM state").fetchall())
        (newest,) = self._connection.execute("SELECT COALESCE(MAX(id), 0) FROM blobs").fetchone()
        if newest < 2 * int(state.get("newest", 0)) + _PRUNED_FROM:
            return
        self._connection.execute("INSERT OR REPLACE INTO state VALUES ('newest', ?)", (str(newest),))
        for statement in (
            "DELETE FROM blobs WHERE id NOT IN (SELECT blob FROM live)",
            "DELETE FROM documents WHERE blob NOT IN (SELECT id FROM blobs)",
            "DELETE FROM texts WHERE id NOT IN (SELECT text FROM documents)",
            "DELETE FROM bands WHERE text NOT IN (SELECT id FROM texts)",
            "DELETE FROM recent WHERE text NOT IN (SELECT id FROM texts)",
        ):
            self._connection.execute(statement)

    def _add_text(self, text: str, fresh: dict[int, str]) -> int:
        data = text.encode("utf-8")
        digest = xxhash.xxh3_128_digest(data)
        row = self._connection.execute("SELECT id FROM texts WHERE digest = ?", (digest,)).fetchone()
        if row:
            return int(row[0])
        insert = "INSERT INTO texts (digest, body, keys) VALUES (?, ?, x'')"
        number = self._connection.execute(insert, (digest, zlib.compress(data, 1))).lastrowid or 0
        fresh[number] = text
        return number

    def _sign(self, fresh: dict[int, str]) -> None:
        if not fresh:
            return
        packed = normalize_texts(list(fresh.values()))
        keys = band_keys_batch(sign_batch(packed, SHINGLING, self._permutations), self._banding, "document")
        wordless = (np.diff(packed.offsets) <= 1).tolist()  # texts without a single word would all meet
        rows = [(number, row) for number, row, empty in zip(fresh, keys, wordless, strict=True) if not empty]
        update = "UPDATE texts SET keys = ? WHERE id = ?"
        self._connection.executemany(update, ((row.astype("<i8").tobytes(), number) for number, row in rows))
        entries = sorted({(key, number) for number, row in rows for key in row.tolist()})
        self._connection.executemany("INSERT INTO recent VALUES (?, ?)", entries)
        if len(rows) == _SIGNED_AT_ONCE:  # there is a lot to come
            self._merge_recent()

    def _place(self, table: str, changes: Iterable[Change], *, keep_gone: bool = False) -> None:
        find = "SELECT id FROM blobs WHERE name = ? AND suffix = ?"
        for path, key in changes:
            blob = self._connection.execute(find, key).fetchone()[0] if key else None
            if key is None and not keep_gone:
                self._connection.execute(f"DELETE FROM {table} WHERE path = ?", (_encode(path),))
            else:
                self._connection.execute(f"INSERT OR REPLACE INTO {table} VALUES (?, ?)", (_encode(path), blob))


@contextmanager
def open_index(place: Path | None, settings: str, config: DedupConfig) -> Iterator[Index]:
    """Open the index of a file, or one in memory; what was made with other settings, or is damaged, is made anew.

    Args:
        place: the file; None for one that is gone when it is closed.
        settings: everything that the texts in it depend on.
        config: the threshold and the permutations of the signatures.
    """
    connection = _connect(place)
    try:
        connection.execute("BEGIN IMMEDIATE")
        made = f"{FORMAT} {settings} {config.threshold} {config.permutations}"
        state = _read_state(connection)
        banding = Banding(int(state["bands"]), int(state["rows"])) if state.get("made") == made else None
        if banding is None or state["keys"] != _try_keys(banding, config.permutations):
            banding = choose_banding(min(config.threshold, _HIGHEST), config.permutations, _RECALL)
            _empty(connection)
            keys = _try_keys(banding, config.permutations)
            rows = [("made", made), ("bands", str(banding.bands)), ("rows", str(banding.rows)), ("keys", keys)]
            connection.executemany("INSERT INTO state VALUES (?, ?)", rows)
        yield Index(connection, banding, config.permutations)
        connection.execute("COMMIT")
    finally:
        connection.close()


def _connect(place: Path | None) -> sqlite3.Connection:
    if place is None:
        return _open(":memory:")
    try:
        place.parent.mkdir(exist_ok=True)
        connection = _open(str(place))
        try:
            # One read tells a sound file from a damaged one; another hook may be writing it.
            connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        except sqlite3.DatabaseError as error:
            connection.close()
            if isinstance(error, sqlite3.OperationalError):
                raise
            place.unlink()
            connection = _open(str(place))
        # It can be made anew, so a power cut may cost it.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    except (OSError, sqlite3.OperationalError):
        return _open(":memory:")  # a repository that cannot be written to is checked all the same
    return connection


def _open(name: str) -> sqlite3.Connection:
    return sqlite3.connect(name, timeout=_WAIT_SECONDS, isolation_level=None)


def _read_state(connection: sqlite3.Connection) -> dict[str, str]:
    with suppress(sqlite3.OperationalError):
        return dict(connection.execute("SELECT name, value FROM state").fetchall())
    return {}


def _try_keys(banding: Banding, permutations: int) -> str:
    """Return a sample's keys, which tell whether keys are still made in the way that those in the index were."""
    keys = band_keys_batch(sign_batch(["air surut"], SHINGLING, permutations), banding, "document")
    return hash_bytes(keys.tobytes())


def _empty(connection: sqlite3.Connection) -> None:
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (name,) in names:
        connection.execute(f'DROP TABLE "{name}"')
    for statement in _TABLES.split(";"):
        connection.execute(statement)


def _encode(path: str) -> bytes:
    return path.encode("utf-8")


def _decode(path: bytes) -> str:
    return path.decode("utf-8")
