"""Labelled pairs of quotes, each in an invented article of its own: which are linked."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

from corpus_clean.quotes.spans import Reading, read_document
from corpus_clean.types import Document
from scripts.evaluation.data import read_rows
from scripts.evaluation.linking.rivals import Linker

POSITIVE = ("same", "overlap")
SPEAKERS = (
    "Sarma Wirya", "Budi Santoso", "Rina Maharani", "Tono Gunawan", "Dewi Lestari",
    "Agus Pratama", "Hendra Saputra", "Maya Kusuma", "Joko Susilo", "Putri Anggraini",
)  # fmt: skip

Mode = Literal["one speaker", "no speaker"]


@dataclass(frozen=True, slots=True)
class FrameScore:
    """Labelled pairs, and those linked, by label."""

    total: Counter[str]
    linked: Counter[str]

    @property
    def recall(self) -> float:
        """Share of `same` and `overlap` that is linked."""
        return sum(self.linked[label] for label in POSITIVE) / sum(self.total[label] for label in POSITIVE)

    @property
    def precision(self) -> float:
        """Share of linked pairs that are `same` or `overlap`."""
        return sum(self.linked[label] for label in POSITIVE) / max(1, self.linked.total())


def read_frames(mode: Mode) -> dict[str, Reading]:
    """Return what is found in the invented articles, two for each pair: `<number>a` and `<number>b`.

    Both give their quote the same speaker, which is the hardest case for formulas, or none.
    """
    texts = {}
    for number, pair in enumerate(_read_pairs()):
        speaker = SPEAKERS[number % len(SPEAKERS)] if mode == "one speaker" else ""
        texts[f"{number:03d}a"] = _frame(pair["quote_a"], speaker, "Pertemuan itu digelar di balai kota kemarin sore.")
        texts[f"{number:03d}b"] = _frame(
            pair["quote_b"], speaker, "Rapat tersebut berlangsung tertutup selama dua jam."
        )
    return {name: read_document(Document(name, text)) for name, text in texts.items()}


def _read_pairs() -> list[dict[str, Any]]:
    return read_rows("quotes_id_pairs.jsonl")


def _frame(said: str, speaker: str, opening: str) -> str:
    said = said.strip()
    said = said if said[-1] in ",.!?" else said + ","
    attribution = f" kata {speaker} kepada wartawan." if speaker else ""
    return f'{opening}\n"{said}"{attribution}\nAcara kemudian ditutup dengan doa bersama.'


def score_frames(readings: dict[str, Reading], link: Linker) -> FrameScore:
    """Score a linker that sees all invented articles at once."""
    joined = {frozenset((one.left.doc_id, one.right.doc_id)) for one in link(readings)}
    total: Counter[str] = Counter()
    linked: Counter[str] = Counter()
    for number, pair in enumerate(_read_pairs()):
        total[pair["gold"]] += 1
        linked[pair["gold"]] += frozenset((f"{number:03d}a", f"{number:03d}b")) in joined
    return FrameScore(total, linked)
