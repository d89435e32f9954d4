"""Stages under a URL, where all machines reach them: found again by a later run, and removed when all is done."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus_clean.errors import UsageError
from corpus_clean.storage.parts import MANIFEST, is_committed
from corpus_clean.storage.publication import KEY
from corpus_clean.storage.remote import is_remote, list_remote, read_remote, remove_remote, write_remote


@contextmanager
def keep_stages(url: str, scratch: Path, *, resume: bool = True) -> Iterator[None]:
    """Have the stages of a build under a URL as long as the block lasts; what is committed there is known here.

    A run that was killed, or stopped by SIGTERM, leaves them behind, and one of the same key goes on with them, on
    whatever machine it is started. Nothing happens if the URL is "".

    Args:
        url: nothing else may lie under it.
        scratch: the folder of the stages on this machine, with the build's key in it.
        resume: go on with the stages that are there, or else throw them away.

    Raises:
        UsageError: it is no URL, or the stages there are those of another build.
    """
    if not url:
        yield
        return
    if not is_remote(url):
        raise UsageError(f"engine.work: `{url}` is no URL; give one such as s3://bucket/work")
    url = url.rstrip("/")
    _prepare(url, scratch, resume)  # what is there stays if it is not ours
    try:
        yield
    except SystemExit:
        raise
    except BaseException:
        remove_remote(url)
        raise
    remove_remote(url)


def _prepare(url: str, scratch: Path, resume: bool) -> None:
    if not resume:
        remove_remote(url)
    own = (scratch / KEY).read_bytes()
    there = read_remote(f"{url}/{KEY}")
    if there is None:
        if list_remote(url):
            raise UsageError(f"{url}: holds something else; name another place with --work, or remove it first")
        write_remote(f"{url}/{KEY}", own)
        return
    if there != own:
        raise UsageError(
            f"{url}: holds the stages of another run; name another place with --work, or start over with --no-resume"
        )
    for name in list_remote(url):
        stage, _, file = name.rpartition("/")
        if file == MANIFEST and stage and not is_committed(scratch / stage):
            (scratch / stage).mkdir(exist_ok=True)
            (scratch / stage / MANIFEST).write_bytes(read_remote(f"{url}/{name}") or b"")
