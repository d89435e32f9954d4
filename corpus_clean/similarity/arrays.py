"""The arrays that the kernels pass around."""

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
"""UTF-8."""

Offsets = NDArray[np.int64]
"""Where things begin in another array, or numbers of things in it."""

Keys = NDArray[np.int64]
"""Signed 64-bit keys, as SQL engines have them."""

Hashes = NDArray[np.uint64]
"""XXH64 of shingles."""

States = NDArray[np.uint16]
"""States of automata."""

Minima = NDArray[np.uint32]
"""Signatures, or the factors and shifts of the permutations that make them."""
