"""Templates of sites: what is learned, what is refused, and which pages are left to the careful way."""

import random

from corpus_clean.repair.pages.teaching import Sample, learn_wrapper
from corpus_clean.repair.pages.tree import flatten, parse_page
from corpus_clean.repair.pages.wrapper import Wrapper, load_wrapper, unwrap

WORDS = ["warga", "kapal", "desa", "hujan", "pasar", "jalan", "pagi", "kota", "sungai", "kepala", "beras", "guru"]


def tell(chance: random.Random, sentences: int = 4) -> str:
    return " ".join(f"{' '.join(chance.choices(WORDS, k=12)).capitalize()}." for _ in range(sentences))


def make_page(number: int, holder: str = 'div class="isi"', extra: str = "") -> str:
    chance = random.Random(number)
    told = "".join(f"<p>{tell(chance)}</p>" for _ in range(4))
    tag = holder.split(maxsplit=1)[0]
    return (
        f"<body><ul class='menu'><li><a href='/'>Beranda</a></li></ul><{holder}><p class='ajakan'>Ikuti kabar kami</p>"
        f"<p>Kantor berita desa</p>{told}{extra}</{tag}><div class='kaki'>Hak cipta {number}</div></body>"
    )


def study(page: str) -> Sample:
    """The careful way, as this page's author knows it: the paragraphs without a class, and not the site's line."""
    tree = flatten(parse_page(page))
    chosen = [
        place
        for place, block in enumerate(tree.blocks)
        if tree.tag[block.element] == "p" and not tree.classes[block.element] and "Kantor berita" not in block.text
    ]
    return Sample(tree, chosen)


def learn(pages: list[str]) -> Wrapper | None:
    return learn_wrapper([study(page) for page in pages])


def read(page: str, wrapper: Wrapper) -> list[str] | None:
    found = unwrap(parse_page(page), wrapper)
    return None if found is None else [found[0].blocks[place].text for place in found[1]]


def test_a_page_comes_out_by_the_template_without_what_the_site_repeats() -> None:
    wrapper = learn([make_page(number) for number in range(12)])
    assert wrapper is not None
    page = make_page(50)
    sample = study(page)
    assert read(page, wrapper) == [sample.tree.blocks[place].text for place in sample.blocks]


def test_a_wrapper_survives_being_written() -> None:
    wrapper = learn([make_page(number) for number in range(12)])
    assert wrapper is not None
    assert read(make_page(50), load_wrapper(wrapper.dump())) == read(make_page(50), wrapper)


def test_a_site_may_have_pages_of_two_kinds() -> None:
    kinds = ['div class="isi"', 'section id="cerita"']
    wrapper = learn([make_page(number, kinds[number // 2 % 2]) for number in range(24)])
    assert wrapper is not None
    for number, kind in enumerate(kinds):
        sample = study(make_page(60 + number, kind))
        assert read(make_page(60 + number, kind), wrapper) == [sample.tree.blocks[at].text for at in sample.blocks]


def test_pages_that_are_not_alike_teach_nothing() -> None:
    holders = [f'div class="{a}{b}"' for a in "abcd" for b in "xyz"]
    assert learn([make_page(number, holder) for number, holder in enumerate(holders)]) is None


def test_a_template_that_care_contradicts_is_not_used() -> None:
    pages = [study(make_page(number)) for number in range(12)]
    doubtful = [Sample(page.tree, page.blocks[:1] if place % 2 else page.blocks) for place, page in enumerate(pages)]
    assert learn_wrapper(doubtful) is None


def test_an_unfamiliar_page_is_left_to_the_careful_way() -> None:
    wrapper = learn([make_page(number) for number in range(12)])
    assert wrapper is not None
    chance = random.Random(0)
    strange = f'<div class="galeri"><span class="keterangan">{tell(chance, 12)}</span></div>'
    assert read(make_page(50, extra=strange), wrapper) is None
    assert read(make_page(50, 'div class="lain"'), wrapper) is None
    assert read('<body><div class="isi"><p>Halaman kosong.</p></div></body>', wrapper) is None
