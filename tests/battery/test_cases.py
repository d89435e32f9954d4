"""Cases of the reliability catalogue that no other test covers, by their numbers."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_clean.pipeline.restore import restore, verify
from corpus_clean.pipeline.run import run
from corpus_clean.repair.mojibake import repair_encoding
from scripts.faults.corpus import tell
from scripts.faults.pages import make_deep, make_entities, make_node, make_unclosed
from tests.cli.test_cli import COMMAND
from tests.conftest import ONE_WORKER

STORY = "Air mulai surut di Kota Seling pada Selasa pagi dan warga kembali ke rumah mereka masing-masing."
CLEAN = {
    "id": "Warga kembali ke rumah setelah air surut.",
    "ms": "Penduduk pulang ke rumah selepas air surut.",
    "en": "Residents went home – “at last”, they said – after the flood.",
    "de": "Die Anwohner kehrten nach Hause zurück: „Endlich“, so Jürgen Größe.",
    "fr": "Les habitants sont rentrés chez eux après l’inondation, à Évreux où l’été s’achève.",
    "es": "Los vecinos volvieron a casa tras la inundación; mañana habrá más niños.",
    "pt": "Os moradores voltaram após a inundação; não há mais água nas ruas de São João.",
    "it": "Gli abitanti sono tornati: «Perché così tardi?», si è chiesta più d’una città.",
    "nl": "De bewoners keerden terug; de coëfficiënt van het gemaal is gereïnstalleerd.",
    "pl": "Mieszkańcy wrócili do domów; żółć i gęśl, jaźń.",
    "cs": "Obyvatelé se vrátili domů; příliš žluťoučký kůň.",
    "tr": "Sakinler eve döndü; İstanbul’da ığdır çiçeği.",
    "sv": "Invånarna återvände hem efter översvämningen på ön.",
    "vi": "Người dân trở về nhà sau khi nước rút.",
    "ru": "Жители вернулись домой после наводнения.",
    "el": "Οι κάτοικοι επέστρεψαν στα σπίτια τους.",
    "ar": "عاد السكان إلى منازلهم بعد انحسار المياه.",
    "hi": "पानी उतरने के बाद निवासी घर लौट आए।",
    "zh": "洪水退去后居民返回家园。",
    "ja": "水が引いて住民は家に戻った。",
}
CODECS = (*("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-8-sig", "cp1252", "latin-1"),)
INVISIBLE = "Warga\u200b ka\u00admi \u202aini\u202c dan می\u200cخواهم serta 👩\u200d👧 pulang."
FORMS = "Cafe\u0301 ｆｕｌｌ “kurung” ﬁnal &amp; é"


@dataclass(frozen=True)
class Outcome:
    """A run over hostile files: what was decided of each, and where everything lies."""

    source: Path
    out: Path
    rows: Mapping[str, Mapping[str, Any]]
    edits: Mapping[str, list[str]]

    def read(self, name: str) -> bytes:
        return (self.out / "data" / name).read_bytes()


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    root = tmp_path_factory.mktemp("battery")
    source = root / "in"
    source.mkdir()
    for name, data in make_files():
        (source / name).write_bytes(data)
    (source / "kosong").mkdir()
    run(source, root / "out", ONE_WORKER)
    rows = {row["doc_id"]: row for row in pq.read_table(root / "out" / "documents.parquet").to_pylist()}
    edits: dict[str, list[str]] = {}
    for edit in pq.read_table(root / "out" / "ledger" / "edits.parquet").to_pylist():
        edits.setdefault(edit["doc_id"], []).append(edit["rule_id"])
    return Outcome(source, root / "out", rows, edits)


def make_files() -> Iterator[tuple[str, bytes]]:
    yield "25-empty.txt", b""
    yield "25-nul.txt", b"Hujan\0turun\0di kota\0\0"
    lines = [json.dumps({"text": tell(n, 1)}) for n in range(1000)]
    lines[400] = lines[400][:-3]
    yield "26-one-bad.jsonl", "\n".join(lines).encode()
    latin = '{"text": "Kafé Pasar itu tutup sejak Senin, kata René, pemiliknya."}'.encode("latin-1")
    yield "27-mixed.jsonl", latin + b"\n" + '{"text": "Kafé lain – “Melati” – masih buka."}'.encode() + b"\n"
    for codec in CODECS:
        yield f"28-{codec}.txt", f"{codec}: Kafé di Kota Seling buka lagi sejak {codec}, kata warga.".encode(codec)
    yield "28-gb18030.txt", "洪水退去后，居民陆续返回家园，学校也恢复上课。市长说道路将在下周修好。".encode("gb18030")
    yield "28-shift_jis.txt", "水が引いて住民は家に戻った。学校も再開し、市長は道路を直すと述べた。".encode("shift_jis")
    for times in (1, 2, 3):
        text = f"Kata René: café nomor {times * 7919} di kota itu sudah {times} kali tutup – né."
        for _ in range(times):
            text = text.encode("utf-8").decode("cp1252")
        yield f"29-{times}.txt", text.encode()
    yield "33-endings.txt", f"{STORY}\r\nbaris\rsatu\u2028dua\r\ntanpa akhir".encode()
    yield "34-half.jsonl", b'{"text": "setengah \\ud800 pasang"}\n{"text": "Warga pulang ke rumah pada sore hari."}\n'
    yield "31-invisible.txt", INVISIBLE.encode()
    yield "32-forms.txt", FORMS.encode()
    yield "19-names.jsonl", json.dumps({"id": "../../etc/x", "path": "/tmp/pwned", "text": tell(77, 2)}).encode()
    yield "46-300.html", make_deep(300)
    yield "46-3000.html", make_deep(3_000)
    yield "46-50000.html", make_deep(50_000)
    yield "47-node.html", make_node()
    yield "48-entities.html", make_entities()
    yield "49-unclosed.html", make_unclosed()


def test_25_empty_and_binary_files_are_quarantined(outcome: Outcome) -> None:
    assert outcome.rows["25-empty.txt"]["status"] == "rejected"
    assert outcome.rows["25-nul.txt"]["status"] == "rejected"


def test_26_one_bad_record_in_a_thousand_is_one_rejection(outcome: Outcome) -> None:
    statuses = [row["status"] for doc_id, row in outcome.rows.items() if doc_id.startswith("26-")]
    assert len(statuses) == 1000
    assert statuses.count("rejected") == 1
    assert outcome.rows["26-one-bad.jsonl#400"]["status"] == "rejected"


def test_27_the_charset_is_found_for_each_record(outcome: Outcome) -> None:
    one, two = map(json.loads, outcome.read("27-mixed.jsonl").splitlines())
    assert "Kafé Pasar" in one["text"]
    assert "“Melati”" in two["text"]


@pytest.mark.parametrize("codec", CODECS)
def test_28_texts_in_other_charsets_are_read(outcome: Outcome, codec: str) -> None:
    assert "Kafé di Kota Seling" in outcome.read(f"28-{codec}.txt").decode("utf-8")


@pytest.mark.parametrize(("codec", "word"), [("gb18030", "居民"), ("shift_jis", "住民")])
def test_28_texts_in_east_asian_charsets_are_read(outcome: Outcome, codec: str, word: str) -> None:
    assert word in outcome.read(f"28-{codec}.txt").decode("utf-8")


@pytest.mark.parametrize("times", [1, 2, 3])
def test_29_mojibake_is_undone_however_often_it_happened(outcome: Outcome, times: int) -> None:
    found = outcome.read(f"29-{times}.txt").decode("utf-8")
    assert "René" in found
    assert "Ã" not in found


@pytest.mark.parametrize("language", CLEAN)
def test_30_clean_text_of_any_language_is_not_repaired(language: str) -> None:
    assert repair_encoding(CLEAN[language], "a") == (CLEAN[language], ())


def test_31_32_33_what_is_no_damage_stays(outcome: Outcome) -> None:
    assert outcome.read("31-invisible.txt").decode() == INVISIBLE
    assert outcome.read("32-forms.txt").decode() == FORMS
    assert outcome.read("33-endings.txt") == (outcome.source / "33-endings.txt").read_bytes()


def test_34_half_a_surrogate_pair_costs_its_record_and_comes_back(outcome: Outcome) -> None:
    assert [outcome.rows[f"34-half.jsonl#{n}"]["status"] for n in (0, 1)] == ["rejected", "kept"]


def test_19_names_in_records_are_never_paths(outcome: Outcome) -> None:
    assert outcome.rows["19-names.jsonl#0"]["status"] == "kept"
    assert not Path("/tmp/pwned").exists()


@pytest.mark.parametrize("depth", [300, 3_000, 50_000])
def test_46_text_under_deep_nesting_is_kept_or_quarantined(outcome: Outcome, depth: int) -> None:
    row = outcome.rows[f"46-{depth}.html"]
    if row["status"] == "kept":
        assert tell(depth, 6).splitlines()[0] in outcome.read(f"46-{depth}.html.txt").decode()
    else:
        assert row["status"] == "rejected"


def test_47_a_very_long_text_node_comes_out_whole_or_not_at_all(outcome: Outcome) -> None:
    row = outcome.rows["47-node.html"]
    assert row["status"] == "rejected" or row["chars_out"] > 10_000_000


def test_48_entities_are_not_expanded_and_no_file_is_read(outcome: Outcome) -> None:
    if outcome.rows["48-entities.html"]["status"] == "kept":
        found = outcome.read("48-entities.html.txt").decode()
        assert len(found) < 10_000
        assert "root:" not in found


def test_49_unclosed_tags_do_not_time_out(outcome: Outcome) -> None:
    reasons = (outcome.out / "quarantine" / "rejections.jsonl").read_text(encoding="utf-8")
    assert "timeout" not in reasons


def test_all_of_it_comes_back(outcome: Outcome, tmp_path: Path) -> None:
    assert verify(outcome.out) == len(outcome.rows)
    restore(outcome.out, tmp_path / "back")
    for path in (path for path in outcome.source.iterdir() if path.is_file()):
        assert (tmp_path / "back" / path.name).read_bytes() == path.read_bytes(), path.name


def test_09_no_other_device_is_needed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(STORY, encoding="utf-8")
    command = [*COMMAND, "run", str(tmp_path / "in"), "-o", str(tmp_path / "out"), "-q", "-j1"]
    subprocess.run(command, check=True, env=os.environ | {"TMPDIR": "/proc/nowhere"})


def test_11_the_lock_of_a_dead_process_is_no_lock(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(STORY, encoding="utf-8")
    (tmp_path / ".out.lock").write_text("", encoding="utf-8")
    (tmp_path / ".out.building").mkdir()
    (tmp_path / ".out.building" / "half").write_text("x", encoding="utf-8")
    run(tmp_path / "in", tmp_path / "out", ONE_WORKER)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]


LINE = st.sampled_from(
    ["Baca juga: Banjir di Kota", "ADVERTISEMENT", "Baca juga:", STORY, "", "Penulis: Ani", "Kata “dia”: Ã©."]
)


@given(st.lists(st.lists(LINE, min_size=1, max_size=6), min_size=1, max_size=4))
@settings(max_examples=6)
def test_14_a_run_on_its_own_output_changes_nothing(texts: list[list[str]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "in").mkdir()
        for number, lines in enumerate(texts):
            body = "\n".join([*lines, tell(number, 2)])
            (root / "in" / f"{number}.txt").write_text(body, encoding="utf-8")
        run(root / "in", root / "out", ONE_WORKER)
        run(root / "out" / "data", root / "again", ONE_WORKER)
        for path in (root / "out" / "data").iterdir():
            assert (root / "again" / "data" / path.name).read_bytes() == path.read_bytes()


def test_51_copies_by_the_thousand_are_no_quadratic_work(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    footer = "Hak cipta dilindungi undang-undang, dilarang mengutip tanpa izin tertulis dari redaksi kami di sini."
    same = [json.dumps({"text": STORY})] * 3000
    sharing = [json.dumps({"text": f"{tell(n, 2)}\n{footer}"}) for n in range(500)]
    (tmp_path / "in" / "a.jsonl").write_text("\n".join([*same, *sharing]), encoding="utf-8")
    from dataclasses import replace

    config = replace(ONE_WORKER, dedup=replace(ONE_WORKER.dedup, max_removed=1.0))
    run(tmp_path / "in", tmp_path / "out", config)
    links = pq.read_table(tmp_path / "out" / "links.parquet", columns=["level"])["level"].to_pylist()
    assert links.count("document") < 10 * 3500


def test_55_no_test_reaches_the_network() -> None:
    with socket.socket() as outside, pytest.raises(OSError, match="may not reach"):
        outside.connect(("192.0.2.1", 80))


def test_55_no_network_is_needed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.html").write_bytes(make_deep(3))
    script = (
        "import socket\n"
        "def deny(*_, **__):\n    raise AssertionError('a socket was opened')\n"
        "socket.socket.connect = socket.socket.connect_ex = socket.socket.bind = deny\n"
        "from corpus_clean.cli import main\nmain()\n"
    )
    command = [sys.executable, "-c", script, "run", str(tmp_path / "in"), "-o", str(tmp_path / "out"), "-q", "-j1"]
    subprocess.run(command, check=True)
