"""How a process that is wholly ours is set up: for much data, not for many kinds of it."""

import gc
import sys
from importlib.machinery import ModuleSpec

_YOUNG = 100_000
"""New objects between two looks for cycles. The default, 700, looks all the time while rows are read, for nothing."""


class _NoPandas:
    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name == "pandas":
            raise ModuleNotFoundError("pandas is not used in this process", name=name)
        return None


def settle_process() -> None:
    """Look for cycles of garbage less often, and do as if pandas were not installed.

    Arrow imports pandas wherever it is installed, at the first list that becomes an array, and that takes longer than
    many a job.
    """
    gc.set_threshold(_YOUNG, 20, 20)
    if _NoPandas not in sys.meta_path:
        sys.meta_path.insert(0, _NoPandas)
