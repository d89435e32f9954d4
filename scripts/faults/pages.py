"""Pages made to break parsers: nested too deep, one node of megabytes, exploding entities, tags never closed."""

import random

from scripts.faults.corpus import tell


def make_deep(depth: int) -> bytes:
    """Return an article below so many nested elements."""
    return (f"<html><body>{'<div>' * depth}<p>{tell(depth, 6)}</p>{'</div>' * depth}</body></html>").encode()


def make_node() -> bytes:
    """Return an article that is one text node of 11 MB."""
    chance = random.Random(47)
    words = " ".join(f"kata{chance.randrange(10**6)}" for _ in range(1_000_000))
    return f"<html><body><article><p>awal {words} akhir.</p></article></body></html>".encode()


def make_entities() -> bytes:
    """Return an article with an entity that would become a gigabyte, and one that would be a file."""
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE x [<!ENTITY a0 "ha"> {levels} <!ENTITY out SYSTEM "file:///etc/passwd">]>'
    return f"{bomb}<html><body><article><p>&a9; &out; {tell(48, 6)}</p></article></body></html>".encode()


def make_unclosed() -> bytes:
    """Return an article behind 40,000 tags that are never closed."""
    return b"<p><b>" * 20_000 + tell(49, 4).encode()


def make_pages() -> dict[str, bytes]:
    """Return each of these pages under a name of its own."""
    deep = {f"nested {depth:,} deep": make_deep(depth) for depth in (300, 3_000, 50_000)}
    return deep | {
        "one text node of 11 MB": make_node(),
        "an entity bomb": make_entities(),
        "40,000 tags never closed": make_unclosed(),
    }
