"""The loops that find which keys come more than once, compiled like those of `loops`.

Most come once: to sort those would be for nothing.
"""

import numpy as np

from corpus_clean.similarity.arrays import Hashes, Minima, Offsets

_ONE = np.uint64(1)
_LOW = np.uint64(63)
_WORD = np.uint64(6)


def mark_repeated(
    values: Hashes, bounds: Offsets, owners: Offsets, shift: np.uint64, once: Hashes, twice: Hashes
) -> None:
    """Mark in `twice` the keys that seem to come more than once; both tables are zero before the first call.

    A key's upper bits, those above `shift`, are its bit in the tables. Rows whose owner is below 0 are passed over.
    """
    for row in range(len(owners)):
        if owners[row] < 0:
            continue
        for i in range(np.uint64(bounds[row]), np.uint64(bounds[row + 1])):
            slot = values[np.uint64(i)] >> shift
            word, bit = slot >> _WORD, _ONE << (slot & _LOW)
            twice[word] |= once[word] & bit
            once[word] |= bit


def keep_marked(
    values: Hashes,
    bounds: Offsets,
    owners: Offsets,
    shift: np.uint64,
    twice: Hashes,
    kept: Hashes,
    kept_owners: Minima,
    count: Offsets,
) -> None:
    """Write the marked keys, with their owners, in their order; and how many these are.

    Keys that share a bit by chance are kept for nothing; none that comes twice is lost.
    """
    filled = np.uint64(0)
    for row in range(len(owners)):
        if owners[row] < 0:
            continue
        for i in range(np.uint64(bounds[row]), np.uint64(bounds[row + 1])):
            value = values[np.uint64(i)]
            slot = value >> shift
            # Always written, kept if the place moves on: there is no branch to mispredict.
            kept[filled] = value
            kept_owners[filled] = np.uint32(owners[row])
            filled += (twice[slot >> _WORD] >> (slot & _LOW)) & _ONE
    count[0] = filled
