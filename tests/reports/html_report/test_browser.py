"""The report in a real browser: it opens, filters, searches and aligns, and does nothing else."""

import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.reports.html_report.conftest import View

SECTIONS = ("overview", "removals", "duplicates", "quotes", "quarantine")


def _open_all_details(page: Any) -> None:
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    page.wait_for_timeout(100)


def _walk(page: Any) -> None:
    """Visit everything there is."""
    for section in SECTIONS:
        page.click(f"nav a[href='#{section}']")
        page.wait_for_selector(f"#view-{section}:not([hidden])")
        _open_all_details(page)
    page.click("nav a[href='#quotes']")
    for name in ("speakers", "outlets", "matrix", "quotes"):
        page.click(f"[data-view={name}]")
    for layout in ("running", "aligned"):
        page.select_option("#quotes-form [name=layout]", layout)
        page.wait_for_timeout(200)


def test_a_script_that_runs_would_be_noticed(view: View, newsroom_report: Path) -> None:
    page = view.open(newsroom_report)
    page.evaluate("alert(1)")
    assert view.faults == ["dialog: 1"]
    view.faults.clear()


def test_it_opens_and_shows_one_section_at_a_time(view: View, newsroom_report: Path) -> None:
    page = view.open(newsroom_report)
    _walk(page)
    for section in SECTIONS:
        page.click(f"nav a[href='#{section}']")
        page.wait_for_selector(f"#view-{section}:not([hidden])")
        assert page.evaluate("[...document.querySelectorAll('main > section:not([hidden])')].map(s => s.id)") == [
            f"view-{section}"
        ]
        assert page.get_attribute(f"nav a[href='#{section}']", "aria-current") == "page"


def test_search_and_filters_narrow_the_removals(view: View, newsroom_report: Path, newsroom_out: Path) -> None:
    page = view.open(newsroom_report, "removals")
    edits = pq.read_table(newsroom_out / "ledger" / "edits.parquet").to_pylist()
    whatsapp = [e for e in edits if e["rule_id"] == "id/kompas.whatsapp-channel"]
    assert whatsapp
    page.select_option("#removals-form [name=rule]", "id/kompas.whatsapp-channel")
    page.wait_for_function("() => document.querySelectorAll('#removals-list details').length === 1")
    assert page.inner_text("#removals-count").startswith(f"{len(whatsapp)} of the ")
    assert page.locator("#removals-list .entry").count() == len(whatsapp)
    removed = page.locator("#removals-list .entry del").all_inner_texts()
    assert all("WhatsApp" in text for text in removed)
    page.click("#removals-form [type=reset]")
    page.wait_for_function("() => document.querySelectorAll('#removals-list details').length > 1")
    page.fill("#removals-form [name=q]", "zzz nothing has this")
    page.wait_for_function("() => document.querySelectorAll('#removals-list details').length === 0")
    assert page.inner_text("#removals-count").startswith("0 of the ")


def test_a_rule_of_the_overview_leads_to_its_removals(view: View, newsroom_report: Path) -> None:
    page = view.open(newsroom_report)
    link = page.locator("#view-overview a[href^='#removals?rule=']").first
    rule = link.get_attribute("href").partition("=")[2].replace("%2F", "/")
    link.click()
    page.wait_for_selector("#view-removals:not([hidden])")
    assert page.evaluate("[...document.querySelectorAll('#removals-list details')].map(d => d.dataset.rule)") == [rule]


def test_duplicates_stand_side_by_side(view: View, newsroom_report: Path) -> None:
    page = view.open(newsroom_report, "duplicates")
    page.fill("#duplicates-form [name=q]", "kopi-bukit-embun")
    page.wait_for_function("() => document.querySelectorAll('#duplicates-list details').length === 1")
    rows = page.locator("#duplicates-list .pair-row")
    assert rows.count() > 3
    assert page.locator("#duplicates-list .pair-row.same mark").count() == 0
    changed = page.locator("#duplicates-list .pair-row:not(.same)")
    assert changed.count() > 0
    assert changed.locator("mark").count() >= changed.count()
    for row in page.locator("#duplicates-list .pair-row.same").all():
        left, right = (re.sub(r"\W+", "", text).lower() for text in row.locator("> div").all_inner_texts())
        assert left == right


def test_borderline_pairs_come_first(view: View, newsroom_report: Path) -> None:
    page = view.open(newsroom_report, "duplicates")
    kinds = page.evaluate("[...document.querySelectorAll('#duplicates-list details')].map(d => d.dataset.kind)")
    likeness = [
        float(text) for text in page.locator("#duplicates-list .likeness span:nth-of-type(1)").all_inner_texts()
    ]
    whole = [abs(value - 0.8) for value, kind in zip(likeness, kinds, strict=True) if kind != "passage"]
    assert len(whole) > 2
    assert whole == sorted(whole)


