"""Arrow without what it brings in: `pa.array` looks for pandas, and of NumPy's arrays asks whether they are masked."""

import sys
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


class _NoPandas:
    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name == "pandas":
            raise ModuleNotFoundError("pandas is not used in this process", name=name)
        return None


def forgo_pandas() -> None:
    """Let this process do as if pandas were not installed: importing it takes longer than many a job.

    Arrow looks for it at the first list that becomes an array. It is for processes that are wholly ours.
    """
    if _NoPandas not in sys.meta_path:
        sys.meta_path.insert(0, _NoPandas)


def wrap_numbers(values: "NDArray[Any]") -> Any:
    """Return a one-dimensional array of numbers as an Arrow array of the same memory.

    Example:
        >>> import numpy as np
        >>> wrap_numbers(np.array([3, 4])).to_pylist()
        [3, 4]
    """
    import numpy as np
    import pyarrow as pa

    plain = np.ascontiguousarray(values)
    return pa.Array.from_buffers(pa.from_numpy_dtype(plain.dtype), len(plain), [None, pa.py_buffer(plain)])
