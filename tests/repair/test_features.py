"""What the classifier sees of a block, and how it judges."""

import numpy as np

from corpus_clean.repair.pages.features import measure_blocks
from corpus_clean.repair.pages.model import build_model, load_model
from corpus_clean.repair.pages.regions import find_regions
from corpus_clean.repair.pages.tree import flatten, parse_page

STORY = "Warga desa menunggu kapal perbekalan yang tertahan cuaca buruk sejak awal pekan."


def measure(page: str) -> dict[str, list[float]]:
    tree = flatten(parse_page(page))
    names, matrix = measure_blocks(tree, find_regions(tree))
    return {name: matrix[:, place].tolist() for place, name in enumerate(names)}


def test_a_repetition_is_told_by_its_words_wherever_it_begins() -> None:
    caption = f"<div><figure><figcaption>Dermaga pagi itu. {STORY}</figcaption></figure></div>"
    first, second = measure(f"<body><article><p>{STORY}</p></article>{caption}</body>")["repeated"]
    assert first == 0
    assert 0.5 < second < 1


def test_paragraphs_of_one_element_that_say_the_same_repeat_nothing() -> None:
    assert measure(f"<body><article><p>{STORY}</p><p>{STORY}</p></article></body>")["repeated"] == [0, 0]


def test_a_page_of_short_blocks_repeats_nothing() -> None:
    assert measure("<body><p>Air surut.</p><p>Air surut.</p></body>")["repeated"] == [0, 0]


def test_cues_are_found_in_the_block_that_has_them() -> None:
    page = "<body><p>Kapal tiba.</p><p>Foto: Sari Dewi</p><p>Baca juga: Harga Ikan Naik</p></body>"
    found = measure(page)
    assert found["credit cue"] == [0, 1, 0]
    assert found["pointer cue"] == [0, 0, 1]


def test_every_block_has_finite_numbers() -> None:
    page = f"<body><table><tr><td>{STORY}</td><td>|</td></tr></table><pre>\n x\n</pre><p>经济增长。</p>…</body>"
    tree = flatten(parse_page(page))
    names, matrix = measure_blocks(tree, find_regions(tree))
    assert matrix.shape == (len(tree.blocks), len(names))
    assert np.isfinite(matrix).all()
    assert set(load_model().features) <= set(names)


def test_a_tree_asks_its_questions_from_the_lowest_bit() -> None:
    model = build_model(
        {
            "features": ["words", "links"],
            "feature": [[0, 1]],
            "above": [[10, 0.5]],
            "leaf": [[0.0, 2.0, -2.0, 0.0]],
            "bias": 0.0,
        }
    )
    rows = np.array([[0.9, 3], [0.1, 30], [0.9, 3]])  # columns in another order than the model's
    rates = model.estimate(["links", "words"], rows)
    assert np.allclose(rates, 1 / (1 + np.exp([2.0, -2.0, 2.0])))
