"""Many texts in normal form, packed in one buffer: what the batch functions work on."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Union

import numpy as np
import xxhash

from corpus_clean.similarity import backend
from corpus_clean.similarity.arrays import Bytes, Keys, Offsets
from corpus_clean.similarity.reference import pack

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class NormalizedTexts:
    """Text i is the UTF-8 at `offsets[i] : offsets[i + 1] - 1` of `buffer`, with a space before and after it.

    Make it once with `normalize_texts` or `pack_texts` where several functions need the same texts.
    """

    buffer: Bytes
    offsets: Offsets

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, number: int) -> bytes:
        return self.buffer[self.offsets[number] : self.offsets[number + 1] - 1].tobytes()

    def __iter__(self) -> Iterator[str]:
        whole = self.buffer.tobytes()
        for start, end in itertools.pairwise(self.offsets.tolist()):
            yield whole[start : end - 1].decode()


Texts = Union[Sequence[str], "pa.Array", NormalizedTexts]
"""What the batch functions take: strings, an Arrow array of strings (null counts as ""), or what is packed already."""


def normalize_texts(texts: Texts) -> NormalizedTexts:
    """Return the texts in the normal form of `normalize_text`.

    Example:
        >>> list(normalize_texts(["Air surut!", "(…)"]))
        ['air surut', '']
    """
    if isinstance(texts, NormalizedTexts):
        return texts
    data, offsets = _join(texts)
    return NormalizedTexts(*backend.choose_backend(len(data)).normalize(data, offsets))


def pack_texts(texts: Sequence[str]) -> NormalizedTexts:
    """Return texts that are in a normal form already, `normalize_text`'s or one built on it.

    Example:
        >>> pack_texts(["air surut", "ya"]).buffer.tobytes()
        b' air surut ya '
    """
    return NormalizedTexts(*pack(list(texts)))


def hash_texts(texts: Texts, space: str = "") -> Keys:
    """Return a signed 64-bit key of each text's normal form: XXH3, seeded with the hash of `space`.

    Example:
        >>> a, b, c = hash_texts(["Air surut.", "AIR SURUT", "air naik"])
        >>> bool(a == b), bool(a == c)
        (True, False)
    """
    packed = normalize_texts(texts)
    seed = xxhash.xxh3_64_intdigest(space.encode())
    bounds = itertools.pairwise(packed.offsets.tolist())
    view = packed.buffer.data
    keys = (xxhash.xxh3_64_intdigest(view[start : end - 1], seed) for start, end in bounds)
    return np.fromiter(keys, np.uint64, len(packed)).view(np.int64)


def _join(texts: "Sequence[str] | pa.Array") -> tuple[Bytes, Offsets]:
    if hasattr(texts, "buffers") or hasattr(texts, "chunks"):
        return _open_arrow(texts)
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    offsets = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)), out=offsets[1:])
    return np.frombuffer(b"".join(encoded), np.uint8), offsets


def _open_arrow(array: "pa.Array") -> tuple[Bytes, Offsets]:
    import pyarrow as pa

    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    array = array.cast(pa.large_string())
    if array.null_count:
        array = array.fill_null("")
    _, bounds, data = array.buffers()
    if len(array) == 0:
        return np.empty(0, np.uint8), np.zeros(1, np.int64)
    offsets = np.frombuffer(bounds, np.int64)[array.offset : array.offset + len(array) + 1]
    return np.frombuffer(data or b"", np.uint8)[offsets[0] : offsets[-1]], offsets - offsets[0]
