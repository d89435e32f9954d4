"""Generate hostile documents in every format; what went in is kept, edited on record, or quarantined.

python -m scripts.faults.invariant --documents 100000
"""

import argparse
import bz2
import csv
import gzip
import hashlib
import io
import json
import lzma
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from backports import zstd

from corpus_clean.readers.parquet import digest
from corpus_clean.storage.streams import DamagedStreamError, open_input
from scripts.faults.corpus import tell
from scripts.faults.processes import call, warm_up

_ODD = (
    *("Ã©tÃ©", "â€œTidak,â€\x9d", "\u200b\u200d\u00ad", "\u2028", "\x85", "\x1c", "\r", "\r\n", "\t", "\ufeff"),
    *("\u202eabc", "\x1b[31m", '"', '""', "\\", "\\u00e9", "';=+@", "</script><script>", "&amp;", "ﬁ ﬂ", "ｆｕｌｌ"),
    *("e\u0301", "优游国际.com", "🙂\u200d👧", "\U0010ffff", "Baca juga:", "ADVERTISEMENT", "\0", "ÿþ", "[/foo]"),
    *("{{ x }}", "%s%n", " " * 40, "\n\n\n"),
)
PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": lambda data: gzip.compress(data, mtime=0),
    ".zst": zstd.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
}


def make_text(chance: random.Random) -> str:
    """Return a text of ordinary and odd pieces, some of which come again and again."""
    if chance.random() < 0.1:
        return tell(chance.randrange(20), 6)
    pieces = [tell(chance.randrange(10**9), 2) if chance.random() < 0.7 else "" for _ in range(chance.randint(0, 2))]
    pieces += [chance.choice(_ODD) for _ in range(chance.randint(0, 6))]
    pieces += ["".join(chr(chance.randrange(0x20, 0xD800)) for _ in range(chance.randint(0, 12)))]
    chance.shuffle(pieces)
    return chance.choice(["", " ", "\n"]).join(pieces)


def make_bytes(chance: random.Random, text: str) -> bytes:
    """Return a text in some charset, or bytes that are none."""
    codec = chance.choice(["utf-8"] * 6 + ["utf-16", "utf-8-sig", "cp1252", "utf-16-le", "gb18030", "random"])
    if codec == "random":
        return chance.randbytes(chance.randint(0, 200))
    return text.encode(codec, "ignore")


def make_lines(chance: random.Random, count: int) -> bytes:
    """Return JSON lines with odd numbers, keys, spacing and damage."""
    lines = []
    for _ in range(count):
        text = json.dumps(make_text(chance), ensure_ascii=chance.random() < 0.5)
        line = chance.choice(
            [
                f'{{"text": {text}, "n": 1e400, "n": 1.10, "big": 123456789012345678901234}}',
                f'{{"text":"x","text"  :  {text}}}',
                f' {{"deep": {"[" * 50}{"]" * 50}, "content": {text}}} ',
                f'{{"text": {text}, "half": "\\ud800"}}',
                f'{{"text": "\\ud800 {text[1:-1]}"}}',
                f'{{"text": {text}',
                f'{{"text": {text}}}',
                f'{{"text": {text}}}',
            ]
        )
        lines.append(line.encode("utf-8", "surrogatepass"))
        if chance.random() < 0.1:
            lines.append(chance.choice([b"", b" ", b"\xff\xfe", b"\x00", b"null", b"[" * 5000]))
    return b"\n".join(lines) + chance.choice([b"", b"\n", b"\n\n", b"\r\n"])


def make_table(chance: random.Random, count: int) -> bytes:
    """Return a table in some dialect, with damaged rows."""
    stream = io.StringIO(newline="")
    dialect = {"delimiter": chance.choice(",;\t|"), "lineterminator": chance.choice(["\n", "\r\n"])}
    quoting = chance.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    writer = csv.writer(stream, quoting=quoting, **dialect)  # type: ignore[arg-type]
    writer.writerow(["id", "text", "url"])
    writer.writerows([(n, make_text(chance), "https://kabar.example") for n in range(count)])
    lines = stream.getvalue().encode("utf-8", "surrogatepass").splitlines(keepends=True)
    for _ in range(chance.randint(0, 3)):
        at = chance.randint(1, len(lines))
        lines.insert(at, chance.choice([b"1,2\n", b'"open,1,2\n', b"\xff,\xfe,x\n", b"\n", b"\x00\n"]))
    return b"".join(lines)


def make_page(chance: random.Random) -> bytes:
    """Return a page, whole or not."""
    text = make_text(chance).replace("\n", "</p><p>")
    page = chance.choice(
        [
            f"<html><body><article><p>{text}</p></article></body></html>",
            f"<div>{'<div>' * chance.randint(0, 400)}<p>{text}</p>",
            f"<html><head><meta charset=latin-1></head><body><p>{text}",
            f"<!DOCTYPE x [<!ENTITY a 'b'>]><html><body>&a;{text}</body>",
        ]
    )
    return make_bytes(chance, page)


def make_warc(chance: random.Random, count: int, packed: bool) -> bytes:
    """Return WARC records, some of which lie about their length."""
    records = []
    for _ in range(count):
        body = make_page(chance)
        block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
        length = len(block) + (chance.randint(-20, 20) if chance.random() < 0.1 else 0)
        record = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: %d\r\n\r\n"
        record = record % max(length, 0) + block + b"\r\n\r\n"
        records.append(gzip.compress(record, mtime=0) if packed else record)
    return b"".join(records)


