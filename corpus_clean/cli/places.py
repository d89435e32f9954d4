"""Where a command reads and writes: a path, a URL, or a pipe."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
