"""The engine on small invented packs: scopes, competition, vetoes, caps, and the exactness of edits."""

import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_clean.config import RulesConfig
from corpus_clean.rules import probe
from corpus_clean.rules.apply import Applied, apply_rules, compile_rules
from corpus_clean.rules.pack import load_packs
from corpus_clean.types import Document, Metadata

BODY = "Warga desa itu menanam bibit mangrove di sepanjang muara sejak pagi sampai petang, kata kepala desa."


def apply_pack(tmp_path: Path, rules: str, text: str, **options: object) -> Applied:
    """Run only the pack that these rules make, on one text."""
    file = tmp_path / "own.toml"
    file.write_text(f'[pack]\nid = "own"\nversion = "1"\nwhat = "test"\n{rules}', encoding="utf-8")
    packs = [pack for pack in load_packs([file]) if pack.id == "own"]
    config = RulesConfig(**{"max_removed": 1.0, **options})  # type: ignore[arg-type]
    return apply_rules(Document("d", text), compile_rules(packs, config))


def rule(rule_id: str, scope: str, match_: str, extra: str = "", action: str = "delete") -> str:
    return (
        f'[[rule]]\nid = "{rule_id}"\nscope = "{scope}"\naction = "{action}"\nwhat = "w"\nwhy = "y"\n'
        f"match = '''{match_}'''\n{extra}\nexamples = {{ remove = [\"x\"], keep = [\"y\"] }}\n"
    )


def replay(text: str, applied: Applied) -> str:
    """Apply the edits by hand, checking that each says what stands there and that none overlap."""
    out, reached = [], 0
    for edit in applied.edits:
        assert reached <= edit.start <= edit.end
        assert text[edit.start : edit.end] == edit.before
        out += [text[reached : edit.start], edit.after]
        reached = edit.end
    return "".join([*out, text[reached:]])


def undo(applied: Applied) -> str:
    """Put every `before` back in place of its `after`."""
    out, reached, shift = [], 0, 0
    for edit in applied.edits:
        start = edit.start + shift
        out += [applied.text[reached:start], edit.before]
        reached = start + len(edit.after)
        assert applied.text[start:reached] == edit.after
        shift += len(edit.after) - len(edit.before)
    return "".join([*out, applied.text[reached:]])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nXX\nb", "a\nb"),
        ("a\r\nXX\r\nb\r\n", "a\r\nb\r\n"),
        ("a\u2028XX\u2028b", "a\u2028b"),
        ("a\n\nXX\n\nb", "a\n\nb"),
        ("a\n\n\nXX\n\nb", "a\n\n\nb"),
        ("a\n  XX  \nb", "a\nb"),
        ("XX\n\na", "a"),
        ("a\n\nXX", "a"),
        ("a\n\nXX\n", "a\n"),
        ("a\nXX\n\nXX\nb", "a\nb"),
        ("XX", ""),
        ("XX\n", ""),
        ("a\n\u00a0XX\nb", "a\nb"),
        ("a XX b", "a XX b"),
    ],
)
def test_a_removed_line_takes_its_own_break_along(tmp_path: Path, text: str, expected: str) -> None:
    assert apply_pack(tmp_path, rule("x", "line", "XX"), text).text == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a XX b", "a b"),
        ("aXXb", "a b"),
        ("a. XX", "a."),
        ("XX a", "a"),
        ("a\nXX XX\nb", "a\nb"),
        ("a (XX) b", "a () b"),
        ("a\n XX\nb", "a\nb"),
        ("1XX,", "1,"),
    ],
)
def test_an_inline_cut_leaves_tidy_spaces(tmp_path: Path, text: str, expected: str) -> None:
    assert apply_pack(tmp_path, rule("x", "inline", "XX"), text).text == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nMulai\ndan\nhabis\nb", "a\nb"),
        ("a. Mulai\ndan habis\nb", "a.\nb"),
        ("a\nMulai dan\nhabis b", "a\nb"),
        ("a Mulai\ndan habis b", "a\nb"),
        ("a\nMulai\r\n\r\ndan\u00a0habis\nb", "a\nb"),
    ],
)
def test_a_frame_may_be_broken_over_lines_and_never_joins_two_that_stay(
    tmp_path: Path, text: str, expected: str
) -> None:
    assert apply_pack(tmp_path, rule("x", "frame", "Mulai dan habis"), text).text == expected


def test_a_block_takes_titles_along_but_no_sentence(tmp_path: Path) -> None:
    block = rule("x", "block", "Lihat", 'absorb = { like = "title", least = 2 }')
    titles = "Lihat\nPanen Raya di Tiga Kabupaten\n\nGudang Bulog Penuh Lagi\nPetani gembira.\n"
    assert apply_pack(tmp_path, block, titles).text == "Petani gembira.\n"
    one = "Lihat\nPanen Raya di Tiga Kabupaten\nPetani gembira.\n"
    assert apply_pack(tmp_path, block, one).text == one


