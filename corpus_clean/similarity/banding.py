"""How a signature is cut into bands, from the resemblance that is to be found."""

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Banding:
    """How a signature is cut: `bands` bands of `rows` minima. Alike in one band means candidate."""

    bands: int
    rows: int

    def recall(self, jaccard: float) -> float:
        """Return the chance that a pair of this resemblance becomes a candidate: 1 - (1 - jʳ)ᵇ.

        Example:
            >>> round(Banding(32, 4).recall(0.6), 3)
            0.988
        """
        return float(1.0 - (1.0 - jaccard**self.rows) ** self.bands)


@functools.cache
def choose_banding(target: float, permutations: int, recall: float = 0.95) -> Banding:
    """Cut the signature so that a pair of resemblance `target` is found with at least this `recall`.

    The bands balance misses against needless candidates around a threshold (`balance_bands`); the threshold is lowered
    until the recall at the target holds. Needless candidates cost time, never correctness: all are verified.

    Example:
        >>> choose_banding(0.5, 128).recall(0.5) >= 0.95
        True
    """
    banding = Banding(permutations, 1)
    for step in range(20):
        threshold = target - 0.05 * step
        if threshold <= 0:
            break
        banding = balance_bands(threshold, permutations)
        if banding.recall(target) >= recall:
            break
    return banding


def balance_bands(threshold: float, permutations: int) -> Banding:
    """Return the bands that datasketch's `MinHashLSH(threshold, permutations)` chooses.

    It takes the cut with the least sum of the areas of false positives, under the recall curve below the threshold,
    and of misses, over it above (Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, ch. 3).

    Example:
        >>> balance_bands(0.8, 128)
        Banding(bands=9, rows=13)
    """
    bands, rows = _list_cuts(permutations)
    # The curve is a polynomial of degree bands x rows, so these nodes give its areas exactly, not nearly.
    nodes, weights = _draw_nodes(permutations)

    def misses(low: float, high: float) -> NDArray[np.float64]:
        places = np.clip(low + (high - low) * (nodes + 1) / 2, 1e-12, 1 - 1e-12)
        missed_by_band = np.log1p(-np.exp(np.outer(np.arange(1, permutations + 1), np.log(places))))
        area: NDArray[np.float64] = np.exp(bands[:, None] * missed_by_band[rows - 1]) @ weights * (high - low) / 2
        return area

    best = int(np.argmin(threshold - misses(0.0, threshold) + misses(threshold, 1.0)))
    return Banding(int(bands[best]), int(rows[best]))


@functools.cache
def _list_cuts(permutations: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    cuts = [(bands, rows) for bands in range(1, permutations + 1) for rows in range(1, permutations // bands + 1)]
    bands, rows = np.array(cuts, np.int64).T
    return bands, rows


@functools.cache
def _draw_nodes(degree: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the nodes and weights of Clenshaw and Curtis (1960) on [-1, 1], exact for polynomials up to a degree."""
    count = degree + degree % 2
    angles = np.arange(count + 1) * np.pi / count
    orders = np.arange(1, count // 2 + 1)
    shares = np.where(orders == count // 2, 1.0, 2.0) / (4 * orders**2 - 1)
    weights = (1 - np.cos(2 * np.outer(angles, orders)) @ shares) * 2 / count
    weights[[0, -1]] /= 2
    return np.cos(angles), weights
