"""An invented run of any size: the tables of an OUT, and the texts behind them, as functions of their numbers."""

import random
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from corpus_clean.dedup.segment import shingle_segment
from corpus_clean.pipeline import tables
from corpus_clean.pipeline.tables import Row
from corpus_clean.pipeline.tablewriter import TableWriter
from corpus_clean.reports.explanation import Description
from corpus_clean.similarity.compare import compare_shingles

RULES = 120
OUTLETS = 60
EDITS_PER_DOCUMENT = 4
QUOTES_PER_DOCUMENT = 2
_MOST_SWAPPED = 22  # words of a copy, so that it stays above a resemblance of 0.8
_SYLLABLES = ("ka", "ri", "man", "ta", "pe", "ngu", "si", "lo", "ber", "du", "mah", "yang", "te", "an", "ku", "ra")


@lru_cache
def _vocabulary() -> list[str]:
    rng = random.Random(1)
    return ["".join(rng.choices(_SYLLABLES, k=rng.randint(1, 4))) for _ in range(8000)]


def words(seed: str, count: int) -> str:
    """Return this many words, short ones more often than long ones."""
    rng = random.Random(seed)
    vocabulary = _vocabulary()
    return " ".join(vocabulary[int(len(vocabulary) * rng.random() ** 3)] for _ in range(count))


def source(number: int) -> tuple[str, str, list[tuple[int, int]]]:
    """Return a document's text as the rules got it, its clean text, and the spans of its edits."""
    copied = number - 1 if number % 20 == 1 else number
    body = [words(f"{copied}:{i}", 45) + "." for i in range(5)]
    if copied != number:
        swapped = number // 20 % _MOST_SWAPPED
        body[-1] = " ".join([*body[-1].split()[: 45 - swapped], words(f"own {number}", swapped)])
    text, clean, spans = "", "", []
    for i, paragraph in enumerate(body):
        text += paragraph + "\n"
        clean += paragraph + "\n"
        if i < EDITS_PER_DOCUMENT:
            noise = f"Baca juga: {words(f'noise {number} {i}', 9)}\n"
            spans.append((len(text), len(text) + len(noise)))
            text += noise
    return text, clean, spans


def name(number: int) -> str:
    """Return a document's id."""
    return f"outlet-{number % OUTLETS:02d}/2024/berita-{number:06d}.txt"


def rule_id(number: int, place: int) -> str:
    """Return the rule of an edit: a few rules do most of the work."""
    rng = random.Random(f"rule {number} {place}")
    return f"id/bench.rule-{int(RULES * rng.random() ** 2):03d}"


def descriptions() -> Mapping[str, Description]:
    """Return the rules in invented words."""
    return {
        f"id/bench.rule-{n:03d}": Description(
            f"A line of kind {n} that begins with `Baca juga:`",
            "It belongs to another article.",
            ("safe", "review", "unsafe")[n % 3],
        )
        for n in range(RULES)
    }