def test_the_alignment_is_a_longest_common_subsequence(view: View, newsroom_report: Path) -> None:
    from rapidfuzz.distance import LCSseq

    page = view.open(newsroom_report, "quotes")
    cards = page.locator("#quotes-list .quote")
    assert cards.count() > 3
    page.select_option("#quotes-form [name=layout]", "running")
    page.wait_for_selector("#quotes-list .wordings")
    for card in cards.all():
        wordings = card.locator("blockquote").all_inner_texts()
        reference = _fold(wordings[0])
        assert card.locator("blockquote").first.locator("mark").count() == 0
        for quote, text in zip(card.locator("blockquote").all()[1:], wordings[1:], strict=True):
            marked = sum(len(mark.split()) for mark in quote.locator("mark").all_inner_texts())
            assert len(text.split()) - marked == LCSseq.similarity(reference, _fold(text))


def _fold(text: str) -> list[str]:
    return [re.sub(r"[\W_]+", "", word.lower()) or word for word in text.split()]


def test_aligned_wordings_are_whole(view: View, newsroom_report: Path) -> None:
    page = view.open(newsroom_report, "quotes")
    card = page.locator("#quotes-list .quote").first
    columns = card.evaluate(
        """card => [...card.querySelectorAll('.alignment table')].map(t =>
               [...t.rows].map(r => [...r.cells].slice(1).map(c => c.textContent)))"""
    )
    assert all(len({len(row) for row in block}) == 1 for block in columns)
    reference = " ".join(word for block in columns for word in block[0] if word)
    page.select_option("#quotes-form [name=layout]", "running")
    page.wait_for_selector("#quotes-list .wordings")
    assert reference == page.locator("#quotes-list .quote").first.locator("blockquote").first.inner_text()


def test_views_lead_back_to_the_quotes(view: View, newsroom_report: Path) -> None:
    page = view.open(newsroom_report, "quotes")
    page.click("[data-view=matrix]")
    cell = page.locator(".matrix button").first
    shared = int(cell.inner_text())
    cell.click()
    assert page.inner_text("#quotes-count").startswith(f"{shared} of ")
    page.click("[data-view=speakers]")
    button = page.locator("#quotes-other tbody button").first
    speaker = button.inner_text()
    button.click()
    assert set(page.locator("#quotes-list h2").all_inner_texts()) == {speaker}


def test_the_keyboard_is_enough(view: View, newsroom_report: Path) -> None:
    page = view.open(newsroom_report)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.focus("nav a[href='#removals']")
    page.keyboard.press("Enter")
    page.wait_for_selector("#view-removals:not([hidden])")
    assert page.evaluate("document.activeElement.id") == "removals-heading"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.focus("#removals-list details:nth-of-type(2) summary")
    page.keyboard.press("Enter")
    page.wait_for_selector("#removals-list details:nth-of-type(2) .entry")


@pytest.mark.parametrize("width", [400, 1280])
def test_nothing_is_wider_than_the_window(view: View, newsroom_report: Path, width: int) -> None:
    view.page.set_viewport_size({"width": width, "height": 800})
    page = view.open(newsroom_report)
    for section in SECTIONS:
        page.click(f"nav a[href='#{section}']")
        _open_all_details(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_prints_every_section(view: View, newsroom_report: Path) -> None:
    page = view.open(newsroom_report, "quotes")
    page.emulate_media(media="print")
    for section in SECTIONS:
        assert page.locator(f"#view-{section}").is_visible()
    assert not page.locator("nav.sections").is_visible()


def test_a_hostile_corpus_is_inert(view: View, hostile_report: Path) -> None:
    page = view.open(hostile_report)
    _walk(page)
    page.click("nav a[href='#quotes']")
    assert page.locator("#quotes-list .quote").count() > 0, "the hostile quotes are linked"
    assert page.locator("#removals-list .entry").count() > 0
    assert page.locator("#duplicates-list .pair-row").count() > 0
    assert page.locator("[data-table=rejections] tbody tr").count() == 1
    assert "onerror=alert(1)" in page.locator("#quotes-list").text_content()
    assert page.locator("img, svg[onload], script:not([type]):not(:last-of-type)").count() == 0
    links = page.evaluate("[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))")
    assert all(re.match(r"#|https://x\.example/", link) for link in links), links


@pytest.mark.shared
def test_the_seeds_show_their_quotes_within_two_clicks(view: View, seeds_report: Path) -> None:
    page = view.open(seeds_report)
    page.click("nav a[href='#quotes']")
    cards = page.locator("#quotes-list .quote", has=page.locator("h2", has_text="Rutte"))
    numbered = [card for card in cards.all() if "600.000" in card.inner_text()]
    assert numbered
    carriers = numbered[0].locator(".carriers tbody tr").all_inner_texts()
    assert {text for text in ("000_", "001_", "002_") if any(text in row for row in carriers)} == {
        "000_",
        "001_",
        "002_",
    }
    assert numbered[0].locator(".alignment mark").count() > 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(browser: Any, newsroom_report: Path, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python").Axe()
    # The checker is injected as a script, which the page's own policy rightly refuses.
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(newsroom_report.as_uri())
    page.wait_for_selector("html[data-ready]")
    faults = []
    for section in SECTIONS:
        page.click(f"nav a[href='#{section}']")
        for name in ("quotes", "speakers", "outlets", "matrix") if section == "quotes" else (None,):
            if name:
                page.click(f"[data-view={name}]")
            for fault in axe.run(page).response["violations"]:
                if fault["impact"] in {"serious", "critical"}:
                    faults.append((section, name, fault["id"], [node["html"][:120] for node in fault["nodes"][:3]]))
    context.close()
    assert faults == []
