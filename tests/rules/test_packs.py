"""The shipped packs: their own examples, what they must spare, the seeds, and what a pack file may hold."""

import json
from itertools import chain, product, zip_longest
from pathlib import Path

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from corpus_clean.config import RulesConfig
from corpus_clean.errors import PackError
from corpus_clean.rules import packfile
from corpus_clean.rules.apply import apply_rules, compile_rules, detect_portal
from corpus_clean.rules.examples import check_pack
from corpus_clean.rules.literals import find_literals
from corpus_clean.rules.pack import Pack, load_packs
from corpus_clean.rules.pattern import compile_pattern
from corpus_clean.rules.rule import ACTIONS, SAFETIES, SCOPES
from corpus_clean.rules.ruleset import EVERY_PORTAL
from corpus_clean.types import Document, Metadata

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
PACKS = load_packs()


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_every_example_of_a_pack_holds(pack: Pack) -> None:
    assert check_pack(pack, PACKS) == []


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_every_pattern_of_a_pack_compiles(pack: Pack) -> None:
    for rule in pack.rules:
        compile_pattern(rule.pattern, case=rule.case, multiline=rule.scope == "frame")
        compile_pattern(rule.unless)


KEPT = [
    "Ia membaca juga buku sejarah itu.",
    '"Tolong baca juga lampirannya," kata dia.',
    "Penjelasan AS",
    "Kopdes Merah Putih",
    ".",
    "Wartawan dilarang mengambil gambar selama sidang berlangsung.",
    "Seorang penyanyi digugat karena pelanggaran hak cipta.",
    "WhatsApp kini resmi menampilkan iklan di dalam aplikasinya.",
    "Fotonya dijadikan status dalam WhatsApp lalu viral.",
    "Di halaman selanjutnya, kamu harus mengonfirmasi nomor KTP.",
    "Simak pula ambisi pelatih klub itu musim depan.",
    "Saham Citra Network Nasional (CNN) naik.",
    "Sertifikat itu diterbitkan Kementerian (ATR/BPN)",
    "Grup itu bernama Istana Remaja (ISTAR).",
    "بِسْمِ ٱللَّهِ ٱلرَّحْمَٰنِ ٱلرَّحِيمِ",
    "「ありがとう、インドネシア」 tulis akun resmi klub itu.",
    "Polisi menangkap bandar judi online (judol) yang memakai situs slot.",
    "Ia menyebutnya terorisme yang disponsori negara.",
    "Polri Terbitkan Telegram: Kapolda Baru Dilantik",
    "Berikut isi postingannya:",
    "Akun itu menambahkan narasi:",
    "Susunan pemain",
    "Timnas Indonesia",
    ", Selasa (10/6/2025).",
    '"Menjatuhkan pidana penjara selama 16 tahun," ujar hakim.',
    "Simak informasi selengkapnya di bawah ini.",
    "Mulai dari penulis, editor, hingga ilustrator hadir di sana.",
    "Kementerian Kesehatan - yang memimpin rapat - belum menjawab.",
    "Rumusnya [sic] memuat dua tanda (*) di tengah.",
]


@pytest.mark.parametrize("line", KEPT)
@pytest.mark.parametrize("surroundings", ["{}", "Hujan turun sejak pagi di muara.\n{}\nWarga bersiaga di pos.", "{}\n"])
def test_reporting_survives_every_rule_of_every_portal(line: str, surroundings: str) -> None:
    text = surroundings.format(line)
    rules = compile_rules(PACKS, RulesConfig(max_removed=1.0))
    assert apply_rules(Document("d", text, portal=EVERY_PORTAL), rules).text == text


PROSE = [
    "Hutan bakau tumbuh di daerah pasang surut dan menahan abrasi pantai. Akarnya menjadi tempat ikan bertelur.",
    "Kota itu berdiri pada abad ke-15 sebagai pelabuhan. Penduduknya berdagang dengan Gujarat, Tiongkok, dan Arab.",
    "Menurut catatan pelaut, muara sungai itu pernah ditutup selama tiga tahun. Jembatan baru dibuka pada 1932.",
    "Bahasa Melayu digunakan sebagai bahasa perantaraan di pelabuhan. Tulisan Jawi masih diajarkan di sekolah agama.",
    "Bangunan itu didirikan oleh jurutera tempatan dan menempatkan perpustakaan awam yang menyimpan manuskrip lama.",
    "Ladang getah dibuka di sepanjang landasan kereta api, dan bandar kecil tumbuh di sekeliling stesen.",
    "The harbour was dredged in 1911, and the old quay became a fish market. Two ferries still cross the bay daily.",
    "Mangrove roots slow the current, so silt settles and the shore grows. The process takes several decades.",
    "Her second novel, set in a river town, was translated into nine languages and read widely in schools.",
    "Sejarah",
    "Lihat pula naskah itu di museum kota pada lantai kedua.",
    "Etymology",
    "Penduduk mengikuti upacara di balai desa; berita itu menyebar lewat surat.",
]


