"""A bucket on an S3 server on loopback, for processes that share nothing else."""

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus_clean.storage.remote import fetch


@contextmanager
def open_bucket() -> Iterator[str]:
    """Start a server; give the URL of an empty bucket, which this process's environment leads to."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # it tells of every request
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "invented",
        "AWS_SECRET_ACCESS_KEY": "invented",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
    }
    import s3fs

    s3fs.S3FileSystem().mkdir("corpus")
    try:
        yield "s3://corpus"
    finally:
        server.stop()


def move_there(source: Path, url: str, cache: Path) -> Path:
    """Move a folder to a URL; return the root of the copy that a run fetches of it."""
    import s3fs

    s3fs.S3FileSystem().put(str(source), url, recursive=True)
    shutil.rmtree(source)
    return fetch(url, cache)
