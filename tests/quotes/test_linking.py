"""Which quotes repeat each other, how far, and what keeps others apart."""

import hashlib
import itertools
from dataclasses import replace

import pytest

from corpus_clean.config import QuotesConfig
from corpus_clean.quotes.articles import find_grams
from corpus_clean.quotes.clusters import cluster_quotes
from corpus_clean.quotes.compare import compare_quotes, match_texts
from corpus_clean.quotes.context import link_quotes_in_context
from corpus_clean.quotes.features import find_features
from corpus_clean.quotes.formulas import mark_formulas
from corpus_clean.quotes.identity import match_speakers
from corpus_clean.quotes.link import find_candidates, link_documents
from corpus_clean.quotes.paraphrase import share_root
from corpus_clean.quotes.spans import Reading
from corpus_clean.types import Document, Link, Match, Metadata, Quote, QuoteKind, Segment

CONFIG = QuotesConfig()
SAID = "Jembatan itu akan kami buka lagi pada hari Senin setelah tiga bulan ditutup untuk perbaikan"


def quote(doc_id: str, text: str, speaker: str = "Sarma Wirya", kind: QuoteKind = "direct", start: int = 0) -> Quote:
    return Quote(doc_id, start, start + len(text), text, kind, speaker)


def compare(left: str, right: str, one: str = "Sarma Wirya", other: str = "Sarma Wirya") -> Link | None:
    return compare_quotes(quote("a", left, one), quote("b", right, other), CONFIG)


def test_near_verbatim_is_grade_a() -> None:
    link = compare(SAID, SAID.replace("akan kami buka", "kami buka") + ",")
    assert link is not None
    assert (link.grade, link.flags) == ("A", ())


def test_a_sentence_contained_in_a_longer_quote_is_grade_b() -> None:
    longer = f"Kami minta maaf kepada pedagang yang menunggu begitu lama. {SAID}. Terima kasih atas doa warga."
    link = compare(SAID, longer)
    assert link is not None
    assert (link.grade, link.match.containment > 0.9) == ("B", True)


def test_the_same_letters_scattered_over_a_long_quote_are_no_match() -> None:
    words = SAID.split()
    scattered = " ".join(f"{word} sementara itu hujan turun deras sekali di utara" for word in words)
    assert match_texts(SAID, scattered).containment < 0.6


@pytest.mark.parametrize(("one", "other"), [("Sarma Wirya", ""), ("", "")])
def test_more_is_asked_of_unknown_speakers(one: str, other: str) -> None:
    partly = SAID.replace("ditutup untuk perbaikan", "mangkrak begitu semua pekerjaan selesai")
    assert compare(SAID, partly) is not None
    assert compare(SAID, partly, one, other) is None
    assert compare(SAID, SAID, one, other) is not None


def test_the_same_words_by_another_speaker_are_flagged() -> None:
    link = compare(SAID, SAID, "Pentagon", "Mark Rutte")
    assert link is not None
    assert link.flags == ("other-speaker",)
    assert compare(SAID, SAID.replace("buka lagi pada hari", "resmikan hari"), "Pentagon", "Mark Rutte") is None


def test_terbukti_against_tidak_terbukti_is_flagged() -> None:
    guilty = "Terdakwa dalam perkara jembatan ini terbukti menerima suap dari kontraktor seperti dakwaan jaksa"
    link = compare(guilty, guilty.replace("terbukti", "tidak terbukti"))
    assert link is not None
    assert link.flags == ("negation",)


def test_other_figures_are_flagged() -> None:
    link = compare(f"{SAID} dengan 600.000 pekerja", f"{SAID} dengan 650.000 pekerja")
    assert link is not None
    assert link.flags == ("number",)


def test_number_words_are_figures() -> None:
    three = compare(f"{SAID} dengan tiga truk", f"{SAID} dengan 3 truk")
    assert three is not None
    assert three.flags == ()
    five = compare(
        f"{SAID.replace('tiga', 'beberapa')} dengan tiga truk", f"{SAID.replace('tiga', 'beberapa')} dengan lima truk"
    )
    assert five is not None
    assert five.flags == ("number",)


