"""De-duplication: alone, against an earlier run, and with a guard against removing too much."""

import itertools
import json
import random
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_clean.config import Config, DedupConfig, EngineConfig, QuotesConfig
from corpus_clean.dedup.segment import shingle_segment
from corpus_clean.errors import IntegrityError
from corpus_clean.pipeline import dedup as dedup_alone
from corpus_clean.pipeline.dedup import dedup
from corpus_clean.pipeline.run import run
from corpus_clean.pipeline.tablewriter import TableWriter
from corpus_clean.similarity.compare import compare_shingles
from scripts.faults.processes import fingerprint

CONFIG = Config(quotes=QuotesConfig(enabled=False), engine=EngineConfig(workers=1))
WORDS = [
    a + b for a, b in itertools.product(["ba", "ci", "du", "ke", "la", "mu"], ["rang", "lam", "tik", "sur", "ngan"])
]


def make_text(seed: int, length: int = 120) -> str:
    draw = random.Random(seed)
    return " ".join(draw.choice(WORDS) + str(draw.randrange(40)) for _ in range(length))


def edit_text(text: str, seed: int, share: float) -> str:
    draw = random.Random(seed)
    words = text.split()
    for place in draw.sample(range(len(words)), int(share * len(words))):
        words[place] = "sisipan"
    return " ".join(words)


def write_corpus(path: Path, texts: list[str], **fields: str) -> Path:
    path.write_text("".join(json.dumps({"text": text, **fields}) + "\n" for text in texts), encoding="utf-8")
    return path


def read_rows(out: Path, name: str) -> list[dict[str, Any]]:
    return list(pq.read_table(out / f"{name}.parquet").to_pylist())


def test_every_removed_document_matches_its_keeper_directly(tmp_path: Path) -> None:
    texts = [make_text(n) for n in range(40)]
    texts += [edit_text(texts[n % 8], n, 0.01 * (n % 5)) for n in range(60)]
    dedup(write_corpus(tmp_path / "a.jsonl", texts), tmp_path / "out", CONFIG)
    removed = [row for row in read_rows(tmp_path / "out", "documents") if row["status"] == "duplicate"]
    assert len(removed) > 20
    for row in removed:
        left, right = (texts[int(doc_id.partition("#")[2])] for doc_id in (row["doc_id"], row["keeper"]))
        assert compare_shingles(shingle_segment(left), shingle_segment(right)).jaccard >= 0.8
    similarity = {row["doc_id"]: row["jaccard_to_keeper"] for row in read_rows(tmp_path / "out", "clusters")}
    assert all(similarity[row["doc_id"]] >= 0.8 for row in removed)


def test_links_are_those_of_comparing_everything_with_everything(tmp_path: Path) -> None:
    texts = [make_text(n) for n in range(25)]
    texts += [edit_text(texts[n], n, 0.02 + 0.01 * n) for n in range(12)] + [texts[20][:600], texts[3] + " " + texts[4]]
    dedup(write_corpus(tmp_path / "a.jsonl", texts), tmp_path / "out", CONFIG)
    found = {
        (int(row["doc_a"].partition("#")[2]), int(row["doc_b"].partition("#")[2])): (row["jaccard"], row["containment"])
        for row in read_rows(tmp_path / "out", "links")
    }
    expected = {}
    for i, j in itertools.combinations(range(len(texts)), 2):
        match = compare_shingles(shingle_segment(texts[i]), shingle_segment(texts[j]))
        if match.jaccard >= 0.5 or match.containment >= 0.65:
            expected[i, j] = (pytest.approx(match.jaccard), pytest.approx(match.containment))
    assert len(expected) > 8
    assert {tuple(sorted(pair)): value for pair, value in found.items()} == expected


def test_a_long_chain_is_not_one_cluster(tmp_path: Path) -> None:
    words = make_text(1, 200).split()
    texts = [" ".join(words[4 * n : 4 * n + 120]) for n in range(20)]
    dedup(
        write_corpus(tmp_path / "a.jsonl", texts),
        tmp_path / "out",
        Config(dedup=DedupConfig(max_removed=1.0), engine=EngineConfig(workers=1)),
    )
    status = [row["status"] for row in read_rows(tmp_path / "out", "documents")]
    assert 0 < status.count("duplicate") < 19


def test_removal_is_from_the_new_set_only(tmp_path: Path) -> None:
    old = [make_text(n) for n in range(6)]
    new = [
        edit_text(old[0], 1, 0.01),
        make_text(50),
        old[1] + " lebih panjang daripada yang lama",
        make_text(51),
        make_text(50),
    ]
    run(write_corpus(tmp_path / "lama.jsonl", old), tmp_path / "lama-clean", CONFIG)
    for name, job in (("run", run), ("dedup", dedup)):
        out = tmp_path / name
        job(write_corpus(tmp_path / "baru.jsonl", new), out, CONFIG, against=tmp_path / "lama-clean")
        keepers = {row["doc_id"]: row["keeper"] for row in read_rows(out, "documents")}
        assert keepers == {
            "baru.jsonl#0": "lama-clean:lama.jsonl#0",
            "baru.jsonl#1": "",
            "baru.jsonl#2": "lama-clean:lama.jsonl#1",
            "baru.jsonl#3": "",
            "baru.jsonl#4": "baru.jsonl#1",
        }


