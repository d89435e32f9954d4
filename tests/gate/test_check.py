"""The gate on what is staged: what a commit brings, and nothing that was there or is accepted."""

import json
from pathlib import Path

import pytest

from corpus_clean.errors import UsageError
from corpus_clean.pipeline.accept import accept
from tests.gate.conftest import NOISE, OTHER, RULE, SETTINGS, STORY, Place

COPY = STORY.replace("Selasa", "Rabu")


def test_what_is_clean_passes_and_what_is_not_is_named_with_its_line(place: Place) -> None:
    place.commit(data__a=STORY)
    place.stage(data__b=OTHER)
    assert place.check() == []
    place.stage(data__b=OTHER + NOISE + OTHER.upper())
    (finding,) = place.look(only="noise").findings
    assert (finding.path, finding.line, finding.rule_id) == ("data/b.txt", 4, RULE)
    assert finding.diff == f"-{NOISE.strip()}"
    assert finding.fixable


def test_a_copy_of_a_committed_document_is_named(place: Place) -> None:
    place.commit(data__a=STORY, data__b=OTHER)
    place.stage(data__c=COPY, data__d=OTHER)
    assert place.check() == [
        ("data/c.txt", "dedup.near-duplicate", "data/a.txt"),
        ("data/d.txt", "dedup.exact", "data/b.txt"),
    ]
    assert all(finding.jaccard >= 0.8 for finding in place.look().findings)


def test_of_two_new_copies_the_later_one_is_reported_and_old_ones_are_not(place: Place) -> None:
    place.commit(data__a=STORY, data__b=STORY)
    assert place.check() == []
    place.stage(data__y=OTHER, data__x=OTHER)
    assert place.check() == [("data/y.txt", "dedup.exact", "data/x.txt")]
    assert place.check(".") == [
        ("data/b.txt", "dedup.exact", "data/a.txt"),
        ("data/y.txt", "dedup.exact", "data/x.txt"),
    ]


def test_partly_staged_files_count_as_they_are_staged(place: Place) -> None:
    place.commit(data__a=STORY)
    place.stage(data__a=STORY + NOISE)
    place.write("data/a.txt", STORY)
    assert place.check() == [("data/a.txt", RULE, "")]
    place.git("add", "data/a.txt")
    place.write("data/a.txt", STORY + NOISE)
    assert place.check() == []
    assert place.check("data", staged=False) == [("data/a.txt", RULE, "")]


def test_a_renamed_document_is_no_copy_of_itself(place: Place) -> None:
    place.commit(data__a=STORY)
    place.git("mv", "data/a.txt", "data/new.txt")
    assert place.check() == []
    place.git("commit", "--quiet", "--message", "x")
    place.stage(data__b=STORY)
    assert place.check() == [("data/b.txt", "dedup.exact", "data/new.txt")]


def test_deleted_and_replaced_documents_repeat_nothing(place: Place) -> None:
    place.commit(data__a=STORY, data__b=OTHER)
    place.git("rm", "--quiet", "data/a.txt")
    place.stage(data__b=STORY, data__c=OTHER)
    assert place.check() == []
    place.git("commit", "--quiet", "--message", "x")
    assert place.check() == []
    place.stage(data__d=STORY)
    assert place.check() == [("data/d.txt", "dedup.exact", "data/b.txt")]


def test_going_back_and_forth_between_branches_keeps_the_index_right(place: Place) -> None:
    place.commit(data__a=STORY)
    place.git("switch", "--quiet", "--create", "side")
    place.commit(data__side=OTHER)
    place.git("switch", "--quiet", "main")
    place.stage(data__b=OTHER)
    assert place.check() == []
    place.git("stash", "--quiet")
    place.git("switch", "--quiet", "side")
    place.git("stash", "pop", "--quiet", "--index")
    assert place.check() == [("data/b.txt", "dedup.exact", "data/side.txt")]


def test_a_merge_is_blamed_for_what_neither_side_had(place: Place) -> None:
    place.commit(data__base="Rapat desa ditunda sampai hujan reda dan jalan kering kembali.\n")
    place.git("switch", "--quiet", "--create", "side")
    place.commit(data__theirs=STORY, data__theirs_too=STORY, data__noisy=OTHER + NOISE)
    place.git("switch", "--quiet", "main")
    place.commit(data__other="Kapal feri malam kembali berlayar setelah dua pekan berhenti.\n")
    place.git("merge", "--quiet", "--no-commit", "--no-ff", "side")
    assert place.check() == []
    place.git("merge", "--abort")
    place.commit(data__ours=COPY)
    place.git("merge", "--quiet", "--no-commit", "--no-ff", "side")
    assert place.check() == [
        ("data/theirs.txt", "dedup.near-duplicate", "data/ours.txt"),
        ("data/theirs_too.txt", "dedup.near-duplicate", "data/ours.txt"),
    ]


