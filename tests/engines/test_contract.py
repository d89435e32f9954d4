"""What the pipeline may rely on, whichever engine runs it: the same rows, in the same order, under the same names."""

import itertools
import random
from collections import defaultdict
from contextlib import AbstractContextManager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus_clean.config import EngineConfig
from corpus_clean.errors import IntegrityError
from corpus_clean.pipeline.stages import Stages, open_stages
from corpus_clean.similarity.candidates import LARGE_BUCKET, pair_buckets_sql, pair_copies_sql
from tests.engines.conftest import LOCAL
from tests.engines.kernels import NUMBERS, DoubleKernel, LengthKernel, TextKernel


def write_numbers(stage: Path, numbers: list[int], parts: int, group: int) -> Path:
    stage.mkdir()
    for part in range(parts):
        own = numbers[part * len(numbers) // parts : (part + 1) * len(numbers) // parts]
        table = pa.table([own, [f"teks {n}" for n in own]], schema=NUMBERS)
        pq.write_table(table, stage / f"part-{part:05d}.parquet", row_group_size=group)
    return stage


def test_a_kernel_keeps_the_rows_and_their_order(stages: Stages) -> None:
    numbers = random.Random(4).sample(range(10**6), 200)
    heard: list[tuple[int, int]] = []
    listened = Stages(stages.engine, stages.scratch, lambda _, done, of: heard.append((done, of)))
    source = write_numbers(stages.scratch / "numbers", numbers, parts=3, group=7)
    once = listened.map("once", DoubleKernel(), source)
    twice = listened.map("twice", DoubleKernel(), once)
    rows = stages.read(twice).to_pylist()
    assert rows == [{"number": 4 * n, "text": f"teks {n}"} for n in numbers]
    assert all(done <= of for done, of in heard)
    assert heard[-1][0] == heard[-1][1] > 1


def test_an_empty_stage_keeps_its_columns(stages: Stages) -> None:
    empty = write_numbers(stages.scratch / "numbers", [], parts=1, group=7)
    mapped = stages.map("mapped", DoubleKernel(), empty)
    found = stages.query("found", "SELECT number AS number, text AS text FROM a", a=mapped)
    again = stages.map("again", DoubleKernel(), found)
    assert [stages.read(stage).num_rows for stage in (mapped, found, again)] == [0, 0, 0]
    assert stages.read(again).column_names == ["number", "text"]


def test_a_query_reads_several_stages_as_one_and_sorts(stages: Stages) -> None:
    a = write_numbers(stages.scratch / "a", list(range(0, 900, 3)), parts=2, group=50)
    b = write_numbers(stages.scratch / "b [1] ü: c", list(range(1, 900, 3)), parts=1, group=50)
    sql = 'SELECT t.number AS number, t.text AS "end" FROM t WHERE t.number > 10 ORDER BY t.number'
    found = stages.query("found", sql, t=(a, b))
    expected = [n for n in range(11, 900) if n % 3 < 2]  # a and b
    assert stages.read(found).to_pylist() == [{"number": n, "end": f"teks {n}"} for n in expected]


def test_what_a_kernel_refuses_is_told_in_its_words(engine: EngineConfig, tmp_path: Path) -> None:
    source = write_numbers(tmp_path / "numbers", list(range(40)), parts=2, group=5)
    with (
        open_stages(engine, tmp_path / "stages", lambda *_: None) as stages,
        pytest.raises(IntegrityError, match=r"^33: is refused; leave it out$"),
    ):
        stages.map("mapped", DoubleKernel(refused=33), source)


def test_files_that_a_lost_task_left_are_no_rows(stages: Stages) -> None:
    source = write_numbers(stages.scratch / "numbers", list(range(20)), parts=2, group=5)
    mapped = stages.map("mapped", DoubleKernel(), source)
    expected = stages.read(mapped).to_pylist()
    found = stages.query("found", "SELECT number AS number FROM a", a=mapped)
    for stage in (mapped, found):
        if (stage / "manifest.json").exists():
            for folder in (stage, *stage.glob("attempt-*")):
                (folder / "part-00000-late.parquet").write_bytes(b"half a file")
    assert stages.read(mapped).to_pylist() == expected
    assert stages.read(stages.query("again", "SELECT COUNT(*) AS rows FROM a", a=found))["rows"].to_pylist() == [20]


SEGMENT_KEYS = pa.schema(
    [("segment_id", pa.int64()), ("doc_id", pa.string()), ("exact", pa.int64()), ("bucket", pa.int64())]
)


@pytest.mark.parametrize("seed", [1, 2])
def test_candidates_are_those_of_a_naive_reference(stages: Stages, seed: int) -> None:
    """Buckets of all sizes up to hot ones, documents that meet themselves, equal texts, and texts without words."""
    draw = random.Random(seed)
    ids = sorted({draw.randrange(-(2**63), 2**63) for _ in range(700)})
    docs = {segment: f"dok-{draw.randrange(500):03d}" for segment in ids}
    exact = {segment: draw.choice([None, None, None, draw.randrange(60)]) for segment in ids}
    sizes = [1, 2, 3, 5, 8, 13, LARGE_BUCKET - 1, LARGE_BUCKET, LARGE_BUCKET + 1, 300]
    buckets = {draw.randrange(-(2**63), 2**63): draw.sample(ids, size) for size in sizes * 2}
    rows = [
        {"segment_id": s, "doc_id": docs[s], "exact": exact[s], "bucket": b}
        for b, held in buckets.items()
        for s in held
    ]
    folder = stages.scratch / "keys"
    folder.mkdir()
    draw.shuffle(rows)
    pq.write_table(pa.Table.from_pylist(rows, schema=SEGMENT_KEYS), folder / "part-00000.parquet")
    alike = stages.read(stages.query("alike", pair_buckets_sql("keys"), keys=folder)).to_pylist()
    pairs = [(row["left_id"], row["right_id"]) for row in alike]
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == pair_naively(buckets, docs)

    once = [{"segment_id": s, "doc_id": docs[s], "exact": exact[s], "bucket": 0} for s in ids]
    segments = stages.scratch / "segments"
    segments.mkdir()
    pq.write_table(pa.Table.from_pylist(once, schema=SEGMENT_KEYS), segments / "part-00000.parquet")
    copies = stages.read(stages.query("copies", pair_copies_sql(), segments=segments)).to_pylist()
    groups: dict[int, list[int]] = defaultdict(list)
    for segment in sorted(ids):
        if exact[segment] is not None:
            groups[exact[segment]].append(segment)
    assert {(row["left_id"], row["right_id"]) for row in copies} == {
        (leader, other) for leader, *others in groups.values() for other in others
    }


def pair_naively(buckets: dict[int, list[int]], docs: dict[int, str]) -> set[tuple[int, int]]:
    found = set()
    for held in buckets.values():
        small = len(held) <= LARGE_BUCKET
        pairs = itertools.combinations(sorted(held), 2) if small else ((min(held), s) for s in held if s != min(held))
        found |= {(a, b) for a, b in pairs if docs[a] != docs[b]}
    return found


def test_what_one_engine_began_the_other_ends(spark: EngineConfig, tmp_path: Path) -> None:
    """A stage is finished by its manifest or by its files; of a half-finished one, finished files are taken over."""
    source = write_numbers(tmp_path / "numbers", list(range(60)), parts=3, group=10)
    sql = "SELECT number AS number FROM a ORDER BY number"

    def open_on(engine: EngineConfig) -> AbstractContextManager[Stages]:
        return open_stages(engine, tmp_path / "stages", lambda *_: None)

    with open_on(LOCAL) as stages:
        half = stages.map("half", DoubleKernel(), source)
        whole = stages.query("whole", sql, a=half)
        expected = stages.read(half).to_pylist()
        texts = stages.map("texts", TextKernel(), source)
    (half / "part-00002.parquet").unlink()
    (half / "part-00004.parquet").write_bytes(b"PAR1 and nothing more")
    kept = {path.name: path.stat().st_mtime_ns for path in half.glob("*") if path.stat().st_size > 30}
    with open_on(spark) as stages:
        assert stages.read(stages.map("half", DoubleKernel(), source)).to_pylist() == expected
        assert {path.name: path.stat().st_mtime_ns for path in half.glob("*.parquet")}.items() >= kept.items()
        assert stages.read(stages.query("whole", "SELECT nothing", a=half))["number"].to_pylist() == sorted(
            row["number"] for row in expected
        )
        asked = stages.query("asked", "SELECT text AS text FROM a", a=texts)
        told = stages.read(stages.map("told", LengthKernel(), asked))["number"].to_pylist()
        again = stages.query("again", sql, a=whole)
        (stages.scratch / "stopped" / "attempt-1").mkdir(parents=True)
        (stages.scratch / "stopped" / "attempt-1" / "part-00000-0.parquet").write_bytes(b"half a file")
        (stages.scratch / "stopped" / "manifest.json").write_text('{"parts": [{"na')
    assert sorted(told) == [len(f"teks {n}") for n in range(10)] + [len(f"teks {n}") for n in range(10, 60)]
    with open_on(LOCAL) as stages:
        assert stages.query("again", "SELECT nothing", a=whole) == again
        assert stages.read(again)["number"].to_pylist() == sorted(row["number"] for row in expected)
        assert stages.read(stages.map("stopped", DoubleKernel(), source)).to_pylist() == expected
