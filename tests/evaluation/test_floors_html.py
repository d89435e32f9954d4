"""The text of labelled pages does not get worse. The shipped trees know these pages: what they score is no promise."""

import tomllib
from pathlib import Path

import pytest

from scripts.evaluation.pages.measures import average_pages, compare_words
from scripts.evaluation.pages.sets import SETS, PageSet
from scripts.evaluation.pages.tools import extract_like_ours

pytestmark = pytest.mark.shared
FLOORS: dict[str, float] = tomllib.loads(Path(__file__).with_name("floors.toml").read_text(encoding="utf-8"))["html"]
EVERY = 4


@pytest.mark.parametrize("pages", SETS, ids=lambda pages: pages.name)
def test_pages(pages: PageSet) -> None:
    some = pages.read()[::EVERY]
    shares = average_pages([compare_words(extract_like_ours(page), page.gold) for page in some])
    assert shares.f1 >= FLOORS[pages.name], shares
