"""Compilation of the kernels, kept on disk so that it is paid for once a machine."""

from collections.abc import Callable
from typing import TypeVar, cast

F = TypeVar("F", bound=Callable[..., object])


def compile_kernel(function: F) -> F:
    """Return the function compiled by numba at its first call, or loaded from the cache of an earlier process.

    The machine code is kept in `NUMBA_CACHE_DIR` if that is set, else beside the source, else (installed read-only)
    in the user's cache folder. Where none of these can be written each process compiles for itself.

    Example:
        >>> def double(value: int) -> int:
        ...     return 2 * value
        >>> compile_kernel(double)(21)
        42
    """
    import numba

    try:
        return cast("F", numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # numba's word for "no folder to cache in"
        return cast("F", numba.njit(nogil=True)(function))


def inline_kernel(function: F) -> F:
    """Return the function ready to be built into the kernels that call it.

    Example:
        >>> def half(value: float) -> float:
        ...     return value / 2
        >>> inline_kernel(half)(42.0)
        21.0
    """
    import numba

    return cast("F", numba.njit(nogil=True)(function))
