import random
from types import ModuleType

import numpy as np
import pytest
from datasketch import MinHash, MinHashLSH
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus_clean.similarity import kernel, reference
from corpus_clean.similarity.banding import Banding, balance_bands, choose_banding
from corpus_clean.similarity.foldtable import find_zeros
from corpus_clean.similarity.hashing import FACTOR, hash_shingle, hash_unit
from corpus_clean.similarity.minhash import band_keys_batch, draw_permutations, sign_and_sample, sign_batch
from corpus_clean.similarity.normalize import normalize_text
from corpus_clean.similarity.shingle import Shingling, shingle_characters, shingle_words
from corpus_clean.similarity.texts import pack_texts
from tests.similarity.texts import texts

on_both = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
shinglings = st.builds(Shingling, st.sampled_from(["word", "char"]), st.integers(1, 7))


def shingle(text: str, shingling: Shingling) -> frozenset[str]:
    cut = shingle_words if shingling.kind == "word" else shingle_characters
    return cut(normalize_text(text), shingling.size)


def hash_shingles(shingles: frozenset[str], shingling: Shingling) -> set[int]:
    cut = (lambda shingle: shingle.split(" ")) if shingling.kind == "word" else list
    return {hash_shingle([hash_unit(unit.encode()) for unit in cut(shingle)]) for shingle in shingles}


def datasketch_minima(hashes: set[int], permutations: int) -> list[int]:
    """The oracle: datasketch itself, on the upper half of each shingle's hash."""
    minhash = MinHash(permutations, scheme="affine32", hashfunc=int)
    minhash.update_batch([value >> 32 for value in sorted(hashes)])
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
        assert row == datasketch_minima(hash_shingles(shingle(text, shingling), shingling), permutations)


@on_both
@given(batch=texts, shingling=shinglings, one_in=st.integers(1, 4))
def test_samples_are_the_hashes_that_the_number_divides(
    half: ModuleType, batch: list[str], shingling: Shingling, one_in: int
) -> None:
    found = sign_and_sample(batch, shingling, 16, one_in)
    assert found.minima.tolist() == sign_batch(batch, shingling, 16).tolist()
    for text, start, end in zip(batch, found.bounds[:-1], found.bounds[1:], strict=True):
        hashes = hash_shingles(shingle(text, shingling), shingling)
        assert found.sampled[start:end].view(np.uint64).tolist() == sorted(h for h in hashes if h % one_in == 0)


def test_a_sample_of_many_is_sorted_and_distinct(half: ModuleType) -> None:
    text = " ".join(f"kata{i * 7919 % 1999}" for i in range(6000))
    found = sign_and_sample([text, "", text], Shingling("word", 1), 16, 2)
    keys, bounds = found.sampled, found.bounds
    first = keys[: bounds[1]].view(np.uint64)
    assert len(first) > 900
    assert (first[1:] > first[:-1]).all()
    assert keys[bounds[2] :].tolist() == keys[: bounds[1]].tolist()


@pytest.mark.parametrize("kind", ["word", "char"])
def test_a_long_text_is_signed_in_parts_without_a_seam(half: ModuleType, kind: str) -> None:
    # Longer than the chunks that either half works in, and not a multiple of them.
    text = " ".join(f"kata{i * 7919 % 9973}" for i in range(5000))
    shingling = Shingling(kind, 5)  # type: ignore[arg-type]
    expected = datasketch_minima(hash_shingles(shingle(text, shingling), shingling), 128)
    assert sign_batch([text], shingling, 128)[0].tolist() == expected


@pytest.mark.parametrize("count", [16, 128, 257])
def test_permutations_are_those_of_datasketch(count: int) -> None:
    oracle = MinHash(count, scheme="affine32").permutations
    assert np.array_equal(np.array(draw_permutations(count)), np.array(oracle))


def test_text_without_words_has_the_largest_hash_everywhere(half: ModuleType) -> None:
    assert set(sign_batch(["…!"], Shingling("word", 5), 16)[0].tolist()) == {0xFFFFFFFF}