def test_a_conflict_between_unknown_speakers_is_no_link() -> None:
    assert compare(f"{SAID} dengan 600.000 pekerja", f"{SAID} dengan 650.000 pekerja", "", "") is None


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (
            "Menjatuhkan pidana terhadap terdakwa dengan pidana penjara selama 3 tahun,",
            "Menjatuhkan pidana terhadap Terdakwa dengan pidana penjara selama 16 tahun,",
        ),
        (
            "Kami turut berduka cita, semoga keluarga yang ditinggalkan diberi ketabahan, warga Medan",
            "Kami turut berduka cita, semoga keluarga yang ditinggalkan diberi ketabahan, rekan guru",
        ),
        (
            "Kasus kebakaran gudang itu masih dalam penyelidikan, menghormati proses hukum yang berjalan",
            "Perkara suap jembatan masih dalam penyelidikan, menghormati proses hukum yang berjalan",
        ),
    ],
)
def test_verdicts_prayers_and_police_formulas_are_not_one_utterance(left: str, right: str) -> None:
    assert compare(left, right) is None


def test_the_same_verdict_in_two_papers_is_one_utterance() -> None:
    verdict = "Menjatuhkan pidana terhadap terdakwa dengan pidana penjara selama 3 tahun,"
    assert compare(verdict, verdict) is not None


def test_what_three_speakers_say_alike_is_a_formula() -> None:
    said = "Kami tetap optimistis menatap musim depan bersama seluruh pemain"
    documents = [
        Document(str(n), f"“{said},” kata {name} di lapangan.", language="id")
        for n, name in enumerate(["Sarma Wirya", "Rina Maharani", "Tono Gunawan"])
    ]
    assert len(link_documents(documents[:2], CONFIG)) == 1
    assert link_documents(documents, CONFIG) == []


def test_a_formula_in_one_mouth_is_flagged() -> None:
    def said(doc_id: str) -> Segment:
        return Segment(doc_id, "quote", 0, 40, "Kami tetap optimistis menatap musim depan")

    names = {"a": "Rina", "b": "Tono", "c": "Sari", "d": "Sari"}
    links = [
        Link(said(x), said(y), "quote", "A", Match(1.0, 1.0), names[x], names[y],
             () if names[x] == names[y] else ("other-speaker",))
        for x, y in itertools.combinations("abcd", 2)
    ]  # fmt: skip
    assert [(link.speaker_left, link.flags) for link in mark_formulas(links)] == [("Sari", ("formula",))]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Volodymyr Zelenskyy", "Zelensky", True),
        ("Zelenskiy", "Volodymyr Zelenskyy", True),
        ("Presiden Prabowo Subianto", "Prabowo", True),
        ("Komisi Pemberantasan Korupsi", "KPK", True),
        ("Pramono Anungmengungkap", "Pramono Anung", True),
        ("Mark Rutte", "Pentagon", False),
        ("Rina Maharani", "Rini Soemarno", False),
        ("Mark Rutte", "", None),
        ("Menteri Luar Negeri RI", "Rina Maharani", None),
        ("Gubernur", "Bupati", False),
    ],
)
def test_name_variants(one: str, other: str, same: bool | None) -> None:
    assert match_speakers(one, other) is same
    assert match_speakers(other, one) is same


def test_an_organisation_speaks_through_its_head() -> None:
    assert match_speakers("NATO", "Mark Rutte", {("nato", "mark rutte")}) is True
    assert match_speakers("NATO", "Mark Rutte", {("pbb", "antonio guterres")}) is False


def report(doc_id: str, *quotes: tuple[str, QuoteKind]) -> Reading:
    found, start = [], 0
    for text, kind in quotes:
        found.append(quote(doc_id, text, kind=kind, start=start))
        start += len(text) + 60
    return Reading(tuple(found))