@given(st.lists(st.sampled_from(PROSE), min_size=1, max_size=10), st.sampled_from(["\n", "\n\n", " "]))
def test_no_rule_changes_clean_prose(paragraphs: list[str], glue: str) -> None:
    text = glue.join(dict.fromkeys(paragraphs))
    rules = compile_rules(PACKS, RulesConfig())
    assert apply_rules(Document("d", text, portal=EVERY_PORTAL), rules).edits == ()


@pytest.mark.shared
@pytest.mark.parametrize("number", range(5))
def test_the_seeds_lose_their_noise_and_nothing_else(number: int) -> None:
    lines = (SHARED / "gold" / "seed-noise.jsonl").read_text("utf-8").splitlines()
    gold = json.loads(lines[number])
    text = (SHARED / "seeds" / gold["file"]).read_bytes().decode()
    document = Document(gold["file"], text, path=gold["file"])
    rules = compile_rules(PACKS, RulesConfig())
    portal = detect_portal(document, rules)
    applied = apply_rules(Document(gold["file"], text, portal=portal), rules)
    removed = {at for edit in applied.edits if edit.before != edit.after for at in range(edit.start, edit.end)}
    required = {at for span in gold["spans"] if span["required"] for at in range(span["start"], span["end"])}
    allowed = {at for span in gold["spans"] for at in range(span["start"], span["end"])}
    filled = {at for at, char in enumerate(text) if not char.isspace()}
    assert filled & required <= removed
    assert filled & removed <= allowed


@pytest.mark.parametrize(
    ("document", "portal"),
    [
        (Document("a", "x", metadata=Metadata(url="https://aceh.tribunnews.com/2025/a")), "tribun"),
        (Document("a", "x", metadata=Metadata(url="https://notkompas.com/a")), ""),
        (Document("a", "x", path="crawl/kompas/a.txt"), "kompas"),
        (Document("a", "x", path="nasional.kompas.com_read_1.txt"), "kompas"),
        (Document("a", "x", metadata=Metadata(site="Jurnas.com")), "jurnas"),
        (Document("a", "Judul\nSERAMBINEWS.COM, MOSKWA - Hujan."), "tribun"),
        (Document("a", "Hujan.\n\nJURNAS VIDEO :"), "jurnas"),
        (Document("a", "Hal itu dikutip dari Kompas.com, Senin."), ""),
        (Document("a", "x", metadata=Metadata(url="https://tribunnews.com/a"), path="kompas/a.txt"), "tribun"),
    ],
)
def test_the_portal_is_told_by_its_surest_sign(document: Document, portal: str) -> None:
    assert detect_portal(document, compile_rules(PACKS, RulesConfig())) == portal


FRAMES = [frame for pack in PACKS for frame in pack.detect.frames]


@pytest.mark.parametrize("frame", FRAMES)
def test_a_phrase_is_found_wherever_its_lines_are_broken(frame: str) -> None:
    rules = compile_rules(PACKS, RulesConfig())
    for phrase in (phrase for phrases in find_literals(frame)[:1] for phrase in phrases):
        words = phrase.strip("\n").split(" ")
        for breaks in product(*[[" ", "\n", "\n \n"]] * min(len(words) - 1, 4)):
            gaps = [*breaks, *breaks[:1] * (len(words) - 1 - len(breaks))]
            text = "Hujan.\n" + "".join(chain.from_iterable(zip_longest(words, gaps, fillvalue=""))) + "\nHujan."
            if regex.search(frame, text, regex.IGNORECASE):
                assert detect_portal(Document("a", text), rules), text


def test_one_file_adds_a_portal(tmp_path: Path) -> None:
    file = tmp_path / "wartamuara.toml"
    file.write_text(
        """
[pack]
id = "id/wartamuara"
version = "1.0.0"
what = "wartamuara.example"
portals = ["wartamuara"]
disables = ["id/common.baca-juga-empty"]

[detect]
hosts = ["wartamuara.example"]
names = ["Warta Muara"]

[[rule]]
id = "slogan"
what = "The slogan below each article"
why = "It is no part of the report."
scope = "line"
action = "delete"
match = 'kabar dari muara, {outlet}'
examples = { remove = ["Kabar dari muara, Warta Muara"], keep = ["Kabar dari muara datang terlambat."] }
""",
        encoding="utf-8",
    )
    packs = load_packs([file])
    document = Document("a", "KOTA MUARA, Warta Muara - Hujan.\nBaca juga:\nKabar dari muara, Warta Muara")
    assert detect_portal(document, compile_rules(packs, RulesConfig())) == "wartamuara"
    (own,) = [pack for pack in packs if pack.id == "id/wartamuara"]
    assert check_pack(own, packs) == []
    rules = compile_rules(packs, RulesConfig())
    applied = apply_rules(Document("a", document.text, portal="wartamuara"), rules)
    assert applied.text == "Hujan.\nBaca juga:"
    assert applied.metadata.place == "Kota Muara"


