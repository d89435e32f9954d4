"""Quotes: spans, speakers and links on labelled articles, beside the published rules for linking."""

import html
import re
from collections import Counter

from corpus_clean.languages.detect import detect_language
from scripts.evaluation.data import read_rows
from scripts.evaluation.linking import articles, frames, polnear, seeds
from scripts.evaluation.linking.rivals import LINKERS
from scripts.evaluation.table import format_table

LANGUAGE_SETS = (("news_id_raw.jsonl.zst", "id"), ("news_ms.jsonl.zst", "ms"), ("quotes_en_polnear.jsonl.zst", "en"))
LONG_ENOUGH = 300


def report() -> str:
    """Return the tables of this evaluation."""
    return "\n\n".join(
        [_seeds(), _seed_spans(), _articles(), _article_spans(), _frames(), _polnear(), _languages(), _errors()]
    )


def _of(found: int, total: int) -> str:
    return f"{found}/{total}"


def _seeds() -> str:
    readings = seeds.read_seeds()
    rows = []
    for name, link in LINKERS.items():
        score = seeds.score_links(readings, link)
        hits = [_of(score.strict[grade], score.total[grade]) for grade in "ABC"]
        loose = _of(score.loose["C"], score.total["C"])
        rows.append((name, *hits, loose, score.links, score.precision, score.controls))
    header = ["links on five articles", "A", "B", "C", "C, loose", "links", "precision", "to controls"]
    return format_table(header, rows)


def _seed_spans() -> str:
    score = seeds.score_spans(seeds.read_seeds())
    row = ("corpus-clean", _of(score.spans, score.units), _of(score.speakers, score.spans))
    return format_table(["units of five articles", "spans", "speakers"], [row])


def _articles() -> str:
    readings = articles.read_articles()
    rows = []
    for name, link in LINKERS.items():
        score = articles.score_links(readings, link)
        hits = [_of(score.found[grade], score.total[grade]) for grade in "ABC"]
        judged = _of(score.right, score.right + score.wrong)
        rest = (score.unlabelled, score.traps, score.elsewhere)
        shares = (score.recall("AB"), score.recall("C"), score.precision, score.strict_precision)
        rows.append((name, *hits, *shares, judged, *rest))
    header = [
        "links on pairs of articles", "A", "B", "C", "recall A+B", "recall C", "precision", "strict", "judged",
        "unlabelled", "traps", "elsewhere",
    ]  # fmt: skip
    return format_table(header, rows)


def _article_spans() -> str:
    score = articles.score_spans(articles.read_articles())
    rows = [
        (kind, _of(score.found[kind], score.total[kind]), _of(score.right[kind], score.named[kind]))
        for kind in sorted(score.total)
    ]
    table = format_table(["units of pairs of articles", "spans", "speakers"], rows)
    return f"{table}\n\nquotes between marks that are labelled: {_of(score.confirmed, score.predicted)}"


def _frames() -> str:
    rows = []
    for mode in ("one speaker", "no speaker"):
        readings = frames.read_frames(mode)
        for name, link in LINKERS.items():
            score = frames.score_frames(readings, link)
            hits = [
                _of(score.linked[label], score.total[label]) for label in ("same", "overlap", "formula", "different")
            ]
            rows.append((mode, name, *hits, score.recall, score.precision))
    header = ["frame", "links on pairs of quotes", "same", "overlap", "formula", "different", "recall", "precision"]
    return format_table(header, rows)


def _polnear() -> str:
    score = polnear.score_polnear()
    rows = [
        (kind, _of(score.covered[kind], score.total[kind]), _of(score.right[kind], score.named[kind]))
        for kind in sorted(score.total)
    ]
    found = [(kind, _of(score.confirmed[kind], score.predicted[kind])) for kind in sorted(score.predicted)]
    labels = format_table(["PolNeAR label", "covered", "named source"], rows)
    return labels + "\n\n" + format_table(["found in PolNeAR", "right"], found)


def _languages() -> str:
    rows = []
    for name, language in LANGUAGE_SETS:
        counts: Counter[str] = Counter()
        for row in read_rows(name):
            text = row.get("text") or re.sub("<[^>]+>", " ", html.unescape(html.unescape(row.get("html") or "")))
            if len(text) >= LONG_ENOUGH:
                counts[detect_language(text) or "open"] += 1
        others = ", ".join(f"{code} {count}" for code, count in sorted(counts.items()) if code != language)
        rows.append((language, _of(counts[language], counts.total()), others))
    return format_table([f"language of texts of {LONG_ENOUGH} characters", "right", "taken for"], rows)


def _errors() -> str:
    parts = [
        seeds.score_spans(seeds.read_seeds()).errors,
        articles.score_spans(articles.read_articles()).errors,
        articles.score_links(articles.read_articles(), LINKERS["corpus-clean"]).errors,
    ]
    return "\n\n".join("\n".join(" ".join(error.split()) for error in errors) for errors in parts)
