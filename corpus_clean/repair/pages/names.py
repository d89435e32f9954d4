"""What class and id names say of an element's part in the page; the patterns are in `names.toml`."""

import functools
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Names:
    """What the class and id of one element say.

    `containers` has a bit for each kind of article container, `kinds` one for each kind of part. `discarded` parts are
    not the article; `discarded_anywhere` counts for any element, not only for containers. `weight` is Readability's.
    """

    containers: int
    kinds: int
    discarded: bool
    discarded_anywhere: bool
    comments: bool
    weight: int


@dataclass(frozen=True)
class _Patterns:
    containers: list[re.Pattern[str]]
    discard_class: re.Pattern[str]
    discard_id: re.Pattern[str]
    discard_any_class: re.Pattern[str]
    comments: re.Pattern[str]
    positive: re.Pattern[str]
    negative: re.Pattern[str]
    kinds: dict[str, re.Pattern[str]]


NOTHING = Names(0, 0, False, False, False, 0)


@functools.cache
def _load_patterns() -> _Patterns:
    table = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))
    single = {
        name: re.compile(value, re.IGNORECASE if name in {"positive", "negative"} else 0)
        for name, value in table.items()
        if isinstance(value, str)
    }
    containers = [re.compile(value) for value in table["containers"]]
    return _Patterns(containers, **single, kinds={name: re.compile(value) for name, value in table["kinds"].items()})


def list_kinds() -> tuple[str, ...]:
    """Return the kinds of parts, in the order of the bits of `Names.kinds`."""
    return tuple(_load_patterns().kinds)


@functools.lru_cache(maxsize=1 << 15)
def read_names(classes: str, element_id: str) -> Names:
    """Return what the class and the id of an element say.

    Example:
        >>> read_names("sidebar related-news", "").discarded, read_names("post-content", "").containers
        (True, 1)
    """
    if not classes and not element_id:
        return NOTHING
    patterns = _load_patterns()
    texts = [text for text in (classes, element_id) if text]
    folded = _CAMEL.sub("-", " ".join(texts)).lower()
    return Names(
        sum(1 << bit for bit, test in enumerate(patterns.containers) if any(map(test.search, texts))),
        sum(1 << bit for bit, test in enumerate(patterns.kinds.values()) if test.search(folded)),
        bool(patterns.discard_class.search(classes) or patterns.discard_id.search(element_id)),
        bool(patterns.discard_any_class.search(classes)),
        any(map(patterns.comments.search, texts)),
        sum(25 * (bool(patterns.positive.search(t)) - bool(patterns.negative.search(t))) for t in texts),
    )
