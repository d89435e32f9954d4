"""A standalone cluster on loopback: a master and workers, each a process group of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyspark

_HOST = "127.0.0.1"
_DAEMON = {
    "SPARK_DAEMON_MEMORY": "192m",
    "SPARK_DAEMON_JAVA_OPTS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "SPARK_LOCAL_IP": _HOST,
    "SPARK_NO_DAEMONIZE": "1",
}


# Gives a process, and all below it, a disk of its own in the place of a folder.
_HIDE = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", 'mount -t tmpfs none "$0" && exec "$@"')


class Cluster:
    """A master and its workers. `folder` holds their logs, and under `worker-N` what their executors write.

    What lies in the folder `hidden` the workers do not see, as if they were other machines.
    """

    def __init__(self, folder: Path, hidden: Path | None = None) -> None:
        self.folder = folder
        self._hide = (*_HIDE, str(hidden)) if hidden else ()
        self.workers: dict[int, subprocess.Popen[bytes]] = {}
        with socket.socket() as free:
            free.bind((_HOST, 0))
            port = free.getsockname()[1]
        self.url = f"spark://{_HOST}:{port}"
        where = ("--host", _HOST, "--port", str(port), "--webui-port", "0")
        self._master = self._launch("master", "org.apache.spark.deploy.master.Master", *where)
        self._wait_for("master", "New state: ALIVE")
        self._started = 0

    def start_worker(self) -> int:
        """Start a worker of one core, and return its number."""
        number = self._started
        self._started += 1
        name = f"worker-{number}"
        where = ("--host", _HOST, "--webui-port", "0", "--work-dir", str(self.folder / name))
        size = ("--cores", "1", "--memory", "1g")
        command = ("org.apache.spark.deploy.worker.Worker", *where, *size, self.url)
        self.workers[number] = self._launch(name, *command, hide=self._hide)
        self._wait_for(name, "Successfully registered with master")
        return number

    def kill_worker(self, number: int) -> None:
        """End a worker and its executors at once, as if its machine had lost power."""
        process = self.workers.pop(number)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def find_worker(self, application: str, executor: str) -> int:
        """Return the number of the worker that an executor ran on."""
        [folder] = self.folder.glob(f"worker-*/{application}/{executor}")
        return int(folder.parent.parent.name.removeprefix("worker-"))

    def stop(self) -> None:
        """End all of it."""
        for number in list(self.workers):
            self.kill_worker(number)
        os.killpg(self._master.pid, signal.SIGKILL)
        self._master.wait()

    def _launch(self, name: str, *command: str, hide: tuple[str, ...] = ()) -> subprocess.Popen[bytes]:
        launcher = Path(pyspark.__file__).parent / "bin" / "spark-class"
        environment = os.environ | _DAEMON | {"PYSPARK_PYTHON": sys.executable}
        with (self.folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                [*hide, launcher, *command], stdout=log, stderr=log, env=environment, start_new_session=True
            )

    def _wait_for(self, name: str, words: str) -> None:
        log = self.folder / f"{name}.log"
        deadline = time.monotonic() + 120
        while words not in log.read_text(errors="replace"):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{log}: {words!r} does not come")
            time.sleep(0.1)


@contextmanager
def start_cluster(folder: Path, workers: int, hidden: Path | None = None) -> Iterator[Cluster]:
    """Give a cluster, and end it whatever happens."""
    cluster = Cluster(folder, hidden)
    try:
        for _ in range(workers):
            cluster.start_worker()
        yield cluster
    finally:
        cluster.stop()