def read_texts(doc_ids: Collection[str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield the texts of documents."""
    for doc_id in doc_ids:
        text, clean, _ = source(int(doc_id[-10:-4]))
        yield doc_id, {"repair": text, "extract": text, "rules": text, "clean": clean}


def write_run(out: Path, documents: int) -> None:
    """Write the tables of a run over so many documents; every twentieth copies the one before but for its end."""
    with (
        TableWriter(out / "documents.parquet", tables.DOCUMENTS) as found,
        TableWriter(out / "quotes.parquet", tables.QUOTES) as quotes,
        TableWriter(out / "ledger" / "edits.parquet", tables.LEDGER_EDITS) as edits,
        TableWriter(out / "links.parquet", tables.LINKS) as links,
        TableWriter(out / "clusters.parquet", tables.CLUSTERS) as clusters,
    ):
        for number in range(documents):
            text, clean, spans = source(number)
            copy = number % 20 == 1
            found.add([_document(number, text, clean, name(number - 1) if copy else "")])
            edits.add(_edits(number, text, spans))
            quotes.add(_quote(number, place) for place in range(QUOTES_PER_DOCUMENT))
            if copy:
                edits.add([_left_out(number, clean)])
                links.add([_pair(number, clean)])
                clusters.add(_group(number, len(clean)))
            if number % 5 == 4:
                links.add(_quote_links(number))
                clusters.add(_quote_cluster(number))


def _document(number: int, text: str, clean: str, keeper: str) -> Row:
    day = date(2024, 1, 1) + timedelta(days=number % 300)
    return {
        "doc_id": name(number),
        "path": name(number),
        "index": 0,
        "format": "text",
        "status": "duplicate" if keeper else "kept",
        "keeper": keeper,
        "chars_in": len(text),
        "chars_out": len(clean),
        "portal": f"outlet-{number % OUTLETS:02d}",
        "language": "id",
        "published": day.isoformat(),
        "url": f"https://outlet-{number % OUTLETS:02d}.example/{number}",
    }


def _edits(number: int, text: str, spans: list[tuple[int, int]]) -> Iterator[Row]:
    for place, (start, end) in enumerate(spans):
        yield {
            "doc_id": name(number),
            "stage": "rules",
            "start": start,
            "end": end,
            "before": text[start:end],
            "after": "",
            "rule_id": rule_id(number, place),
            "rule_version": "1.0.0",
            "action": "delete",
            "confidence": (0.7, 0.9, 0.99)[(number + place) % 3],
        }


def _left_out(number: int, clean: str) -> Row:
    return {
        "doc_id": name(number),
        "stage": "dedup",
        "start": 0,
        "end": len(clean),
        "before": clean,
        "after": "",
        "rule_id": f"dedup.duplicate-of:{name(number - 1)}",
        "rule_version": "1",
        "action": "delete",
        "confidence": _likeness(number),
    }


@lru_cache
def _likeness(number: int) -> float:
    shingles = (shingle_segment(source(copy)[1]) for copy in (number - 1, number))
    return compare_shingles(*shingles).jaccard


def _pair(number: int, clean: str) -> Row:
    return {
        "level": "document",
        "relation": "near-duplicate",
        "grade": "A",
        "doc_a": name(number - 1),
        "start_a": 0,
        "end_a": len(clean),
        "text_a": "",
        "speaker_a": "",
        "doc_b": name(number),
        "start_b": 0,
        "end_b": len(clean),
        "text_b": "",
        "speaker_b": "",
        "jaccard": _likeness(number),
        "containment": 0.95,
        "flags": [],
        "cluster_id": f"document-{number:06d}",
    }


def _group(number: int, chars: int) -> Iterator[Row]:
    for doc, keeper in ((number - 1, True), (number, False)):
        yield {
            "cluster_id": f"document-{number:06d}",
            "level": "document",
            "doc_id": name(doc),
            "start": 0,
            "end": chars,
            "keeper": keeper,
            "jaccard_to_keeper": 1.0 if keeper else _likeness(number),
        }


def _wording(number: int) -> str:
    """Five documents in a row carry one quote, each with a word of its own."""
    said = words(f"quote {number // 5}", 24).split()
    said[number % 5 + 3] = words(f"own {number}", 1)
    return " ".join(said)


def _quote(number: int, place: int) -> Row:
    text = words(f"other {number}", 20) if place else _wording(number)
    start = 100 + 300 * place
    return {
        "doc_id": name(number),
        "start": start,
        "end": start + len(text),
        "kind": "direct",
        "speaker": _speaker(number // 5),
        "cue": "ujar",
        "text": text,
    }


def _speaker(group: int) -> str:
    return words(f"speaker {group % 900}", 2).title()


def _quote_links(number: int) -> Iterator[Row]:
    anchor = number - 4
    for other in range(anchor + 1, number + 1):
        row: Row = {"level": "quote", "relation": "quote", "grade": "AB"[other % 2], "jaccard": 0.8, "containment": 0.9}
        row |= {"flags": ["number"] if other % 50 == 0 else [], "cluster_id": f"q{number:06d}"}
        for side, doc in (("a", anchor), ("b", other)):
            text = _wording(doc)
            row |= {f"doc_{side}": name(doc), f"start_{side}": 100, f"end_{side}": 100 + len(text)}
            row |= {f"text_{side}": text, f"speaker_{side}": _speaker(doc // 5)}
        yield row


def _quote_cluster(number: int) -> Iterator[Row]:
    for doc in range(number - 4, number + 1):
        yield {
            "cluster_id": f"q{number:06d}",
            "level": "quote",
            "doc_id": name(doc),
            "start": 100,
            "end": 100 + len(_wording(doc)),
            "keeper": doc == number - 4,
            "jaccard_to_keeper": 1.0 if doc == number - 4 else 0.8,
        }
