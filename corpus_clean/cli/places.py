"""Where a command reads and writes: a path, a URL, or a pipe."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus_clean.config import Config

STREAM = "-"


@contextmanager
def open_source(place: str, form: str = "") -> Iterator[Path]:
    """Give the path of what is to be read; from a pipe or from afar, that of a copy here.

    A copy from afar is kept until the block ends well, so that a run that is stopped need not fetch it again.
    """
    from corpus_clean.errors import UsageError
    from corpus_clean.storage.remote import fetch, find_cache, is_remote

    if form and place != STREAM:
        raise UsageError("--input-format: says what is in a stream; give - as PATH, or leave it out")
    if place == STREAM:
        from corpus_clean.pipeline.pipe import spool

        with spool(sys.stdin.buffer, form) as path:
            yield path
    elif is_remote(place):
        cache = find_cache(place)
        yield fetch(place, cache)
        shutil.rmtree(cache)
    else:
        yield Path(place)


def name_output(place: str, ending: str) -> str:
    """Return where the output for a source goes if nobody says.

    Example:
        >>> name_output("berita/", "clean"), name_output("s3://ember/berita.jsonl", "clean"), name_output("-", "clean")
        ('berita-clean', 'berita.jsonl-clean', '-')
    """
    from corpus_clean.storage.remote import is_remote

    if place == STREAM:
        return STREAM
    if is_remote(place):
        return f"{place.rstrip('/').rpartition('/')[2]}-{ending}"
    path = Path(place)
    return str(path.with_name(f"{path.resolve().name}-{ending}"))


def place_stages(config: "Config", out: str) -> "Config":
    """Have the stages of Spark beside an OUT in a bucket, if nobody says where: its workers may share no disk.

    Example:
        >>> from corpus_clean.config import Config, EngineConfig
        >>> place_stages(Config(engine=EngineConfig("spark")), "s3://ember/bersih/").engine.work
        's3://ember/bersih.stages'
    """
    from corpus_clean.storage.remote import is_remote

    engine = config.engine
    if engine.name != "spark" or engine.work or not is_remote(out):
        return config
    return replace(config, engine=replace(engine, work=f"{out.rstrip('/')}.stages"))


@contextmanager
def open_target(place: str) -> Iterator[Path]:
    """Give the path to publish at; what is published for a URL is sent there when the block ends well."""
    from corpus_clean.storage.remote import find_cache, is_remote, require_free, send

    if not is_remote(place):
        yield Path(place)
        return
    require_free(place)
    local = find_cache(place) / "out"
    shutil.rmtree(local, ignore_errors=True)
    yield local
    send(local, place)
    shutil.rmtree(local.parent)
