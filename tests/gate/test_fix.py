"""`fix`: in place, only what is safe, and never where the old file could not be had back."""

import gzip
import os
from pathlib import Path
from typing import Any

import pytest

from corpus_clean.errors import CorpusCleanError, UsageError
from corpus_clean.pipeline.clean import rebuild_payload
from corpus_clean.pipeline.fix import Fixed, fix
from corpus_clean.storage.publication import Replacement, prepare_replacement
from tests.gate.conftest import NOISE, OTHER, RULE, SETTINGS, STORY, Place


def run(place: Place, *paths: str, backup: Path | None = None) -> list[Fixed]:
    return fix(place.request(*paths), SETTINGS, backup)


def files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".git" not in path.parts
    }


def test_safe_rules_are_applied_and_nothing_else_changes(place: Place) -> None:
    noisy = "Air surut.\\nBaca juga: Panen Raya Dimulai di Lembah Aru\\nWarga siaga."
    lines = [
        '{"id": 12345678901234567890123, "text": "' + noisy + '", "rate": 1.10, "id": 1e400}',
        '{"text":"Kaf\\u00e9 itu tutup. ' + noisy + '"}',
        "",
        '{"text": "Hujan turun."}',
    ]
    place.write("data/b.jsonl", "\r\n".join(lines))
    place.commit(data__a=STORY + NOISE + OTHER, data__c=STORY)
    (place.root / "data" / "a.txt").chmod(0o640)
    before = files(place.root)
    done = run(place)
    assert [(one.path, len(one.edits)) for one in done] == [("data/a.txt", 1), ("data/b.jsonl", 2)]
    assert {edit.rule_id for one in done for edit in one.edits} == {RULE}
    after = files(place.root)
    assert after.pop("data/a.txt").decode() == STORY + OTHER
    assert (place.root / "data" / "a.txt").stat().st_mode & 0o777 == 0o640
    line = "\\nBaca juga: Panen Raya Dimulai di Lembah Aru"
    assert after.pop("data/b.jsonl") == before["data/b.jsonl"].replace(line.encode(), b"")
    assert after == {name: data for name, data in before.items() if name in after}
    assert run(place) == []


def test_compressed_files_are_rewritten_compressed(place: Place) -> None:
    (place.root / "a.txt.gz").write_bytes(gzip.compress((STORY + NOISE).encode()))
    place.commit()
    assert len(run(place)) == 1
    assert gzip.decompress((place.root / "a.txt.gz").read_bytes()).decode() == STORY


def test_rules_that_want_a_second_look_are_left_to_people(place: Place) -> None:
    place.commit(data__a=STORY + "Baca Juga Gudang Bulog di Tiga Kota Penuh\n")
    (finding,) = place.look(".", only="noise").findings
    assert finding.rule_id == "id/common.baca-juga-nocolon"
    assert not finding.fixable
    assert run(place) == []


def test_what_is_accepted_stays(place: Place) -> None:
    place.commit(data__a=STORY + NOISE)
    assert place.call("baseline", "update").returncode == 0
    assert run(place) == []
    place.commit(data__a=STORY + NOISE + "Baca juga: Jembatan Gantung Dibuka Lagi\n" + OTHER)
    (done,) = run(place)
    assert [edit.before.strip() for edit in done.edits] == ["Baca juga: Jembatan Gantung Dibuka Lagi"]
    assert place.read("data/a.txt") == STORY + NOISE + OTHER


@pytest.mark.parametrize("case", ["untracked", "unstaged", "read-only", "hard link", "symbolic link"])
def test_it_refuses_what_it_could_spoil_and_writes_nothing(place: Place, case: str) -> None:
    place.commit(data__a=STORY + NOISE, data__b=OTHER + NOISE)
    file = place.root / "data" / "b.txt"
    if case == "untracked":
        place.git("rm", "--quiet", "--cached", "data/b.txt")
    elif case == "unstaged":
        place.write("data/b.txt", OTHER + NOISE + OTHER)
    elif case == "read-only":
        file.chmod(0o444)
    elif case == "hard link":
        os.link(file, place.root / "other-name")
    else:
        file.rename(place.root / "data" / "real.txt")
        file.symlink_to("real.txt")
    before = files(place.root)
    result = place.call("fix", "data/a.txt", "data/b.txt")
    assert result.returncode == 2
    assert "data/b.txt" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert files(place.root) == before
    assert not [path for path in (place.root / "data").iterdir() if path.name.startswith(".")]


def test_staged_changes_are_as_good_as_committed_ones(place: Place) -> None:
    place.commit(data__a=STORY)
    place.stage(data__a=STORY + NOISE)
    assert len(run(place)) == 1
    assert place.git("show", ":data/a.txt").stdout == STORY + NOISE


def test_a_backup_takes_the_place_of_git(tmp_path: Path) -> None:
    place = Place(tmp_path / "data set")
    place.write("a.txt", STORY + NOISE)
    with pytest.raises(UsageError, match="--backup"):
        run(place)
    assert place.read("a.txt") == STORY + NOISE
    (done,) = run(place, backup=tmp_path / "saved")
    assert done.path == "a.txt"
    assert (tmp_path / "saved" / "a.txt").read_text(encoding="utf-8") == STORY + NOISE
    assert place.read("a.txt") == STORY
    place.write("a.txt", STORY + NOISE)
    with pytest.raises(UsageError, match="already exists"):
        run(place, backup=tmp_path / "saved")
    assert place.read("a.txt") == STORY + NOISE


