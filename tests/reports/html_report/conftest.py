"""A report of the invented newsroom and of a hostile corpus, and a real browser to open them in."""

import functools
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from corpus_clean.config import ReadConfig
from corpus_clean.pipeline.describe import describe_rules
from corpus_clean.pipeline.run import run
from corpus_clean.pipeline.texts import read_texts
from corpus_clean.reports.explanation import Description
from corpus_clean.reports.html import Origin, render_html
from corpus_clean.reports.model import build_report
from tests.conftest import ONE_WORKER, SHARED
from tests.reports.html_report.hostile import MARKUP, write_hostile

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def render(out: Path, descriptions: dict[str, Description] | None = None) -> str:
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    config = ReadConfig(tuple(manifest["config"]["read"]["text_fields"]))
    texts = functools.partial(read_texts, out, config)
    words = descriptions if descriptions is not None else describe_rules()
    origin = Origin(manifest["config"], words, texts, manifest["corpus-clean"])
    return render_html(out, build_report(out, texts, origin.dedup), origin)


def _write(page: str, folder: Path) -> Path:
    path = folder / "report.html"
    path.write_text(page, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def newsroom_page(newsroom_out: Path) -> str:
    return render(newsroom_out)


@pytest.fixture(scope="session")
def newsroom_report(newsroom_page: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _write(newsroom_page, tmp_path_factory.mktemp("newsroom-report"))


@pytest.fixture(scope="session")
def hostile_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    write_hostile(folder / "in")
    run(folder / "in", folder / "out", ONE_WORKER)
    words = {rule_id: Description(MARKUP + d.what, MARKUP + d.why, MARKUP) for rule_id, d in describe_rules().items()}
    return _write(render(folder / "out", words), folder)


@pytest.fixture(scope="session")
def seeds_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seeds")
    run(SHARED / "seeds", folder / "out", ONE_WORKER)
    return _write(render(folder / "out"), folder)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    path = next((found for found in map(shutil.which, BROWSERS) if found), None)
    if path is None:
        pytest.skip("needs Chromium; scripts/install-browser installs it")
    playwright = pytest.importorskip("playwright.sync_api", reason="needs the playwright package")
    with playwright.sync_playwright() as driver:
        # Tests also run as root in containers, where Chromium has no sandbox of its own.
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


class View:
    """A page that remembers everything it must not do."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.faults: list[str] = []
        page.on("console", lambda message: self.faults.append(f"console {message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("dialog", self._refuse)
        page.on("request", self._note_request)
        page.on("popup", lambda popup: self.faults.append(f"popup: {popup.url}"))

    def _refuse(self, dialog: Any) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _note_request(self, request: Any) -> None:
        if not request.url.startswith(("file:", "data:,", "blob:")):
            self.faults.append(f"request: {request.url}")

    def open(self, report: Path, section: str = "overview") -> Any:
        self.page.goto(f"{report.as_uri()}#{section}")
        self.page.wait_for_selector("html[data-ready]")
        return self.page


@pytest.fixture
def view(browser: Any) -> Iterator[View]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    found = View(context.new_page())
    yield found
    context.close()
    assert found.faults == []