def write_columns(chance: random.Random, path: Path, count: int) -> None:
    """Write a Parquet file with nulls and nested columns."""
    texts = [None if chance.random() < 0.05 else make_text(chance) for _ in range(count)]
    extra = [{"a": [n] * (n % 3), "b": None} if n % 4 else None for n in range(count)]
    size = chance.randint(1, count + 1)
    pq.write_table(pa.table({"text": texts, "x": extra, "n": range(count)}), path, row_group_size=size)


def write_documents(folder: Path, count: int, chance: random.Random) -> None:
    """Write about so many documents in files of every kind."""
    folder.mkdir()
    share = max(1, count // 10)
    for n in range(share):
        (folder / f"t{n}.txt").write_bytes(make_bytes(chance, make_text(chance)))
        (folder / f"p{n}.html").write_bytes(make_page(chance))
    for number, (packing, pack) in enumerate(PACKINGS.items()):
        lines, table = pack(make_lines(chance, share)), pack(make_table(chance, share // 2 + 1))
        if packing and chance.random() < 0.3:
            lines = lines[: chance.randint(0, len(lines))]
        elif packing and chance.random() < 0.3:
            lines += chance.randbytes(9)
        (folder / f"l{number}.jsonl{packing}").write_bytes(lines)
        (folder / f"c{number}.csv{packing}").write_bytes(table)
    write_columns(chance, folder / "q.parquet", share)
    data = make_warc(chance, share // 2 + 1, packed=True)
    if chance.random() < 0.5:
        at = chance.randrange(len(data))
        data = data[:at] + chance.randbytes(3) + data[at + 3 :]
    (folder / "w.warc.gz").write_bytes(data)
    (folder / "v.warc").write_bytes(make_warc(chance, share // 2 + 1, packed=False))


def hash_content(path: Path) -> str:
    """Return the hash of what a file holds: schema and values, or the decompressed bytes; of a damaged one, its own."""
    try:
        if path.suffix == ".parquet":
            return digest(path)
        with open_input(path) as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except DamagedStreamError:
        return hashlib.sha256(path.read_bytes()).hexdigest()


def count_violations(source: Path, out: Path, back: Path) -> list[str]:
    """Return what does not add up in a run."""
    found = []
    for path in sorted(source.iterdir()):
        if not (back / path.name).is_file() or hash_content(back / path.name) != hash_content(path):
            found.append(f"{path.name}: did not come back")
    changed: Counter[str] = Counter()
    for edit in pq.read_table(out / "ledger" / "edits.parquet").to_pylist():
        if edit["action"] != "flag" and edit["stage"] != "dedup":
            changed[edit["doc_id"]] += len(edit["after"]) - len(edit["before"])
    for row in pq.read_table(out / "documents.parquet").to_pylist():
        if row["status"] != "rejected" and row["chars_in"] + changed[row["doc_id"]] != row["chars_out"]:
            found.append(f"{row['doc_id']}: its characters do not add up")
    rejected = {json.loads(line)["raw"] for line in (out / "quarantine" / "rejections.jsonl").read_bytes().splitlines()}
    found += [f"{raw}: is not in the quarantine" for raw in rejected if not (out / raw).is_file()]
    return found


def run_invariant(documents: int, seed: int, each: int = 400) -> tuple[Counter[str], list[str]]:
    """Run over so many documents; return what was counted, and the violations."""
    warm_up()
    counts: Counter[str] = Counter()
    violations: list[str] = []
    with tempfile.TemporaryDirectory(prefix="corpus-clean-invariant-") as folder:
        while counts["documents"] < documents:
            root = Path(folder, str(counts["runs"]))
            root.mkdir()
            write_documents(
                root / "in", min(each, documents - counts["documents"]), random.Random(seed * 10**6 + counts["runs"])
            )
            ended = call(["run", str(root / "in"), "-o", str(root / "out"), "-q", "-j1", "--max-removed", "1"])
            if ended.code not in {0, 3}:
                violations.append(f"run {counts['runs']} of seed {seed}: exit {ended.code}: {ended.errors[-2000:]}")
                break
            for arguments in (["verify", str(root / "out")], ["restore", str(root / "out"), str(root / "back")]):
                ended = call(arguments)
                if ended.code:
                    violations.append(f"{arguments[0]} {counts['runs']} of seed {seed}: {ended.errors[-2000:]}")
            if not ended.code:
                violations += count_violations(root / "in", root / "out", root / "back")
            statuses = pq.read_table(root / "out" / "documents.parquet", columns=["status"])["status"].to_pylist()
            counts.update(statuses)
            counts["documents"] += len(statuses)
            counts["runs"] += 1
            shutil.rmtree(root)
    return counts, violations


def main() -> None:
    """Read the arguments, and leave with 1 at a violation."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    counts, violations = run_invariant(given.documents, given.seed)
    print(", ".join(f"{name} {count}" for name, count in sorted(counts.items())) + f", violations {len(violations)}")
    for violation in violations[:20]:
        print(violation, file=sys.stderr)
    sys.exit(bool(violations))


if __name__ == "__main__":
    main()
