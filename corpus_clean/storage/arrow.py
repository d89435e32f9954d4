"""NumPy's numbers as Arrow arrays."""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def wrap_numbers(values: NDArray[Any]) -> pa.Array:
    """Return a one-dimensional array of numbers as an Arrow array of the same memory.

    `pa.array` does the same, but first asks whether the array is a masked one, for which it imports `numpy.ma`.

    Example:
        >>> wrap_numbers(np.array([3, 4])).to_pylist()
        [3, 4]
    """
    plain = np.ascontiguousarray(values)
    return pa.Array.from_buffers(pa.from_numpy_dtype(plain.dtype), len(plain), [None, pa.py_buffer(plain)])