def test_the_context_pass_needs_a_quote_beyond_doubt() -> None:
    a = report("a", ("sangat lelah menunggu", "fragment"))
    b = report("b", ("warga kota itu sudah sangat lelah menunggu begitu lama", "indirect"))
    assert link_quotes_in_context(a, b, CONFIG) == []


def test_fragments_and_paraphrases_are_linked_between_articles_that_share_a_quote() -> None:
    a = report(
        "a",
        (SAID, "direct"),
        ("sangat lelah menunggu", "fragment"),
        ("Keluhan pedagang sudah sampai kepada kami, dan besok petugas kami menambah lampu di sana", "direct"),
    )
    b = report(
        "b",
        (SAID, "direct"),
        ("warga kota itu sudah sangat lelah menunggu begitu lama", "indirect"),
        ("petugas akan melakukan penambahan lampu atas keluhan para pedagang.", "indirect"),
    )
    links = link_quotes_in_context(a, b, CONFIG)
    assert [(link.grade, link.left.text) for link in links] == [
        (grade, quote.text) for grade, quote in zip("ABC", a.quotes, strict=True)
    ]


def test_two_quotes_between_marks_are_no_paraphrase_of_each_other() -> None:
    longer = "Keluhan pedagang sudah sampai kepada kami, dan besok petugas kami menambah lampu di sana"
    a = report("a", (SAID, "direct"), (longer, "direct"))
    other = "petugas akan melakukan penambahan lampu atas keluhan para pedagang."
    assert [
        link.grade for link in link_quotes_in_context(a, report("b", (SAID, "direct"), (other, "direct")), CONFIG)
    ] == ["A"]
    reported = link_quotes_in_context(a, report("b", (SAID, "direct"), (other, "indirect")), CONFIG)
    assert [link.grade for link in reported] == ["A", "C"]


def test_a_paraphrase_by_another_speaker_is_none() -> None:
    a = report("a", (SAID, "direct"), ("Keluhan pedagang sampai kepada kami, petugas menambah lampu", "direct"))
    b = report("b", (SAID, "direct"), ("petugas akan memasang lampu taman kota itu bulan depan", "direct"))
    other = quote("b", "petugas melakukan penambahan lampu atas keluhan pedagang.", "Rina Maharani", "indirect", 300)
    b = replace(b, quotes=(*b.quotes, other))
    assert [link.grade for link in link_quotes_in_context(a, b, CONFIG)] == ["A"]


def own(*sentences: str) -> tuple[Quote, ...]:
    """Sentences of article b that are its own, far behind its quotes."""
    return tuple(quote("b", text, "", "indirect", 5000 + 300 * n) for n, text in enumerate(sentences))


REPORTED = "Petugas dinas akan melakukan penambahan lampu atas keluhan para pedagang di sana."


def test_a_sentence_of_the_paper_itself_is_linked_to_what_the_other_one_quotes() -> None:
    complaint = "Keluhan pedagang sudah sampai kepada kami, dan besok petugas dinas kami menambah lampu di sana"
    a = report("a", (SAID, "direct"), (complaint, "direct"))
    b = replace(report("b", (SAID, "direct")), narration=own(REPORTED, complaint + "."))
    found = {link.right.text: (link.grade, link.flags) for link in link_quotes_in_context(a, b, CONFIG)}
    assert found == {
        SAID: ("A", ()),
        REPORTED: ("C", ("unattributed",)),
        complaint + ".": ("A", ("unattributed",)),
    }


def test_what_two_papers_say_themselves_is_no_quote() -> None:
    a = replace(report("a", (SAID, "direct")), narration=(quote("a", REPORTED, "", "indirect", 5000),))
    b = replace(report("b", (SAID, "direct")), narration=own(REPORTED))
    assert [link.left.text for link in link_quotes_in_context(a, b, CONFIG)] == [SAID]


def test_two_articles_do_not_meet_over_sentences_of_their_own() -> None:
    a = report("a", (SAID, "direct"))
    b = replace(
        report("b", ("Warga sudah lelah menunggu jembatan selama tiga bulan", "direct")), narration=own(SAID + ".")
    )
    assert link_quotes_in_context(a, b, CONFIG) == []


