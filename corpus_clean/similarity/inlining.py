"""Parts of the loops that are compiled into them."""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def inline(function: F) -> F:
    """Have a function compiled into each loop that calls it.

    Example:
        >>> inline(lambda x: x + 1)(2)
        3
    """
    return cast("F", numba.njit(forceinline=True, error_model="numpy")(function))
