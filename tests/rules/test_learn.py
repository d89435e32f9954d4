"""What learning proposes and what it leaves alone, on an invented corpus of two portals."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from corpus_clean.config import Config, EngineConfig, QuotesConfig, RulesConfig
from corpus_clean.errors import UsageError
from corpus_clean.pipeline.learn import learn_rules, write_drafts
from corpus_clean.pipeline.library import clean
from corpus_clean.rules.apply import apply_rules, compile_rules, detect_portal
from corpus_clean.rules.examples import check_pack
from corpus_clean.rules.learn import Learned, learn
from corpus_clean.rules.pack import Pack, load_packs
from corpus_clean.rules.recurrence import LINE_JOINT, Lesson
from corpus_clean.types import Document
from tests.rules import learning

CONFIG = Config(engine=EngineConfig(workers=1), quotes=QuotesConfig(enabled=False))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("learning") / "news"
    learning.write_corpus(root)
    return root


@pytest.fixture(scope="module")
def learned(corpus: Path) -> Learned:
    return learn_rules(corpus, CONFIG)


def _templates(learned: Learned, portal: str) -> list[str]:
    return [proposal.template for proposal in learned.proposals if proposal.portal == portal]


def test_promotion_is_proposed_and_nothing_else(learned: Learned) -> None:
    assert sorted(_templates(learned, "muara")) == [
        "sahabat muara, tunggu undian payung kami berikutnya",
        "tukar kupon payung anda di loket nomor {number} sebelum {date}",
    ]
    assert sorted(_templates(learned, "lentera")) == [
        LINE_JOINT.join(line.lower() for line in learning.LENTERA_BOX),
        learning.LENTERA_PROMO.lower().rstrip("."),
    ]


@pytest.mark.parametrize(
    "reporting", [learning.VERDICT, learning.LINE_UP, learning.FRAGMENT, learning.BROKEN_DATE, learning.SPOKEN]
)
def test_reporting_recurs_in_the_corpus_and_is_not_proposed(learned: Learned, corpus: Path, reporting: str) -> None:
    carriers = [path for path in corpus.glob("*/*.txt") if reporting in path.read_text(encoding="utf-8")]
    assert len(carriers) >= 6
    words = reporting.lower().strip(' .,"')
    assert not [proposal for proposal in learned.proposals if words in proposal.template]


def test_near_duplicates_count_once(learned: Learned) -> None:
    assert learned.documents == {"lentera": 20, "muara": 21}
    assert learning.COPIED.lower() not in _templates(learned, "muara")


def test_the_same_line_in_distinct_documents_would_be_found() -> None:
    pages = [
        Lesson(f"{n}", "muara", f"Laporan {chr(97 + n) * 8} dari {chr(99 + n) * 7}.\nIkuti kanal kami tiap pagi")
        for n in range(6)
    ]
    assert [proposal.template for proposal in learn(lambda: pages).proposals] == ["ikuti kanal kami tiap pagi"]
    assert learn(lambda: pages, min_documents=7).proposals == ()


def test_what_a_rule_flags_is_known_already() -> None:
    line = "Ikuti kanal kami tiap pagi"
    pages = [Lesson(f"{n}", "muara", f"{line}\nLaporan {n} selesai.", ((0, len(line)),)) for n in range(6)]
    assert not [p for p in learn(lambda: pages).proposals if "kanal" in p.template]


def test_evidence_says_how_often_and_where(learned: Learned) -> None:
    [promo] = [p for p in learned.proposals if p.template.startswith("sahabat muara")]
    assert (promo.evidence.documents, promo.evidence.of_documents, promo.evidence.last) == (20, 21, 1.0)
    assert len(promo.contexts) == 3
    for context in promo.contexts:
        assert context.text == learning.MUARA_PROMOS[1]
        assert context.before


def test_proposals_do_not_depend_on_the_order_of_passes(learned: Learned, corpus: Path) -> None:
    assert learn_rules(corpus, CONFIG) == learned


def test_a_bound_on_proposals_is_told(corpus: Path) -> None:
    bounded = learn_rules(corpus, CONFIG, most=1)
    assert len(bounded.proposals) == 2
    assert bounded.left_out["proposals beyond the most for a portal"] == 2


def _drafts(learned: Learned, out: Path) -> list[Pack]:
    write_drafts(learned, out, CONFIG)
    files = [out] if out.is_file() else sorted(out.glob("*.toml"))
    return [pack for pack in load_packs(files) if pack.id.startswith("draft/")]


@pytest.mark.parametrize("name", ["draft.toml", "drafts"])
def test_a_draft_loads_its_examples_hold_and_it_removes_the_promotion(
    learned: Learned, corpus: Path, tmp_path: Path, name: str
) -> None:
    drafts = _drafts(learned, tmp_path / name)
    assert [pack.portals for pack in drafts] == ([()] if name == "draft.toml" else [("lentera",), ("muara",)])
    packs = tuple(sorted([*load_packs(), *drafts], key=lambda pack: pack.id))
    assert [failure for pack in drafts for failure in check_pack(pack, packs)] == []
    rules = compile_rules(packs, RulesConfig())
    for path in sorted(corpus.glob("*/[0-9]*.txt")):
        text = path.read_text(encoding="utf-8")
        document = Document(path.stem, text, path.relative_to(corpus).as_posix())
        document = Document(path.stem, text, document.path, portal=detect_portal(document, rules))
        kept = apply_rules(document, rules).text
        assert "payung" in text or "entera" in text
        assert "payung" not in kept
        assert "entera" not in kept
        for reporting in (learning.VERDICT, learning.LINE_UP, learning.FRAGMENT, learning.BROKEN_DATE):
            assert kept.count(reporting) == text.count(reporting)


def test_nothing_is_applied_until_a_person_asks_for_it(learned: Learned, tmp_path: Path) -> None:
    text = f"Hujan turun di muara.\n{learning.MUARA_PROMOS[1]}"
    assert clean(text).text == text
    [pack] = _drafts(learned, tmp_path / "draft.toml")
    assert {rule.safety for rule in pack.rules} == {"review"}
    config = Config(rules=RulesConfig(packs=(str(tmp_path / "draft.toml"),), max_removed=1.0))
    assert clean(text, config=config).text == "Hujan turun di muara."


def test_a_draft_never_replaces_a_file(learned: Learned, tmp_path: Path) -> None:
    (tmp_path / "draft.toml").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="already exists"):
        write_drafts(learned, tmp_path / "draft.toml", CONFIG)


def test_the_command_prints_proposals_and_writes_the_draft(corpus: Path, tmp_path: Path) -> None:
    def call(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "corpus_clean.cli", "rules", "learn", corpus, "-j1", *arguments]
        return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)

    found = call("--out", tmp_path / "draft.toml")
    assert found.returncode == 0
    assert "4 proposals from 41 distinct documents" in found.stdout
    assert "draft.toml: 4 rules" in found.stderr
    assert len(json.loads(call("--json").stdout)["proposals"]) == 4
    again = call("--out", tmp_path / "draft.toml")
    assert (again.returncode, again.stdout) == (2, "")
    assert "already exists" in again.stderr