def test_a_file_that_would_not_come_back_is_not_written(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.commit(data__a=STORY + NOISE, data__b=OTHER + NOISE)
    original = Path.read_bytes(place.root / "data" / "b.txt")

    def spoil(*values: Any) -> bytes:
        payload = rebuild_payload(*values)
        return payload + b" " if b"cabai" in payload else payload

    monkeypatch.setattr("corpus_clean.pipeline.fix.rebuild_payload", spoil)
    done = run(place)
    assert [one.path for one in done if one.edits] == ["data/a.txt"]
    assert [one.left[0][0] for one in done if one.left] == ["data/b.txt"]
    assert (place.root / "data" / "b.txt").read_bytes() == original


def test_a_file_that_changes_meanwhile_stops_it(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.commit(data__a=STORY + NOISE)

    def interfere(file: Path) -> Replacement:
        file.write_text(STORY + NOISE + OTHER, encoding="utf-8")
        return prepare_replacement(file)

    monkeypatch.setattr("corpus_clean.pipeline.fix.prepare_replacement", interfere)
    with pytest.raises(CorpusCleanError, match="changed while it was read"):
        run(place)
    assert place.read("data/a.txt") == STORY + NOISE + OTHER


def test_texts_in_other_charsets_and_pages_are_left(place: Place) -> None:
    latin = ("Kafe “Café” yang lama itu tutup.\n" + NOISE).encode("cp1252")
    page = "<html><body><article><p>" + STORY + "</p><p>" + NOISE + "</p></article></body></html>"
    place.write("data/b.html", page)
    (place.root / "data" / "a.txt").write_bytes(latin)
    place.commit()
    assert run(place) == []
    assert (place.root / "data" / "a.txt").read_bytes() == latin


def test_the_command_exits_1_where_it_changed_something(place: Place) -> None:
    place.commit(data__a=STORY + NOISE)
    result = place.call("fix")
    assert (result.returncode, result.stdout) == (1, "data/a.txt: 1 edit\n1 file rewritten\n")
    again = place.call("fix")
    assert (again.returncode, again.stdout) == (0, "0 files rewritten\n")


def test_parquet_keeps_its_schema_metadata_and_other_values(place: Place) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    schema = pa.schema(
        [
            pa.field("id", pa.int16()),
            pa.field("text", pa.large_string(), metadata={"of": "the article"}),
            pa.field("tags", pa.list_(pa.struct([("name", pa.string())]))),
        ],
        metadata={"dataset": "kabar"},
    )
    texts = [STORY + NOISE, None, OTHER, OTHER + NOISE, STORY]
    table = pa.table([[1, 2, 3, 4, 5], texts, [[{"name": "banjir"}], [], None, [], []]], schema=schema)
    file = place.root / "data" / "a.parquet"
    file.parent.mkdir()
    pq.write_table(table, file, row_group_size=2, compression="zstd")
    before = pq.read_table(file)
    place.commit()
    (done,) = run(place)
    assert len(done.edits) == 2
    written = pq.read_table(file)
    assert written.schema.equals(before.schema, check_metadata=True)
    assert written["text"].to_pylist() == [STORY, None, OTHER, OTHER, STORY]
    assert written.drop_columns("text").equals(before.drop_columns("text"))
    groups = pq.ParquetFile(file).metadata
    assert [groups.row_group(number).num_rows for number in range(groups.num_row_groups)] == [2, 2, 1]
    assert groups.row_group(0).column(1).compression == "ZSTD"
    assert run(place) == []


def test_tables_keep_their_other_cells(place: Place) -> None:
    cell = (STORY + NOISE).replace("\n", "\r\n")
    place.write("data/a.csv", f'id;text;n\r\n"1;2";"{cell}";1,50\r\n\r\n3;Hujan turun.;\r\n')
    place.commit()
    (done,) = run(place)
    assert place.read("data/a.csv") == f'id;text;n\r\n"1;2";"{STORY}";1,50\r\n\r\n3;Hujan turun.;\r\n'.replace(
        STORY, cell.removesuffix(NOISE.replace("\n", "\r\n"))
    )
    assert len(done.edits) == 1


def test_the_longest_names_and_names_that_are_not_utf8(place: Place) -> None:
    names = [os.fsencode("p" * 251 + ".txt"), b"buruk\xff.txt"]
    for name in names:
        Path(os.fsdecode(os.fsencode(place.root) + b"/" + name)).write_text(STORY + NOISE, encoding="utf-8")
    place.commit()
    assert [finding.path for finding in place.look(".", only="noise").findings] == [
        "buruk\\xff.txt",
        "p" * 251 + ".txt",
    ]
    assert len(run(place)) == 2
    assert {path.name for path in place.root.iterdir()} == {".git", *map(os.fsdecode, names)}
    assert place.check(".", only="noise", staged=False) == []
