"""A small invented corpus in every format, with something broken in it."""

import bz2
import gzip
import io
import json
import lzma
import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from backports import zstd

_WORDS = """
    kota sungai warga jalan pasar hujan banjir sekolah rumah kapal nelayan bupati harga beras pemerintah daerah menteri
    desa laut gunung pelabuhan petani guru murid polisi hakim saksi sidang putusan anggaran rapat dewan partai pemilu
    suara hasil survei lembaga bank kredit usaha ekspor impor pabrik buruh upah listrik air dokter pasien obat vaksin
"""
_PROMO = ("Baca juga: Banjir di Kota Seling, Warga Mengungsi", "ADVERTISEMENT", "Simak berita pilihan lainnya di sini")


def tell(seed: int, sentences: int = 4) -> str:
    """Return an article like no other, with noise in it."""
    chance = random.Random(seed)
    vocabulary = _WORDS.split()
    lines = []
    for _ in range(sentences):
        words = [chance.choice(vocabulary) for _ in range(chance.randint(12, 30))]
        lines.append(" ".join(words).capitalize() + f" {chance.randint(1, 99999)}.")
    lines.insert(chance.randint(1, len(lines)), chance.choice(_PROMO))
    return "\n".join(lines)


def write_corpus(folder: Path, records: int = 4, seed: int = 0) -> Path:
    """Write a file in every format and packing, each of a few records; return the folder."""
    folder.mkdir(parents=True)
    texts = [tell(seed * 1_000_003 + n) for n in range(records * 8)]
    share = [texts[start::8] for start in range(8)]
    (folder / "a.txt").write_text(share[0][0], encoding="utf-8")
    (folder / "b.txt.gz").write_bytes(gzip.compress(share[0][1].encode(), mtime=0))
    paragraphs = "".join(f"<p>{line}</p>" for line in share[1][0].splitlines())
    (folder / "c.html").write_text(f"<html><body><article>{paragraphs}</article></body></html>", encoding="utf-8")
    lines = [json.dumps({"n": n, "text": text}) for n, text in enumerate(share[2])]
    (folder / "d.jsonl").write_text("\n".join([*lines, "{broken"]) + "\n", encoding="utf-8")
    (folder / "e.jsonl.zst").write_bytes(zstd.compress("\n".join(_dump(share[3])).encode()))
    (folder / "f.csv").write_text(_table(share[4]), encoding="utf-8", newline="")
    (folder / "g.csv.bz2").write_bytes(bz2.compress(_table(share[5]).encode()))
    (folder / "h.jsonl.xz").write_bytes(lzma.compress("\n".join(_dump([*share[5][:1], *share[5][:1]])).encode()))
    table = pa.table({"n": range(len(share[6])), "text": share[6], "tags": [["a", None]] * len(share[6])})
    pq.write_table(table, folder / "i.parquet", row_group_size=2)
    (folder / "j.warc.gz").write_bytes(b"".join(gzip.compress(_warc(text), mtime=0) for text in share[7]))
    (folder / "k.jsonl.gz").write_bytes(gzip.compress("\n".join(_dump(share[1])).encode(), mtime=0)[:-4])
    return folder


def _dump(texts: list[str]) -> list[str]:
    return [json.dumps({"text": text}, ensure_ascii=False) for text in texts]


def _table(texts: list[str]) -> str:
    import csv

    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerows([("id", "text"), *enumerate(texts)])
    return stream.getvalue()


def _warc(text: str) -> bytes:
    body = "".join(f"<p>{line}</p>" for line in text.splitlines())
    block = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body><article>{body}</article></body></html>"
    head = f"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: {len(block.encode())}"
    return f"{head}\r\n\r\n{block}\r\n\r\n".encode()
