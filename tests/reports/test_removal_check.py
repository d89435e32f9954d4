"""The check of removals: what it confirms, what it disputes, how sure it is."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus_clean.config import DedupConfig
from corpus_clean.pipeline import tables as schemas
from corpus_clean.reports import removal_check
from corpus_clean.reports.removal_check import RemovalCheck, check_removals, estimate_share, restore_check
from corpus_clean.reports.tables import open_tables

WORDS = [f"kata{number}" for number in range(100)]
KEPT = " ".join(WORDS)
NEAR = " ".join([*WORDS[:99], "lain"])  # 95 of 97 shingles of five words
STATED = 95 / 97


class Texts:
    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts
        self.asked: set[str] = set()

    def __call__(self, doc_ids: Collection[str], /) -> Iterator[tuple[str, Mapping[str, str]]]:
        self.asked |= set(doc_ids)
        return ((doc_id, {"clean": self.texts[doc_id]}) for doc_id in doc_ids if doc_id in self.texts)


def write_out(out: Path, removals: list[tuple[str, str, float]], *, elsewhere: Collection[str] = ()) -> None:
    """Write the tables of a run that left out each of (document, keeper, resemblance)."""
    documents = sorted({doc_id for pair in removals for doc_id in pair[:2]} - set(elsewhere))
    clusters = [
        {"cluster_id": doc_id, "level": "document", "doc_id": member, "keeper": keeps, "jaccard_to_keeper": value}
        for doc_id, keeper, stated in removals
        for member, keeps, value in ((keeper, True, 1.0), (doc_id, False, stated))
    ]
    for name, rows, schema in (
        ("documents", [{"doc_id": doc_id, "status": "kept"} for doc_id in documents], schemas.DOCUMENTS),
        ("clusters", clusters, schemas.CLUSTERS),
        ("links", [], schemas.LINKS),
    ):
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), out / f"{name}.parquet")


def check(out: Path, texts: Texts, threshold: float = 0.8) -> RemovalCheck:
    with open_tables(out) as tables:
        found = check_removals(tables, texts, DedupConfig(threshold=threshold))
    assert found is not None
    return found


def test_true_copies_are_confirmed_and_false_ones_disputed(tmp_path: Path) -> None:
    removals = [("near", "kept", STATED), ("same", "kept", 1.0), ("unlike", "kept", 0.9), ("misstated", "kept", 0.95)]
    write_out(tmp_path, removals)
    unlike = " ".join(WORDS[:50] + ["x"] * 50)
    texts = Texts({"kept": KEPT, "near": NEAR, "same": KEPT.upper(), "unlike": unlike, "misstated": NEAR})
    found = check(tmp_path, texts)
    assert (found.removed, found.checked, found.confirmed, found.elsewhere) == (4, 4, 2, 0)
    assert found.precision == found.lower == found.upper == 0.5  # all were checked: nothing is left to chance
    assert {dispute.doc_id: round(dispute.measured, 4) for dispute in found.disputes} == {
        "unlike": round(46 / 101, 4),
        "misstated": round(STATED, 4),
    }
    assert [(s.low, s.high, s.removed, s.confirmed) for s in found.strata] == [(0.9, 1.0, 3, 1), (1.0, 1.0, 1, 1)]


def test_what_is_left_out_below_the_threshold_is_disputed(tmp_path: Path) -> None:
    write_out(tmp_path, [("near", "kept", STATED)])
    texts = Texts({"kept": KEPT, "near": NEAR})
    assert check(tmp_path, texts, threshold=0.97).confirmed == 1
    assert check(tmp_path, texts, threshold=0.99).confirmed == 0


def test_a_page_of_the_same_form_is_no_duplicate(tmp_path: Path) -> None:
    times = "Jadwal salat {}: Subuh 04.{}1, Zuhur 11.{}8, Asar 15.{}0, Magrib 17.{}5 untuk Kota Seling."
    monday, sunday = (times.format(day, *[digit] * 4) for day, digit in (("Senin", 3), ("Senin", 4)))
    write_out(tmp_path, [("sunday", "monday", 0.0)])
    assert check(tmp_path, Texts({"monday": monday, "sunday": sunday}), threshold=0.01).confirmed == 0


def test_keepers_of_an_earlier_run_are_left_out_and_counted(tmp_path: Path) -> None:
    write_out(tmp_path, [("a", "old:b", 1.0), ("c", "kept", 1.0)], elsewhere=["old:b"])
    texts = Texts({"a": KEPT, "c": KEPT, "kept": KEPT})
    found = check(tmp_path, texts)
    assert (found.removed, found.elsewhere, found.confirmed) == (1, 1, 1)
    assert texts.asked == {"c", "kept"}


def test_a_missing_text_is_a_dispute(tmp_path: Path) -> None:
    write_out(tmp_path, [("a", "kept", 1.0)])
    assert check(tmp_path, Texts({"kept": KEPT})).confirmed == 0


def test_without_any_text_there_is_no_check(tmp_path: Path) -> None:
    write_out(tmp_path, [("a", "kept", 1.0)])
    with open_tables(tmp_path) as tables:
        assert check_removals(tables, Texts({}), DedupConfig()) is None


def test_a_large_run_is_sampled_from_every_stratum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removal_check, "MOST_CHECKED", 12)
    removals = [(f"same{n:03}", "kept", 1.0) for n in range(300)] + [(f"near{n}", "kept", STATED) for n in range(3)]
    write_out(tmp_path, removals)
    texts = Texts({"kept": KEPT, **{doc_id: KEPT if stated == 1 else NEAR for doc_id, _, stated in removals}})
    found = check(tmp_path, texts)
    assert [(s.removed, s.checked) for s in found.strata] == [(3, 3), (300, 9)]
    assert (found.removed, found.checked, found.precision, found.upper) == (303, 12, 1.0, 1.0)
    assert found.strata[0].lower == 1.0
    assert 0.6 < found.strata[1].lower < found.lower < 1.0
    again = Texts(texts.texts)
    write_out(tmp_path, removals[::-1])
    assert check(tmp_path, again) == found
    assert again.asked == texts.asked


def test_strata_weigh_as_much_as_what_they_stand_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removal_check, "MOST_CHECKED", 20)
    removals = [(f"same{n:03}", "kept", 1.0) for n in range(90)] + [(f"near{n}", "kept", STATED) for n in range(10)]
    write_out(tmp_path, removals)
    texts = {"kept": KEPT, **{doc_id: KEPT if stated == 1 else "lain sama sekali" for doc_id, _, stated in removals}}
    found = check(tmp_path, Texts(texts))
    assert (found.checked, found.confirmed) == (20, 10)
    assert found.precision == pytest.approx(0.9)
    assert found.lower < 0.9 < found.upper


@pytest.mark.parametrize(
    ("share", "size", "lower", "upper"),
    [(1.0, 10, 0.7225, 1.0), (0.5, 100, 0.4038, 0.5962), (0.0, 10, 0.0, 0.2775), (0.9, 50, 0.7864, 0.9565)],
)
def test_intervals_are_those_of_wilson(share: float, size: int, lower: float, upper: float) -> None:
    assert estimate_share(share, 1 / size) == pytest.approx((lower, upper), abs=1e-4)


def test_a_check_comes_back_from_json(tmp_path: Path) -> None:
    import json
    from dataclasses import asdict

    write_out(tmp_path, [("near", "kept", STATED), ("unlike", "kept", 0.9)])
    found = check(tmp_path, Texts({"kept": KEPT, "near": NEAR, "unlike": "x"}))
    assert restore_check(json.loads(json.dumps(asdict(found)))) == found
    assert restore_check(None) is None