def test_a_tail_is_cut_only_if_every_later_line_fits(tmp_path: Path) -> None:
    tail = rule("x", "tail", "TAGS ?:") + rule("k", "line", "Iklan lucu sekali.")
    head = f"{BODY}\n{BODY}\n{BODY}\n"
    assert apply_pack(tmp_path, tail, head + "TAGS :\nPanen Raya di Muara\nIklan lucu sekali.\nVIDEO :").text == (
        head.rstrip("\n")
    )
    spoiled = head + "TAGS :\nPanen Raya di Muara\nPetani gembira."
    assert apply_pack(tmp_path, tail, spoiled).text == spoiled


def test_a_tail_takes_no_more_than_its_share(tmp_path: Path) -> None:
    text = "Petani gembira.\nTAGS :\nPanen Raya di Muara"
    assert apply_pack(tmp_path, rule("x", "tail", "TAGS ?:"), text).text == text


def test_first_and_last_count_lines_that_are_no_noise(tmp_path: Path) -> None:
    rules = rule("n", "line", "NOISE")
    rules += rule("i", "line", r"\(abc\)", "last = 1") + rule("h", "head", "KOTA -", "first = 1")
    applied = apply_pack(tmp_path, rules, "NOISE\nNOISE\nKOTA - a\n(abc)\nKOTA - b\n(abc)\nNOISE\nNOISE")
    assert applied.text == "a\n(abc)\nKOTA - b"


def test_the_longest_claim_wins_then_priority_then_id(tmp_path: Path) -> None:
    text = f"satu dua tiga\n{BODY}"
    rules = rule("short", "inline", "dua") + rule("long", "inline", "dua tiga", "")
    assert [edit.rule_id for edit in apply_pack(tmp_path, rules, text).edits] == ["own.long"]
    rules = rule("a", "inline", "dua") + rule("b", "inline", "dua", "priority = 1")
    assert [edit.rule_id for edit in apply_pack(tmp_path, rules, text).edits] == ["own.b"]
    rules = rule("b", "inline", "dua") + rule("a", "inline", "dua")
    assert [edit.rule_id for edit in apply_pack(tmp_path, rules, text).edits] == ["own.a"]


def test_a_keep_rule_and_an_exception_spare_what_they_match(tmp_path: Path) -> None:
    rules = rule("x", "line", "Baca .*") + rule("v", "inline", "kitab", action="keep")
    assert apply_pack(tmp_path, rules, "Baca berita\nBaca kitab\n").text == "Baca kitab\n"
    excepted = rule("x", "line", "Baca .*", 'unless = "kitab"')
    assert apply_pack(tmp_path, excepted, "Baca berita\nBaca kitab\n").text == "Baca kitab\n"


def test_the_cut_group_narrows_what_goes(tmp_path: Path) -> None:
    assert apply_pack(tmp_path, rule("x", "inline", "satu (?P<cut>dua) tiga"), "satu dua tiga").text == "satu tiga"


def test_a_group_named_after_a_shape_must_have_it(tmp_path: Path) -> None:
    rules = rule("x", "line", "Baca (?P<_title>.+)")
    text = "Baca Panen Raya di Tiga Kabupaten\nBaca panen raya di tiga kabupaten\n"
    assert apply_pack(tmp_path, rules, text).text == "Baca panen raya di tiga kabupaten\n"


def test_a_mask_replaces_and_a_flag_only_marks(tmp_path: Path) -> None:
    masked = apply_pack(tmp_path, rule("x", "inline", "judol", 'mask = "[-]"', "mask"), "kepada judol, Senin")
    assert masked.text == "kepada [-], Senin"
    flagged = apply_pack(tmp_path, rule("x", "inline", "judol", action="flag"), "kepada judol, Senin")
    assert flagged.text == "kepada judol, Senin"
    (edit,) = flagged.edits
    assert (edit.action, edit.before, edit.after) == ("flag", "judol", "judol")


def test_extracted_values_go_to_the_metadata_and_never_overwrite(tmp_path: Path) -> None:
    rules = rule("x", "head", r"(?P<place>KOTA MUARA), (?P<published>\d+/\d+/\d+) - ", "first = 1", "extract")
    applied = apply_pack(tmp_path, rules, "KOTA MUARA, 3/5/2023 - Hujan.")
    assert applied.text == "Hujan."
    assert (applied.metadata.place, applied.metadata.published) == ("Kota Muara", "2023-05-03")
    file = tmp_path / "own.toml"
    ruleset = compile_rules([pack for pack in load_packs([file]) if pack.id == "own"], RulesConfig())
    known = Document("d", "KOTA MUARA, 3/5/2023 - Hujan.", metadata=Metadata(place="Hilir"))
    assert apply_rules(known, ruleset).metadata.place == "Hilir"


def test_kept_datelines_stay_in_the_text_and_still_fill_the_metadata(tmp_path: Path) -> None:
    rules = rule("x", "head", "(?P<place>KOTA MUARA) - ", "first = 1", "extract")
    applied = apply_pack(tmp_path, rules, "KOTA MUARA - Hujan.", keep_datelines=True)
    assert (applied.text, applied.edits) == ("KOTA MUARA - Hujan.", ())
    assert applied.metadata.place == "Kota Muara"


