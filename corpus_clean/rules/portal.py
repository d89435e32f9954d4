"""Which portal a document comes from; what gives a portal away is data in the packs."""

import functools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import regex

from corpus_clean.rules.callers import Callers
from corpus_clean.rules.lines import view_text
from corpus_clean.rules.literals import find_literals
from corpus_clean.rules.pack import Pack
from corpus_clean.rules.pattern import compile_pattern
from corpus_clean.rules.prefilter import Call
from corpus_clean.rules.syntax import UNBOUNDED
from corpus_clean.types import Document

_HEAD_LINES = 6
_HEAD_CHARS = 90
_USUAL_HEAD, _LONGEST_HEAD = 1000, 4000


def detect_portal(document: Document, packs: Sequence[Pack]) -> str:
    """Return the portal key of the pack that recognises the document, "" if none does.

    The surest evidence decides: the URL's host, then the path, the site's name, an outlet's name in a dateline,
    and last the fixed phrases of a portal, of which the most different ones win.

    Example:
        >>> from corpus_clean.rules.pack import load_packs
        >>> detect_portal(Document("a", "JAKARTA, KOMPAS.com - Hujan turun."), load_packs())
        'kompas'
    """
    for find in (_by_url, _by_path, _by_site, _by_dateline, _by_frames):
        found = find(document, packs)
        if found:
            return found
    return ""


def _by_url(document: Document, packs: Sequence[Pack]) -> str:
    host = urlsplit(document.metadata.url).netloc.lower().partition(":")[0]
    return _by_host(host, packs)


def _by_host(host: str, packs: Sequence[Pack]) -> str:
    """The portal whose host this is, or the nearest parent of it."""
    known = _read_signs(packs).hosts
    while host:
        if host in known:
            return known[host]
        host = host.partition(".")[2]
    return ""


def _by_path(document: Document, packs: Sequence[Pack]) -> str:
    """A folder named like a portal, or a host name anywhere in the path."""
    if not document.path:
        return ""
    folders = document.path.lower().split("/")
    portals = _read_signs(packs).portals
    for folder in folders[:-1]:
        if folder in portals:
            return portals[folder]
    for part in folders:
        for word in _NO_HOST.split(part):
            if found := _by_host(_SUFFIX.sub("", word), packs):
                return found
    return ""


_NO_HOST = regex.compile(r"[^a-z0-9.-]+")
_SUFFIX = regex.compile(r"\.(?:txt|md|html?|jsonl?|ndjson|gz|zst|csv|parquet|warc)\b.*$")


def _by_site(document: Document, packs: Sequence[Pack]) -> str:
    site = document.metadata.site.strip().lower()
    if not site:
        return ""
    for pack in packs:
        if site in pack.portals or (pack.portals and site in {name.lower() for name in pack.detect.names}):
            return pack.portals[0]
    return _by_host(site.removeprefix("www."), packs)


def _by_dateline(document: Document, packs: Sequence[Pack]) -> str:
    heads = _read_heads(document.text)
    lowered = [head.lower() for head in heads]
    together = "\n".join(lowered)
    hits = [
        (place, -len(name), portal)
        for known, name, portal in _read_signs(packs).names
        if known in together
        for place, head in enumerate(heads)
        if known in lowered[place] and _dateline_with(name).match(head)
    ]
    return min(hits)[2] if hits else ""


def _read_heads(text: str) -> list[str]:
    """The beginnings of the first lines that hold something; seldom is all that may hold them looked at."""
    heads: list[str] = []
    for size in (_USUAL_HEAD, _LONGEST_HEAD):
        views = view_text(text[:size]).split("\n")
        if size == _USUAL_HEAD < len(text):
            views.pop()  # it may go on
        heads = [view[:_HEAD_CHARS] for view in map(str.strip, views) if view][:_HEAD_LINES]
        if len(heads) == _HEAD_LINES or len(text) <= size:
            break
    return heads


@functools.lru_cache(maxsize=1024)
def _dateline_with(name: str) -> regex.Pattern[str]:
    """The name at the line's start or after a place, followed by a dash, or by a place and a dash."""
    spelled = regex.escape(name, literal_spaces=True)
    return compile_pattern(
        rf"[\p{{L}}\d .,'/()|-]{{0,40}}\(?{spelled}\)?\s?(?:[-–—|]|(?:,|\|)\s?\(?\p{{L}}[\p{{L}} .'/-]{{2,30}}[-–—)])"
    )


def _by_frames(document: Document, packs: Sequence[Pack]) -> str:
    signs = _read_signs(packs)
    lines, calls = signs.frame_callers.find(document.text, signs.every_frame)
    called = [signs.frames[number] for number in {number for _, number, _ in calls}]
    counts = Counter(portal for frame, portal in called if _is_found(frame, lines.view))
    return min(((-count, portal) for portal, count in counts.items()), default=(0, ""))[1]


@dataclass(frozen=True, slots=True)
class _Signs:
    """The keys, hosts, names and frames of all packs, each with its portal, and what calls the latter.

    A name comes in lower case, too.
    """

    packs: Sequence[Pack]
    portals: dict[str, str]
    hosts: dict[str, str]
    names: tuple[tuple[str, str, str], ...]
    frames: tuple[tuple[str, str], ...]
    frame_callers: Callers
    every_frame: bytes


# By identity: packs are few and live long, and to hash them takes longer than to use them.
_SIGNS: dict[int, _Signs] = {}


def _read_signs(packs: Sequence[Pack]) -> _Signs:
    known = _SIGNS.get(id(packs))
    if known is None or known.packs is not packs:
        candidates = [pack for pack in packs if pack.portals]
        hosts = [(host, pack.portals[0]) for pack in candidates for host in pack.detect.hosts]
        names = tuple((name.lower(), name, pack.portals[0]) for pack in candidates for name in pack.detect.names)
        frames = tuple((frame, pack.portals[0]) for pack in candidates for frame in pack.detect.frames)
        literals = [find_literals(frame, across=True)[:1] for frame, _ in frames]
        known = _Signs(
            packs,
            {name: pack.portals[0] for pack in reversed(packs) for name in pack.portals},
            dict(sorted(hosts, reverse=True)),
            names,
            frames,
            Callers([Call(groups, UNBOUNDED) for groups in literals]),
            b"\1" * len(frames),
        )
        _SIGNS.clear()
        _SIGNS[id(packs)] = known
    return known


def _is_found(frame: str, view: str) -> bool:
    try:
        return compile_pattern(frame).search(view, timeout=1) is not None
    except TimeoutError:
        return False
