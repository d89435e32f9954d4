"""`scripts/bench/rules`: microseconds a line, on one core, with the rules of all portals loaded and warm.

All ways look at the same articles in turns. Each article counts with its fastest round, so that other work on the
machine falls out; the loop and the joined pattern, which are slow, see every tenth article.
"""

import argparse
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import regex

from corpus_clean.config import RulesConfig
from corpus_clean.rules.apply import apply_rules, compile_rules, detect_portal
from corpus_clean.rules.lines import split_lines
from corpus_clean.rules.pack import load_packs
from corpus_clean.rules.pattern import compile_pattern
from corpus_clean.rules.rule import Pack, Rule
from corpus_clean.rules.ruleset import EVERY_PORTAL, RuleSet
from corpus_clean.similarity.backend import load_kernel
from corpus_clean.types import Document, Metadata
from scripts.evaluation.data import read_rows
from scripts.evaluation.table import format_table

_ROUNDS = 5
_SPARSE = 10
_FEWER = 300


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="scripts/bench/rules", description=(__doc__ or "").strip())
    parser.add_argument("--articles", type=int, default=0, help="how many raw articles; default all")
    options = parser.parse_args()
    rows = read_rows("news_id_raw.jsonl.zst")[: options.articles or None]
    packs = load_packs()
    ruleset, fewer = (compile_rules(each, RulesConfig()) for each in (packs, _draw_rules(packs)))
    plain = [Document(row["id"], row["text"]) for row in rows]
    urls = [Metadata(url=row["url"] or "") for row in rows]
    detected = [
        replace(document, portal=detect_portal(replace(document, metadata=known), ruleset))
        for document, known in zip(plain, urls, strict=True)
    ]
    clean = [replace(document, text=apply_rules(document, ruleset).text) for document in detected]
    everything = [replace(document, portal=EVERY_PORTAL) for document in plain]
    load_kernel()
    rules = [rule for rule in ruleset.rules if rule.scope != "frame"]
    loop, short_loop = ([_test_of(rule) for rule in each.rules if rule.scope != "frame"] for each in (ruleset, fewer))
    joined = regex.compile("|".join(f"(?:{_ungrouped(rule.pattern)})" for rule in rules), regex.IGNORECASE).search
    ways: list[tuple[str, list[Document], Callable[[Document], object]]] = [
        ("apply_rules, rules of all portals", everything, lambda document: apply_rules(document, ruleset)),
        ("… of it: lines, and which rules they call", everything, lambda document: _find(document, ruleset)),
        ("apply_rules, the document's portal", detected, lambda document: apply_rules(document, ruleset)),
        ("… of it: lines, and which rules they call", detected, lambda document: _find(document, ruleset)),
        ("apply_rules, the same text once it is clean", clean, lambda document: apply_rules(document, ruleset)),
        (
            "apply_rules, the portal told by the text",
            plain,
            lambda document: apply_rules(document, ruleset, detect=True),
        ),
        (f"apply_rules, {_FEWER} of the rules", detected, lambda document: apply_rules(document, fewer)),
        (f"a loop over these {_FEWER} patterns", plain[::_SPARSE], lambda document: _try_all(document, short_loop)),
        ("a loop over all patterns", plain[::_SPARSE], lambda document: _try_all(document, loop)),
        ("one joined pattern, searched", plain[::_SPARSE], lambda document: _try_all(document, [joined])),
    ]
    costs = time_ways([(documents, way) for _, documents, way in ways])
    ours = costs[0][0]
    lines, characters = sum(map(_count_lines, plain)), sum(len(document.text) for document in plain)
    print(f"{len(ruleset.rules)} rules, {len(rows)} articles, {lines} lines of {characters / lines:.0f} characters\n")
    print(
        format_table(
            ("on one core, warm", "µs a line", "MB/s", "times apply_rules"),
            [
                (name, f"{cost:.2f}", f"{speed:.2f}", f"{cost / ours:.1f}")
                for (name, _, _), (cost, speed) in zip(ways, costs, strict=True)
            ],
        )
    )


def _draw_rules(packs: Sequence[Pack]) -> tuple[Pack, ...]:
    """Return the packs with some of their rules, drawn by chance, the same ones each time."""
    known = [rule.id for pack in packs for rule in pack.rules]
    kept = set(random.Random(0).sample(known, _FEWER))
    return tuple(replace(pack, rules=tuple(rule for rule in pack.rules if rule.id in kept)) for pack in packs)


def time_ways(
    ways: Sequence[tuple[Sequence[Document], Callable[[Document], object]]],
) -> list[tuple[float, float]]:
    """Return, for each way, microseconds a line and megabytes of UTF-8 a second; the first round only warms."""
    best = [[float("inf")] * len(documents) for documents, _ in ways]
    for number in range(_ROUNDS + 1):
        for fastest, (documents, way) in zip(best, ways, strict=True):
            if number > 2 and len(documents) < len(best[0]):
                continue
            for place, document in enumerate(documents):
                begin = time.process_time()
                way(document)
                if number:
                    fastest[place] = min(fastest[place], time.process_time() - begin)
    return [
        (
            sum(fastest) / sum(map(_count_lines, documents)) * 1e6,
            sum(len(document.text.encode()) for document in documents) / sum(fastest) / 1e6,
        )
        for fastest, (documents, _) in zip(best, ways, strict=True)
    ]


def _find(document: Document, ruleset: RuleSet) -> object:
    active = ruleset.active_for(document.portal).called
    return ruleset.callers.find(document.text, lambda lines, signs: active)


def _count_lines(document: Document) -> int:
    return document.text.count("\n") + 1


def _test_of(rule: Rule) -> Callable[[str], object]:
    pattern = compile_pattern(rule.pattern, case=rule.case)
    if rule.scope == "inline":
        return pattern.search
    return pattern.match if rule.scope == "head" else pattern.fullmatch


def _ungrouped(pattern: str) -> str:
    return regex.sub(r"\(\?P<\w+>", "(?:", pattern)


def _try_all(document: Document, tests: Sequence[Callable[[str], object]]) -> None:
    for view in split_lines(document.text).views:
        if view:
            for test in tests:
                test(view)


if __name__ == "__main__":
    main()
