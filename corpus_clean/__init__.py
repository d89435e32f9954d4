r"""Turn a folder of web news into a clean, de-duplicated, accounted-for corpus.

Everything here is loaded when it is first used; importing the package costs next to nothing.

>>> import corpus_clean
>>> corpus_clean.clean("Hujan turun.\nBaca juga: Banjir di Kota\nWarga siaga.").text
'Hujan turun.\nWarga siaga.'
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corpus_clean.config import Config, load_config
    from corpus_clean.errors import CorpusCleanError
    from corpus_clean.pipeline.library import clean, deduplicate, link_quotes
    from corpus_clean.pipeline.restore import restore, verify
    from corpus_clean.pipeline.run import run
    from corpus_clean.quotes.spans import find_quotes
    from corpus_clean.types import Cluster, Document, Edit, Link, Metadata, Quote

_HOMES = {
    "Cluster": "types",
    "Config": "config",
    "CorpusCleanError": "errors",
    "Document": "types",
    "Edit": "types",
    "Link": "types",
    "Metadata": "types",
    "Quote": "types",
    "clean": "pipeline.library",
    "deduplicate": "pipeline.library",
    "find_quotes": "quotes.spans",
    "link_quotes": "pipeline.library",
    "load_config": "config",
    "restore": "pipeline.restore",
    "run": "pipeline.run",
    "verify": "pipeline.restore",
}

__all__ = [
    "Cluster",
    "Config",
    "CorpusCleanError",
    "Document",
    "Edit",
    "Link",
    "Metadata",
    "Quote",
    "clean",
    "deduplicate",
    "find_quotes",
    "link_quotes",
    "load_config",
    "restore",
    "run",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
