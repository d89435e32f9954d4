"""The stages give the links and clusters that the functions give, whatever the tasks."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus_clean.config import Config, EngineConfig, QuotesConfig
from corpus_clean.pipeline import settle, tables
from corpus_clean.pipeline.quotes import link_quotes
from corpus_clean.pipeline.stages import open_stages
from corpus_clean.quotes.clusters import cluster_quotes
from corpus_clean.quotes.link import link_documents
from corpus_clean.quotes.spans import read_document
from corpus_clean.types import Document, Metadata

SAID = "Jembatan itu akan kami buka lagi pada hari Senin setelah tiga bulan ditutup untuk perbaikan"
MARKET = "Pasar ikan di pelabuhan lama kami pindahkan sebelum musim hujan supaya pedagang tidak kebanjiran lagi"
TEXTS = [
    f"“{SAID},” kata Bupati Sarma Wirya. Ia menyebut warga sudah “lelah menunggu jembatan”.",
    f"“{SAID.replace('hari Senin', 'Senin')}, begitu rencana kami,” kata Bupati Sarma Wirya di lokasi proyek.",
    f"Bupati Sarma Wirya menegaskan {SAID.lower()}.\nWarga tetap menunggu di tepi sungai.",
    f"“{MARKET},” ujar Kepala Dinas Perikanan Rina Maharani.",
    f"Menurut Rina Maharani, {MARKET.lower().replace('kami pindahkan', 'dipindahkan')}.",
    f"“{MARKET},” ujar Rina Maharani. “{SAID},” kata Sarma Wirya.",
    "Tidak ada yang berkata apa pun di artikel ini.",
]


def make_cleaned(folder: Path, days: list[str], rows_per_group: int) -> Path:
    folder.mkdir()
    schema = pa.schema(
        [tables.CLEANED.field(n) for n in ("doc_id", "published", "quotes", "affiliations", "narration")]
    )
    rows = [
        {
            "doc_id": f"{n}",
            "published": day,
            **tables.reading_columns(read_document(Document(f"{n}", text, language="id"))),
        }
        for n, (text, day) in enumerate(zip(TEXTS, days, strict=True))
    ]
    pq.write_table(pa.Table.from_pylist(rows, schema), folder / "part-00000.parquet", row_group_size=rows_per_group)
    return folder


def run_stages(
    folder: Path, days: list[str], config: QuotesConfig, rows_per_group: int = 99
) -> list[list[dict[str, Any]]]:
    folder.mkdir()
    cleaned = make_cleaned(folder / "cleaned", days, rows_per_group)
    with open_stages(EngineConfig(workers=1), folder / "stages", lambda *_: None) as stages:
        linked = link_quotes(stages, cleaned, Config(quotes=config))
        assert linked
        return [list(tables.read_rows(stage)) for stage in linked]


@pytest.mark.parametrize(("within_days", "rows_per_group"), [(0, 99), (0, 2), (3, 99)])
def test_stages_and_functions_agree(tmp_path: Path, within_days: int, rows_per_group: int) -> None:
    config = QuotesConfig(within_days=within_days)
    days = ["2024-05-01", "2024-05-02", "2024-05-09", "2024-05-01", "", "2024-05-03", "2024-05-01"]
    rows, members = run_stages(tmp_path / "run", days, config, rows_per_group)
    documents = [
        Document(f"{n}", text, language="id", metadata=Metadata(published=day))
        for n, (text, day) in enumerate(zip(TEXTS, days, strict=True))
    ]
    links = link_documents(documents, config)
    assert len(links) >= (5 if within_days else 7)
    expected = {(k.left.doc_id, k.left.start, k.right.doc_id, k.right.start, k.grade, k.flags) for k in links}
    found = {(r["doc_a"], r["start_a"], r["doc_b"], r["start_b"], r["grade"], tuple(r["flags"])) for r in rows}
    assert found == expected
    assert [(r["doc_a"], r["start_a"]) for r in rows] == sorted((r["doc_a"], r["start_a"]) for r in rows)
    clusters = cluster_quotes(links)
    assert {(m["cluster_id"], m["doc_id"], m["start"], m["keeper"]) for m in members} == {
        (cluster.id, member.segment.doc_id, member.segment.start, member.keeper)
        for cluster in clusters
        for member in cluster.members
    }
    of = {(m["doc_id"], m["start"]): m["cluster_id"] for m in members}
    assert all(r["cluster_id"] == of[r["doc_a"], r["start_a"]] for r in rows if r["cluster_id"])
    assert any(r["cluster_id"] for r in rows)


def test_a_corpus_without_quotes_has_no_links(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "cleaned").mkdir()
    schema = pa.schema(
        [tables.CLEANED.field(n) for n in ("doc_id", "published", "quotes", "affiliations", "narration")]
    )
    pq.write_table(schema.empty_table(), folder / "cleaned" / "part-00000.parquet")
    with open_stages(EngineConfig(workers=1), folder / "stages", lambda *_: None) as stages:
        assert link_quotes(stages, folder / "cleaned", Config()) is None


def test_groups_stay_whole_however_many_rows_there_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    days = ["2024-05-01"] * len(TEXTS)
    whole = run_stages(tmp_path / "whole", days, QuotesConfig())
    monkeypatch.setattr(settle, "_ROWS_AT_ONCE", 1)
    assert run_stages(tmp_path / "single", days, QuotesConfig()) == whole
    shared = pq.ParquetFile(tmp_path / "single" / "stages" / "quote-groups-whole" / "part-00000.parquet")
    groups = [shared.read_row_group(n, ["group_id"])["group_id"].to_pylist() for n in range(shared.num_row_groups)]
    assert len(groups) > 1
    assert all(len(set(ids)) == 1 for ids in groups)
    assert len({ids[0] for ids in groups}) == len(groups)
