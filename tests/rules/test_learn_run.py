"""Learning from a finished run: it says whose each document is, and which passages are boilerplate."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from corpus_clean.config import Config, DedupConfig, EngineConfig, QuotesConfig
from corpus_clean.errors import IntegrityError, UsageError
from corpus_clean.pipeline.dedup import dedup
from corpus_clean.pipeline.learn import learn_rules, write_drafts
from corpus_clean.pipeline.run import run
from corpus_clean.rules.apply import apply_rules, compile_rules
from corpus_clean.rules.pack import load_packs
from corpus_clean.types import Document
from tests.pipeline.test_dedup import make_text

CONFIG = Config(engine=EngineConfig(workers=1), quotes=QuotesConfig(enabled=False))
STANDING = (
    "Catatan musim ini disusun dari buku harian para juru kunci pintu air, yang menulis tinggi sungai setiap pagi "
    "sejak bendung lama berdiri, dan disimpan di lemari kayu balai desa sampai tahun berganti."
)
CHANGING = (
    "Daftar pemenang lomba perahu hias pekan {} dibacakan oleh panitia di tepi dermaga barat setelah semua peserta "
    "kembali, lalu ditempel di papan kayu dekat loket supaya warga dapat membacanya sendiri sepanjang hari."
)
FLOWERS = ("melati", "kenanga", "mawar", "anggrek", "teratai", "kamboja", "cempaka", "seruni")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty articles that have nothing in common but what stands in the middle of some of them."""
    root = tmp_path_factory.mktemp("corpus") / "in"
    (root / "kantor").mkdir(parents=True)
    rows = []
    for number in range(60):
        paragraphs = [f"Kabar {make_text(7 * number + part, 40)}." for part in range(6)]
        if number % 8 == 0:
            paragraphs.insert(2 + number // 8 % 3, STANDING)
        if number % 8 == 1:
            paragraphs.insert(3, CHANGING.format(FLOWERS[number // 8]))
        text = "\n".join(paragraphs)
        if number % 2:
            rows.append(json.dumps({"text": text, "source": "Warta Kantor"}) + "\n")
        else:
            (root / "kantor" / f"{number:02}.txt").write_text(text + "\n", encoding="utf-8")
    rows.insert(3, rows[2])  # a copy, so that records have other numbers in what is written
    (root / "warta.jsonl").write_text("".join(rows), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def finished(corpus: Path) -> Path:
    out = corpus.with_name("out")
    run(corpus, out, CONFIG)
    return out


def test_boilerplate_of_a_run_speaks_for_a_proposal(corpus: Path, finished: Path) -> None:
    template = STANDING.lower().rstrip(".")
    before, after = learn_rules(corpus, CONFIG), learn_rules(finished, CONFIG)
    assert template not in {proposal.template for proposal in before.proposals}
    [proposal] = [proposal for proposal in after.proposals if proposal.template == template]
    assert proposal.portal == "kantor"
    assert proposal.evidence.standing == 1.0
    assert any("boilerplate in a finished run" in reason for reason in proposal.reasons)


def test_boilerplate_without_a_wording_that_recurs_is_told(corpus: Path, finished: Path) -> None:
    reason = "boilerplate passages in ever other words"
    assert learn_rules(finished, CONFIG).left_out[reason] == 1
    assert reason not in learn_rules(corpus, CONFIG).left_out


def test_documents_keep_the_portals_of_the_run(corpus: Path, finished: Path) -> None:
    assert (
        learn_rules(finished, CONFIG).documents
        == learn_rules(corpus, CONFIG).documents
        == {
            "kantor": 30,
            "warta kantor": 30,
        }
    )


def test_the_draft_takes_the_boilerplate_out(finished: Path, tmp_path: Path) -> None:
    learned = learn_rules(finished, CONFIG)
    drafts = write_drafts(learned, tmp_path / "drafts", CONFIG)
    [pack] = [draft.path for draft in drafts if draft.path.stem == "kantor"]
    assert "boilerplate in a finished run" in pack.read_text(encoding="utf-8")
    rules = compile_rules(load_packs([pack]), CONFIG.rules)
    others = [f"Kabar {make_text(seed, 40)}." for seed in range(3)]
    article = "\n".join([others[0], STANDING, *others[1:]])
    edits = apply_rules(Document("a", article, portal="kantor"), rules).edits
    assert [edit.before.strip() for edit in edits] == [STANDING]


def test_a_run_without_texts_teaches_nothing(corpus: Path, tmp_path: Path) -> None:
    dedup(corpus, tmp_path / "out", replace(CONFIG, dedup=DedupConfig(max_removed=1.0)))
    with pytest.raises(UsageError, match="without texts"):
        learn_rules(tmp_path / "out", CONFIG)


def test_a_run_that_was_changed_is_refused(corpus: Path, tmp_path: Path) -> None:
    run(corpus, tmp_path / "out", CONFIG)
    manifest = tmp_path / "out" / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("warta.jsonl", "lain.jsonl"), encoding="utf-8")
    with pytest.raises(IntegrityError, match="was changed"):
        learn_rules(tmp_path / "out", CONFIG)
