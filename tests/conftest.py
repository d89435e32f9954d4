"""What several tests need: the invented newsroom, run once, and the team's shared data where it is present."""

import errno
import os
import sys
import tomllib
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from corpus_clean.config import Config, EngineConfig
from corpus_clean.pipeline.run import run

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "tests" / "fixtures"
SHARED = ROOT.parent / "shared"
# These machines are shared: how long an example takes says nothing about the code.
settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")
ONE_WORKER = Config(engine=EngineConfig(workers=1))
HERE = ("127.", "::1", "localhost", "0.0.0.0")


def deny_network(event: str, arguments: tuple[Any, ...]) -> None:
    """Let every connection fail that leaves this machine: the whole suite passes without a network."""
    if event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and not str(address[0]).startswith(HERE):
            raise OSError(errno.ENETUNREACH, "tests may not reach the network")


sys.addaudithook(deny_network)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if SHARED.is_dir():
        return
    skip = pytest.mark.skip(reason="needs the team's shared data beside the repository")
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def newsroom() -> Path:
    return FIXTURES / "newsroom"


@pytest.fixture(scope="session")
def newsroom_out(newsroom: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs") / "newsroom"
    run(newsroom, out, ONE_WORKER)
    return out


@pytest.fixture(scope="session")
def newsroom_expected() -> dict[str, Any]:
    return tomllib.loads((FIXTURES / "newsroom.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """An S3 server on loopback."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def environment(endpoint: str, tmp_path: Path) -> Mapping[str, str]:
    return os.environ | {
        "AWS_ACCESS_KEY_ID": "kunci",
        "AWS_SECRET_ACCESS_KEY": "rahasia",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": endpoint,
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }


@pytest.fixture
def bucket(environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """A file system, and the name of an empty bucket in it."""
    import s3fs

    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    system = s3fs.S3FileSystem()
    name = f"ember-{uuid.uuid4().hex}"
    system.mkdir(name)
    return system, name
