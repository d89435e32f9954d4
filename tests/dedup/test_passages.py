"""What shared passages say of two documents."""

import pytest

from corpus_clean.dedup.passages import Carrier, label_pair, label_passages


@pytest.mark.parametrize(
    ("left", "right", "label"),
    [
        (1.0, 1.0, "reprint"),
        (0.8, 0.8, "reprint"),
        (0.79, 1.0, "update"),
        (0.5, 0.5, "update"),
        (0.49, 0.8, "excerpt"),
        (0.49, 0.79, "shared"),
        (0.0, 0.0, "shared"),
    ],
)
def test_labels_follow_what_each_has_of_the_other(left: float, right: float, label: str) -> None:
    assert label_pair(left, right) == label_pair(right, left) == label


def carry(group: str, *documents: str) -> list[Carrier]:
    return [Carrier(document, group, 100) for document in documents]


def test_what_five_of_a_source_have_and_nothing_else_is_boilerplate() -> None:
    documents = [f"d{n}" for n in range(6)]
    pairs = [("d0", other, "foot") for other in documents[1:]]
    lengths = dict.fromkeys(documents, 1000)
    one = dict.fromkeys(documents, "antara")
    assert label_passages(pairs, carry("foot", *documents), lengths, one) == ["boilerplate"] * 5
    assert label_passages(pairs[:3], carry("foot", *documents[:4]), lengths, one) == ["shared"] * 3
    two = {document: "antara" if place % 2 else "tribun" for place, document in enumerate(documents)}
    assert label_passages(pairs, carry("foot", *documents), lengths, two) == ["shared"] * 5


def test_copies_of_one_article_have_no_boilerplate() -> None:
    documents = [f"d{n}" for n in range(6)]
    pairs = [("d0", other, group) for other in documents[1:] for group in ("a", "b")]
    carriers = carry("a", *documents) + carry("b", *documents)
    labels = label_passages(pairs, carriers, dict.fromkeys(documents, 210), dict.fromkeys(documents, "antara"))
    assert set(labels) == {"reprint"}


def test_shares_do_not_hang_on_which_copies_were_linked() -> None:
    # Of three reprints each passage is linked to its own leader; the third pair is linked by one passage only.
    pairs = [("a", "b", "p"), ("a", "c", "p"), ("a", "b", "q"), ("b", "c", "q")]
    carriers = carry("p", "a", "b", "c") + carry("q", "a", "b", "c")
    assert label_passages(pairs, carriers, dict.fromkeys("abc", 200), {}) == ["reprint"] * 4
