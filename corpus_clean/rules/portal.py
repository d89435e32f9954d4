"""Which portal a document comes from; what gives a portal away is data in the packs."""

import functools
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from urllib.parse import urlsplit

import regex

from corpus_clean.rules.folding import fold_text
from corpus_clean.rules.lines import Lines
from corpus_clean.rules.literals import find_literals
from corpus_clean.rules.pack import Pack
from corpus_clean.rules.pattern import compile_pattern
from corpus_clean.rules.prefilter import Call, Sign
from corpus_clean.rules.rarity import rate_literals
from corpus_clean.rules.syntax import UNBOUNDED
from corpus_clean.types import Document

_HEAD_LINES = 6
_HEAD_CHARS = 90


class Portals:
    """What gives each pack's portal away.

    The surest evidence decides: the URL's host, then the path, the site's name, an outlet's name in a dateline,
    and last the fixed phrases of a portal, of which the most different ones win. The names and phrases are `signs`,
    which a text is searched for together with what calls the rules.
    """

    __slots__ = ("_find_by_path", "_frames", "_hosts", "_keys", "_names", "_sites", "signs")

    def __init__(self, packs: Sequence[Pack]) -> None:
        """Take the packs, the first of which decides where several claim the same."""
        known = [(pack.portals[0], pack) for pack in packs if pack.portals]
        hosts = [(host, portal) for portal, pack in known for host in pack.detect.hosts]
        # All records of a file have its path.
        self._find_by_path = functools.lru_cache(maxsize=64)(self._find_in_path)
        self._keys = {name: pack.portals[0] for pack in reversed(packs) for name in pack.portals}
        self._hosts = dict(sorted(hosts, reverse=True))
        self._sites = {
            site: portal
            for portal, pack in reversed(known)
            for site in (*map(str.lower, pack.detect.names), *pack.portals)
        }
        self._names = [(name, portal) for portal, pack in known for name in pack.detect.names]
        self._frames = [(frame, portal) for portal, pack in known for frame in pack.detect.frames]
        self.signs = [
            *(Call([[fold_text(name)]], UNBOUNDED) for name, _ in self._names),
            *(Call(_find_literals(frame), UNBOUNDED) for frame, _ in self._frames),
        ]

    def find_known(self, document: Document) -> str:
        """Return the portal that a document's URL, path or site names, "" if none does."""
        metadata = document.metadata
        return self._find_by_url(metadata.url) or self._find_by_path(document.path) or self._find_site(metadata.site)

    def find_signed(self, lines: Lines, signs: Sequence[Sign]) -> str:
        """Return the portal that a text's signs speak for, "" if none do."""
        return self._find_dateline(lines, signs) or self._find_frames(lines, signs)

    def _find_by_url(self, url: str) -> str:
        return self._find_host(urlsplit(url).netloc.lower().partition(":")[0]) if url else ""

    def _find_host(self, host: str) -> str:
        """The portal whose host this is, or the nearest parent of it."""
        while host:
            if host in self._hosts:
                return self._hosts[host]
            host = host.partition(".")[2]
        return ""

    def _find_in_path(self, path: str) -> str:
        """A folder named like a portal, or a host name anywhere in the path."""
        if not path:
            return ""
        folders = path.lower().split("/")
        for folder in folders[:-1]:
            if folder in self._keys:
                return self._keys[folder]
        for part in folders:
            for word in _NO_HOST.split(part):
                if found := self._find_host(_SUFFIX.sub("", word)):
                    return found
        return ""

    def _find_site(self, site: str) -> str:
        site = site.strip().lower()
        return self._sites.get(site) or self._find_host(site.removeprefix("www.")) if site else ""

    def _find_dateline(self, lines: Lines, signs: Sequence[Sign]) -> str:
        """The portal whose name stands in the first dateline, the longest if there are several."""
        hits: list[tuple[int, int, str]] = []
        heads: list[int] = []
        for place, sign in signs:
            if sign >= len(self._names):
                continue
            heads = heads or lines.list_filled()[:_HEAD_LINES]
            name, portal = self._names[sign]
            if place in heads and _dateline_with(name).match(lines.view_line(place)[:_HEAD_CHARS]):
                hits.append((place, -len(name), portal))
        return min(hits)[2] if hits else ""

    def _find_frames(self, lines: Lines, signs: Sequence[Sign]) -> str:
        called = {sign - len(self._names) for _, sign in signs if sign >= len(self._names)}
        frames = [self._frames[number] for number in called]
        counts = Counter(portal for frame, portal in frames if _is_found(frame, lines.view))
        return min(((-count, portal) for portal, count in counts.items()), default=(0, ""))[1]


_NO_HOST = regex.compile(r"[^a-z0-9.-]+")
_SUFFIX = regex.compile(r"\.(?:txt|md|html?|jsonl?|ndjson|gz|zst|csv|parquet|warc)\b.*$")


@functools.lru_cache(maxsize=1024)
def _dateline_with(name: str) -> regex.Pattern[str]:
    """The name at the line's start or after a place, followed by a dash, or by a place and a dash."""
    spelled = regex.escape(name, literal_spaces=True)
    return compile_pattern(
        rf"[\p{{L}}\d .,'/()|-]{{0,40}}\(?{spelled}\)?\s?(?:[-–—|]|(?:,|\|)\s?\(?\p{{L}}[\p{{L}} .'/-]{{2,30}}[-–—)])"
    )


def _find_literals(frame: str) -> list[list[str]]:
    """What one line of every match has: two words of the phrase, or the first of them at its end."""
    phrases = [phrase.split() for phrases in find_literals(frame)[:1] for phrase in phrases]
    return [[literal for words in phrases for literal in _choose_pair(words)]] if phrases and all(phrases) else []


def _choose_pair(words: Sequence[str]) -> Sequence[str]:
    if len(words) == 1:
        return words
    return min(((f"{one} {two}", f"{one}\n") for one, two in pairwise(words)), key=rate_literals)


def _is_found(frame: str, view: str) -> bool:
    try:
        return compile_pattern(frame).search(view, timeout=1) is not None
    except TimeoutError:
        return False
