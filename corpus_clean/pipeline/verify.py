"""From candidate pairs to verified links: every pair is compared on its texts."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus_clean.config import Config
from corpus_clean.dedup.relations import may_relate, name_relations, relate_passages
from corpus_clean.dedup.segment import SHINGLING
from corpus_clean.dedup.template import LEAST_FIGURES, is_template
from corpus_clean.pipeline.segments import Signing, pack_normal
from corpus_clean.pipeline.tables import EDGES
from corpus_clean.similarity.arrays import Offsets
from corpus_clean.similarity.compare import compare_packed
from corpus_clean.similarity.texts import NormalizedTexts
from corpus_clean.storage.arrow import wrap_numbers

COMPARED = ("doc_id", "level", "start", "end", "text", "normal", "exact", "figures", "figures_key")
"""The columns of two segments that comparing them needs."""

_SHOWN = ("id", "doc_id", "start", "end", "text")


@dataclass(frozen=True)
class VerifyKernel:
    """Compares candidate pairs on their texts and keeps those that are alike."""

    config: Config
    signing: Signing

    schema = EDGES

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield `EDGES` rows for batches of pairs with the columns `COMPARED` of both sides."""
        self.signing.prepare()
        for batch in batches:
            yield self._compare(batch.filter(pc.equal(batch.column("left_level"), batch.column("right_level"))))

    def _compare(self, pairs: pa.RecordBatch) -> pa.RecordBatch:
        packed, left, right = _pack_sides(pairs.column("left_normal"), pairs.column("right_normal"))
        jaccard, containment = compare_packed(packed, left, right, SHINGLING)
        relations = self._relate(pairs, packed, left, right, jaccard, containment)
        linked = np.flatnonzero(relations != "")
        alike = wrap_numbers(linked)
        shown = [name for name in pairs.schema.names if name.partition("_")[2] in {"level", *_SHOWN}]
        found = pairs.select(shown).take(alike)
        swapped = _is_left_last(found)
        columns = {
            "level": found.column("left_level"),
            "relation": pa.array(relations[linked], pa.string()),
            "grade": pc.if_else(pc.greater_equal(wrap_numbers(jaccard[linked]), self.config.dedup.threshold), "A", "B"),
            "jaccard": wrap_numbers(jaccard[linked]),
            "containment": wrap_numbers(containment[linked]),
        }
        for name in _SHOWN:
            a, b = (found.column(f"{side}_{name}") for side in ("left", "right"))
            if pa.types.is_dictionary(a.type):
                a, b = a.dictionary_decode(), b.dictionary_decode()
            columns[f"left_{name}"], columns[f"right_{name}"] = pc.if_else(swapped, b, a), pc.if_else(swapped, a, b)
        arrays = [columns[field.name].cast(field.type) for field in EDGES]
        return pa.RecordBatch.from_arrays(arrays, schema=EDGES)

    def _relate(
        self,
        pairs: pa.RecordBatch,
        packed: NormalizedTexts,
        left: Offsets,
        right: Offsets,
        jaccard: NDArray[np.float64],
        containment: NDArray[np.float64],
    ) -> NDArray[np.str_]:
        dedup = self.config.dedup
        equal = pc.equal(pairs.column("left_exact"), pairs.column("right_exact")).fill_null(False).to_numpy(False)
        for place in np.flatnonzero(equal).tolist():
            # An equal hash says nothing yet: the texts do.
            equal[place] = packed[left[place]] == packed[right[place]]
        fewest = np.minimum(*(pairs.column(f"{side}_figures").to_numpy() for side in ("left", "right")))
        differ = pc.not_equal(pairs.column("left_figures_key"), pairs.column("right_figures_key")).to_numpy(False)
        document = pc.equal(pairs.column("left_level"), "document").to_numpy(False)
        template = document & ~equal & differ & (fewest >= LEAST_FIGURES) & may_relate(jaccard, containment, dedup)
        for place in np.flatnonzero(template).tolist():
            template[place] = is_template(packed[left[place]].decode(), packed[right[place]].decode())
        return np.where(
            document,
            name_relations(jaccard, containment, dedup, equal=equal, template=template),
            relate_passages(jaccard, containment, dedup, equal=equal),
        )


def _pack_sides(left: pa.Array, right: pa.Array) -> tuple[NormalizedTexts, Offsets, Offsets]:
    """Return the distinct texts of both sides, and the number of each pair's."""
    if not pa.types.is_dictionary(left.type):
        whole = pa.concat_arrays([left, right]).dictionary_encode()
        left, right = whole[: len(left)], whole[len(left) :]
    # Both have one dictionary: the engine's, or this one.
    sides = (side.indices.to_numpy().astype(np.int64) for side in (left, right))
    return (pack_normal(left.dictionary), *sides)


def _is_left_last(pairs: pa.RecordBatch) -> pa.BooleanArray:
    """Tell of which pairs the right side sorts first, by document and place."""
    left, right = pairs.column("left_doc_id"), pairs.column("right_doc_id")
    later = pc.greater(pairs.column("left_start"), pairs.column("right_start"))
    return pc.or_(pc.greater(left, right), pc.and_(pc.equal(left, right), later))
