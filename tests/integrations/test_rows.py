"""Rows of other libraries come out as `run` writes them."""

import json
from pathlib import Path
from typing import Any

import pytest

from corpus_clean import clean
from corpus_clean.config import Config, DedupConfig, EngineConfig
from corpus_clean.pipeline.run import run

CONFIG = Config(engine=EngineConfig(workers=1), dedup=DedupConfig(keep_duplicates=True))


@pytest.fixture(scope="module")
def rows(newsroom: Path) -> list[dict[str, Any]]:
    """Return the newsroom's articles as rows, with what only `run` could trip over among them."""
    texts = [path.read_bytes().decode("utf-8", "replace") for path in sorted(newsroom.rglob("*.txt"))]
    portal = (newsroom / "kumpulan" / "portal.jsonl").read_text(encoding="utf-8").splitlines()
    found: list[dict[str, Any]] = [json.loads(line) for line in portal if '"text"' in line]
    found += [{"text": text, "url": ""} for text in texts]
    found.append({"text": "Katanya: â€œTidak.â€\x9d\nADVERTISEMENT\n", "url": "https://www.detik.com/1"})
    found.append({"text": "ADVERTISEMENT", "url": ""})
    found.append({"text": "  ", "url": ""})
    names = ("text", "url", "title")
    return [{name: row.get(name) if isinstance(row.get(name), str) else "" for name in names} for row in found]


@pytest.fixture(scope="module")
def expected(rows: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return the texts that `run` gives for them, "" where it quarantines a row."""
    folder = tmp_path_factory.mktemp("rows")
    source = folder / "rows.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    run(source, folder / "out", CONFIG)
    lines = (folder / "out" / "data" / "rows.jsonl").read_text(encoding="utf-8").splitlines()
    texts = iter(json.loads(line)["text"] for line in lines)
    rejections = (folder / "out" / "quarantine" / "rejections.jsonl").read_text(encoding="utf-8").splitlines()
    rejected = {json.loads(line)["doc_id"] for line in rejections}
    found = ["" if f"rows.jsonl#{number}" in rejected else next(texts) for number in range(len(rows))]
    assert len(rejected) == 3
    assert any(text != row["text"] for text, row in zip(found, rows, strict=True))
    return found


def test_datasets_map(rows: list[dict[str, Any]], expected: list[str]) -> None:
    datasets = pytest.importorskip("datasets", reason="the extra `datasets` is not installed")
    from corpus_clean.integrations.datasets import CleanRow

    datasets.disable_progress_bars()
    mapped = datasets.Dataset.from_list(rows).map(CleanRow(), load_from_cache_file=False)
    assert [row["text"] if not row["rejected"] else "" for row in mapped] == expected
    assert mapped[-1]["text"] == "  "
    assert [row["rejected"] for row in mapped][-2:] == ["rules: only noise", "read: empty"]
    streamed = datasets.Dataset.from_list(rows).to_iterable_dataset().map(CleanRow())
    assert [row["text"] for row in streamed] == [row["text"] for row in mapped]


def read_lines(folder: Path) -> list[dict[str, Any]]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]


def test_datatrove_step(rows: list[dict[str, Any]], expected: list[str], tmp_path: Path) -> None:
    pytest.importorskip("datatrove", reason="the extra `datatrove` is not installed")
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    from corpus_clean.integrations.datatrove import CleanText

    (tmp_path / "in").mkdir()
    lines = "".join(json.dumps(row | {"id": str(number)}) + "\n" for number, row in enumerate(rows))
    (tmp_path / "in" / "rows.jsonl").write_text(lines, encoding="utf-8")
    step = CleanText(exclusion_writer=JsonlWriter(str(tmp_path / "dropped"), compression=None))
    pipeline = [JsonlReader(str(tmp_path / "in")), step, JsonlWriter(str(tmp_path / "out"), compression=None)]
    LocalPipelineExecutor(pipeline=pipeline, tasks=1, logging_dir=str(tmp_path / "logs")).run()
    written = read_lines(tmp_path / "out")
    texts = {row["id"]: row["text"] for row in written}
    assert [texts.get(str(number), "") for number in range(len(rows))] == expected
    dropped = read_lines(tmp_path / "dropped")
    assert [row["metadata"]["filter_reason"] for row in dropped] == ["rules-only-noise", "read-empty"]


def test_clean_alone(rows: list[dict[str, Any]], expected: list[str]) -> None:
    from corpus_clean.integrations.rows import find_metadata

    for row, text in zip(rows, expected, strict=True):
        if text:
            assert clean(row["text"], metadata=find_metadata(row)).text == text


def test_pages_give_the_text_that_run_gives(newsroom: Path, newsroom_out: Path) -> None:
    name = "kompas/banjir-muara-seling.html"
    page = (newsroom / name).read_text(encoding="utf-8")
    expected = (newsroom_out / "data" / f"{name}.txt").read_text(encoding="utf-8")
    assert clean(page, html=True).text == expected
    from corpus_clean.integrations.datasets import CleanRow

    assert CleanRow(html=True)({"text": page})["text"] == expected
