"""Pages of one form with other facts are no copies; copies edited a little are no templates."""

import pytest

from corpus_clean.dedup.template import is_template

REPORT = (
    "Gunung Awan mengalami {0} kali letusan dengan tinggi kolom abu {1} meter, disusul {2} kali gempa guguran "
    "beramplitudo {3} milimeter. Status gunung tetap pada tingkat waspada dan warga diminta menjauhi kawah."
)


def test_other_numbers_make_a_template() -> None:
    assert is_template(REPORT.format(3, 900, 14, 22), REPORT.format(5, 1200, 9, 18))


@pytest.mark.parametrize(
    ("old", "new"),
    [("waspada", "siaga"), ("warga diminta", "penduduk diimbau"), (" dan warga diminta menjauhi kawah", "")],
)
def test_other_words_do_not(old: str, new: str) -> None:
    text = REPORT.format(3, 900, 14, 22)
    assert not is_template(text, text.replace(old, new))


def test_one_corrected_number_does_not() -> None:
    assert not is_template(REPORT.format(3, 900, 14, 22), REPORT.format(3, 950, 14, 22))
