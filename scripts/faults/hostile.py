"""Texts and pages made to be slow: the processor time of the slowest record is printed.

Texts are cleaned with the shipped rules and with a user's own that backtracks: a second each at most. Pages are nested
deep, one node of 11 MB, never closed, or explode: five seconds each at most.

python -m scripts.faults.hostile
python -m scripts.faults.hostile --size 200000
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from corpus_clean.config import Config, RulesConfig
from corpus_clean.errors import RejectedRecordError
from corpus_clean.pipeline.clean import clean_record, load_rules
from corpus_clean.types import Record
from scripts.faults.pages import make_deep, make_pages

PACK = """
[pack]
id = "user/slow"
version = "1"
what = "A pattern that backtracks"
languages = ["id"]

[[rule]]
id = "nested"
what = "Nested repetition"
why = "A mistake that users make."
scope = "line"
action = "delete"
match = '(?:(?:a+)+)+!'
longest = 1000000
[rule.examples]
remove = ["aaa!"]
keep = ["hujan"]
"""
_STARTS = (
    *("Baca juga: ", "Baca juga", "(", "JAKARTA, KOMPAS.com - ", "Penulis: ", "Editor: ", "Simak ", "Ikuti "),
    *("WhatsApp ", "http://", "Senin (", '"', "“", "<", "&", "1", ".", "a", "A", " ", "\t", "\u00a0", "é", "Ã©"),
    *("\u200b", "@", "#", "-"),
)


def make_texts(size: int) -> Iterator[tuple[str, str]]:
    """Yield names and texts: each start again and again, on one line, on many, and with a tail that does not fit."""
    for start in _STARTS:
        count = max(1, size // len(start))
        yield f"{start!r} on one line", start * count
        yield f"{start!r} on many lines", (start + "\n") * (count // 2)
        yield f"{start!r} and a tail", start * (count // 2) + "x" * (size // 2)
    yield "words that never end", "a" * size
    yield "a mark that comes too late", "a" * (size // 2) + "b!" + "a" * (size // 2)
    yield "quotes that never close", '"kata dia ' * (size // 10)
    yield "brackets", "(" * (size // 2) + ")" * (size // 2)
    yield "one long line of sentences", "Air surut di kota. " * (size // 19)
    for opening in (". Ikuti baca juga whatsapp kanal, ", '" Simak berita, ', "? Artikel ini bukan ajakan, "):
        yield f"{opening!r} where sentences begin", opening * (size // len(opening))


def measure_texts(size: int, packs: tuple[str, ...] = ()) -> list[tuple[float, str]]:
    """Clean each text; return the seconds of processor time it took, and its name, the slowest first."""
    config = replace(Config(), rules=RulesConfig(packs=packs))
    records = (Record(name, name, 0, "text", text.encode()) for name, text in make_texts(size))
    return _measure(records, config)


def measure_pages() -> list[tuple[float, str]]:
    """Clean each page; return the same."""
    records = (Record(name, name, 0, "html", page, media="page") for name, page in make_pages().items())
    return _measure(records, Config())


def _measure(records: Iterable[Record], config: Config) -> list[tuple[float, str]]:
    rules = load_rules(config)
    clean_record(Record("warm", "warm", 0, "text", b"Hujan turun di kota."), rules, config)
    clean_record(Record("warm", "warm", 0, "html", make_deep(3), media="page"), rules, config)
    found = []
    for record in records:
        started = time.process_time()
        with suppress(RejectedRecordError):
            clean_record(record, rules, config)
        found.append((time.process_time() - started, record.id))
    return sorted(found, reverse=True)


def main() -> None:
    """Read the arguments and print the slowest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=20_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="corpus-clean-hostile-") as folder:
        pack = Path(folder, "slow.toml")
        pack.write_text(PACK, encoding="utf-8")
        shipped = measure_texts(given.size)
        slow = measure_texts(given.size, (str(pack),))
    of_texts = f"texts of {given.size:,} characters"
    in_time = [
        _show(f"{of_texts}, shipped rules", shipped, 1.0),
        _show(f"{of_texts}, a rule that backtracks", slow, 1.0),
        _show("pages", measure_pages(), 5.0),
    ]
    sys.exit(not all(in_time))


def _show(what: str, found: Sequence[tuple[float, str]], most: float) -> bool:
    print(f"{len(found)} {what}: {found[0][0]:.3f} s at most")
    for seconds, name in found[:5]:
        print(f"  {seconds:.3f} s  {name}")
    return found[0][0] <= most


if __name__ == "__main__":
    main()