def test_files_with_conflicts_must_be_resolved_first(place: Place) -> None:
    place.commit(data__a=STORY)
    place.git("switch", "--quiet", "--create", "side")
    place.commit(data__a=STORY + "Hujan turun lagi.\n")
    place.git("switch", "--quiet", "main")
    place.commit(data__a=STORY + "Hujan reda.\n")
    place.git("merge", "--quiet", "side", check=False)
    with pytest.raises(UsageError, match=r"data/a.txt: has merge conflicts"):
        place.check()


def test_worktrees_share_the_index_and_have_their_own_documents(place: Place) -> None:
    place.commit(data__a=STORY)
    assert place.check(".") == []
    place.git("worktree", "add", "--quiet", "-b", "side", "../second")
    second = Place(place.root.parent / "second")
    second.git("rm", "--quiet", "data/a.txt")
    second.commit(data__b=OTHER)
    second.stage(data__c=STORY)
    assert second.check() == []
    place.stage(data__c=STORY)
    assert place.check() == [("data/c.txt", "dedup.exact", "data/a.txt")]
    assert (place.root / ".git" / "corpus-clean" / "documents.sqlite").is_file()
    assert not (second.root / ".git").is_dir()


def test_a_first_commit_is_checked_too(place: Place) -> None:
    place.stage(data__a=STORY, data__b=COPY)
    assert place.check() == [("data/b.txt", "dedup.near-duplicate", "data/a.txt")]


