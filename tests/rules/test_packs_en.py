"""Whole texts against the English, Malay, generic and spam packs: what is left of them, and what must stay."""

import pytest

from corpus_clean.config import RulesConfig
from corpus_clean.rules.apply import apply_rules, compile_rules, detect_portal
from corpus_clean.rules.pack import load_packs
from corpus_clean.types import Document, Metadata

PACKS = load_packs()

KEPT = {
    "recipe": "Pound cake\nRecommended: two cups of flour.\nShare the dough between two tins.\nSave the rest.\n"
    "Serve with tea. Nobody has asked for less.",
    "manual": "Functions run when called.\n\nRelated content\n\n- How tides are measured\n- Setting up gauges",
    "encyclopedia": "The buoy is older than the bell.\n\nSee also\n\n* Capstan\n* Lighthouse\n",
    "law": "Related: how the two cases are related\nThe court heard both on one day. It named no reason.",
    "advertising": "Advertisement spending rose in March.\nSubscribers to the paper pay more since May.\n"
    "Cookies on the site led to a fine, the regulator said.\nCopyright law protects the song.",
    "grammar": "The lock is one of these.\nUPDATE\nNO KEY UPDATE\nIt is held to the end.\nOthers wait for it.\n"
    "SHARE\nKEY SHARE\nThe last is the weakest.\nIt lets others change the row.\nA lock ends with its transaction.\n"
    "It can be waited for.\nIt can be skipped.\nThe manual says more.",
    "malay": "Berita berkaitan isu itu tular sejak subuh.\nCadangan\nPenduduk mahu jambatan baharu.\n"
    "Iklan itu ditarik balik semalam.\nPolis menasihati orang ramai tidak menyertai kumpulan Telegram itu.",
    "gambling": "Polisi menangkap bandar situs slot gacor yang menjanjikan bonus new member.\nRTP live disebut hakim.",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT.keys())
def test_texts_that_speak_of_such_things_stay_whole(text: str) -> None:
    assert apply_rules(Document("d", text), compile_rules(PACKS, RulesConfig(max_removed=1.0))).text == text


BODY = "\n".join(
    f"On day {day} the islanders planted mangroves along the bay, and measured the water." for day in range(9)
)

NOISY = {
    "english": (f"Skip to content\nHome » News » Islands\n5 min read\n{BODY}\nADVERTISEMENT\nFollow us on Facebook\n"
                "Related Stories\nStorm shuts the harbour bridge\nIsland school reopens with nine pupils\n", ""),
    "form": (f"{BODY}\nLeave a Reply Cancel reply\nYour email address will not be published.\n"
             "Privacy Policy | Terms of Use\n© 2024 Harbour Weekly. All rights reserved.\n", ""),
    "guardian": (f"{BODY}\nView image in fullscreen\nNine gulls on the old quay Photograph: Sam Reed/The Guardian\n",
                 "https://www.theguardian.com/a"),
    "malay": (f"{BODY}\nKongsi:\nIkuti saluran rasmi Warta Muara di WhatsApp.\nTag: bakau, muara\nBerita berkaitan:\n"
              "Jambatan sementara tiba dari bandar\n", ""),
    "malaysiakini": (f"{BODY}\n[Baca berita penuh]\nRangkaian Digital\nJawatan Kosong\nInternship\nAnugerah\n",
                     "https://www.malaysiakini.com/news/1"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "url"), NOISY.values(), ids=NOISY.keys())
def test_only_the_body_of_a_noisy_page_is_left(text: str, url: str) -> None:
    document = Document("d", text, metadata=Metadata(url=url))
    rules = compile_rules(PACKS, RulesConfig(max_removed=1.0))
    applied = apply_rules(Document("d", text, portal=detect_portal(document, rules)), rules)
    assert applied.text.strip() == BODY


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("Rapat itu dihadiri 优游国际.com, Senin.", "spam.foreign-domain"),
        ("Daftar sekarang di situs slot gacor, bonus new member 100 persen", "spam.gambling-promo"),
        ("Buy cheap cialis online, no prescription needed", "spam.product-spam"),
    ],
)
def test_injected_advertising_is_marked_and_left(line: str, rule: str) -> None:
    applied = apply_rules(Document("d", f"{BODY}\n{line}\n{BODY}"), compile_rules(PACKS, RulesConfig()))
    assert line in applied.text
    assert rule in {edit.rule_id for edit in applied.edits if edit.action == "flag"}
