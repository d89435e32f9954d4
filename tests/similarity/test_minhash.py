import random
from types import ModuleType

import numpy as np
import pytest
import xxhash
from datasketch import MinHash
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus_clean.similarity import kernel, reference
from corpus_clean.similarity.minhash import (
    Banding,
    band_keys,
    band_keys_batch,
    choose_banding,
    draw_permutations,
    sign,
    sign_batch,
)
from corpus_clean.similarity.normalize import normalize_text
from corpus_clean.similarity.shingle import Shingling, shingle_characters, shingle_words
from corpus_clean.similarity.texts import pack_texts
from tests.similarity.texts import texts

on_both = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
shinglings = st.builds(Shingling, st.sampled_from(["word", "char"]), st.integers(1, 7))


def shingle(text: str, shingling: Shingling) -> frozenset[str]:
    cut = shingle_words if shingling.kind == "word" else shingle_characters
    return cut(normalize_text(text), shingling.size)


def datasketch_minima(shingles: frozenset[str], permutations: int) -> list[int]:
    """The oracle: datasketch itself, on the upper half of each shingle's XXH64."""
    minhash = MinHash(permutations, scheme="affine32", hashfunc=int)
    minhash.update_batch([xxhash.xxh64_intdigest(s.encode()) >> 32 for s in sorted(shingles)])
    values: list[int] = minhash.hashvalues.tolist()
    return values


@on_both
@given(batch=texts, shingling=shinglings, permutations=st.sampled_from([1, 16, 100, 128]))
def test_signatures_are_those_of_datasketch(
    half: ModuleType, batch: list[str], shingling: Shingling, permutations: int
) -> None:
    signatures = sign_batch(batch, shingling, permutations)
    assert signatures.shape == (len(batch), permutations)
    assert signatures.dtype == np.uint32
    for text, row in zip(batch, signatures.tolist(), strict=True):
        shingles = shingle(text, shingling)
        assert row == datasketch_minima(shingles, permutations)
        assert row == sign(shingles, permutations).tolist()


@pytest.mark.parametrize("kind", ["word", "char"])
def test_a_long_text_is_signed_in_parts_without_a_seam(half: ModuleType, kind: str) -> None:
    # Longer than the chunks that either half works in, and not a multiple of them.
    text = " ".join(f"kata{i * 7919 % 9973}" for i in range(5000))
    shingling = Shingling(kind, 5)  # type: ignore[arg-type]
    assert sign_batch([text], shingling, 128)[0].tolist() == datasketch_minima(shingle(text, shingling), 128)


@pytest.mark.parametrize("count", [16, 128, 257])
def test_permutations_are_those_of_datasketch(count: int) -> None:
    oracle = MinHash(count, scheme="affine32").permutations
    assert np.array_equal(np.array(draw_permutations(count)), np.array(oracle))


def test_text_without_words_has_the_largest_hash_everywhere(half: ModuleType) -> None:
    assert set(sign_batch(["…!"], Shingling("word", 5), 16)[0].tolist()) == {0xFFFFFFFF}


@on_both
@given(length=st.integers(0, 300), seed=st.integers(0, 2**64 - 1), data=st.randoms(use_true_random=False))
def test_band_keys_are_xxh64_of_the_bands(half: ModuleType, length: int, seed: int, data: random.Random) -> None:
    rows = length // 8 + 1
    signatures = np.array([[data.getrandbits(32) for _ in range(rows * 3 + 2)] for _ in range(2)], np.uint32)
    keys = half.key_bands(signatures, 3, rows, seed).view(np.uint64)
    for signature, row in zip(signatures, keys.tolist(), strict=True):
        bands = [signature[i * rows : (i + 1) * rows].tobytes() for i in range(3)]
        assert row == [xxhash.xxh64_intdigest(band, (seed + i) % 2**64) for i, band in enumerate(bands)]


def test_one_text_is_keyed_as_in_a_batch(half: ModuleType) -> None:
    banding = Banding(16, 8)
    signatures = sign_batch(["air bah itu sudah surut", "satu dua"], Shingling("word", 2), 128)
    keys = band_keys_batch(signatures, banding, "document")
    assert [band_keys(row, banding, "document") for row in signatures] == keys.tolist()
    assert not set(keys[0].tolist()) & set(band_keys(signatures[0], banding, "passage"))


def test_texts_already_normal_are_signed_as_they_are(half: ModuleType) -> None:
    shingling = Shingling("char", 5)
    packed = pack_texts(["lebih dari 600000 tentara"])
    assert sign_batch(packed, shingling, 64).tolist() == [
        datasketch_minima(shingle_characters("lebih dari 600000 tentara", 5), 64)
    ]


def test_bands_beyond_the_signature_are_refused() -> None:
    with pytest.raises(ValueError, match="16 minima cannot be cut"):
        band_keys_batch(np.zeros((1, 16), np.uint32), Banding(8, 4), "x")


def test_a_shingle_has_a_size() -> None:
    with pytest.raises(ValueError, match="at least one word"):
        Shingling("word", 0)


@pytest.mark.parametrize("target", [0.4, 0.5, 0.8])
def test_banding_finds_its_target(target: float) -> None:
    banding = choose_banding(target, 128)
    assert banding.bands * banding.rows <= 128
    assert banding.recall(target) >= 0.95


@given(data=st.binary(max_size=200), seed=st.integers(0, 2**64 - 1))
@settings(deadline=None)
def test_compiled_xxh64_is_xxh64(data: bytes, seed: int) -> None:
    hashed = kernel._xxh64(np.frombuffer(data, np.uint8).copy(), 0, len(data), np.uint64(seed))
    assert int(hashed) == xxhash.xxh64_intdigest(data, seed)


def test_halves_offer_the_same() -> None:
    names = ("normalize", "sign", "key_bands", "hash_shingles", "count_shared")
    assert all(callable(getattr(half, name)) for half in (kernel, reference) for name in names)
