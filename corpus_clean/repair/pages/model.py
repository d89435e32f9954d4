"""How likely each block is part of the article: boosted oblivious trees, learned from labelled pages.

`model.json` is written by `scripts/train-html`. An oblivious tree asks the same question at each level, so that a
tree is a few comparisons and one look-up for all blocks at once (Prokhorenkova et al. 2018).
"""

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus_clean.repair.pages.features import measure_blocks
from corpus_clean.repair.pages.regions import Regions
from corpus_clean.repair.pages.tree import Tree

_SHIPPED = Path(__file__).with_name("model.json")


@dataclass(frozen=True, slots=True)
class Model:
    """Trees of one depth, at most 8. `feature` and `above` have a row a tree, `leaf` the values of its leaves.

    A tree's leaf number has a bit for each question, the first the lowest: is the feature above the value?
    """

    features: tuple[str, ...]
    feature: npt.NDArray[np.intp]
    above: npt.NDArray[np.float64]
    leaf: npt.NDArray[np.float64]
    bias: float

    def estimate(self, names: Sequence[str], matrix: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the probability of each row; `names` are those of the columns."""
        order = [names.index(name) for name in self.features]
        trees, depth = self.feature.shape
        columns = np.ascontiguousarray(matrix.T[order])
        # All questions at once, level by level, one row a tree: bytes, so that what is gathered stays small.
        answers = (columns[self.feature.T.ravel()] > self.above.T.ravel()[:, None]).view(np.uint8)
        number = np.zeros((trees, len(matrix)), np.uint8)
        for level in range(depth):
            number |= answers[level * trees : (level + 1) * trees] << np.uint8(level)
        offsets = np.arange(trees, dtype=np.intp)[:, None] << depth
        sums = np.take(self.leaf.ravel(), offsets + number).sum(axis=0) + self.bias
        return np.asarray(1 / (1 + np.exp(-sums)))


def build_model(table: dict[str, Any]) -> Model:
    """Return the model that a table of plain values describes (what `model.json` holds)."""
    return Model(
        tuple(table["features"]),
        np.array(table["feature"], np.intp),
        np.array(table["above"], float),
        np.array(table["leaf"], float),
        float(table["bias"]),
    )


@functools.cache
def load_model() -> Model:
    """Return the shipped model, loaded once a process."""
    return build_model(json.loads(_SHIPPED.read_text(encoding="utf-8")))


def rate_blocks(tree: Tree, regions: Regions, model: Model | None = None) -> list[float]:
    """Return the probability of each block of a page that it is part of the article."""
    if not tree.blocks:
        return []
    return [float(value) for value in (model or load_model()).estimate(*measure_blocks(tree, regions))]
