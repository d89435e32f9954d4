"""Which stretches of an article are speech, of which kind, and whose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_clean.quotes.spans import find_quotes, read_document
from corpus_clean.quotes.units import split_units
from corpus_clean.types import Document, Quote


def find(text: str, language: str = "id") -> list[Quote]:
    return find_quotes(Document("d", text, language=language))


def direct(text: str, language: str = "id") -> list[tuple[str, str]]:
    return [(quote.text, quote.speaker) for quote in find(text, language) if quote.kind == "direct"]


SPEECH = "Jembatan ini kami buka lagi pada hari Senin depan,"


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("“", "”"), ('"', '"'), ("“", '"'), ('"', "”"), ("”", "”"), ("«", "»"), ("»", "«"), ("„", "“"), ("``", "''")],
)
def test_marks_are_paired_by_position(opening: str, closing: str) -> None:
    text = f"{opening}{SPEECH}{closing} kata Bupati Sarma Wirya di Medan."
    assert direct(text) == [(SPEECH, "Sarma Wirya")]


def test_an_unclosed_quote_ends_before_its_attribution() -> None:
    assert direct(f"“{SPEECH} kata Sarma Wirya di lokasi.") == [(SPEECH, "Sarma Wirya")]


def test_an_unclosed_quote_does_not_swallow_the_next_one() -> None:
    text = f"“{SPEECH} kata Sarma Wirya.\n“Warga sudah lama menunggu jembatan itu,” ujar Rina Maharani."
    assert direct(text) == [(SPEECH, "Sarma Wirya"), ("Warga sudah lama menunggu jembatan itu,", "Rina Maharani")]


def test_a_quote_goes_on_over_a_line_that_a_scraper_broke() -> None:
    text = '"Baru pertama kali\nnaik\nbus ini, biasanya kereta," kata Rina Maharani.'
    assert direct(text) == [("Baru pertama kali\nnaik\nbus ini, biasanya kereta,", "Rina Maharani")]


def test_a_speech_of_two_paragraphs_keeps_its_speaker() -> None:
    text = (
        "Rina Maharani menyatakan siap.\n“Kami sudah bekerja tiga bulan penuh.\n\n“Warga sudah lama menunggu kami.\n\n"
        f"“{SPEECH}” kata Sarma Wirya."
    )
    assert direct(text) == [
        ("Kami sudah bekerja tiga bulan penuh.", "Sarma Wirya"),
        ("Warga sudah lama menunggu kami.", "Sarma Wirya"),
        (SPEECH, "Sarma Wirya"),
    ]


def test_nested_marks_stay_one_quote() -> None:
    text = "“Beliau bilang “jangan menyerah” kepada kami semua di sini,” kata Sarma Wirya."
    assert direct(text) == [("Beliau bilang “jangan menyerah” kepada kami semua di sini,", "Sarma Wirya")]


@pytest.mark.parametrize(
    "text",
    [
        'Simak video "Banjir Besar Melanda Kota Medan Pagi Ini" di kanal kami.',
        "Mereka menonton film “Laut di Utara” bersama keluarga.",
        'Harga "murah" itu ternyata mahal.',
        'Layar 6" itu pecah, lalu diganti layar 7" yang baru.',
    ],
)
def test_titles_and_scare_quotes_without_attribution_are_no_quotes(text: str) -> None:
    assert find(text) == []


def test_a_fragment_inside_reported_speech_is_given_with_it() -> None:
    found = find(
        "Sarma Wirya menyebut penutupan jembatan itu sebagai “pukulan telak” bagi para pedagang di pasar kota."
    )
    assert [(quote.kind, quote.text) for quote in found] == [
        (
            "indirect",
            "penutupan jembatan itu sebagai “pukulan telak” bagi para pedagang di pasar kota.",
        ),
        ("fragment", "pukulan telak"),
    ]


@pytest.mark.parametrize(
    ("text", "language", "speaker", "said"),
    [
        ("Sarma Wirya mengatakan bahwa jembatan itu rusak.", "id", "Sarma Wirya", "jembatan itu rusak."),
        ("Menurut Sarma Wirya, jembatan itu rusak.", "id", "Sarma Wirya", "jembatan itu rusak."),
        (
            "Jembatan itu rusak sejak pekan lalu, kata Sarma Wirya.",
            "id",
            "Sarma Wirya",
            "Jembatan itu rusak sejak pekan lalu,",
        ),
        (
            "Sarma Wirya pada Senin (3/2/2025) menyebutkan, jembatan itu rusak.",
            "id",
            "Sarma Wirya",
            "jembatan itu rusak.",
        ),
        (
            "Usai bertemu Rina di Medan, Sarma Wirya mengaku jembatan itu rusak.",
            "id",
            "Sarma Wirya",
            "jembatan itu rusak.",
        ),
        (
            "Kabar itu sampai pada Sarma Wirya, yang mengatakan bahwa jembatan itu rusak.",
            "id",
            "Sarma Wirya",
            "jembatan itu rusak.",
        ),
        ("Razlan Hamdi berkata bahawa jambatan itu rosak.", "ms", "Razlan Hamdi", "jambatan itu rosak."),
        ("According to Sarah Willing, the bridge is damaged.", "en", "Sarah Willing", "the bridge is damaged."),
        ("The bridge is damaged, said Sarah Willing.", "en", "Sarah Willing", "The bridge is damaged,"),
    ],
)
def test_indirect_speech_begins_and_ends_at_its_clause(text: str, language: str, speaker: str, said: str) -> None:
    assert [(quote.kind, quote.speaker, quote.text) for quote in find(text, language)] == [("indirect", speaker, said)]


def test_two_speakers_in_one_sentence_keep_their_own_clause() -> None:
    text = (
        "Para sopir menuduh pemerintah lamban bekerja, dan kemarin Bupati Sarma Wirya mengatakan bahwa dana baru turun."
    )
    assert [(quote.speaker, quote.text) for quote in find(text)] == [
        ("Para sopir", "pemerintah lamban bekerja"),
        ("Sarma Wirya", "dana baru turun."),
    ]


def test_hal_itu_dikatakan_names_the_speaker_of_the_sentence_before() -> None:
    text = "Selain itu, tiga truk ikut hanyut ke sungai.\nHal itu dikatakan Sarma Wirya kepada wartawan."
    assert [(quote.speaker, quote.text) for quote in find(text)] == [
        ("Sarma Wirya", "tiga truk ikut hanyut ke sungai.")
    ]


@pytest.mark.parametrize(
    ("attribution", "speaker"),
    [
        ("kata Wirya", "Sarma Wirya"),
        ("katanya", "Sarma Wirya"),
        ("ujar dia", "Sarma Wirya"),
        ("kata Rina Maharani, dikutip dari Kantor Berita", "Rina Maharani"),
        ("kata Juru Bicara Kementerian Perhubungan, Rina Maharani, tentang jembatan itu", "Rina Maharani"),
        ("kata kuasa hukum Tono Gunawan, Rina Maharani, di kantornya", "Rina Maharani"),
        ("kata Kepala Badan Gizi Nasional Rina Maharani saat ditemui", "Rina Maharani"),
        ("ucap Wakil Ketua Partai Kerja Sejahtera (PKS) Rina Maharani di Medan", "Rina Maharani"),
        ("demikian pernyataan Kementerian Perhubungan", "Kementerian Perhubungan"),
        ("kata polisi", "polisi"),
        ("kata pejabat tinggi kepresidenan", "pejabat tinggi kepresidenan"),
    ],
)
def test_the_speaker_behind_a_quote(attribution: str, speaker: str) -> None:
    text = f"Bupati Sarma Wirya mengatakan jembatan itu rusak.\n“{SPEECH}” {attribution}."
    assert direct(text) == [(SPEECH, speaker)]


def test_a_nickname_means_the_one_who_bears_it() -> None:
    text = f"Lurah, sapaan akrab Sarma Wirya, sudah tiba.\n“{SPEECH}” kata Lurah."
    assert direct(text.replace("Lurah", "Gondel")) == [(SPEECH, "Sarma Wirya")]


def test_ia_in_a_description_is_whoever_spoke_last() -> None:
    text = f"Sarma Wirya mengatakan jembatan rusak. Politikus itu menyebut perbaikannya mahal.\n“{SPEECH}” katanya."
    assert {quote.speaker for quote in find(text)} == {"Sarma Wirya"}


def test_the_sentence_that_sums_a_quote_up_belongs_to_its_speaker() -> None:
    text = "Perbaikan jembatan memakan biaya besar.\n“Perbaikan jembatan ini biayanya sangat besar,” kata Sarma Wirya."
    assert [(quote.kind, quote.speaker, quote.cue) for quote in find(text)] == [
        ("indirect", "Sarma Wirya", ""),
        ("direct", "Sarma Wirya", "kata"),
    ]


def test_an_unrelated_sentence_before_a_quote_is_the_papers_own() -> None:
    text = (
        "Hujan turun sejak petang di seluruh kota.\n“Perbaikan jembatan ini biayanya sangat besar,” kata Sarma Wirya."
    )
    assert [quote.kind for quote in find(text)] == ["direct"]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        # the title is one that its place follows
        ("Gubernur Teluk Kencana Sarma Wirya mengatakan jembatan itu rusak.", "Sarma Wirya"),
        # the front is a place elsewhere
        (
            "Banjir melanda wilayah Aksa. Gubernur Aksa Rina Dewi Maharani menyebut jembatan itu rusak.",
            "Rina Dewi Maharani",
        ),
        # the rest stands alone elsewhere
        ("Sarma Wirya tiba. Direktur Kebun Lada Sarma Wirya mengatakan jembatan itu rusak.", "Sarma Wirya"),
        # he goes by the first word: it is his name
        ("Teluk tiba. Gubernur Teluk Sarma Wirya mengatakan jembatan itu rusak.", "Teluk Sarma Wirya"),
        ("Juru Bicara Satuan 21 Antibanjir Polri AKBP Rina Maharani mengatakan jembatan itu rusak.", "Rina Maharani"),
        ("Menurut Rina keponakan Sarma Wirya, jembatan itu rusak sejak lama.", "Rina"),
        ("Ketua Komisi DPRMaharani mengatakan jembatan itu rusak.", "Maharani"),
    ],
)
def test_a_name_begins_behind_place_and_office(text: str, speaker: str) -> None:
    assert [quote.speaker for quote in find(text)] == [speaker]


def test_a_name_that_is_cut_in_one_place_and_whole_in_another_has_an_end() -> None:
    text = (
        "Gubernur Teluk Kencana Sarma Wirya tiba. Di sana Teluk Kencana Sarma Wirya bekerja. "
        "Kencana Sarma Wirya mengatakan jembatan itu rusak."
    )
    assert len(find(text)) == 1


@pytest.mark.parametrize("description", ["penyanyi berusia 43 tahun itu", "presenter Malam itu", "politikus itu"])
def test_a_description_with_itu_is_whoever_spoke_last(description: str) -> None:
    text = f"Sarma Wirya mengatakan jembatan itu rusak. Lalu {description} menjelaskan biayanya sangat mahal sekali."
    assert [quote.speaker for quote in find(text)] == ["Sarma Wirya", "Sarma Wirya"]


def test_a_nickname_of_a_short_name_means_the_full_name() -> None:
    text = (
        "Dewi Lestari tiba. “Saya senang sekali bisa pulang hari ini,” ujar Dewi yang akrab disapa Wiwi.\n"
        f"“{SPEECH}” kata Wiwi."
    )
    assert {quote.speaker for quote in find(text)} == {"Dewi Lestari"}


def test_menurut_behind_a_heading_that_ran_into_it() -> None:
    text = "Warga Menunggu Jembatan Selama Tiga Bulan Menurut Sarma Wirya, jembatan itu rusak sejak lama."
    assert ("Sarma Wirya", "jembatan itu rusak sejak lama.") in [(quote.speaker, quote.text) for quote in find(text)]


@pytest.mark.parametrize(
    ("text", "speaker", "said"),
    [
        ("The bridge was closed on Monday, a source said.", "source", "The bridge was closed on Monday,"),
        ("The bridge is damaged, Sarah Willing said on Friday.", "Sarah Willing", "The bridge is damaged,"),
        (
            "Federal and state officials said the bridge was closed.",
            "Federal and state officials",
            "the bridge was closed.",
        ),
    ],
)
def test_english_reports_speech_in_front_of_subject_and_verb(text: str, speaker: str, said: str) -> None:
    assert [(quote.kind, quote.speaker, quote.text) for quote in find(text, "en")] == [("indirect", speaker, said)]


def test_words_of_a_name_are_no_cue() -> None:
    assert find("Three countries apart from the United States meet the goal of the plan.", "en") == []


def test_english_has_no_free_indirect_speech() -> None:
    text = "Repairs of the bridge cost a lot.\n“The repairs of this bridge cost a lot of money,” said Sarah Willing."
    assert [quote.kind for quote in find(text, "en")] == ["direct"]


def test_an_office_named_alone_is_its_holder() -> None:
    text = "Menteri Luar Negeri Rina Maharani tiba di Medan. Menteri Luar Negeri mengatakan perundingan berjalan baik."
    assert [quote.speaker for quote in find(text)] == ["Rina Maharani"]


def test_who_speaks_for_an_organisation_is_known() -> None:
    reading = read_document(Document("d", "Sekjen PBB Rina Maharani mengatakan perang harus berhenti.", language="id"))
    assert ("pbb", "rina maharani") in reading.affiliations


def test_a_long_quote_can_be_compared_sentence_by_sentence() -> None:
    text = "“Kami sudah bekerja tiga bulan penuh. Jembatan ini kami buka lagi pada hari Senin,” kata Sarma Wirya."
    (quote,) = find(text)
    units = split_units(quote)
    assert units[0] == quote
    assert [text[unit.start : unit.end] for unit in units[1:]] == [
        "Kami sudah bekerja tiga bulan penuh.",
        "Jembatan ini kami buka lagi pada hari Senin,",
    ]


MARKS = ["“", "”", '"', "«", "»", ",", ".", "\n", " ", "(", ")", ":", "…", "’", "''", "\u2028", "\x85"]
WORDS = ["kata", "Sarma", "Wirya", "mengatakan", "bahwa", "menurut", "katanya", "jembatan", "rusak", "said", "ﬁ", "İ"]
PIECES = st.sampled_from([*MARKS, *WORDS, "Hal itu dikatakan"])


@given(st.lists(PIECES, max_size=60).map(" ".join), st.sampled_from(["id", "ms", "en", ""]))
def test_offsets_always_count_in_the_text(text: str, language: str) -> None:
    found = find_quotes(Document("d", text, language=language))
    for unit in (unit for quote in found for unit in split_units(quote)):
        assert text[unit.start : unit.end] == unit.text != ""
    assert [(quote.start, -quote.end) for quote in found] == sorted({(quote.start, -quote.end) for quote in found})


def test_the_sentences_without_speech_are_the_papers_own() -> None:
    text = (
        "MEDAN, BERITA.com - Hujan turun sejak pagi di seluruh kota. “Kami siaga penuh,” kata Sarma Wirya.\n"
        "Baca berita lainnya di kanal kami\nTiga perahu karet disiapkan di tepi sungai. Pendek sekali."
    )
    reading = read_document(Document("d", text, language="id"))
    assert [sentence.text for sentence in reading.narration] == [
        "Hujan turun sejak pagi di seluruh kota.",
        "Tiga perahu karet disiapkan di tepi sungai.",
    ]
    assert all(text[sentence.start : sentence.end] == sentence.text for sentence in reading.narration)


@pytest.mark.parametrize(
    ("text", "language", "speaker"),
    [
        ("Pemerintah kota telah memastikan bahwa jalan itu dibuka lagi.", "id", "Pemerintah kota"),
        ("Polisi berhasil mengungkap bahwa truk itu dicuri.", "id", "Polisi"),
        ("Police later said the road was closed.", "en", "Police"),
    ],
)
def test_a_role_ends_where_its_verb_begins(text: str, language: str, speaker: str) -> None:
    assert [quote.speaker for quote in find(text, language)] == [speaker]


def test_a_title_with_a_full_stop_does_not_end_the_name() -> None:
    assert direct(f"“{SPEECH}” kata dr. Sarma Wirya, Sp.A, di Medan.") == [(SPEECH, "Sarma Wirya")]
    assert [quote.speaker for quote in find("Menurut dr. Sarma Wirya, anak itu sudah sembuh.")] == ["Sarma Wirya"]


def test_lines_that_are_set_off_are_a_quote_if_somebody_is_announced() -> None:
    block = "> Jembatan itu akan kami buka lagi.\n> Warga tidak perlu menunggu lebih lama.\n"
    [quote] = find(f"Dalam suratnya, Bupati Sarma Wirya menulis:\n{block}Surat itu dibacakan kemarin.")
    assert (quote.kind, quote.speaker) == ("direct", "Sarma Wirya")
    assert quote.text == "Jembatan itu akan kami buka lagi.\n> Warga tidak perlu menunggu lebih lama."
    assert find(f"Hujan turun sejak pagi di seluruh kota.\n{block}") == []


def test_a_colon_announces_who_speaks_on_the_next_line() -> None:
    text = f"Berikut pernyataan lengkap Bupati Sarma Wirya:\n“{SPEECH[:-1]}.”\nAcara ditutup doa."
    assert direct(text) == [(f"{SPEECH[:-1]}.", "Sarma Wirya")]


@pytest.mark.parametrize(("opening", "closing"), [("‘", "’"), ("'", "'")])
def test_single_marks_hold_whole_utterances(opening: str, closing: str) -> None:
    assert direct(f"{opening}{SPEECH}{closing} kata Sarma Wirya.") == [(SPEECH, "Sarma Wirya")]
    assert direct(f"Wisata {opening}pulau kelapa{closing} ramai pada akhir pekan, kata Sarma Wirya.") == []
    text = f"Anak{closing}anak dan Ma{closing}ruf pulang, lalu “{SPEECH}” kata Sarma Wirya."
    assert direct(text) == [(SPEECH, "Sarma Wirya")]


def test_a_short_sentence_is_direct_with_its_comma_outside_too() -> None:
    assert direct("«Jembatan ini kami buka», kata Sarma Wirya.") == [("Jembatan ini kami buka", "Sarma Wirya")]
