"""Invented news sites: pages of one template each, with the variety that real ones have, and their articles.

The templates are in `sites/`. Everything is a function of the site's name, the page's number and the seed.
"""

import functools
import json
import random
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

_TEMPLATES = Path(__file__).parent / "sites"
_SYLLABLES = (
    "ba",
    "di",
    "ku",
    "la",
    "me",
    "mi",
    "nu",
    "pa",
    "re",
    "ri",
    "sa",
    "se",
    "si",
    "ta",
    "te",
    "tu",
    "ya",
    "wu",
)
_COMMON = (
    *("yang", "dan", "di", "itu", "dengan", "untuk", "tidak", "ini", "dari", "dalam", "akan", "pada", "juga", "ke"),
    *("karena", "bisa", "ada", "mereka", "lebih", "tahun", "sudah", "saat", "oleh", "menjadi", "orang", "telah"),
    *("adalah", "sebagai", "bahwa", "dapat", "para", "harus", "dua", "satu", "masih", "hari", "hanya", "kepada"),
)
_PLACES = ("Muara Seling", "Kota Lama", "Lembah Aru", "Bukit Embun", "Tanjung Merbau", "Selat Kenari")
_NAMES = ("Rahmat Wiguna", "Sari Kandita", "Togar Simbara", "Laila Nurani", "Bram Setiawan", "Maya Paramita")
_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS = ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober")
SITES = tuple(sorted(path.name.removesuffix(".html.j2") for path in _TEMPLATES.glob("*.invalid.html.j2")))
"""The names of the sites."""


@dataclass(frozen=True, slots=True)
class SitePage:
    """A page with its article's text, a paragraph a line."""

    name: str
    html: str
    gold: str


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of a page's body: `paragraph`, `heading`, `list`, `quotation`, or noise: `related`, `picture`, `ad`."""

    kind: str
    lines: tuple[str, ...]


_NOISE = {"related", "picture", "ad"}


class _Page:
    """What a template asks for."""

    def __init__(self, host: str, number: int, seed: int) -> None:
        self.host = host
        self.number = number
        self.chance = random.Random(f"{host}/{number}/{seed}")
        self.place = self.chance.choice(_PLACES)
        self.name = self.chance.choice(_NAMES)
        self.title = self.headline()
        self.month, self.day, self.hour = (self.chance.randrange(1, end) for end in (11, 29, 24))
        self.items = self._compose()

    @property
    def long_date(self) -> str:
        return f"{_DAYS[self.day % 7]}, {self.day} {_MONTHS[self.month - 1]} 2024 {self.hour:02d}:15 WIB"

    @property
    def iso_date(self) -> str:
        return f"2024-{self.month:02d}-{self.day:02d}T{self.hour:02d}:15:00+07:00"

    def word(self) -> str:
        if self.chance.random() < 0.45:
            return self.chance.choice(_COMMON)
        return "".join(self.chance.choices(_SYLLABLES, k=self.chance.randrange(2, 5)))

    def sentence(self, least: int = 8, most: int = 24) -> str:
        words = [self.word() for _ in range(self.chance.randrange(least, most))]
        if len(words) > 12:
            words[len(words) // 2] += ","
        return " ".join(words).capitalize() + "."

    def paragraph(self) -> str:
        text = " ".join(self.sentence() for _ in range(self.chance.randrange(1, 4)))
        return f"“{text}” kata {self.name}." if self.maybe(0.25) else text

    def headline(self) -> str:
        return self.sentence(5, 9).rstrip(".").title()

    def maybe(self, share: float) -> bool:
        return self.chance.random() < share

    def some(self, most: int) -> range:
        return range(self.chance.randrange(most))

    def other_name(self) -> str:
        return self.chance.choice(_NAMES)

    def script(self, size: int) -> Markup:
        words = [self.word() for _ in range(self.chance.randrange(size // 14, size // 5))]
        return Markup(f"<script>window.state={json.dumps(words)};</script>")

    def _compose(self) -> list[Item]:
        items: list[Item] = []
        for place in range(self.chance.randrange(5, 14)):
            items.append(Item("paragraph", (self.paragraph(),)))
            if place == 1:
                items.append(Item("ad", ("SCROLL TO CONTINUE WITH CONTENT",)))
            if self.maybe(0.15):
                items.append(Item("related", (self.headline(),)))
            if self.maybe(0.1):
                items.append(Item("picture", (self.sentence(),)))
            if self.maybe(0.1):
                items.append(Item("heading", (self.headline(),)))
            if self.maybe(0.06):
                items.append(Item("list", tuple(self.sentence(5, 12) for _ in range(3))))
            if self.maybe(0.08):
                items.append(Item("quotation", (self.sentence(),)))
        return items


@functools.cache
def _load_templates() -> Environment:
    return Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True)


def generate_page(host: str, number: int, seed: int = 5) -> SitePage:
    """Return a page of a site.

    Example:
        >>> page = generate_page("muara.invalid", 1)
        >>> page.name, page.gold.split(". ")[0] in page.html
        ('muara.invalid/001.html', True)
    """
    page = _Page(host, number, seed)
    template = _load_templates().get_template(f"{host}.html.j2")
    html = template.render(page=page)
    gold = "\n".join(line for item in page.items if item.kind not in _NOISE for line in item.lines)
    return SitePage(f"{host}/{number:03d}.html", html, gold)