GOOD_RULE = {
    "id": '"a"', "scope": '"line"', "action": '"delete"', "what": '"w"', "why": '"y"', "match": "'x'",
    "examples": '{ remove = ["x"], keep = ["y"] }',
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"scoop": '"line"'}, "unknown key `scoop`; did you mean `scope`?"),
        ({"scope": '"page"'}, "scope `page` is unknown; use line, inline"),
        ({"action": '"remove"'}, "action `remove` is unknown"),
        ({"match": "'(x'"}, "not a valid pattern"),
        ({"match": "'{nobody}'"}, "{nobody} is not defined; add it under [define]"),
        ({"match": "'(?P<town>x)'"}, "group `town` names no field"),
        ({"why": '""'}, "`why` is missing or empty"),
        ({"examples": '{ keep = ["y"] }'}, "no example of what it removes"),
        ({"examples": '{ remove = ["x"] }'}, "no example of what must stay"),
        ({"action": '"extract"'}, "an extract rule fills a field"),
        ({"field": '"place"'}, "`field` belongs to action extract"),
        ({"absorb": '{ like = "title" }'}, "`absorb` belongs to scope block"),
        ({"scope": '"block"'}, "a block says which lines it takes along"),
        ({"first": '"3"'}, "`first` must be a whole number"),
        ({"case": "1"}, "`case` must be true or false"),
    ],
)
def test_a_faulty_rule_is_refused_with_file_rule_and_remedy(
    tmp_path: Path, changes: dict[str, str], message: str
) -> None:
    file = tmp_path / "own.toml"
    lines = [f"{key} = {value}" for key, value in {**GOOD_RULE, **changes}.items()]
    file.write_text('[pack]\nid = "own"\nversion = "1"\nwhat = "w"\n[[rule]]\n' + "\n".join(lines), encoding="utf-8")
    with pytest.raises(PackError) as caught:
        load_packs([file])
    assert str(file) in str(caught.value)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[pack", "not valid TOML"),
        ("", "no [pack] table"),
        ('[pack]\nid = "own"', "`version` is missing"),
        ('[pack]\nid = "id/common"\nversion = "1"\nwhat = "w"', "pack id `id/common` is taken"),
        ('[pack]\nid = "own"\nversion = "1"\nwhat = "w"\n[packs]', "unknown key `packs`; did you mean `pack`?"),
    ],
)
def test_a_faulty_pack_is_refused(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "own.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(PackError) as caught:
        load_packs([file])
    assert message in str(caught.value)


def test_a_rule_id_may_occur_once(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    entry = "[[rule]]\n" + "\n".join(f"{key} = {value}" for key, value in GOOD_RULE.items()) + "\n"
    file.write_text(f'[pack]\nid = "own"\nversion = "1"\nwhat = "w"\n{entry}{entry}', encoding="utf-8")
    with pytest.raises(PackError, match=r"rule id `own\.a` occurs twice"):
        load_packs([file])


def test_a_missing_pack_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"nowhere\.toml: cannot be read"):
        load_packs([tmp_path / "nowhere.toml"])


def test_the_editors_schema_and_the_loader_agree() -> None:
    schema = json.loads((ROOT / "corpus_clean" / "rules" / "pack.schema.json").read_text("utf-8"))
    properties = schema["properties"]
    rule = schema["$defs"]["rule"]
    assert set(properties) == set(packfile.TOP_KEYS)
    assert set(properties["pack"]["properties"]) == set(packfile.PACK_KEYS)
    assert set(properties["detect"]["properties"]) == set(packfile.DETECT_KEYS)
    assert set(rule["properties"]) == set(packfile.RULE_KEYS)
    assert set(rule["properties"]["absorb"]["properties"]) == set(packfile.ABSORB_KEYS)
    assert set(rule["properties"]["examples"]["properties"]) == set(packfile.EXAMPLE_KEYS)
    assert tuple(rule["properties"]["scope"]["enum"]) == SCOPES
    assert tuple(rule["properties"]["action"]["enum"]) == ACTIONS
    assert tuple(rule["properties"]["safety"]["enum"]) == SAFETIES
    kinds = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}
    for key, kind in packfile.RULE_KEYS.items():
        assert rule["properties"][key].get("type", "string") == kinds[kind], key
