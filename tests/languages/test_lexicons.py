"""The language files: their own examples, what they must hold, and detection."""

import html
import json
import re
from pathlib import Path

import pytest

from corpus_clean.errors import PackError
from corpus_clean.languages.detect import detect_language
from corpus_clean.languages.lexicon import FOLDER, Lexicon, LexiconExample, load_lexicons, read_lexicon
from corpus_clean.quotes.spans import find_quotes
from corpus_clean.storage.streams import open_input
from corpus_clean.types import Document

SHARED = Path(__file__).parents[3] / "shared"
EXAMPLES = [(lexicon, example) for lexicon in load_lexicons().values() for example in lexicon.examples]


@pytest.mark.parametrize(("lexicon", "example"), EXAMPLES, ids=lambda value: getattr(value, "language", ""))
def test_a_language_finds_the_quotes_of_its_own_examples(lexicon: Lexicon, example: LexiconExample) -> None:
    found = find_quotes(Document("d", example.sentence, language=lexicon.language))
    expected = [(quote.text, quote.kind, quote.speaker) for quote in example.quotes]
    assert [(quote.text, quote.kind, quote.speaker) for quote in found] == expected


def test_every_language_shows_a_sentence_without_quotes() -> None:
    for lexicon in load_lexicons().values():
        assert any(not example.quotes for example in lexicon.examples), lexicon.language


def write_variant(tmp_path: Path, old: str, new: str, name: str = "en.toml") -> Path:
    text = (FOLDER / "en.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / name
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('language = "en"', 'language = "xx"', "name the file `xx.toml`"),
        ("[names]", "[[names]]", "must be a table"),
        ("nicknames = [", "nick_names = [", "is missing"),
        ('name = "English"', 'name = "English"\nextra = 1', "unknown key `extra`"),
        ('name = "English"', "name = 3", "name must be text"),
        ('according = ["according to"', 'according = ["According to"', "lower case"),
        ("complementizers = [", "complementizers = [1, ", "list of words"),
        ("zero = 0", 'zero = "nought"', "table of numbers"),
        ('kind = "direct"', 'kind = "spoken"', "kind `spoken` is unknown"),
        ('text = "The bridge', 'text = "A bridge', "not in the sentence"),
        ('language = "en"', "language = ", "not valid TOML"),
    ],
)
def test_a_faulty_language_file_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(PackError, match=message) as caught:
        read_lexicon(write_variant(tmp_path, old, new))
    assert "\n" not in str(caught.value)


def test_an_unreadable_language_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="cannot be read"):
        read_lexicon(tmp_path / "zz.toml")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Warga mengatakan bahwa jembatan itu rusak karena banjir yang terjadi pada hari Senin.", "id"),
        ("Penduduk berkata bahawa jambatan itu rosak kerana banjir yang berlaku pada hari Isnin.", "ms"),
        ("Residents said that the bridge was damaged because of the flood which came on Monday.", "en"),
        ("Les habitants ont dit que le pont avait été endommagé par les inondations de lundi.", ""),
        ("Bewoners zeiden dat de brug maandag beschadigd raakte door de overstroming in de stad.", ""),
        ("Ang mga residente ay nagsabi na ang tulay ay nasira dahil sa baha noong Lunes.", ""),
        ("Pada hari ini", ""),
        ("", ""),
    ],
)
def test_detection_names_a_language_or_none(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_a_malay_and_an_indonesian_half_leave_the_language_open() -> None:
    mixed = "Polis berkata bahawa wang itu hilang kerana cuai. Polisi menyebut uang itu hilang karena lalai, ujar dia."
    assert detect_language(mixed) in {"", "id", "ms"}
    assert detect_language("bahawa kerana bahwa karena di dan yang itu ini dari") == ""


def read_shared(name: str) -> list[dict[str, str]]:
    with open_input(SHARED / "data" / name) as stream:
        text = stream.read().decode("utf-8")
    return [json.loads(line) for line in text.split("\n") if line.strip()]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "language", "floor"), [("news_ms.jsonl.zst", "ms", 0.97), ("news_id_raw.jsonl.zst", "id", 0.96)]
)
def test_news_of_three_hundred_characters_is_told_apart(name: str, language: str, floor: float) -> None:
    raw = [row.get("text") or html.unescape(html.unescape(row.get("html") or "")) for row in read_shared(name)]
    texts = [re.sub("<[^>]+>", " ", text) for text in raw]
    detected = [detect_language(text) for text in texts if len(text) >= 300]
    assert detected.count(language) >= floor * len(detected)
    assert detected.count({"id": "ms", "ms": "id"}[language]) <= 0.02 * len(detected)
