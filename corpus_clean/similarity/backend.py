"""Which half does the work: compiled code is a hundred times faster, but has to be loaded, and once to be compiled."""

import importlib
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from corpus_clean.similarity import machine
from corpus_clean.similarity.arrays import Bytes, Hashes, Keys, Minima, Offsets
from corpus_clean.similarity.sheets import Links, Numbers, Sheets, Weights

WORTH_LOADING = 500_000
"""Bytes of work that `reference` does in about the time that loading the machine code takes (docs/benchmarks.md)."""

WORTH_COMPILING = 16_000_000
"""The same where it must be compiled first, which it is once a machine."""


class Backend(Protocol):
    """What `kernel` and `reference` both offer; their results are equal, bit for bit."""

    def normalize(self, data: Bytes, offsets: Offsets) -> tuple[Bytes, Offsets]: ...  # noqa: D102
    def sign(  # noqa: D102
        self, buffer: Bytes, offsets: Offsets, words: bool, size: int, a: Minima, b: Minima, one_in: int
    ) -> tuple[Minima, Hashes, Offsets, Hashes]: ...
    def key_bands(self, signatures: Minima, bands: int, rows: int, seed: int) -> Keys: ...  # noqa: D102
    def hash_shingles(self, buffer: Bytes, offsets: Offsets, words: bool, size: int) -> tuple[Hashes, Offsets]: ...  # noqa: D102
    def count_shared(self, hashes: Hashes, bounds: Offsets, left: Offsets, right: Offsets) -> Offsets: ...  # noqa: D102
    def find_near(  # noqa: D102
        self, sheets: Sheets, lefts: Offsets, rights: Offsets, shortest: int, least: float
    ) -> Offsets: ...
    def weigh(  # noqa: D102
        self,
        sheets: Sheets,
        lefts: Offsets,
        rights: Offsets,
        links: Links,
        shortest: int,
        fewest: int,
        weights: Weights,
    ) -> tuple[NDArray[np.bool_], Offsets, Numbers]: ...


class _Choice:
    """The slow half is used until it has cost as much as the fast one would have: at worst, twice the best."""

    def __init__(self) -> None:
        self.spent = self.due = 0
        self.compiled = False

    def spend(self, size: int, eager: int = 1) -> bool:
        self.spent += size
        self.due += size * eager
        # Whether code is kept is asked of the disk: never again, once it is used.
        self.compiled = (
            self.compiled or self.spent > WORTH_COMPILING or (self.due > WORTH_LOADING and machine.is_compiled())
        )
        return self.compiled


_choice = _Choice()


def spend_work(size: int, eager: int = 1) -> bool:
    """Tell whether the next piece of work, of `size` bytes, is to be done with the compiled half.

    With `eager` it pays so many times as soon to load what an earlier process compiled.

    Example:
        >>> spend_work(0) == choose_backend(0).__name__.endswith("kernel")
        True
    """
    return _choice.spend(size, eager)


def choose_backend(size: int) -> Backend:
    """Return the module to do the next piece of work with, of `size` bytes. Which one it is changes no result.

    Example:
        >>> choose_backend(1).__name__.rpartition(".")[2] in {"kernel", "reference"}
        True
    """
    name = "kernel" if _choice.spend(size) else "reference"
    return cast("Backend", importlib.import_module(f"corpus_clean.similarity.{name}"))


def is_worth_loading(size: int) -> bool:
    """Tell whether so many bytes of work are done sooner with the compiled half, loading included.

    Example:
        >>> is_worth_loading(1000), is_worth_loading(10**9)
        (False, True)
    """
    return size > WORTH_COMPILING or (size > WORTH_LOADING and machine.is_compiled())


def load_kernel() -> None:
    """Use the compiled half from now on, and have it loaded, or compiled where no earlier process did.

    Called once before worker processes start, it saves each of them the compilation.

    Example:
        >>> load_kernel()
        >>> choose_backend(1).__name__
        'corpus_clean.similarity.kernel'
    """
    _choice.compiled = True
    machine.load_code()
