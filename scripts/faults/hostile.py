"""Texts made to be slow: for shipped rules and for a user's own; the processor time of the slowest record is printed.

python -m scripts.faults.hostile
python -m scripts.faults.hostile --size 200000
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from corpus_clean.config import Config, RulesConfig
from corpus_clean.errors import RejectedRecordError
from corpus_clean.pipeline.clean import clean_record, load_rules
from corpus_clean.types import Record

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


def measure_texts(size: int, packs: tuple[str, ...] = ()) -> list[tuple[float, str]]:
    """Clean each text; return the seconds of processor time it took, and its name, the slowest first."""
    config = replace(Config(), rules=RulesConfig(packs=packs))
    rules = load_rules(config)
    clean_record(Record("warm", "warm", 0, "text", b"Hujan turun di kota."), rules, config)
    found = []
    for name, text in make_texts(size):
        started = time.process_time()
        with suppress(RejectedRecordError):
            clean_record(Record(name, name, 0, "text", text.encode()), rules, config)
        found.append((time.process_time() - started, name))
    return sorted(found, reverse=True)


def main() -> None:
    """Read the arguments and print the slowest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=20_000)
    given = parser.parse_args()
    slowest = 0.0
    with tempfile.TemporaryDirectory(prefix="corpus-clean-hostile-") as folder:
        pack = Path(folder, "slow.toml")
        pack.write_text(PACK, encoding="utf-8")
        for kind, packs in (("shipped rules", ()), ("a rule that backtracks", (str(pack),))):
            found = measure_texts(given.size, packs)
            slowest = max(slowest, found[0][0])
            print(f"{kind}: {len(found)} texts of {given.size:,} characters")
            for seconds, name in found[:5]:
                print(f"  {seconds:.3f} s  {name}")
    sys.exit(slowest > 1.0)


if __name__ == "__main__":
    main()
