"""The page's templates, compiled once a machine. Importing this costs the import of Jinja."""

import sys
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket

from corpus_clean.storage.compiled import keep_compiled, name_compiled, read_compiled

_OPTIONS: Mapping[str, Any] = {
    "autoescape": True,
    "trim_blocks": True,
    "lstrip_blocks": True,
    "keep_trailing_newline": True,
}


def open_templates(folder: Path, filters: Mapping[str, Callable[..., Any]]) -> Environment:
    """Return the templates of a folder; what one of them does not know is an error."""
    loader = FileSystemLoader(folder)
    environment = Environment(loader=loader, undefined=StrictUndefined, bytecode_cache=_Kept(), **_OPTIONS)
    environment.filters.update(filters)
    return environment


class _Kept(BytecodeCache):
    """What an earlier process compiled: that takes longer than filling it in."""

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = read_compiled(_name(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        keep_compiled(_name(bucket), bucket.code)


def _name(bucket: Bucket) -> str:
    made_with = f"{sys.implementation.cache_tag} {version('jinja2')} {_OPTIONS}"
    return name_compiled(f"template.{bucket.key[:8]}", made_with.encode(), bucket.checksum.encode())
