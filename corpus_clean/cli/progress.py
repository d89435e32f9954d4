"""Progress on stderr, and only where a person is watching."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_STAGES = {
    "cleaned": "clean",
    "signed": "read and sign",
    "segments": "sign",
    "edges": "compare",
    "quote-edges": "link quotes",
    "write": "write",
    "check": "check",
    "fix": "fix",
}


@contextmanager
def show_progress(wanted: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Give a function to report a stage's progress to; it does nothing unless stderr is a terminal."""
    if not (wanted and sys.stderr.isatty()):
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import Progress, TaskID

    tasks: dict[str, TaskID] = {}
    with Progress(console=Console(stderr=True), transient=True) as progress:

        def report(stage: str, done: int, of: int) -> None:
            if stage not in tasks:
                tasks[stage] = progress.add_task(_STAGES.get(stage, stage), total=of)
            progress.update(tasks[stage], completed=done, total=of)

        yield report
