from types import ModuleType

import numpy as np
import pyarrow as pa
import pytest
import xxhash
from hypothesis import HealthCheck, given, settings

from corpus_clean.similarity import kernel
from corpus_clean.similarity.normalize import normalize_text
from corpus_clean.similarity.texts import hash_texts, normalize_texts, pack_texts
from tests.similarity.texts import texts

on_both = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@on_both
@given(batch=texts)
def test_normal_form_is_that_of_normalize_text(half: ModuleType, batch: list[str]) -> None:
    assert list(normalize_texts(batch)) == [normalize_text(text) for text in batch]


def test_every_code_point_is_normalised_alike(half: ModuleType) -> None:
    # Between two letters, so that a separator, a mark and an expansion each show.
    batch = ["".join(f"q{chr(c)}Q" for c in range(low, low + 128)) for low in range(0, 0x110000, 128)]
    assert list(normalize_texts(batch)) == [normalize_text(text) for text in batch]


@on_both
@given(batch=texts)
def test_packing_what_is_normal_already_gives_the_same_buffer(half: ModuleType, batch: list[str]) -> None:
    normalised = normalize_texts(batch)
    packed = pack_texts([normalize_text(text) for text in batch])
    assert packed.buffer.tobytes() == normalised.buffer.tobytes()
    assert packed.offsets.tolist() == normalised.offsets.tolist()


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()])
def test_arrow_arrays_count_as_their_strings(half: ModuleType, kind: pa.DataType) -> None:
    array = pa.array(["lewat", "Air surut!", None, "", "Éé 😀 ß", "lewat"], kind)[1:5]
    expected = ["air surut", "", "", "éé ss"]
    assert list(normalize_texts(array)) == expected
    assert list(normalize_texts(pa.chunked_array([array[:2], array[2:]]))) == expected
    assert list(normalize_texts(array[:0])) == []


def test_truncated_utf8_is_not_read_past_its_end() -> None:
    data = np.frombuffer(b"a\xe3\x82" + b"\xf0\x9f\x98" + b"b", np.uint8)
    buffer, offsets = kernel.normalize(data, np.array([0, 3, 6, 7]))
    assert buffer.tobytes() == b" a  b "
    assert offsets.tolist() == [1, 3, 4, 6]


@on_both
@given(batch=texts)
def test_key_is_xxh3_of_the_normal_form_seeded_by_the_space(half: ModuleType, batch: list[str]) -> None:
    seed = xxhash.xxh3_64_intdigest(b"document")
    expected = [xxhash.xxh3_64_intdigest(normalize_text(text).encode(), seed) for text in batch]
    assert hash_texts(batch, "document").view(np.uint64).tolist() == expected
