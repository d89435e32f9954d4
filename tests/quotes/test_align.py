"""Word alignment of two wordings."""

from hypothesis import given
from hypothesis import strategies as st

from corpus_clean.quotes.align import align_words

WORDS = st.lists(st.sampled_from(["jalan", "itu", "dibuka", "lagi,", "Lagi", "—", "besok"]), max_size=8).map(" ".join)


def test_each_change_has_its_name() -> None:
    runs = align_words("Jalan itu telah dibuka lagi", "jalan itu sudah dibuka")
    assert [(run.change, run.left, run.right) for run in runs] == [
        ("kept", ("Jalan", "itu"), ("jalan", "itu")),
        ("swapped", ("telah",), ("sudah",)),
        ("kept", ("dibuka",), ("dibuka",)),
        ("dropped", ("lagi",), ()),
    ]


@given(WORDS, WORDS)
def test_the_runs_give_both_wordings_back(a: str, b: str) -> None:
    runs = align_words(a, b)
    assert [word for run in runs for word in run.left] == a.split()
    assert [word for run in runs for word in run.right] == b.split()
