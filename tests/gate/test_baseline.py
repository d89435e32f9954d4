"""What is accepted stays accepted, whatever else changes; what is new is not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_clean.errors import UsageError
from corpus_clean.gate.baseline import Baseline, Copy, Noise, format_baseline, parse_baseline
from corpus_clean.pipeline.accept import accept
from tests.gate.conftest import NOISE, OTHER, RULE, SETTINGS, STORY, Place

COPY = STORY.replace("Selasa", "Rabu")
_names = st.text(min_size=1).filter(lambda text: text.strip() == text)
_digests = st.text("0123456789abcdef", min_size=12, max_size=12)


@given(
    st.dictionaries(
        st.builds(Noise, _names, st.just(RULE), _digests), st.tuples(st.integers(1, 99), st.just("Baca juga"))
    ),
    st.lists(st.dictionaries(st.builds(Copy, _names, _digests), st.integers(1, 9), min_size=2), max_size=4),
)
def test_what_is_written_is_read_again(noise: dict[Noise, tuple[int, str]], clusters: list[dict[Copy, int]]) -> None:
    unique = {format_baseline(Baseline(clusters=(cluster,))): cluster for cluster in clusters}
    text = format_baseline(Baseline(noise, tuple(unique.values())))
    read = parse_baseline(text)
    assert read.noise == noise
    assert sorted(map(repr, map(sorted, (c.items() for c in read.clusters)))) == sorted(
        map(repr, map(sorted, (c.items() for c in unique.values())))
    )
    assert format_baseline(read) == text
    lines = text.split("\n")[1:-1]
    assert lines == sorted(lines)
    assert len(lines) == len(noise) + len(unique)


@pytest.mark.parametrize("line", ["noise\ta.txt\trule", "noise\ta\tr\td\tmany\tx", "copy\ta@1", "duplicate\ta", "x\\q"])
def test_a_line_of_something_else_is_named(line: str) -> None:
    with pytest.raises(UsageError, match=r"accepted:2: not a line of a baseline"):
        parse_baseline(f"# comment\n{line}\n", "accepted")


def update(place: Place, *paths: str) -> None:
    accept(place.request(*paths), SETTINGS)
    place.git("add", ".corpus-clean-baseline")


def test_accepted_noise_passes_and_more_of_it_does_not(place: Place) -> None:
    place.commit(data__a=STORY + NOISE)
    place.stage(data__a=STORY + NOISE + "Hujan reda.\n")
    assert place.check() == [("data/a.txt", RULE, "")]
    update(place)
    assert place.check() == []
    place.stage(data__a="Kabar pagi.\n" + STORY + NOISE)
    assert place.check() == []
    place.stage(data__a=STORY + NOISE + OTHER + NOISE)
    assert [(f.line, f.rule_id) for f in place.look().findings] == [(9, RULE)]
    place.stage(data__a=STORY + NOISE + "Baca juga: Jembatan Gantung Dibuka Lagi\n")
    assert [(f.line, f.rule_id) for f in place.look().findings] == [(6, RULE)]


def test_the_staged_baseline_counts(place: Place) -> None:
    place.stage(data__a=STORY + NOISE)
    accept(place.request(), SETTINGS)
    assert len(place.check()) == 1
    place.git("add", ".corpus-clean-baseline")
    assert place.check() == []
    place.write(".corpus-clean-baseline", "")
    assert place.check() == []


def test_a_further_copy_of_an_accepted_duplicate_blocks(place: Place) -> None:
    place.commit(data__a=STORY, data__b=COPY)
    update(place)
    assert place.check(".") == []
    lines = place.read(".corpus-clean-baseline").splitlines()
    assert [line.split("@")[0] for line in lines[1].split("\t")] == ["duplicate", "data/a.txt", "data/b.txt"]
    assert len(lines) == 2
    place.stage(data__c=STORY)
    assert place.check() == [("data/c.txt", "dedup.exact", "data/a.txt")]
    assert place.check(".") == [("data/c.txt", "dedup.exact", "data/a.txt")]
    update(place, "data/c.txt")
    assert place.check(".") == []
    assert len(place.read(".corpus-clean-baseline").splitlines()) == 2


def test_acceptance_follows_a_renamed_file(place: Place) -> None:
    place.commit(data__a=STORY + NOISE, data__b=COPY + NOISE)
    update(place)
    place.commit()
    place.git("mv", "data/b.txt", "data/moved.txt")
    assert place.check() == []
    assert place.check(".") == []
    place.stage(data__b=COPY + NOISE)
    assert place.check() == [
        ("data/moved.txt", "dedup.exact", "data/b.txt"),
        ("data/moved.txt", RULE, ""),
    ]


def test_records_are_known_by_their_text_not_by_their_number(place: Place) -> None:
    def write(*texts: str) -> None:
        place.write("data/a.jsonl", "".join(json.dumps({"text": text}) + "\n" for text in texts))
        place.git("add", "--all")

    write(STORY, OTHER + NOISE, STORY)
    update(place)
    assert place.check(".") == []
    write("Kapal feri malam kembali berlayar.", STORY, STORY, OTHER + NOISE)
    assert place.check(".") == []
    write(STORY, STORY, STORY)
    assert place.check(".") == [("data/a.jsonl#2", "dedup.exact", "data/a.jsonl#0")]


def test_what_a_commit_has_can_be_accepted(place: Place) -> None:
    place.commit(data__a=STORY + NOISE, data__b=STORY, data__c=OTHER)
    place.commit(data__d=OTHER, data__e=OTHER + NOISE, data__a=STORY + NOISE + "Hujan reda.\n")
    place.git("mv", "data/c.txt", "data/f.txt")
    assert place.check(".", since="HEAD~1") == [
        ("data/e.txt", "dedup.near-duplicate", "data/d.txt"),
        ("data/e.txt", RULE, ""),
        ("data/f.txt", "dedup.exact", "data/d.txt"),
    ]
    assert place.check(".", since="HEAD") == []
    assert place.check(staged=False, since="HEAD") == []
    with pytest.raises(UsageError, match=r"no-such: not a commit"):
        place.check(".", since="no-such")


def test_update_tells_what_it_did(place: Place) -> None:
    place.stage(data__a=STORY + NOISE, data__b=STORY)
    result = place.call("baseline", "update", "--staged")
    assert result.returncode == 0
    assert "accepts 1 finding and 1 cluster of copies (2 lines added, 0 dropped)" in result.stdout
    place.git("add", "--all")
    assert place.call("check", "--staged").stdout == "no findings in 2 files; 2 findings accepted\n"
    place.stage(data__a=STORY, data__b=OTHER)
    assert (
        "accepts 0 findings and 0 clusters of copies (0 lines added, 2 dropped)"
        in place.call("baseline", "update").stdout
    )
