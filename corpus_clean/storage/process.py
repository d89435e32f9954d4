"""How a process that is wholly ours is set up: for much data, not for many kinds of it."""

import gc
import os
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


_KEPT_BYTES = 256 << 20
"""Freed memory that a process keeps for its next arrays; what goes back to the system must be cleared to come again."""


def settle_process() -> None:
    """Look for cycles of garbage less often, and do as if pandas were not installed.

    Arrow imports pandas wherever it is installed, at the first list that becomes an array, and that takes longer than
    many a job. NumPy's library of linear algebra, which has nothing to do here, would start a thread a core. Arrow is
    to take its memory where `keep_memory` works.
    """
    gc.set_threshold(_YOUNG, 20, 20)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    if _NoPandas not in sys.meta_path:
        sys.meta_path.insert(0, _NoPandas)


def keep_memory() -> None:
    """Have arrays of some megabytes made of memory that was used before, where the C library can be told so."""
    import ctypes

    adjust = getattr(ctypes.CDLL(None), "mallopt", None)
    if sys.platform == "linux" and adjust is not None:
        adjust(_MMAP_THRESHOLD, _LARGEST_ALLOWED)
        adjust(_TRIM_THRESHOLD, _KEPT_BYTES)


_MMAP_THRESHOLD, _TRIM_THRESHOLD = -3, -1
_LARGEST_ALLOWED = 32 << 20