@on_both
@given(batch=texts)
def test_figures_are_the_words_that_begin_with_a_digit(half: ModuleType, batch: list[str]) -> None:
    figures = sign_and_sample(batch, Shingling("word", 5), 16).figures.tolist()
    words = [[word for word in normalize_text(text).split() if word[0].isdecimal()] for text in batch]
    assert [count for count, _ in figures] == [len(own) for own in words]
    for own, (_, key) in zip(words, figures, strict=True):
        again = sign_and_sample([" kata ".join(["", *own])], Shingling("word", 5), 16).figures
        assert again[0, 1] == key


def test_order_and_value_of_figures_count(half: ModuleType) -> None:
    batch = ["3 ekor 14 kali", "14 ekor 3 kali", "3 ekor 15 kali", "٣ ekor 14 kali", "tiga ekor"]
    figures = sign_and_sample(batch, Shingling("word", 5), 16).figures
    assert figures[:, 0].tolist() == [2, 2, 2, 2, 0]
    assert len(set(figures[:, 1].tolist())) == 5


def test_zeros_are_those_of_every_script() -> None:
    decimals = [point for point in range(0x110000) if chr(point).isdecimal()]
    assert decimals == [zero + digit for zero in find_zeros().tolist() for digit in range(10)]


def key_band(minima: list[int], seed: int) -> int:
    value = seed
    for minimum in minima:
        value = (value ^ minimum) * FACTOR % 2**64
        value ^= value >> 32
    return value


@on_both
@given(rows=st.integers(1, 40), seed=st.integers(0, 2**64 - 1), data=st.randoms(use_true_random=False))
def test_band_keys_are_hashes_of_the_bands(half: ModuleType, rows: int, seed: int, data: random.Random) -> None:
    signatures = np.array([[data.getrandbits(32) for _ in range(rows * 3 + 2)] for _ in range(2)], np.uint32)
    keys = half.key_bands(signatures, 3, rows, seed).view(np.uint64)
    for signature, row in zip(signatures.tolist(), keys.tolist(), strict=True):
        bands = [signature[i * rows : (i + 1) * rows] for i in range(3)]
        assert row == [key_band(band, (seed + i) % 2**64) for i, band in enumerate(bands)]


def test_levels_have_keys_of_their_own(half: ModuleType) -> None:
    signatures = sign_batch(["air bah itu sudah surut", "satu dua"], Shingling("word", 2), 128)
    documents, passages = (band_keys_batch(signatures, Banding(16, 8), level) for level in ("document", "passage"))
    assert not set(documents.ravel().tolist()) & set(passages.ravel().tolist())


def test_texts_already_normal_are_signed_as_they_are(half: ModuleType) -> None:
    shingling = Shingling("char", 5)
    packed = pack_texts(["lebih dari 600000 tentara"])
    hashes = hash_shingles(shingle_characters("lebih dari 600000 tentara", 5), shingling)
    assert sign_batch(packed, shingling, 64).tolist() == [datasketch_minima(hashes, 64)]


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


@pytest.mark.parametrize("permutations", [16, 100, 128, 256])
def test_bands_are_those_of_datasketch(permutations: int) -> None:
    for threshold in np.arange(0.1, 1, 0.15).tolist():
        oracle = MinHashLSH(threshold=threshold, num_perm=permutations)
        assert balance_bands(threshold, permutations) == Banding(oracle.b, oracle.r)


def test_hashes_of_like_shingles_spread_over_all_bits() -> None:
    hashes = np.array([hash_shingle([hash_unit(f"kata{n}".encode())]) for n in range(20_000)], np.uint64)
    set_bits = [int(((hashes >> np.uint64(bit)) & np.uint64(1)).sum()) for bit in range(64)]
    assert all(abs(count - 10_000) < 5 * 71 for count in set_bits)  # five standard deviations
    assert len(np.unique(hashes >> np.uint64(32))) > 19_995


def test_halves_offer_the_same() -> None:
    names = ("normalize", "sign", "key_bands", "hash_shingles", "count_shared", "find_near", "weigh")
    assert all(callable(getattr(half, name)) for half in (kernel, reference) for name in names)
