"""Mojibake is undone; whatever is merely unusual stays."""

import json

import pytest

from corpus_clean.ledger.replay import apply_edits, undo_edits
from corpus_clean.repair.mojibake import repair_encoding
from tests.conftest import SHARED

UNUSUAL = [
    "“Kami,” kata dia, ‘tidak’ – 50 °C, ½, № 5, naïve, São Paulo",
    "ＡＢＣ full-width, ﬁ ligature, e\u0301 in two code points, soft\u00adhyphen",
    "می‌خواهم وَقَالُوا הַשָּׁלוֹם",
    "zero\u200bwidth \u202bbidi\u202c a\u2028line b &amp; c \x1b[31m",
    "日本語のテキスト。中文文本。한국어 텍스트. ไทย Tiếng Việt Ελληνικά Русский українська ქართული հայերեն",
]


@pytest.mark.parametrize("text", UNUSUAL)
def test_clean_text_is_left_alone(text: str) -> None:
    assert repair_encoding(text, "a") == (text, ())


@pytest.mark.parametrize("text", ["Katanya, â€œTidak,â€\x9d lalu pergi.", "SÃ£o Paulo\nIa di cafÃ©\ndan “benar”"])
def test_edits_lead_there_and_back(text: str) -> None:
    fixed, edits = repair_encoding(text, "a")
    assert edits
    assert "Ã" not in fixed
    assert apply_edits(text, edits) == fixed
    assert undo_edits(fixed, edits) == text


@pytest.mark.shared
def test_real_mojibake_is_repaired_and_negatives_are_not_touched() -> None:
    path = SHARED / "data" / "encoding_mojibake.jsonl"
    rows = [json.loads(line) for line in path.read_bytes().split(b"\n") if line]
    judged = [row for row in rows if row["group"] in {"id-news-real", "negative"}]
    assert len(judged) > 80
    assert [row["id"] for row in judged if repair_encoding(row["text"], "a")[0] != row["gold"]] == []
