"""`scripts/evaluate SUBJECT`."""

import importlib
import sys
from pathlib import Path

HELPERS = {"agreement", "data", "table"}
SUBJECTS = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py") if path.stem not in HELPERS)


def main() -> int:
    """Run the evaluation of one subject and print its tables."""
    if len(sys.argv) < 2 or sys.argv[1] not in SUBJECTS:
        print(f"usage: scripts/evaluate {'|'.join(SUBJECTS)}", file=sys.stderr)
        return 2
    print(importlib.import_module(f"scripts.evaluation.{sys.argv[1]}").report())
    return 0


sys.exit(main())