def test_an_organisation_may_be_paraphrased_as_the_person_who_speaks() -> None:
    complaint = "Keluhan pedagang sudah sampai kepada kami, dan besok petugas dinas kami menambah lampu di sana"
    a = report("a", (SAID, "direct"), (complaint, "direct"))

    def said_by(speaker: str) -> list[tuple[str, tuple[str, ...]]]:
        reported = quote("b", REPORTED, speaker, "indirect", 160)
        b = Reading((quote("b", SAID), reported))
        return [(link.grade, link.flags) for link in link_quotes_in_context(a, b, CONFIG)]

    assert said_by("Sarma Wirya") == [("A", ()), ("C", ())]
    assert said_by("Dinas Perhubungan") == [("A", ()), ("C", ("other-speaker",))]
    assert said_by("Rina Maharani") == [("A", ())]


def test_a_lead_in_is_linked_to_what_the_other_paper_makes_of_its_quote() -> None:
    """What sums a quote up is like whatever paraphrases that quote."""
    lead = "Sarma memastikan pembangunan pasar ikan rampung tahun depan"
    speech = "Pasar ikan itu kami bangun dengan atap baru, lantai keramik, dan rampung tahun depan"
    other = "Pasar ikan dengan atap baru dan lantai keramik itu dibangun pemerintah kota"
    b = report("b", (SAID, "direct"), (other, "indirect"))

    def links(gap: int) -> int:
        quotes = [
            quote("a", SAID), quote("a", lead, kind="indirect", start=500),
            quote("a", speech, start=500 + len(lead) + gap),
        ]  # fmt: skip
        return len(link_quotes_in_context(Reading(tuple(quotes)), b, CONFIG))

    assert links(gap=4) > links(gap=400)


def test_the_words_that_share_a_root_are_the_same_in_arrays() -> None:
    words = "tambah penambahan tambahan pertambahan bus 2024 20245 tahu tahun bertahun menunggu tunggu ikan nananana"
    grams, bounds = find_grams(words.split())
    sets = [set(grams[start:end].tolist()) for start, end in itertools.pairwise(bounds.tolist())]
    known = [share_root(*pair) for pair in itertools.combinations(words.split(), 2)]
    assert sum(known) >= 5
    assert [len(x & y) >= 0.55 * min(len(x), len(y)) for x, y in itertools.combinations(sets, 2)] == known


def test_a_rare_phrase_inside_a_long_quote_makes_a_candidate() -> None:
    long = " ".join(f"kata{n} lain{n} lagi{n}" for n in range(60))
    said = "kini lampu jembatan merah padam lagi"
    units = [quote("a", said), quote("b", f"{long} lampu jembatan merah padam {long}")]
    assert find_candidates(units) == [(0, 1)]


def test_three_words_in_common_make_no_candidate() -> None:
    long = " ".join(f"kata{n} lain{n} lagi{n}" for n in range(60))
    units = [quote("a", "kini lampu jembatan merah padam lagi"), quote("b", f"{long} lampu jembatan merah {long}")]
    assert find_candidates(units) == []


def test_a_phrase_of_everybody_makes_no_candidate() -> None:
    def own(number: int) -> str:
        return " ".join(hashlib.sha256(f"{number}.{word}".encode()).hexdigest()[:9] for word in range(12))

    units = [quote(str(n), f"atas nama warga kota {own(n)}") for n in range(60)]
    assert find_candidates(units[:50]) == list(itertools.combinations(range(50), 2))
    assert find_candidates(units) == []


def test_candidates_within_one_document_are_not_wanted() -> None:
    assert find_candidates([quote("a", SAID), quote("a", SAID, start=500)]) == []


def test_features_fold_case_marks_and_thousands() -> None:
    one, other = "“600.000 Tentara” Korut di dua kota,", "600000 tentara Korea Utara di dua kota"
    features = find_features([quote("a", one), quote("b", other)])
    assert features.texts[0] == features.texts[1]
    assert features.trigrams[0].tolist() == features.trigrams[1].tolist()
    assert features.buckets[0].tolist() == features.buckets[1].tolist()


