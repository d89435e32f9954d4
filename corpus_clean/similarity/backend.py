"""Which half does the work: compiled code is tens of times faster, but takes most of a second to load."""

import importlib
from typing import Protocol, cast

import numpy as np

from corpus_clean.similarity.arrays import Bytes, Hashes, Keys, Minima, Offsets

WORTH_LOADING = 8_000_000
"""Bytes of work that `reference` does in about the time that loading `kernel` takes (docs/benchmarks.md)."""


class Backend(Protocol):
    """What `kernel` and `reference` both offer; their results are equal, bit for bit."""

    def normalize(self, data: Bytes, offsets: Offsets) -> tuple[Bytes, Offsets]: ...  # noqa: D102
    def sign(self, buffer: Bytes, offsets: Offsets, words: bool, size: int, a: Minima, b: Minima) -> Minima: ...  # noqa: D102
    def key_bands(self, signatures: Minima, bands: int, rows: int, seed: int) -> Keys: ...  # noqa: D102
    def hash_shingles(self, buffer: Bytes, offsets: Offsets, words: bool, size: int) -> tuple[Hashes, Offsets]: ...  # noqa: D102
    def count_shared(self, hashes: Hashes, bounds: Offsets, left: Offsets, right: Offsets) -> Offsets: ...  # noqa: D102


class _Choice:
    """The slow half is used until it has cost as much as the fast one would have: at worst, twice the best."""

    def __init__(self) -> None:
        self.spent = 0
        self.name = "reference"


_choice = _Choice()


def choose_backend(size: int) -> Backend:
    """Return the module to do the next piece of work with, of `size` bytes. Which one it is changes no result.

    Example:
        >>> choose_backend(1).__name__.rpartition(".")[2] in {"kernel", "reference"}
        True
    """
    _choice.spent += size
    if _choice.spent > WORTH_LOADING:
        _choice.name = "kernel"
    return cast("Backend", importlib.import_module(f"corpus_clean.similarity.{_choice.name}"))


def load_kernel() -> None:
    """Use the compiled half from now on, and have all of it loaded, or compiled where no earlier process did.

    Called once before worker processes start, it saves each of them the compilation.

    Example:
        >>> load_kernel()
        >>> choose_backend(1).__name__
        'corpus_clean.similarity.kernel'
    """
    _choice.name = "kernel"
    kernel = choose_backend(0)
    data = np.frombuffer(b"a b", np.uint8)
    packed = kernel.normalize(data, np.array([0, 3]))
    one = np.ones(1, np.uint32)
    kernel.key_bands(kernel.sign(*packed, True, 1, one, one), 1, 1, 0)
    kernel.count_shared(*kernel.hash_shingles(*packed, True, 1), np.zeros(1, np.int64), np.zeros(1, np.int64))
