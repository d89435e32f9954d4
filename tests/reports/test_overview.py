"""The quick report of a de-duplication is the one that SQL gives."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from corpus_clean.config import Config, DedupConfig, EngineConfig
from corpus_clean.pipeline.dedup import dedup
from corpus_clean.reports.model import build_report
from corpus_clean.reports.overview import sum_up

CONFIG = Config(dedup=DedupConfig(max_removed=1.0), engine=EngineConfig(workers=1))
STORY = "Air mulai surut di Kota Seling pada Selasa pagi dan warga kembali ke rumah mereka masing-masing. " * 3
OTHER = "Harga cabai rawit di pasar induk naik dua kali lipat sejak awal pekan karena hujan deras. " * 3


@pytest.mark.parametrize(
    "rows",
    [
        [{"text": OTHER}],
        [{"text": STORY, "site": "antara"}, {"text": OTHER}, {"text": STORY.upper()}, {"text": STORY + " Warga lega."}],
        [{"text": ""}, {"text": STORY, "site": "antara"}, {"text": STORY, "site": "antara"}, {"judul": "tanpa isi"}],
    ],
    ids=["alone", "copies", "rejected"],
)
def test_overview_is_the_report(tmp_path: Path, rows: list[dict[str, str]]) -> None:
    source = tmp_path / "a.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    found = dedup(source, tmp_path / "out", CONFIG)
    assert asdict(found) == asdict(sum_up(tmp_path / "out")) == asdict(build_report(tmp_path / "out"))
