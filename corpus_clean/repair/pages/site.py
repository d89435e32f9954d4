"""Which site a page is from: pages of one site share a template."""

import re
from hashlib import blake2b
from urllib.parse import urlsplit

HEAD = 1 << 16
"""How far into a page its addresses are looked for."""
_ADDRESS = re.compile(
    r"""<link\b[^>]{0,300}?\brel\s*=\s*["']?canonical\b[^>]{0,500}>|<meta\b[^>]{0,300}?["']?og:url\b[^>]{0,500}>""",
    re.IGNORECASE,
)
_VALUE = re.compile(r"""\b(?:href|content)\s*=\s*["']?\s*(https?://[^\s"'>]+)""", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE)
_ID = re.compile(r"""<[a-zA-Z][^<>]{0,300}?\sid\s*=\s*["']?([A-Za-z_-]+)["'\s>]""")
_FEWEST_IDS, _MOST_IDS = 4, 12


def name_site(page: str, url: str = "", path: str = "") -> str:
    """Return the host of a page: from its known URL, the one it declares, or a folder named like a host.

    Where none of these tells, the ids of its first elements name its template; a page without them has no site ("").

    Example:
        >>> name_site('<link rel="canonical" href="https://www.wartamuara.co.id/2024/banjir">')
        'wartamuara.co.id'
        >>> name_site("<p>Halo", path="unduhan/bola.wartamuara.co.id/2024/banjir.html")
        'bola.wartamuara.co.id'
    """
    for found in (url, *_list_declared(page)):
        host = urlsplit(found).hostname if found.startswith("http") else ""
        if host:
            return host.lower().removeprefix("www.")
    for folder in path.split("/")[-2::-1]:
        if _DOMAIN.fullmatch(folder):
            return folder.lower().removeprefix("www.")
    ids = _ID.findall(page, 0, HEAD)[:_MOST_IDS]
    if len(ids) < _FEWEST_IDS:
        return ""
    return "template-" + blake2b(" ".join(ids).encode(), digest_size=8).hexdigest()


def _list_declared(page: str) -> list[str]:
    found = (_VALUE.search(element[0]) for element in _ADDRESS.finditer(page, 0, HEAD))
    return [value[1] for value in found if value]
