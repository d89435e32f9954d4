"""Decoding: the text is right, and encoding it again gives the bytes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_clean.errors import RejectedRecordError
from corpus_clean.repair.decode import decode

MALAY = "Menteri berkata, “Kami tidak akan berundur dari keputusan itu,” – dan café itu dibuka semula."


WIDE = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", *WIDE, "cp1252"])
def test_common_encodings(codec: str) -> None:
    payload = (MALAY * 5).encode(codec)
    decoded = decode(payload)
    assert decoded.text.removeprefix("\ufeff") == MALAY * 5
    assert decoded.text.encode(decoded.codec) == payload


def test_a_page_may_declare_its_charset() -> None:
    page = f'<html><head><meta charset="iso-8859-5"></head><body>{"Москва слезам не верит. " * 3}</body>'
    assert "Москва" in decode(page.encode("iso-8859-5"), page=True).text


def test_a_page_that_declares_wrongly_is_guessed() -> None:
    page = f'<meta charset="utf-8"><p>{MALAY}'
    assert MALAY in decode(page.encode("cp1252"), page=True).text


@pytest.mark.parametrize("codec", ["utf-32-le", "utf-32-be"])
def test_utf_32_needs_no_mark_in_any_script(codec: str) -> None:
    assert decode("洪水退去后，居民返回家园。🙂".encode(codec)).codec == codec


NUMBERS = b"".join(number.to_bytes(4, "little") for number in range(400))


@pytest.mark.parametrize(
    "payload", [b"\x00\x01\x02PK\x03\x04" * 9, b"teks\x00dengan\x00nol", b"\xef\xbb\xbfrusak \xff", NUMBERS]
)
def test_what_is_no_text_is_rejected(payload: bytes) -> None:
    with pytest.raises(RejectedRecordError):
        decode(payload)


@given(st.binary(max_size=400))
def test_any_bytes_are_decoded_reversibly_or_rejected(payload: bytes) -> None:
    try:
        decoded = decode(payload)
    except RejectedRecordError:
        return
    assert decoded.text.encode(decoded.codec) == payload
