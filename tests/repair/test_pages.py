"""From a page to its article: what stays, what goes, what the page says of itself."""

from pathlib import Path

import pytest

from corpus_clean.errors import RejectedRecordError
from corpus_clean.repair.extract import extract_text
from corpus_clean.storage.cache import Cache

PARAGRAPHS = [
    f"Warga {place} menunggu kapal perbekalan yang tertahan cuaca buruk sejak {day}, kata kepala desa setempat kemarin."
    for place in ("Muara Seling", "Kota Lama", "Lembah Aru", "Bukit Embun")
    for day in ("Senin", "Rabu")
]
PAGE = f"""<!doctype html><html lang="id"><head><title>Kapal Perbekalan Tertahan - Warta Muara</title>
<meta property="og:site_name" content="Warta Muara">
<meta property="article:published_time" content="2024-11-04T08:00:00+07:00">
<link rel="canonical" href="https://wartamuara.invalid/2024/kapal">
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Kapal Perbekalan Tertahan",
"author": {{"name": "Sari Dewi"}}}}</script></head><body>
<nav><ul><li><a href="/a">Beranda</a></li><li><a href="/b">Olahraga</a></li><li><a href="/c">Kuliner</a></li></ul></nav>
<article><h1>Kapal Perbekalan Tertahan</h1>{"".join(f"<p>{text}</p>" for text in PARAGRAPHS)}</article>
<aside><h3>Terpopuler</h3><ul><li><a href="/d">Harga Ikan Asin Naik Dua Kali Lipat di Pasar Kota</a></li>
<li><a href="/e">Jembatan Gantung Dibuka Lagi Pekan Depan</a></li></ul></aside>
<footer>Hak cipta Warta Muara. Pedoman media siber. Tentang kami.</footer></body></html>"""


def test_the_article_stays_and_menus_and_lists_go() -> None:
    text = extract_text(PAGE, "a.html").text
    assert [paragraph for paragraph in PARAGRAPHS if paragraph not in text] == []
    assert not any(noise in text for noise in ("Beranda", "Terpopuler", "Jembatan Gantung", "Hak cipta"))


def test_a_consent_box_is_no_article_however_long_it_is() -> None:
    box = "".join(
        f"<h4>Bagian {n}</h4><p>Kami memakai cookies untuk mengukur kunjungan ke bagian {n} dari situs ini, "
        "dan mitra kami menyimpan pengenal perangkat supaya iklan yang tampil sesuai dengan minat pembaca.</p>"
        for n in range(30)
    )
    page = PAGE.replace("<aside>", f'<div class="site-consent-modal">{box}</div><aside>')
    assert extract_text(page, "a.html").text == extract_text(PAGE, "a.html").text


def test_a_page_about_cookies_keeps_its_text() -> None:
    told = "".join(f"<p>{text} Biskuit atau cookies dari dapur umum ikut dibagikan.</p>" for text in PARAGRAPHS)
    page = f'<body class="cookie-banner-open"><article class="cookies-news"><h1>Kue</h1>{told}</article></body>'
    text = extract_text(page, "a.html").text
    assert text.count("dapur umum") == len(PARAGRAPHS)


def test_an_article_that_the_page_holds_twice_comes_once() -> None:
    again = f'<div class="mobile" hidden><div>{" ".join(PARAGRAPHS)}</div></div>'
    text = extract_text(PAGE.replace("<aside>", f"{again}<aside>"), "a.html").text
    assert [text.count(paragraph) for paragraph in PARAGRAPHS] == [1] * len(PARAGRAPHS)


def test_links_of_a_small_page_stay_in_its_article_and_go_elsewhere() -> None:
    menu, link = "<ul><li><a href='/a'>Beranda</a></ul>", "<p><a href='/b'>Peta banjir</a></p>"
    page = f"<body>{menu}<article><p>Air surut.</p>{link}</article>"
    assert extract_text(page, "a.html").text == "Air surut.\nPeta banjir"


def test_what_a_page_says_of_itself() -> None:
    extracted = extract_text(PAGE, "a.html")
    known = extracted.metadata
    assert (known.title, known.author, known.site) == ("Kapal Perbekalan Tertahan", "Sari Dewi", "Warta Muara")
    assert known.published.startswith("2024-11-04")
    assert known.url == "https://wartamuara.invalid/2024/kapal"
    assert extracted.language == "id"


def test_the_edit_gives_the_page_back() -> None:
    edit = extract_text(PAGE, "a.html").edit
    assert (edit.before, edit.start, edit.end) == (PAGE, 0, len(PAGE))


def test_a_page_without_an_article_is_refused() -> None:
    with pytest.raises(RejectedRecordError):
        extract_text("<html><body><script>var a = 1;</script></body></html>", "a.html")


@pytest.mark.parametrize("depth", [300, 3000])
def test_deep_nesting_loses_no_text(depth: int) -> None:
    page = f"<html><body>{'<div>' * depth}{''.join(f'<p>{text}</p>' for text in PARAGRAPHS)}{'</div>' * depth}"
    text = extract_text(page, "a.html").text
    assert [paragraph for paragraph in PARAGRAPHS if paragraph not in text] == []


def test_the_cache_gives_the_same_and_forgets_what_is_damaged(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    first = extract_text(PAGE, "a.html", cache=cache)
    assert extract_text(PAGE, "a.html", cache=cache) == first
    [entry] = (tmp_path / "cache").rglob("*.json")
    entry.write_text(entry.read_text(encoding="utf-8").replace("Muara Seling", "Kota Lain"), encoding="utf-8")
    assert "Kota Lain" in extract_text(PAGE, "a.html", cache=cache).text  # it was the cache that answered
    entry.write_text("{", encoding="utf-8")
    assert extract_text(PAGE, "a.html", cache=cache) == first
