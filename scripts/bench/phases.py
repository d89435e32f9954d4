"""Runs the main job once, on one core, and prints the processor time of its phases, for `scripts/bench/run`."""

import json
import os
import sys
import time
from collections import Counter
from pathlib import Path

from corpus_clean.storage.process import settle_process

_PHASES = {
    "input-plan": "plan",
    "cleaned": "clean",
    "segments": "sign",
    "edges": "compare",
    "confirm": "compare",
    "write": "write",
}
"""Which phase the time before a stage's progress belongs to, by how its name begins."""


def main(source: str, out: str, quotes: str) -> None:
    """Run as the command line does, and print the phases as JSON."""
    settle_process()
    print(json.dumps(time_phases(Path(source), Path(out), quotes == "with")), flush=True)
    os._exit(0)


def time_phases(source: Path, out: Path, quotes: bool) -> dict[str, float]:
    """Return the processor time of each phase of a run; the first is starting."""
    from corpus_clean.config import Config, DedupConfig, EngineConfig, QuotesConfig
    from corpus_clean.pipeline.run import run

    config = Config(
        dedup=DedupConfig(max_removed=1.0), quotes=QuotesConfig(enabled=quotes), engine=EngineConfig(workers=1)
    )
    marks = [0.0, time.process_time()]
    phases = Counter({"start": marks[-1]})

    def note(stage: str, done: int, of: int) -> None:
        marks.append(time.process_time())
        phases[_name_phase(stage, done)] += marks[-1] - marks[-2]  # type: ignore[assignment]

    run(source, out, config, note)
    note("write", 1, 1)
    return dict(phases)


def _name_phase(stage: str, done: int) -> str:
    if stage == "write" and not done:
        return "compare"  # deciding ends when writing begins
    return next((phase for start, phase in _PHASES.items() if stage.startswith(start)), "quotes")


if __name__ == "__main__":
    main(*sys.argv[1:])
