"""Runs of the command line in processes that are forked off a warm one: a run takes half a second, not three."""

import atexit
import hashlib
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from corpus_clean.errors import RejectedRecordError


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: its exit code (negative: the signal that killed it), and what it wrote to stderr."""

    code: int
    errors: str
    seconds: float


def warm_up() -> None:
    """Import and compile what every run needs, and start nothing: threads would not come along."""
    import duckdb  # noqa: F401

    import corpus_clean.cli
    import corpus_clean.pipeline.pipe
    import corpus_clean.pipeline.restore  # noqa: F401
    from corpus_clean.config import Config
    from corpus_clean.pipeline.clean import clean_record, load_rules
    from corpus_clean.pipeline.records import read_records
    from corpus_clean.reports import html_page
    from scripts.faults.corpus import write_corpus

    environment = html_page._environment()
    for name in environment.list_templates(extensions=["html"]):
        environment.get_template(name)
    config = Config()
    rules = load_rules(config)  # its patterns are compiled when a text first asks for them
    with tempfile.TemporaryDirectory(prefix="corpus-clean-warm-") as folder:
        source = write_corpus(Path(folder, "in"), records=16)
        for path in sorted(source.iterdir()):
            if path.suffix == ".parquet":
                continue
            for record in read_records(source, path.name, config.read):
                with suppress(RejectedRecordError):
                    clean_record(record, rules, config)


def start(arguments: Sequence[str], environment: Mapping[str, str] = {}) -> tuple[int, Path]:
    """Fork a process that runs the command line; return its id and where its stderr goes."""
    descriptor, name = tempfile.mkstemp(prefix="corpus-clean-fault-")
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        os.close(descriptor)
        return pid, Path(name)
    try:
        atexit._clear()  # what this process put there, such as the removal of its folders, is not the child's to do
        os.dup2(descriptor, 2)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.environ.update(environment)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.argv = ["corpus-clean", *arguments]
        from corpus_clean.cli import main

        main()
    except SystemExit as stop:
        sys.stderr.flush()
        os._exit(stop.code if isinstance(stop.code, int) else 1)
    except BaseException:
        import traceback

        traceback.print_exc()
        sys.stderr.flush()
        os._exit(99)
    os._exit(98)


def finish(pid: int, errors: Path, started: float) -> Ended:
    """Wait for a process."""
    _, status = os.waitpid(pid, 0)
    said = errors.read_text(encoding="utf-8", errors="replace")
    errors.unlink()
    return Ended(os.waitstatus_to_exitcode(status), said, time.monotonic() - started)


def call(arguments: Sequence[str], environment: Mapping[str, str] = {}) -> Ended:
    """Run the command line and wait for its end."""
    started = time.monotonic()
    return finish(*start(arguments, environment), started)


def fingerprint(out: Path) -> dict[str, str]:
    """Return the hash of every file of a run; of the manifest without its times and the checksum over them."""
    found = {}
    for path in sorted(path for path in out.rglob("*") if path.is_file()):
        data = path.read_bytes()
        if path.name == "manifest.json":
            manifest = json.loads(data)
            for name in ("started", "finished", "checksum"):
                del manifest[name]
            data = json.dumps(manifest).encode()
        found[os.fsencode(path.relative_to(out)).decode("utf-8", "backslashreplace")] = hashlib.sha256(data).hexdigest()
    return found


def hash_tree(folder: Path) -> dict[str, str]:
    """Return the hash of every file under a folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