def test_articles_far_apart_are_not_linked_if_a_window_is_asked_for() -> None:
    said = f"“{SAID},” kata Bupati Sarma Wirya."

    def dated(*days: str) -> list[Document]:
        return [Document(str(n), said, language="id", metadata=Metadata(published=day)) for n, day in enumerate(days)]

    week = QuotesConfig(within_days=7)
    far = dated("2024-05-01", "2024-05-09T08:00:00+07:00")
    assert len(link_documents(far, CONFIG)) == 1
    assert link_documents(far, week) == []
    assert len(link_documents(dated("2024-05-01", "2024-05-08"), week)) == 1
    assert len(link_documents(dated("2024-05-01", ""), week)) == 1


def test_links_do_not_depend_on_the_order_of_the_documents() -> None:
    texts = [
        f"“{SAID},” kata Bupati Sarma Wirya.",
        f"Wirya menyebut {SAID.lower()}.\n“{SAID}, begitu rencana kami semua di sini,” kata Wirya.",
        "“Warga sudah lelah menunggu jembatan selama tiga bulan penuh,” kata Rina Maharani.",
        "Menurut Rina Maharani, warga sudah lelah menunggu jembatan itu selama tiga bulan penuh.",
    ]
    documents = [Document(str(n), text, language="id") for n, text in enumerate(texts)]
    first = link_documents(documents, CONFIG)
    assert len(first) >= 2
    assert link_documents(documents[::-1], CONFIG) == first


def link(left: Segment, right: Segment, grade: str = "A", containment: float = 1.0) -> Link:
    return Link(left, right, "quote", grade, Match(1.0, containment))


def test_a_fragment_never_joins_two_groups() -> None:
    one, two = (Segment(d, "quote", 0, 99, SAID) for d in "ab")
    other, another = (Segment(d, "quote", 200, 299, SAID.replace("Senin", "Rabu")) for d in "cd")
    leaf = Segment("e", "quote", 0, 12, "buka lagi")
    links = [link(one, two), link(other, another), link(one, leaf, "B", 0.9), link(other, leaf, "B", 0.8)]
    clusters = cluster_quotes(links)
    assert sorted(len(cluster.members) for cluster in clusters) == [2, 3]
    assert next(c for c in clusters if len(c.members) == 3).members[0].segment == one


def test_a_paraphrase_hangs_on_the_group_of_its_best_link() -> None:
    one, two = (Segment(d, "quote", 0, 99, SAID) for d in "ab")
    paraphrase = Segment("c", "quote", 0, 50, "pembukaan jembatan pada Senin dipastikan oleh pemerintah kota")
    (cluster,) = cluster_quotes([link(one, two), link(two, paraphrase, "C", 0.4)])
    assert [member.segment.doc_id for member in cluster.members] == ["a", "b", "c"]
    assert [member.keeper for member in cluster.members].count(True) == 1


def test_leaves_that_only_have_each_other_make_a_star() -> None:
    a, b, c = (Segment(d, "quote", 0, 20 + len(d), "sangat lelah " + d) for d in ("a", "b", "cc"))
    (cluster,) = cluster_quotes([link(a, c, "B"), link(b, c, "B")])
    assert {member.segment.doc_id for member in cluster.members} == {"a", "b", "cc"}


def test_the_keeper_is_the_wording_most_like_the_others() -> None:
    odd = Segment("a", "quote", 0, 99, SAID + " begitulah rencananya sampai hari ini kata mereka semua")
    two, three = (Segment(d, "quote", 0, 99, SAID) for d in "bc")
    like = match_texts(odd.text, SAID)
    (cluster,) = cluster_quotes([replace(link(odd, other), match=like) for other in (two, three)])
    assert [(member.keeper, member.jaccard_to_keeper) for member in cluster.members] == [
        (False, like.jaccard),
        (True, 1.0),
        (False, 1.0),
    ]
