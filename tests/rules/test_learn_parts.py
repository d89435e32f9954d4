"""Templates, units and judgements that learning is made of."""

from pathlib import Path

import pytest
import regex

from corpus_clean.rules.draft import write_draft
from corpus_clean.rules.generalize import generalize, make_pattern
from corpus_clean.rules.judge import THRESHOLD, Evidence, judge
from corpus_clean.rules.learn import learn
from corpus_clean.rules.pack import load_packs
from corpus_clean.rules.recurrence import Lesson, count_templates
from corpus_clean.rules.units import find_units


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("Terbit Senin, 3 Juni 2024 pukul 10.15 WIB.", "terbit {weekday}, {date} pukul {clock}"),
        ("Halaman 2 dari 12", "halaman {number} dari {number}"),
        ("Lihat https://muara.example/a?b=1 dan @warta.muara", "lihat {url} dan {handle}"),
        ("Isi {kode} di sini…", "isi {{kode}} di sini"),
        ("-", "-"),
    ],
)
def test_what_varies_becomes_a_hole(text: str, template: str) -> None:
    assert generalize(text) == template


def test_names_become_holes_but_the_first_word_stays() -> None:
    assert generalize("Laporan Sari Wulandari dari Muara Biru", names=True) == "laporan {name} dari {name}"
    assert generalize("(Sari Wulandari)", names=True) == "({name})"


@pytest.mark.parametrize("text", ["Isi {kode} (wajib) + 12% [di sini]", "Halaman 2.000 dari 12", "a|b*c?"])
def test_a_pattern_matches_what_its_template_was_made_from(text: str) -> None:
    assert regex.fullmatch(make_pattern(generalize(text)), text, regex.IGNORECASE)


def test_pieces_of_sentences_and_quotations_are_marked() -> None:
    text = (
        "Menurut keterangan resmi yang dibacakan di\nKoperasi Layar Kuning\n, dana itu cair.\n"
        '"Kami siap. Kami menunggu kapal berikutnya."\nIkuti kami'
    )
    units = {unit.text: unit for unit in find_units(text)}
    assert units["Koperasi Layar Kuning"].broken
    assert units['Kami menunggu kapal berikutnya."'].quoted
    assert not units["Ikuti kami"].broken
    assert not units["Ikuti kami"].quoted


def _evidence(**changes: object) -> Evidence:
    values: dict[str, object] = {
        "kind": "line", "template": "majalah muara terbit lagi", "example": "Majalah Muara terbit lagi",
        "documents": 20, "occurrences": 20, "of_documents": 100, "portals": 1,
        "first": 0.0, "last": 1.0, "steady": 1.0, "broken": 0.0,
        "quoted": 0.0, "wide": False, "topic": 1.0,
    }  # fmt: skip
    return Evidence(**(values | changes))  # type: ignore[arg-type]


def test_a_line_at_the_foot_of_pages_on_anything_is_noise() -> None:
    assert judge(_evidence(), frozenset(), final=True).score > THRESHOLD


@pytest.mark.parametrize(
    "changes",
    [
        {"topic": 4.0},
        {"broken": 0.6},
        {"quoted": 0.6},
        {"last": 0.0, "steady": 0.1, "documents": 3},
        {"example": '"Kami siap," kata dia'},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_one_trait_of_reporting_is_enough_to_leave_it(changes: dict[str, object]) -> None:
    assert judge(_evidence(**changes), frozenset(), final=True).refused


def test_pruning_loses_nothing_frequent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus_clean.rules.recurrence.PRUNE_AFTER", 10)
    words = [f"{a}{b}{c}" for a in "bdgkl" for b in "aiu" for c in ("ra", "mo", "ti")]
    pages = [Lesson(word, "muara", f"Kapal {word} tiba.\nIkuti kanal kami") for word in words]
    [found] = learn(lambda: pages).proposals
    assert (found.template, found.evidence.documents) == ("ikuti kanal kami", len(words))
    assert len(count_templates(lambda: pages, 3)[1]) < len(words)


def test_a_draft_of_difficult_texts_is_a_valid_pack(tmp_path: Path) -> None:
    line = "Ikuti 'kanal' kami: \"Muara\\Biru\" {gratis} \t#1 [klik]"
    pages = [Lesson(name, "muara", f"Kapal {name} tiba.\n{line}") for name in ("huma", "ladang", "rawa", "sawah")]
    proposals = learn(lambda: pages).proposals
    assert proposals
    path = tmp_path / "draft.toml"
    path.write_text(write_draft("draft/muara", proposals, portal="muara"), encoding="utf-8")
    assert [pack.portals for pack in load_packs([path]) if pack.id == "draft/muara"] == [("muara",)]
