"""An invented corpus of two portals to learn from: promotion that recurs, and reporting that does too."""

import random
from pathlib import Path

_SYLLABLES = [a + b for a, b in zip("bcdfghjklmnprstwyz", "aauaioauioaeaiuaao", strict=True)]
TOPICS = 8
MUARA_PROMOS = (
    "Tukar kupon payung Anda di loket nomor {number} sebelum {number} Juli 2025",
    "Sahabat Muara, tunggu undian payung kami berikutnya",
)
LENTERA_BOX = ("Kartu lentera", "bisa Anda ambil", "di kios", "kami yang terdekat malam ini")
LENTERA_PROMO = "Kumpulkan pula stiker lentera untuk kulkas kalian."
VERDICT = "Majelis hakim menyatakan terdakwa terbukti bersalah sesuai dakwaan pertama"
LINE_UP = "Susunan pemain"
FRAGMENT = "Koperasi Layar Kuning"
BROKEN_DATE = ", Selasa (10/6/2025)."
SPOKEN = '"Kami akan pelajari dulu salinan putusannya," kata jaksa.'
COPIED = "Panitia membuka tenda cadangan di sisi timur lapangan"


def write_corpus(root: Path) -> None:
    """Write 20 articles for each portal, and six near-copies of one more."""
    for portal in ("muara", "lentera"):
        (root / portal).mkdir(parents=True)
        for number in range(20):
            (root / portal / f"{number:02}.txt").write_text(_article(portal, number), encoding="utf-8")
    paragraphs = [_paragraph(random.Random(f"copy {n}"), _words("festival"), 30) for n in range(6)]
    for number in range(6):
        changed = [*paragraphs, f"Bagian {number} selesai ditulis."]
        text = "\n".join([*changed[:3], COPIED, *changed[3:]])
        (root / "muara" / f"copy-{number}.txt").write_text(text, encoding="utf-8")


def _article(portal: str, number: int) -> str:
    seed = random.Random(f"{portal} {number}")
    topic = number % TOPICS
    words = _words(f"{topic}" if topic < 2 else f"{portal} {number}")
    body = [_paragraph(seed, words, 25) for _ in range(5)]
    if topic == 0:
        body.insert(2, f"{VERDICT}.")
        body.insert(4, SPOKEN)
    if topic == 1:
        body.insert(2, LINE_UP)
    if number % 3 == 0:
        body[1] = f"{body[1][:-1]} menurut catatan milik"
        body[2:2] = [FRAGMENT, BROKEN_DATE]
    if portal == "muara":
        body.insert(len(body) - 1, MUARA_PROMOS[0].format(number=seed.randint(2, 30)))
        body.append(MUARA_PROMOS[1])
    elif (number + number // TOPICS) % 2:
        body += LENTERA_BOX
    else:
        body[-1] += f" {LENTERA_PROMO}"
    return "\n".join(body) + "\n"


def _words(topic: str) -> list[str]:
    seed = random.Random(f"topic {topic}")
    return ["".join(seed.choices(_SYLLABLES, k=seed.randint(3, 4))) for _ in range(60)]


def _paragraph(seed: random.Random, words: list[str], length: int) -> str:
    return " ".join(seed.choices(words, k=length)).capitalize() + "."
