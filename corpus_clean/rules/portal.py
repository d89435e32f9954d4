"""Which portal a document comes from; what gives a portal away is data in the packs."""

from collections.abc import Sequence
from urllib.parse import urlsplit

import regex

from corpus_clean.rules.lines import split_lines, view_text
from corpus_clean.rules.pack import Pack
from corpus_clean.rules.pattern import compile_pattern
from corpus_clean.types import Document

_HEAD_LINES = 6
_HEAD_CHARS = 90


def detect_portal(document: Document, packs: Sequence[Pack]) -> str:
    """Return the portal key of the pack that recognises the document, "" if none does.

    The surest evidence decides: the URL's host, then the path, the site's name, an outlet's name in a dateline,
    and last the fixed phrases of a portal, of which the most different ones win.

    Example:
        >>> from corpus_clean.rules.pack import load_packs
        >>> detect_portal(Document("a", "JAKARTA, KOMPAS.com - Hujan turun."), load_packs())
        'kompas'
    """
    candidates = [pack for pack in packs if pack.portals]
    for find in (_by_url, _by_path, _by_site, _by_dateline, _by_frames):
        found = find(document, candidates)
        if found:
            return found
    return ""


def _by_url(document: Document, packs: Sequence[Pack]) -> str:
    host = urlsplit(document.metadata.url).netloc.lower().partition(":")[0]
    return _by_host(host, packs)


def _by_host(host: str, packs: Sequence[Pack]) -> str:
    """The longest host of a pack that is the host or a parent of it."""
    hits = [
        (-len(known), pack.portals[0])
        for pack in packs
        for known in pack.detect.hosts
        if host == known or host.endswith(f".{known}")
    ]
    return min(hits)[1] if hits else ""


def _by_path(document: Document, packs: Sequence[Pack]) -> str:
    """A folder named like a portal, or a host name anywhere in the path."""
    folders = document.path.lower().split("/")
    for folder in folders[:-1]:
        for pack in packs:
            if folder in pack.portals:
                return pack.portals[0]
    for part in folders:
        for word in regex.split(r"[^a-z0-9.-]+", part):
            stem = regex.sub(r"\.(?:txt|md|html?|jsonl?|ndjson|gz|zst|csv|parquet|warc)\b.*$", "", word)
            if found := _by_host(stem, packs):
                return found
    return ""


def _by_site(document: Document, packs: Sequence[Pack]) -> str:
    site = document.metadata.site.strip().lower()
    if not site:
        return ""
    for pack in packs:
        if site in pack.portals or site in {name.lower() for name in pack.detect.names}:
            return pack.portals[0]
    return _by_host(site.removeprefix("www."), packs)


def _by_dateline(document: Document, packs: Sequence[Pack]) -> str:
    heads = [line.view[:_HEAD_CHARS] for line in split_lines(document.text[:4000]) if not line.blank][:_HEAD_LINES]
    for head in heads:
        hits = [
            (-len(name), pack.portals[0])
            for pack in packs
            for name in pack.detect.names
            if name.lower() in head.lower() and _dateline_with(name).match(head)
        ]
        if hits:
            return min(hits)[1]
    return ""


def _dateline_with(name: str) -> regex.Pattern[str]:
    """The name at the line's start or after a place, followed by a dash, or by a place and a dash."""
    spelled = regex.escape(name, literal_spaces=True)
    return compile_pattern(
        rf"[\p{{L}}\d .,'/()|-]{{0,40}}\(?{spelled}\)?\s?(?:[-–—|]|(?:,|\|)\s?\(?\p{{L}}[\p{{L}} .'/-]{{2,30}}[-–—)])"
    )


def _by_frames(document: Document, packs: Sequence[Pack]) -> str:
    view = view_text(document.text)
    counts = [
        (-sum(_is_found(frame, view) for frame in pack.detect.frames), pack.portals[0])
        for pack in packs
        if pack.detect.frames
    ]
    best = min(counts, default=(0, ""))
    return best[1] if best[0] < 0 else ""


def _is_found(frame: str, view: str) -> bool:
    try:
        return compile_pattern(frame).search(view, timeout=1) is not None
    except TimeoutError:
        return False
