"""What a shingle's hash is: made of the hashes of its words or characters, so that each of these is hashed once.

A unit of up to eight bytes keeps all its bits; a shingle's units are the digits of a number in base `STEP`, whose bits
are then spread by the finalizer of SplitMix64 (Steele, Lea, Flood 2014). Everything is modulo 2⁶⁴.
"""

import functools
from collections.abc import Sequence

FACTOR = 0x9E3779B185EBCA87
STEP = 0xC2B2AE3D27D4EB4F
SPREAD = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 1))
_MASK = (1 << 64) - 1


@functools.lru_cache(maxsize=1 << 16)
def hash_unit(unit: bytes) -> int:
    """Return the hash of a word or character in UTF-8, taken eight bytes at a time.

    Example:
        >>> hash_unit(b"air") == hash_unit(b"air"), hash_unit(b"air") == hash_unit(b"ria")
        (True, False)
    """
    value = len(unit)
    for first in range(0, len(unit), 8):
        part = unit[first : first + 8]
        value = ((value ^ int.from_bytes(part.rjust(8, b"\0"), "little")) * FACTOR) & _MASK
        value ^= value >> 32
    return value


def hash_shingle(units: Sequence[int]) -> int:
    """Return the hash of a run of units, given their own hashes.

    Example:
        >>> a, b = hash_unit(b"air"), hash_unit(b"bah")
        >>> hash_shingle([a, b]) == hash_shingle([b, a])
        False
    """
    value = 0
    for unit in units:
        value = (value * STEP + unit) & _MASK
    for shift, factor in SPREAD:
        value = ((value ^ (value >> shift)) * factor) & _MASK
    return value
