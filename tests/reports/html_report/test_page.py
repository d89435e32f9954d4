"""The file is sealed: a strict policy, everything inline, nothing of the corpus as markup."""

import base64
import hashlib
import re
from pathlib import Path

import lxml.html

from tests.reports.html_report.hostile import IMAGE


def test_the_policy_allows_only_what_is_in_the_page(newsroom_page: str) -> None:
    tree = lxml.html.fromstring(newsroom_page)
    [policy] = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for kind, pattern in (("script", r"<script>(.*?)</script>"), ("style", r"<style>(.*?)</style>")):
        [text] = re.findall(pattern, newsroom_page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert not tree.xpath("//@style | //@*[starts-with(name(), 'on')]")
    assert not tree.xpath("//*[@src] | //link[not(starts-with(@href, 'data:'))] | //iframe | //object | //form/@action")


def test_nothing_of_a_hostile_corpus_is_markup(hostile_report: Path) -> None:
    page = hostile_report.read_text(encoding="utf-8")
    assert IMAGE not in page
    assert "alert(1)</script>" not in page
    tree = lxml.html.fromstring(page)
    assert not tree.xpath("//img | //svg[@onload]")
    assert not [link for link in tree.xpath("//a/@href") if not link.startswith("#")]
    assert "&lt;img src=x onerror=alert(1)&gt;.exe" in page  # it is there, as text


def test_nothing_depends_on_this_machine(newsroom_page: str, newsroom_out: Path) -> None:
    assert str(newsroom_out) not in newsroom_page
    assert newsroom_out.name + "/" not in lxml.html.fromstring(newsroom_page).xpath("//code")[0].text_content()