def test_removing_most_of_a_source_publishes_nothing(tmp_path: Path) -> None:
    texts = [make_text(1)] * 15 + [make_text(n) for n in range(2, 12)]
    source = write_corpus(tmp_path / "a.jsonl", texts)
    with pytest.raises(IntegrityError, match=r"14 of 25 documents .* 14 copies of a.jsonl#0.*--max-removed"):
        dedup(source, tmp_path / "out", CONFIG)
    assert not (tmp_path / "out").exists()
    dedup(source, tmp_path / "out", Config(dedup=DedupConfig(max_removed=0.9), engine=EngineConfig(workers=1)))


def test_texts_without_words_and_equal_texts_end_well(tmp_path: Path) -> None:
    texts = ["...", "—", "!!!", "satu", "satu", "Satu."] * 30
    dedup(
        write_corpus(tmp_path / "a.jsonl", texts),
        tmp_path / "out",
        Config(dedup=DedupConfig(max_removed=1.0), engine=EngineConfig(workers=1)),
    )
    kept = [row["doc_id"] for row in read_rows(tmp_path / "out", "documents") if row["status"] == "kept"]
    assert len(kept) == 91  # every wordless one, and one of "satu"


def test_what_a_split_corpus_keeps_is_what_the_whole_one_keeps(tmp_path: Path) -> None:
    old = [make_text(n) for n in range(30)]
    new = [edit_text(old[n], n, 0.01) for n in range(0, 30, 3)] + [make_text(n) for n in range(40, 60)]
    new += [edit_text(new[10 + n], n, 0.012) for n in range(10)] + [old[1], new[12]]
    for name, texts in (("lama", old), ("semua", old + new)):
        (tmp_path / name).mkdir()
        write_corpus(tmp_path / name / "a.jsonl", texts)
    source = write_corpus(tmp_path / "baru.jsonl", new)
    # Of the whole the earlier ones are kept, as they are when the new set is compared with the old one.
    rows = [{"text": text, "date": f"2024-01-{1 + (place >= len(old)):02}"} for place, text in enumerate(old + new)]
    (tmp_path / "semua" / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    config = Config(dedup=DedupConfig(keep="earliest", max_removed=1.0), engine=EngineConfig(workers=1))
    dedup(tmp_path / "semua", tmp_path / "out-semua", config)
    dedup(source, tmp_path / "out-baru", config, against=tmp_path / "lama")
    dedup(tmp_path / "lama", tmp_path / "out-lama", config)
    whole = {row["doc_id"]: row["keeper"] for row in read_rows(tmp_path / "out-semua", "documents")}

    def place(doc_id: str) -> str:
        """Where a document of one of the halves stands in the whole."""
        name, _, index = doc_id.removeprefix("lama:").partition("#")
        return f"a.jsonl#{int(index) + (len(old) if name == 'baru.jsonl' else 0)}" if name else ""

    halves = {
        place(row["doc_id"]): place(row["keeper"])
        for out in ("out-lama", "out-baru")
        for row in read_rows(tmp_path / out, "documents")
    }
    assert halves == whole
    assert sum(map(bool, whole.values())) >= 20


def test_how_tasks_are_cut_changes_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [make_text(n % 30, 30) for n in range(45)] + [edit_text(make_text(n, 30), n, 0.05) for n in range(10)]
    lines = [json.dumps({"text": text}) for text in texts]
    (tmp_path / "a.jsonl").write_text("\n".join([*lines[:20], "", *lines[20:], "{}"]) + "\n", encoding="utf-8")
    for size in (1 << 20, 700):
        monkeypatch.setattr(dedup_alone, "LOAD_BYTES", size)
        dedup(tmp_path / "a.jsonl", tmp_path / f"out-{size}", CONFIG)
    assert fingerprint(tmp_path / "out-700") == fingerprint(tmp_path / f"out-{1 << 20}")


@given(sizes=st.lists(st.integers(0, 9), max_size=9))
def test_row_groups_are_full_whatever_the_pieces(sizes: list[int]) -> None:
    schema = pa.schema([("n", pa.int64())])
    numbers = iter(range(100))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "numbers.parquet")
        with TableWriter(path, schema, rows_per_batch=4) as writer:
            for size in sizes:
                writer.fill(pa.table([pa.array(itertools.islice(numbers, size), pa.int64())], schema=schema))
        with pq.ParquetFile(path) as file:
            groups = [file.metadata.row_group(place).num_rows for place in range(file.num_row_groups)]
            assert file.read()["n"].to_pylist() == list(range(sum(sizes)))
    assert groups == [4] * (sum(sizes) // 4) + [sum(sizes) % 4] * (sum(sizes) % 4 > 0)
