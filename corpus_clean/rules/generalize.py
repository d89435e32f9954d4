"""Line templates: what varies from page to page (dates, numbers, addresses, names) becomes a typed hole.

A template is text in lower case with holes in braces, `{date}`; a literal brace is doubled. It is at once what
lines are counted by, what a person reads, and, with `make_pattern`, a rule's pattern.
"""

import functools
import re

import regex

_MONTH = (
    r"(?:jan(?:uari|uary)?|feb(?:ruari|ruary)?|mar(?:et|ch)?|mac|apr(?:il)?|mei|may|jun[ie]?|ju(?:l[iy]?|lai)|"
    r"agu(?:stus)?|agt|aug(?:ust)?|ogos|sep(?:t(?:ember)?)?|o[ck]t(?:ober)?|nov(?:ember)?|des(?:ember)?|"
    r"dec(?:ember)?|dis(?:ember)?)"
)
# The first that matches takes the stretch. Names are only looked for in the second, wider kind of template.
_VARYING = regex.compile(
    r"(?P<url>(?i:https?://|www\.)[^\s<>\"]+|(?i:(?:[\w-]+\.)+(?:com|co|id|me|ly|net|my)/[^\s<>\"]*))"
    r"|(?P<handle>@\w[\w.]*\w)"
    rf"|(?P<date>\b(?i:\d{{1,2}}[ /.-](?:\d{{1,2}}|{_MONTH}\.?),?[ /.-]\d{{2,4}}|\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}}"
    rf"|{_MONTH}\.? \d{{1,2}}, ?\d{{4}})\b)"
    r"|(?P<clock>\b\d{1,2}[.:]\d{2}(?:[.:]\d{2})?\b(?: ?(?i:wib|wita|wit|myt|gmt|utc|[ap]m)\b)?)"
    r"|(?P<weekday>\b(?i:senin|selasa|rabu|kamis|jum.?at|sabtu|ahad|isnin|khamis|jumaat|\w{3,6}day)\b)"
    r"|(?P<number>\d+(?:[.,]\d+)*)"
)
# Most lines have nothing of the kind; a look costs far less than the search.
_MAY_VARY = re.compile(
    r"[\d@]|www\.|://|\w\.\w+/|\b(?:senin|selasa|rabu|kamis|jum.?at|sabtu|ahad|isnin|khamis|\w{3,6}day)\b",
    re.IGNORECASE,
)
_NAME = regex.compile(
    r"(?<=[\p{L}\d,;:(|–—/}-] |[(:|/])\p{Lu}[\p{L}'’.-]*(?: (?:\p{Lu}[\p{L}'’.-]*|bin|binti|van|de|al|el|der)){0,4}"
)
_HOLE = regex.compile(r"\{\{|\}\}|\{(?P<hole>[a-z]+)\}")
# Holes that the vocabulary of the packs does not have under the same name.
_OWN_PARTS = {"number": r"\d+(?:[.,]\d+)*", "handle": r"@\w[\w.]*", "title": r"(?P<_title>.+)"}
_LOOSE_END = " \t.!…:|–—-*"


@functools.lru_cache(maxsize=65536)
def generalize(text: str, *, names: bool = False) -> str:
    """Return the template of a line or sentence; with `names`, capitalised words behind the first are a hole too.

    What a text ends with does not count, if it is only dots, dashes or colons.

    Example:
        >>> generalize("Terbit 12 Juni 2025 pukul 10.15 WIB di https://t.me/kanal.")
        'terbit {date} pukul {clock} di {url}'
        >>> generalize("Laporan wartawan Sari Wulandari", names=True)
        'laporan wartawan {name}'
    """
    text = (text.rstrip(_LOOSE_END) or text).replace("{", "{{").replace("}", "}}")
    # Dates first, so that the month in one is not taken for a name.
    if _MAY_VARY.search(text):
        text = _VARYING.sub(lambda found: f"{{{found.lastgroup}}}", text)
    if names:
        text = _NAME.sub("{name}", text)
    return " ".join(text.lower().split())


def count_literal(template: str) -> int:
    """Return how many letters of a template are no hole.

    Example:
        >>> count_literal("terbit {date} di {url}")
        8
    """
    return sum(map(str.isalpha, _HOLE.sub("", template)))


def make_pattern(template: str) -> str:
    r"""Return the pattern of a template, as packs write it.

    Example:
        >>> make_pattern("terbit {date} (hal. {number})")
        'terbit {date} \\(hal\\. \\d+(?:[.,]\\d+)*\\)'
    """
    parts: list[str] = []
    reached = 0
    for found in _HOLE.finditer(template):
        parts.append(regex.escape(template[reached : found.start()], literal_spaces=True))
        hole = found["hole"]
        if hole is None:
            parts.append(r"\{" if found.group() == "{{" else r"\}")
        else:
            parts.append(_OWN_PARTS.get(hole, f"{{{hole}}}"))
        reached = found.end()
    return "".join([*parts, regex.escape(template[reached:], literal_spaces=True)])