def test_a_document_that_would_lose_too_much_is_kept_whole_and_flagged(tmp_path: Path) -> None:
    text = "\n".join([BODY] * 6 + ["Baca: x" + "y" * 90] * 6 + [BODY] * 2)
    applied = apply_pack(tmp_path, rule("x", "line", "Baca: .*"), text, max_removed=0.35)
    assert applied.over_cap
    assert applied.text == text
    assert [edit.action for edit in applied.edits] == ["flag"] * 6


def test_a_short_page_may_be_nothing_but_safe_noise(tmp_path: Path) -> None:
    safe = rule("x", "line", "Baca: .*")
    assert apply_pack(tmp_path, safe, "Baca: a\nBaca: b\n", max_removed=0.35).text == ""
    review = rule("x", "line", "Baca: .*", 'safety = "review"')
    assert apply_pack(tmp_path, review, "Baca: a\nBaca: b\n", max_removed=0.35).over_cap


def test_an_unsafe_rule_only_flags(tmp_path: Path) -> None:
    applied = apply_pack(tmp_path, rule("x", "line", "Baca", 'safety = "unsafe"'), "Baca\nHujan.")
    assert applied.text == "Baca\nHujan."
    assert [edit.action for edit in applied.edits] == ["flag"]


def test_a_rule_applies_only_within_its_dates(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    apply_pack(tmp_path, rule("x", "line", "Baca", 'valid_from = "2020-01-01"\nvalid_until = "2020-12-31"'), "")
    ruleset = compile_rules([pack for pack in load_packs([file]) if pack.id == "own"], RulesConfig(max_removed=1.0))
    for published, text in [("2020-06-01", "Hujan."), ("2021-06-01", "Baca\nHujan."), ("", "Hujan.")]:
        document = Document("d", "Baca\nHujan.", metadata=Metadata(published=published))
        assert apply_rules(document, ruleset).text == text


def test_a_pattern_that_takes_too_long_is_skipped_and_flagged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "TIMEOUT_SECONDS", 0.01)
    rules = rule("slow", "line", r"(?:a|aa)+[^b]d") + rule("good", "line", "Baca juga")
    text = f"{'a' * 60}bcd\nBaca juga\n{BODY}"
    applied = apply_pack(tmp_path, rules, text)
    assert applied.text == f"{'a' * 60}bcd\n{BODY}"
    assert {(edit.rule_id, edit.action) for edit in applied.edits} == {("own.slow", "flag"), ("own.good", "delete")}


def test_a_ruleset_survives_pickling() -> None:
    ruleset = compile_rules(load_packs(), RulesConfig())
    document = Document("d", f"Baca juga: Panen Raya\n{BODY}\n{BODY}")
    again = pickle.loads(pickle.dumps(ruleset))
    assert apply_rules(document, again) == apply_rules(document, ruleset)


PIECES = [
    "Baca juga: Panen Raya di Tiga Kabupaten", "Baca juga:", "Advertisement", "KOTA MUARA, KOMPAS.com - ", BODY,
    "Simak\nbreaking news\ndan\nberita pilihan\nkami langsung di ponselmu.", "(abc/def)", "Editor: Sari Dewi",
    "[Gambas:Video 20detik]", "Panen Raya di Tiga Kabupaten |\n![]() |\n---|\n", "KEYWORD :", "Penjelasan AS",
    "优游国际.com", "Selengkapnya klik di sini.", "Hujan turun. ", '"Itu benar," kata dia.', "MEMBACA  Panen Raya Lagi",
]  # fmt: skip
GLUE = ["\n", "\n\n", " ", "", "\r\n", "\u2028", "\u00a0", "\t", "\x85"]


@given(
    st.lists(st.tuples(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), st.sampled_from(GLUE)), max_size=14),
    st.booleans(),
    st.sampled_from([0.35, 1.0]),
)
def test_the_edits_give_the_result_and_take_it_back(
    pieces: list[tuple[str, str]], keep_datelines: bool, max_removed: float
) -> None:
    text = "".join(piece + glue for piece, glue in pieces)
    rules = compile_rules(load_packs(), RulesConfig(keep_datelines=keep_datelines, max_removed=max_removed))
    applied = apply_rules(Document("d", text, portal="kompas"), rules)
    assert replay(text, applied) == applied.text
    assert undo(applied) == text
    assert all(edit.before == edit.after for edit in applied.edits if edit.action == "flag")


@given(st.lists(st.sampled_from([*PIECES, BODY + " "]), max_size=12))
def test_lines_that_stay_are_never_joined(pieces: list[str]) -> None:
    text = "\n".join(pieces)
    rules = compile_rules(load_packs(), RulesConfig(max_removed=1.0))
    applied = apply_rules(Document("d", text, portal="kompas"), rules)
    originals = {line.strip() for line in text.splitlines()}
    for line in applied.text.splitlines():
        assert any(line.strip() in original for original in originals)