def test_only_unseen_blobs_are_read(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.commit(data__a=STORY, data__b=OTHER)
    assert place.check(".", only="duplicates") == []

    def refuse(*_: object) -> None:
        raise AssertionError("was read again")

    monkeypatch.setattr("corpus_clean.pipeline.repetition.load_text", refuse)
    assert place.check(".", only="duplicates") == []
    place.git("mv", "data/a.txt", "data/z.txt")
    assert place.check(only="duplicates") == []


def test_another_configuration_makes_the_index_anew(place: Place) -> None:
    place.commit()
    lines = [json.dumps({"body": text, "text": "x"}) for text in (STORY, COPY)]
    place.write("data/a.jsonl", "\n".join(lines) + "\n")
    place.git("add", "--all")
    assert place.check() == [("data/a.jsonl#1", "dedup.exact", "data/a.jsonl#0")]
    fields = place.call("check", "--staged", "--only", "duplicates", "--text-field", "body")
    assert "data/a.jsonl (#1): dedup.near-duplicate" in fields.stdout
    threshold = SETTINGS.dedup.threshold
    strict = place.root / "corpus-clean.toml"
    strict.write_text(f"[dedup]\nthreshold = {threshold + 0.19}\n[read]\ntext_fields = ['body']\n", encoding="utf-8")
    assert place.call("check", "--staged", "--only", "duplicates").returncode == 0


def test_a_damaged_index_is_thrown_away(place: Place) -> None:
    place.commit(data__a=STORY)
    place.stage(data__b=STORY)
    assert len(place.check()) == 1
    index = place.root / ".git" / "corpus-clean" / "documents.sqlite"
    for rest in index.parent.glob("documents.sqlite-*"):
        rest.unlink()
    index.write_bytes(b"not a data base, and long enough to be taken for one" * 100)
    assert len(place.check()) == 1


def test_pointers_are_not_checked_and_say_so(place: Place) -> None:
    place.write("data/a.txt", f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 12\n")
    (place.root / "data" / "b.txt").symlink_to("../.git/annex/objects/aa/bb/SHA256E-s12--00.txt/SHA256E-s12--00.txt")
    place.git("add", "--all")
    for staged in (True, False):
        checked = place.look(".", staged=staged)
        assert [(f.path, f.rule_id, f.level) for f in checked.findings] == [
            ("data/a.txt", "unchecked.git-lfs", "error"),
            ("data/b.txt", "unchecked.git-annex", "error"),
        ]
    assert place.call("check", "--staged").returncode == 1
    allowed = place.call("check", "--staged", "--allow-unchecked", "--notes")
    assert allowed.returncode == 0
    assert "note unchecked.git-lfs" in allowed.stdout


def test_what_run_would_quarantine_is_a_finding(place: Place) -> None:
    place.write("data/a.jsonl", '{"text": "Air surut."}\n{"text": \n\n{"teks": "Air surut."}\n')
    (place.root / "data" / "b.txt").write_bytes("Kafe “Café” yang lama itu tutup.".encode("cp1252"))
    place.git("add", "--all")
    found = [(f.doc_id, f.line, f.rule_id) for f in place.look().findings]
    assert found == [
        ("data/a.jsonl#1", 2, "read.not-valid-json"),
        ("data/a.jsonl#2", 4, "read.no-text"),
        ("data/b.txt", 1, "decode.charset"),
    ]


def test_scope_and_named_files(place: Place) -> None:
    place.write("corpus-clean.toml", "[gate]\npaths = ['data']\nexclude = ['data/raw', '*.draft.txt']\n")
    place.commit()
    place.stage(data__a=STORY, data__raw__b=STORY, data__c_draft=STORY + NOISE, notes=STORY + NOISE)
    place.git("mv", "data/c_draft.txt", "data/c.draft.txt")
    assert place.call("check", "--staged").returncode == 0
    assert "notes.txt:5:1" in place.call("check", "--staged", "notes.txt").stdout
    assert place.call("check", "data/raw/b.txt").returncode == 0
    missing = place.call("check", "nowhere.txt")
    assert missing.returncode == 2
    assert "nowhere.txt: does not exist" in missing.stderr
    unstaged = place.call("check", "--staged", "nowhere.txt")
    assert "is not staged" in unstaged.stderr


def test_without_a_repository_files_are_checked_where_they_are(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.write("a.txt", STORY)
    place.write("sub/b.txt", STORY + NOISE)
    assert place.check(staged=False) == [
        ("sub/b.txt", "dedup.near-duplicate", "a.txt"),
        ("sub/b.txt", RULE, ""),
    ]
    result = place.call("check", "--staged")
    assert result.returncode == 2
    assert "no git repository" in result.stderr
    assert place.check("sub", staged=False) == [("sub/b.txt", RULE, "")]


def test_many_files_on_all_cores_give_the_same_findings(tmp_path: Path) -> None:
    place = Place(tmp_path)
    for number in range(150):
        noise = NOISE if number % 7 == 0 else ""
        place.write(
            f"data/{number:03d}.txt", f"Warga {number} bekerja di ladang sejak pagi.\n{noise}Hujan belum turun.\n"
        )
    one = place.call("check", "--only", "noise", "--workers", "1")
    two = place.call("check", "--only", "noise", "--workers", "2")
    assert one.stdout == two.stdout
    assert one.stdout.count(RULE) == 22


def test_no_two_findings_depend_on_order_or_time(place: Place) -> None:
    place.commit(data__a=STORY)
    place.stage(**{f"data__{name}": COPY for name in "zyxw"})
    first = place.look()
    place.git("reset", "--quiet", "--soft", "HEAD")
    assert place.look() == first
    accept(place.request(), SETTINGS)
    written = place.read(".corpus-clean-baseline")
    accept(place.request(), SETTINGS)
    assert place.read(".corpus-clean-baseline") == written


def test_lines_of_tables_are_those_of_the_file(place: Place) -> None:
    place.write("data/a.csv", f'id,text\n1,"{STORY}"\n\n2,"Hujan turun.\n{NOISE}Warga siaga."\n')
    place.git("add", "--all")
    (finding,) = place.look(only="noise").findings
    lines = place.read("data/a.csv").split("\n")
    assert lines[finding.line - 1] == NOISE.strip()
    assert finding.doc_id == "data/a.csv#1"


def test_what_a_data_set_says_of_itself_is_no_document(place: Place) -> None:
    place.write("README.md", "---\nlicense: cc0\n---\n" + NOISE)
    place.stage(data__a=STORY)
    assert place.check() == []
    assert place.check(staged=False) == []
    assert place.look().files == 1


def test_paths_lead_there_from_where_it_was_asked(place: Place) -> None:
    place.commit(data__a=STORY + NOISE)
    inside = Place(place.root / "data")
    said = inside.call("check", "a.txt").stdout
    assert said.startswith("../data/a.txt:5:1: ")
    assert "fix: corpus-clean fix ../data/a.txt; accept: corpus-clean baseline update ../data/a.txt" in said
    assert inside.call("fix", "../data/a.txt").returncode == 1
    assert place.read("data/a.txt") == STORY


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--output-format", "html"], "`html` is no format"),
        (["--output-format", "text", "--output-format", "json"], "only one format can be printed"),
        (["--only", "typos"], "'typos' is not one of"),
        (["--baseline", "nowhere"], "there is no such baseline"),
        (["--baseline-from-ref", "nowhere"], "nowhere: not a commit"),
        (["--output-format", "sarif=/nowhere/findings.sarif"], "/nowhere/findings.sarif"),
    ],
)
def test_bad_requests_get_one_line_and_exit_2(place: Place, arguments: list[str], words: str) -> None:
    place.commit(data__a=STORY)
    result = place.call("check", *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1
    assert words in result.stderr
