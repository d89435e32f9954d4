"""An index stands for the corpora it was built from."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from corpus_clean.config import Config, DedupConfig
from corpus_clean.errors import IntegrityError, UsageError
from corpus_clean.pipeline.dedup import dedup
from corpus_clean.pipeline.earlier import build_index
from corpus_clean.pipeline.run import run
from tests.pipeline.test_dedup import CONFIG, edit_text, make_text, read_rows, write_corpus

OLD = [make_text(n) for n in range(5)]
OLDER = [make_text(n) for n in range(10, 13)]
NEW = [edit_text(OLD[0], 1, 0.01), make_text(50), OLDER[2].upper(), make_text(51), "Kabar: " + OLD[4]]


@pytest.fixture
def corpora(tmp_path: Path) -> tuple[Path, Path, Path]:
    for name, texts in (("lama", OLD), ("kuno", OLDER)):
        (tmp_path / name).mkdir()
        write_corpus(tmp_path / name / "a.jsonl", texts)
    return tmp_path / "lama", tmp_path / "kuno", write_corpus(tmp_path / "baru.jsonl", NEW)


def keepers(out: Path) -> list[str]:
    return [row["keeper"] for row in read_rows(out, "documents")]


def test_an_index_gives_the_same_as_the_corpus(corpora: tuple[Path, Path, Path], tmp_path: Path) -> None:
    old, _, new = corpora
    assert build_index([old], tmp_path / "index", CONFIG) == 5
    for name, job in (("dedup", dedup), ("run", run)):
        job(new, tmp_path / f"{name}-corpus", CONFIG, against=old)
        job(new, tmp_path / f"{name}-index", CONFIG, against=tmp_path / "index")
        assert keepers(tmp_path / f"{name}-index") == ["lama:a.jsonl#0", "", "", "", "lama:a.jsonl#4"]
        for table in ("documents", "links", "clusters"):
            corpus, index = (read_rows(tmp_path / f"{name}-{kind}", table) for kind in ("corpus", "index"))
            assert corpus == index


def test_an_index_of_several_corpora_and_of_an_index(corpora: tuple[Path, Path, Path], tmp_path: Path) -> None:
    old, older, new = corpora
    run(old, tmp_path / "lama-bersih", CONFIG)
    build_index([tmp_path / "lama-bersih"], tmp_path / "satu", CONFIG)
    assert build_index([tmp_path / "satu", older], tmp_path / "dua", CONFIG) == 8
    dedup(new, tmp_path / "out", CONFIG, against=tmp_path / "dua")
    assert keepers(tmp_path / "out") == ["lama-bersih:a.jsonl#0", "", "kuno:a.jsonl#2", "", "lama-bersih:a.jsonl#4"]


def test_records_without_a_text_are_not_in_it(tmp_path: Path) -> None:
    source = tmp_path / "a.jsonl"
    source.write_text('{"text": "Air surut."}\nbukan JSON\n{"text": ""}\n')
    assert build_index([source], tmp_path / "index", CONFIG) == 1


def test_other_settings_and_damage_are_refused(corpora: tuple[Path, Path, Path], tmp_path: Path) -> None:
    old, _, new = corpora
    index = tmp_path / "index"
    build_index([old], index, CONFIG)
    other = replace(CONFIG, dedup=DedupConfig(permutations=64))
    with pytest.raises(UsageError, match="index: was built with permutations 128, and 64 is needed"):
        dedup(new, tmp_path / "out", other, against=index)
    (index / "index.json").write_text(json.dumps({"signing": 0}))
    with pytest.raises(IntegrityError, match="was changed after it was written"):
        dedup(new, tmp_path / "out", CONFIG, against=index)


def test_corpora_of_one_name_are_refused(tmp_path: Path) -> None:
    for folder in ("x", "y"):
        (tmp_path / folder / "data").mkdir(parents=True)
        write_corpus(tmp_path / folder / "data" / "a.jsonl", OLD)
    with pytest.raises(UsageError, match="data: 2 of these have this name"):
        build_index([tmp_path / "x" / "data", tmp_path / "y" / "data"], tmp_path / "index", Config())
